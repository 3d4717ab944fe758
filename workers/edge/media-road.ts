// The way of a segment, init section, key or side file: from the edge cache, or from the origins
// of its timeline into the cache and to the viewer at the same time. Bodies are streamed; nothing
// here holds a whole segment.
//
//   miss -> leader: origin --tee--> cache.put (waitUntil)
//                              \--> the leader's viewer
//           followers: wait until the leader has stored, then read the cache; if it did not store
//           in time or could not, they go themselves.

import { decideStanding, type Standing } from "../core/cache/freshness.ts";
import type { CacheKey } from "../core/cache/key.ts";
import { FAILURE_RULES, type OriginFailure, toOriginFailure } from "../core/health/failure.ts";
import { toOriginFreshness } from "../core/http/cache-control.ts";
import { parseHttpDate } from "../core/http/http-date.ts";
import { toContentType } from "../core/http/media-types.ts";
import { planAttempts } from "../core/origin/attempts.ts";
import { type OriginProblem, toOriginProblem } from "../core/origin/outcome.ts";
import { decideReply } from "../core/origin/reply.ts";
import { toKeyHash } from "../core/ttl/jitter.ts";
import type { Ttl } from "../core/ttl/reason.ts";
import { decideTtl } from "../core/ttl/ttl.ts";
import { readClockMs } from "../platform/clock.ts";
import type { FileMeta, StoredFile } from "../platform/edge-cache.ts";
import type { BodyReply } from "../platform/origin-fetch.ts";
import type { ArrivingFile } from "./arriving-file.ts";
import { toCacheHeaders } from "./cache-headers.ts";
import { planMediaRescues } from "./live/rescue-media.ts";
import { noteFailure, noteSuccess, type Ports, type Situation } from "./ports.ts";

/** Broken fills remembered; more at once mean an origin that cannot finish anything. */
const BROKEN_FILLS_MAX = 4_096;

/** The stored file and how it may be used, or null. What is past every use counts as missing. */
export async function findStored(
  key: CacheKey,
  range: string | null,
  ports: Ports,
): Promise<{ readonly file: StoredFile; readonly standing: UsableStanding } | null> {
  if (ports.isolate.brokenFills.has(toFillKey(key, ports))) return null;
  const file = await ports.cache.match(key, range);
  if (file === null) return null;
  const standing = decideStanding(file.meta, readClockMs());
  if (standing !== "expired") return { file, standing };
  await file.body?.cancel();
  return null;
}

export type UsableStanding = Exclude<Standing, "expired">;

/** Fills belong to a region's cache: one isolate may serve several (warm agents do). */
export function toFillKey(key: CacheKey, ports: Ports): string {
  return `${ports.region} ${key}`;
}

/** Asks the origins in turn; the first good body wins. */
export async function fetchFile(
  situation: Situation,
  key: CacheKey,
  ports: Ports,
): Promise<ArrivingFile | OriginProblem> {
  const { asset, choice, index } = situation;
  const { isolate } = ports;
  const failures: OriginFailure[] = [];
  const nowMs = readClockMs();
  const attempts = [...planAttempts(asset, choice, index, isolate.originFailures, nowMs)];
  const ownCount = attempts.length;
  for (let count = 0; ; count++) {
    // "There is no such file" from everybody is an answer; only a failure is worth a rescue.
    const isRescue = count === ownCount && failures.some(({ failure }) => failure !== "absent");
    if (isRescue) attempts.push(...(await planMediaRescues(situation, attempts, ports)));
    const attempt = attempts[count];
    if (attempt === undefined) break;
    const { origin, url, headerTimeoutMs } = attempt;
    const sentAtMs = readClockMs();
    const reply = await ports.origins.send({
      origin,
      url,
      method: "GET",
      ifNoneMatch: null,
      headerTimeoutMs,
    });
    const failure = reply.kind === "origin-failure" ? reply : await toFailure(reply);
    if (reply.kind === "origin-reply" && failure === null) {
      noteSuccess(situation, ports, origin.id);
      return toArriving(situation, key, reply, sentAtMs);
    }
    if (failure === null) continue;
    failures.push(failure);
    noteFailure(situation, ports, failure);
    if (!FAILURE_RULES[failure.failure].retry) break;
  }
  const problem = toOriginProblem(failures);
  if (problem.isAbsence) {
    const ttl = decideFileTtl(situation, key, "failure", null, readClockMs());
    isolate.absences.put(key, problem.detail, readClockMs() + ttl.freshMs);
  }
  return problem;
}

