// A fill's bytes from the origins of the timeline, in the order that health and weights give; what
// the ledger knows under other names comes last. One that is slower than usual is hedged against
// within a budget; one that fails is answered for by the next within the same request. A body that
// broke off is continued only by proved bytes (core/origin/resume.ts).

import type { CacheKey } from "../../core/cache/key.ts";
import { FAILURE_RULES, type OriginFailure, toOriginFailure } from "../../core/health/failure.ts";
import { type Attempt, planAttempts } from "../../core/origin/attempts.ts";
import { mayHedge, toHedgeMs } from "../../core/origin/hedge.ts";
import { toExpectedMd5 } from "../../core/origin/integrity.ts";
import { toOriginProblem } from "../../core/origin/outcome.ts";
import { decideReply } from "../../core/origin/reply.ts";
import { type BrokenBody, decideResume, isResumable } from "../../core/origin/resume.ts";
import { readClockMs, within } from "../../platform/clock.ts";
import type { BodyReply } from "../../platform/origin-fetch.ts";
import { planMediaRescues } from "../live/rescue-media.ts";
import { noteFailure, noteLatency, noteSuccess, type Situation } from "../ports.ts";
import { type FillHead, toFillHead } from "./fill-head.ts";
import type { FillPorts } from "./fill-ports.ts";
import type { FillPlace, FillSource, OpenedBody } from "./fill-source.ts";

/** Silence within a body before it counts as broken: short while somebody else can continue it. */
const STALL_MS = { next: 1_500, last: 8_000 } as const;
/** First bytes wait so long for a body that can be verified, and replaced if it is damaged. */
const HOLD_MS = 30;

/** A reply that will do, and how it continues what was passed on. */
interface Good {
  readonly kind: "good";
  readonly attempt: Attempt;
  readonly reply: BodyReply;
  readonly md5: string | null;
  readonly skipBytes: number;
  readonly sentAtMs: number;
}

type Answer = Good | OriginFailure;

interface Asking {
  readonly attempt: Attempt;
  readonly answer: Promise<Answer>;
  readonly abort: () => void;
  readonly sentAtMs: number;
}

/** A source for one fill. It remembers whom it asked. */
export function makeOriginSource(
  situation: Situation,
  key: CacheKey,
  ports: FillPorts,
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
      const broken = toBrokenBody(place);
      while (isResumable(broken)) {
        if (queue.length === 0) await planMore(place);
        const attempt = take();
        if (attempt === undefined) break;
        // A rescue is paid for, but never refused: the failed request brought nothing.
        ports.isolate.spend(failures.length === 0 ? "request" : "rescue");
        const first = ask(attempt, broken, ports);
        const answer = await hedge(first, take, broken, ports, note);
        if (answer.kind === "good") {
          reading = answer.attempt;
          const { id } = answer.attempt.origin;
          if (place.position === 0) noteSuccess(situation, ports, id);
          noteLatency(ports, id, answer.reply.latencyMs);
          return toOpened(situation, key, answer, place, queue.length > 0);
        }
        note(answer);
      }
      return toOriginProblem(failures);
    },
    broke(failure, detail) {
      if (reading === null) return;
      const { id } = reading.origin;
      note(toOriginFailure(id, failure, `${id} ${detail}`));
    },
  };
}

function toBrokenBody({ position, head }: FillPlace): BrokenBody {
  const { lengthBytes = null, etag = null } = head?.meta ?? {};
  return { position, lengthBytes, etag, md5: head?.md5 ?? null };
}

function ask(attempt: Attempt, broken: BrokenBody, ports: FillPorts): Asking {
  const { origin, url, headerTimeoutMs } = attempt;
  const sentAtMs = readClockMs();
  let abort: () => void = () => undefined;
  const request = {
    origin,
    url,
    method: "GET",
    ifNoneMatch: null,
    headerTimeoutMs,
    onSend: (means: () => void) => {
      abort = means;
    },
    ...(broken.position === 0 ? {} : { range: { first: broken.position, last: null } }),
  } as const;
  const answer = ports.origins
    .send(request)
    .then((reply) => judge(attempt, reply, broken, sentAtMs));
  return { attempt, answer, abort: () => abort(), sentAtMs };
}

async function judge(
  attempt: Attempt,
  reply: BodyReply | OriginFailure,
  broken: BrokenBody,
  sentAtMs: number,
): Promise<Answer> {
  if (reply.kind === "origin-failure") return reply;
  const { id } = attempt.origin;
  const isResuming = broken.position > 0;
  const verdict = decideReply(reply, isResuming);
  if (verdict.kind === "body") {
    const md5 = toExpectedMd5(attempt.origin, reply.header);
    const base = { kind: "good", attempt, reply, md5, sentAtMs } as const;
    if (!isResuming) return { ...base, skipBytes: 0 };
    const resumed = decideResume(broken, { status: reply.status, header: reply.header, md5 });
    if (resumed.kind === "continues") return { ...base, skipBytes: resumed.skipBytes };
    await reply.body?.cancel();
    return toOriginFailure(id, "other-bytes", `${id} ${resumed.detail}`);
  }
  await reply.body?.cancel();
  if (verdict.kind === "origin-failure") return verdict;
  return toOriginFailure(id, "status-4xx", `${id} sent 304 unasked`);
}

/** Waits for an answer; if it takes unusually long, for the quicker one of two. */
async function hedge(
  first: Asking,
  take: () => Attempt | undefined,
  broken: BrokenBody,
  ports: FillPorts,
  note: (failure: OriginFailure) => void,
): Promise<Answer> {
  const { isolate } = ports;
  const usualMs = isolate.originLatencies.get(first.attempt.origin.id) ?? null;
  if (!(await isSlow(first.answer, toHedgeMs(usualMs)))) return first.answer;
  if (!mayHedge(isolate.purse())) return first.answer;
  const attempt = take();
  if (attempt === undefined) return first.answer;
  isolate.spend("hedge");
  const second = ask(attempt, broken, ports);
  const quickest = await Promise.race(
    [first, second].map(async (asking) => ({ asking, answer: await asking.answer })),
  );
  const other = quickest.asking === first ? second : first;
  if (quickest.answer.kind !== "good") {
    note(quickest.answer);
    return other.answer;
  }
  other.abort();
  other.answer
    .then(async (late) => {
      if (late.kind === "good") await late.reply.body?.cancel();
    })
    .catch(() => undefined);
  if (other === first) {
    const { id } = first.attempt.origin;
    const waitedMs = readClockMs() - first.sentAtMs;
    note(toOriginFailure(id, "timeout", `${id} sent no headers for ${waitedMs} ms, another did`));
  }
  return quickest.answer;
}

async function isSlow(answer: Promise<Answer>, waitMs: number): Promise<boolean> {
  return (await within(answer, waitMs)) === "late";
}

function toOpened(
  { asset }: Situation,
  key: CacheKey,
  good: Good,
  place: FillPlace,
  hasOthers: boolean,
): OpenedBody {
  const { attempt, reply, md5, sentAtMs, skipBytes } = good;
  const own: FillHead = toFillHead(asset, key, attempt.origin, reply, sentAtMs);
  return {
    kind: "opened",
    // Viewers have been told the first reply's facts; who continues it proved to have the same.
    head: place.head ?? own,
    body: reply.body,
    skipBytes,
    stallMs: hasOthers ? STALL_MS.next : STALL_MS.last,
    holdMs: md5 !== null && hasOthers && place.position === 0 ? HOLD_MS : 0,
  };
}
