// The way of a segment, init section, key or side file: from the edge cache, or from the origins
// of its timeline into the cache and to the viewer at the same time. Bodies are streamed; nothing
// here holds a whole segment.
//
//   miss -> leader: origin --tee--> cache.put (waitUntil)
//                              \--> the leader's viewer
//           followers: wait until the leader has stored, then read the cache; if it did not store
//           in time or could not, they go themselves.

import { decideStanding } from "../core/cache/freshness.ts";
import type { CacheKey } from "../core/cache/key.ts";
import { type OriginFailure, toOriginFailure } from "../core/health/failure.ts";
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
import { toCacheHeaders } from "./playlist-road.ts";
import { noteFailure, type Ports, type Situation } from "./ports.ts";

/** A file that is on its way from an origin. */
export interface ArrivingFile {
  readonly kind: "arriving";
  readonly meta: FileMeta;
  readonly storable: boolean;
  /** Null if the origin did not say; such a file is passed on but not stored. */
  readonly lengthBytes: number | null;
  readonly body: ReadableStream<Uint8Array> | null;
  readonly originStatus: number;
  readonly originMs: number;
}

/** What followers learn from the leader: whether the cache is getting it. */
export type MediaOutcome =
  | { readonly kind: "storing"; readonly done: Promise<void> }
  | { readonly kind: "not-stored" }
  | OriginProblem;

/** The stored file if it may be served, or null. Damaged or outlived entries count as missing. */
export async function findStored(
  key: CacheKey,
  range: string | null,
  ports: Ports,
): Promise<StoredFile | null> {
  const stored = await ports.cache.match(key, range);
  if (stored === null) return null;
  if (decideStanding(stored.meta, readClockMs()) !== "expired") return stored;
  await stored.body?.cancel();
  return null;
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
  for (const attempt of planAttempts(asset, choice, index, isolate.originFailures, nowMs)) {
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
      isolate.originFailures.delete(origin.id);
      return toArriving(situation, key, reply, sentAtMs);
    }
    if (failure === null) continue;
    failures.push(failure);
    noteFailure(isolate, failure, readClockMs());
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
  if (file.body === null || file.lengthBytes === null || !file.storable) {
    return { file, stored: null };
  }
  const [kept, sent] = file.body.tee();
  const stored = ports.cache.put(key, file.meta, kept, file.lengthBytes);
  ports.waitUntil(stored);
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
    // Only a strong validator may stitch ranges together (RFC 9110 section 8.8.3).
    etag: etag?.startsWith('"') ? etag.slice(1, -1) : null,
    lastModifiedMs: lastModified === null ? null : parseHttpDate(lastModified),
    immutable: ttl.reason === "immutable-name",
    ttlReason: ttl.reason,
  };
  return {
    kind: "arriving",
    meta,
    storable: ttl.storable && ttl.freshMs > 0,
    lengthBytes: length !== null && /^\d+$/.test(length) ? Number(length) : null,
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
