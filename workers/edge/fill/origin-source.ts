// A fill's bytes from the origins of the timeline, in the order that health and weights give; what
// the ledger knows under other names comes last. One that is slower than usual is hedged against
// within a budget; one that fails is answered for by the next within the same request. A body that
// broke off is continued only by proved bytes (core/origin/resume.ts).

import type { CacheKey } from "../../core/cache/key.ts";
import { FAILURE_RULES, type OriginFailure, toOriginFailure } from "../../core/health/failure.ts";
import { toOriginFreshness } from "../../core/http/cache-control.ts";
import { printEntityTag } from "../../core/http/entity-tag.ts";
import { printHttpDate } from "../../core/http/http-date.ts";
import { type Attempt, planAttempts } from "../../core/origin/attempts.ts";
import { mayHedge, toHedgeMs } from "../../core/origin/hedge.ts";
import { toExpectedMd5 } from "../../core/origin/integrity.ts";
import { toOriginProblem } from "../../core/origin/outcome.ts";
import { decideReply } from "../../core/origin/reply.ts";
import { type BrokenBody, decideResume, isResumable } from "../../core/origin/resume.ts";
import type { Asset } from "../../core/resolve/asset.ts";
import { readClockMs, within } from "../../platform/clock.ts";
import type { StorableMeta } from "../../platform/edge-cache.ts";
import type { BodyReply } from "../../platform/origin-fetch.ts";
import { toCacheHeaders } from "../cache-headers.ts";
import { planMediaRescues } from "../live/rescue-media.ts";
import { noteFailure, noteLatency, noteSuccess, type Situation } from "../ports.ts";
import { type FillHead, toConfirmedHead, toFillHead, toSpanHead } from "./fill-head.ts";
import type { FillPorts } from "./fill-ports.ts";
import type { FillPlace, FillSource, FillSpan, HeldCopy, OpenedBody } from "./fill-source.ts";

/** Silence within a body before it counts as broken: short while somebody else can continue it. */
const STALL_MS = { next: 1_500, last: 8_000 } as const;
/**
 * First bytes wait so long for a body that can be verified, and replaced if it is damaged; longer
 * for an origin that has sent a damaged one lately.
 */
const HOLD_MS = { usual: 40, suspect: 2_000 } as const;
const SUSPECT_MS = 600_000;

/** A reply that will do, and how it continues what was passed on. */
interface Good {
  readonly kind: "good";
  readonly attempt: Attempt;
  readonly reply: BodyReply;
  readonly md5: string | null;
  readonly skipBytes: number;
  readonly sentAtMs: number;
  /** The held copy's bytes, if the reply only confirmed it. */
  readonly confirmed: ReadableStream<Uint8Array> | null;
}

type Answer = Good | OriginFailure;

interface Asking {
  readonly attempt: Attempt;
  readonly answer: Promise<Answer>;
  readonly abort: () => void;
  readonly sentAtMs: number;
}

/** What one request to an origin is about. */
interface Errand {
  readonly asset: Asset;
  readonly broken: BrokenBody;
  readonly held: HeldCopy | null;
  readonly ports: FillPorts;
}

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
    asked.push(...queue.slice(0, 1));
    return queue.shift();
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
          if (place.position === 0) noteSuccess(situation, ports, id);
          noteLatency(ports, id, answer.reply.latencyMs);
          const pace = toPace(ports, id, queue.length);
          const opened = toOpened(situation, key, answer, place, held, pace);
          if (span === null || place.head !== null) return opened;
          return { ...opened, head: toSpanHead(opened.head, span.first, span.last) };
        }
        note(answer);
      }
      return toOriginProblem(failures);
    },
    broke(failure, detail) {
      if (reading === null) return;
      const { id } = reading.origin;
      note(toOriginFailure(id, failure, `${id} ${detail}`));
      const { originSuspects } = ports.isolate;
      if (failure === "wrong-digest") originSuspects.set(id, readClockMs() + SUSPECT_MS);
    },
  };
}

