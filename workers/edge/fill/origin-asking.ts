// One request of a fill to one origin, and what its answer is worth: a body that will do, a stored
// copy that was confirmed, or a named failure. And the race of two, when the first takes unusually
// long. Whom to ask, and in which order, is the source's business (origin-source.ts).

import { type OriginFailure, toOriginFailure } from "../../core/health/failure.ts";
import { toOriginFreshness } from "../../core/http/cache-control.ts";
import { printEntityTag } from "../../core/http/entity-tag.ts";
import { printHttpDate } from "../../core/http/http-date.ts";
import type { Attempt } from "../../core/origin/attempts.ts";
import { mayHedge, toHedgeMs } from "../../core/origin/hedge.ts";
import { toExpectedMd5 } from "../../core/origin/integrity.ts";
import { decideReply } from "../../core/origin/reply.ts";
import { type BrokenBody, decideResume } from "../../core/origin/resume.ts";
import type { Asset } from "../../core/resolve/asset.ts";
import { readClockMs, within } from "../../platform/clock.ts";
import type { StorableMeta } from "../../platform/edge-cache.ts";
import type { BodyReply } from "../../platform/origin-fetch.ts";
import { toCacheHeaders } from "../cache-headers.ts";
import type { FillPorts } from "./fill-ports.ts";
import type { HeldCopy } from "./fill-source.ts";

/** A reply that will do, and how it continues what was passed on. */
export interface Good {
  readonly kind: "good";
  readonly attempt: Attempt;
  readonly reply: BodyReply;
  readonly md5: string | null;
  readonly skipBytes: number;
  readonly sentAtMs: number;
  /** The held copy's bytes, if the reply only confirmed it. */
  readonly confirmed: ReadableStream<Uint8Array> | null;
}

export type Answer = Good | OriginFailure;

export interface Asking {
  readonly attempt: Attempt;
  readonly answer: Promise<Answer>;
  readonly abort: () => void;
  readonly sentAtMs: number;
}

/** What one request to an origin is about. */
export interface Errand {
  readonly asset: Asset;
  readonly broken: BrokenBody;
  readonly held: HeldCopy | null;
  readonly ports: FillPorts;
}

/** Asks one origin. */
export function ask(attempt: Attempt, errand: Errand): Asking {
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
export async function hedge(
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