/** Starts storing a copy and returns the file with the viewer's half of the stream. */
export function storeArriving(
  file: ArrivingFile,
  key: CacheKey,
  ports: Ports,
): { readonly file: ArrivingFile; readonly stored: Promise<void> | null } {
  const { lengthBytes } = file.meta;
  if (file.body === null || lengthBytes === null || !file.storable) return { file, stored: null };
  const [kept, sent] = file.body.tee();
  const { brokenFills } = ports.isolate;
  const fillKey = toFillKey(key, ports);
  const stored = ports.cache.put(key, { ...file.meta, lengthBytes }, kept).then((isWhole) => {
    if (isWhole) brokenFills.delete(fillKey);
    else if (brokenFills.size < BROKEN_FILLS_MAX) brokenFills.add(fillKey);
  });
  return { file: { ...file, body: sent }, stored };
}

async function toFailure(reply: BodyReply): Promise<OriginFailure | null> {
  const verdict = decideReply(reply);
  if (verdict.kind === "body") return null;
  await reply.body?.cancel();
  if (verdict.kind === "origin-failure") return verdict;
  return toOriginFailure(reply.originId, "status-4xx", `${reply.originId} sent 304 unasked`);
}

function toArriving(
  situation: Situation,
  key: CacheKey,
  reply: BodyReply,
  sentAtMs: number,
): ArrivingFile {
  const ttl = decideFileTtl(situation, key, "success", reply, sentAtMs);
  const length = reply.header("content-length");
  const etag = reply.header("etag");
  const lastModified = reply.header("last-modified");
  const meta: FileMeta = {
    confirmedAtMs: sentAtMs,
    freshUntilMs: sentAtMs + ttl.freshMs,
    swrMs: ttl.swrMs,
    sieMs: ttl.sieMs,
    originId: reply.originId,
    contentType: toContentType(situation.asset.path, reply.header("content-type")),
    ...toFileTag(etag),
    lastModifiedMs: lastModified === null ? null : parseHttpDate(lastModified),
    immutable: ttl.reason === "immutable-name",
    ttlReason: ttl.reason,
    lengthBytes: length !== null && /^\d+$/.test(length) ? Number(length) : null,
  };
  return {
    kind: "arriving",
    meta,
    storable: ttl.storable && ttl.freshMs > 0,
    body: reply.body,
    originStatus: reply.status,
    originMs: reply.latencyMs,
  };
}

function decideFileTtl(
  situation: Situation,
  key: CacheKey,
  outcome: "success" | "failure",
  reply: BodyReply | null,
  nowMs: number,
): Ttl {
  const { asset } = situation;
  const isMedia = asset.kind === "segment" || asset.kind === "init-or-segment";
  return decideTtl({
    subject: isMedia
      ? {
          kind: "segment",
          // A label says which bytes are meant; without one the origin may reuse the name.
          immutableName: asset.timeline > 0 || asset.channel.mode === "vod",
          hinted: false,
          targetDurationSeconds: null,
        }
      : { kind: asset.kind === "key" ? "key" : "side" },
    outcome,
    origin: reply === null ? null : toOriginFreshness(toCacheHeaders(reply), nowMs),
    cadence: { expectedNextAtMs: null },
    originLatencyMs: reply?.latencyMs ?? null,
    policy: asset.channel.policy.ttl,
    keyHash: toKeyHash(key),
    nowMs,
  });
}

/** An origin's entity tag (RFC 9110 section 8.8.3); what is no tag counts as none. */
function toFileTag(field: string | null): Pick<FileMeta, "etag" | "etagIsWeak"> {
  const tag = /^(W\/)?"([\x21\x23-\x7e]*)"$/.exec(field ?? "");
  return { etag: tag?.[2] ?? null, etagIsWeak: tag?.[1] !== undefined };
}