/** How patient a fill is with an origin while so many others are left. */
function toPace(ports: FillPorts, originId: string, othersCount: number) {
  const isSuspect = (ports.isolate.originSuspects.get(originId) ?? 0) > readClockMs();
  return {
    holdMs: othersCount === 0 ? 0 : HOLD_MS[isSuspect ? "suspect" : "usual"],
    stallMs: STALL_MS[othersCount > 0 ? "next" : "last"],
  };
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

function ask(attempt: Attempt, errand: Errand): Asking {
  const { origin, url, headerTimeoutMs } = attempt;
  const { broken, held, ports } = errand;
  // A validator means something only to whom it came from.
  const own = held?.meta.originId === origin.id ? held : null;
  const sentAtMs = readClockMs();
  let abort: () => void = () => undefined;
  const request = {
    origin,
    url,
    method: "GET",
    ...toConditions(own?.meta ?? null),
    headerTimeoutMs,
    onSend: (means: () => void) => {
      abort = means;
    },
    ...(isPart(broken) ? { range: { first: broken.position, last: broken.last } } : {}),
  } as const;
  const answer = ports.origins
    .send(request)
    .then((reply) => judge(attempt, reply, { ...errand, held: own }, sentAtMs));
  return { attempt, answer, abort: () => abort(), sentAtMs };
}

function toConditions(held: StorableMeta | null) {
  if (held === null) return { ifNoneMatch: null };
  const { etag, etagIsWeak = false, lastModifiedMs } = held;
  if (etag !== null) return { ifNoneMatch: printEntityTag({ opaque: etag, isWeak: etagIsWeak }) };
  return lastModifiedMs === null
    ? { ifNoneMatch: null }
    : { ifNoneMatch: null, ifModifiedSince: printHttpDate(lastModifiedMs) };
}

function isPart({ position, last }: BrokenBody): boolean {
  return position > 0 || last !== null;
}

async function judge(
  attempt: Attempt,
  reply: BodyReply | OriginFailure,
  { asset, broken, held }: Errand,
  sentAtMs: number,
): Promise<Answer> {
  if (reply.kind === "origin-failure") return reply;
  const { id } = attempt.origin;
  const isResuming = isPart(broken);
  const verdict = decideReply(reply, isResuming);
  if (verdict.kind === "body" && isPage(asset, reply)) {
    await reply.body?.cancel();
    return toOriginFailure(id, "not-media", `${id} sent a page in place of media`);
  }
  if (verdict.kind === "body") {
    const md5 = toExpectedMd5(attempt.origin, reply.header);
    const base = { kind: "good", attempt, reply, md5, sentAtMs, confirmed: null } as const;
    if (!isResuming) return { ...base, skipBytes: 0 };
    const resumed = decideResume(broken, { status: reply.status, header: reply.header, md5 });
    if (resumed.kind === "continues") return { ...base, skipBytes: resumed.skipBytes };
    await reply.body?.cancel();
    return toOriginFailure(id, "other-bytes", `${id} ${resumed.detail}`);
  }
  await reply.body?.cancel();
  if (verdict.kind === "origin-failure") {
    const freshness = toOriginFreshness(toCacheHeaders(reply), sentAtMs);
    return freshness.storable ? verdict : { ...verdict, isFleeting: true };
  }
  const confirmed = (await held?.open()) ?? null;
  if (confirmed === null) return toOriginFailure(id, "other-bytes", `${id} confirmed no copy`);
  return { kind: "good", attempt, reply, md5: null, skipBytes: 0, sentAtMs, confirmed };
}

/** A page where media should be: a login, or an error with status 200. */
function isPage({ kind }: Asset, reply: BodyReply): boolean {
  const type = reply.header("content-type")?.toLowerCase() ?? "";
  return kind !== "side" && /^(text\/html|application\/xhtml\+xml)\b/.test(type);
}

/** Waits for an answer; if it takes unusually long, for the quicker one of two. */
async function hedge(
  first: Asking,
  take: () => Attempt | undefined,
  errand: Errand,
  note: (failure: OriginFailure) => void,
): Promise<Answer> {
  const { isolate } = errand.ports;
  const usualMs = isolate.originLatencies.get(first.attempt.origin.id) ?? null;
  if (!(await isSlow(first.answer, toHedgeMs(usualMs)))) return first.answer;
  if (!mayHedge(isolate.purse())) return first.answer;
  const attempt = take();
  if (attempt === undefined) return first.answer;
  isolate.spend("hedge");
  const second = ask(attempt, errand);
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
  held: HeldCopy | null,
  waits: Pick<OpenedBody, "holdMs" | "stallMs">,
): OpenedBody {
  const { attempt, reply, md5, sentAtMs, skipBytes, confirmed } = good;
  const read: FillHead = toFillHead(asset, key, attempt.origin, reply, sentAtMs);
  const own = confirmed === null || held === null ? read : toConfirmedHead(read, held.meta);
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
