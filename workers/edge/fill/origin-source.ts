// A fill's bytes from the origins of the timeline, in the order that health and weights give; what
// the ledger knows under other names comes last. One that is slower than usual is hedged against
// within a budget; one that fails is answered for by the next within the same request. A body that
// broke off is continued only by proved bytes (core/origin/resume.ts).

import type { CacheKey } from "../../core/cache/key.ts";
import { FAILURE_RULES, type OriginFailure, toOriginFailure } from "../../core/health/failure.ts";
import { type Attempt, planAttempts } from "../../core/origin/attempts.ts";
import { toOriginProblem } from "../../core/origin/outcome.ts";
import { type BrokenBody, isResumable } from "../../core/origin/resume.ts";
import { readClockMs } from "../../platform/clock.ts";
import { planMediaRescues } from "../live/rescue-media.ts";
import { noteFailure, noteLatency, noteSuccess, type Situation } from "../ports.ts";
import { type FillHead, toConfirmedHead, toFillHead, toSpanHead } from "./fill-head.ts";
import type { FillPorts } from "./fill-ports.ts";
import type { FillPlace, FillSource, FillSpan, HeldCopy, OpenedBody } from "./fill-source.ts";
import { ask, type Errand, type Good, hedge } from "./origin-asking.ts";

/** Silence within a body before it counts as broken: short while somebody else can continue it. */
const STALL_MS = { next: 1_500, last: 8_000 } as const;
/**
 * First bytes wait so long for a body that can be verified, and replaced if it is damaged; longer
 * for an origin that has sent a damaged one lately.
 */
const HOLD_MS = { usual: 40, suspect: 2_000 } as const;
const SUSPECT_MS = 600_000;

/**
 * A source for one fill. It remembers whom it asked. `held` is a stale copy, if there is one;
 * `span` limits the fill to a part of a large file.
 */
export function makeOriginSource(
  situation: Situation,
  key: CacheKey,
  ports: FillPorts,
  { held = null, span = null }: { held?: HeldCopy | null; span?: FillSpan | null } = {},
): FillSource {
  const { asset, choice, index } = situation;
  const { originFailures } = ports.isolate;
  const queue = [...planAttempts(asset, choice, index, originFailures, readClockMs())];
  const asked: Attempt[] = [];
  const failures: OriginFailure[] = [];
  let reading: Attempt | null = null;
  let isRescuePlanned = false;
  let isReturnPlanned = false;

  const note = (failure: OriginFailure) => {
    failures.push(failure);
    noteFailure(situation, ports, failure);
    if (!FAILURE_RULES[failure.failure].retry) queue.length = 0;
  };
  const planMore = async (place: FillPlace) => {
    // "There is no such file" from everybody is an answer; only a failure is worth a rescue.
    if (!isRescuePlanned && failures.some(({ failure }) => failure !== "absent")) {
      isRescuePlanned = true;
      queue.push(...(await planMediaRescues(situation, asked, ports)));
    }
    // Whoever sent the first half has the second one too, unless it is down for good.
    if (queue.length > 0 || isReturnPlanned || reading === null || place.position === 0) return;
    isReturnPlanned = true;
    queue.push(reading);
  };
  const take = () => {
    const attempt = queue.shift();
    if (attempt !== undefined) asked.push(attempt);
    return attempt;
  };

  return {
    async open(place) {
      const broken = span === null ? toBrokenBody(place) : toSpanBody(place, span);
      const errand: Errand = { asset, broken, held: place.position === 0 ? held : null, ports };
      while (isResumable(broken)) {
        if (queue.length === 0) await planMore(place);
        const attempt = take();
        if (attempt === undefined) break;
        // A rescue is paid for, but never refused: the failed request brought nothing.
        ports.isolate.spend(failures.length === 0 ? "request" : "rescue");
        const first = ask(attempt, errand);
        const answer = await hedge(first, take, errand, note);
        if (answer.kind === "good") {
          reading = answer.attempt;
          const { id } = answer.attempt.origin;
          noteGood(situation, answer, place, ports);
          const waits = toWaits(id, queue.length > 0, ports);
          const opened = toOpened(situation, key, answer, place, held, waits);
          return span === null || place.head !== null ? opened : toSpanned(opened, span);
        }
        note(answer);
      }
      return toOriginProblem(failures);
    },
    broke(failure, detail) {
      if (reading === null) return;
      const { id } = reading.origin;
      note(toOriginFailure(id, failure, `${id} ${detail}`));
      if (failure === "wrong-digest") suspect(id, ports);
    },
  };
}

/** A body that continues another one's says little of the origin's health. */
function noteGood(situation: Situation, good: Good, place: FillPlace, ports: FillPorts): void {
  const { id } = good.attempt.origin;
  if (place.position === 0) noteSuccess(situation, ports, id);
  noteLatency(ports, id, good.reply.latencyMs);
}

function suspect(originId: string, { isolate }: FillPorts): void {
  isolate.originSuspects.set(originId, readClockMs() + SUSPECT_MS);
}

function toSpanned(opened: OpenedBody, { first, last }: FillSpan): OpenedBody {
  return { ...opened, head: toSpanHead(opened.head, first, last) };
}

/** How patient a reader may be with an origin, and how careful it must be. */
function toWaits(
  originId: string,
  hasOthers: boolean,
  { isolate }: FillPorts,
): Pick<OpenedBody, "holdMs" | "stallMs"> {
  if (!hasOthers) return { holdMs: 0, stallMs: STALL_MS.last };
  const isSuspect = (isolate.originSuspects.get(originId) ?? 0) > readClockMs();
  return { holdMs: HOLD_MS[isSuspect ? "suspect" : "usual"], stallMs: STALL_MS.next };
}

function toBrokenBody({ position, head }: FillPlace): BrokenBody {
  const { lengthBytes = null, etag = null, etagIsWeak = false } = head?.meta ?? {};
  const strong = etagIsWeak ? null : etag;
  return { position, last: null, lengthBytes, etag: strong, md5: head?.md5 ?? null };
}

function toSpanBody({ position }: FillPlace, { first, last, whole }: FillSpan): BrokenBody {
  const { lengthBytes, etag } = whole.meta;
  return { position: first + position, last, lengthBytes, etag, md5: null };
}

function toOpened(
  { asset, choice, isGrowing = false }: Situation,
  key: CacheKey,
  good: Good,
  place: FillPlace,
  held: HeldCopy | null,
  waits: Pick<OpenedBody, "holdMs" | "stallMs">,
): OpenedBody {
  const { attempt, reply, md5, sentAtMs, skipBytes, confirmed } = good;
  const read: FillHead = toFillHead(asset, key, attempt.origin, reply, sentAtMs, choice.lengthen);
  const whole = confirmed === null || held === null ? read : toConfirmedHead(read, held.meta);
  const own = isGrowing ? { ...whole, storable: false, isLarge: false } : whole;
  return {
    kind: "opened",
    // Viewers have been told the first reply's facts; who continues it proved to have the same.
    head: place.head ?? own,
    body: confirmed ?? reply.body,
    skipBytes,
    stallMs: waits.stallMs,
    holdMs: md5 !== null && place.position === 0 ? waits.holdMs : 0,
  };
}
