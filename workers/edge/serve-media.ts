// A segment, init section, key or side file for one viewer: from the edge cache, or from the
// origins while it is being stored. Ranges of stored files are cut by the cache, ranges of arriving
// ones by us.

import type { CacheKey } from "../core/cache/key.ts";
import { parseRangeRequest } from "../core/http/byte-range.ts";
import { isPlaylistType } from "../core/http/media-types.ts";
import type { ViewerRequest } from "../core/http/request.ts";
import type { OriginProblem } from "../core/origin/outcome.ts";
import type { CachePhase } from "../core/respond/phase.ts";
import type { ReplyBody } from "../core/respond/reply.ts";
import type { StoredVersion } from "../core/respond/version.ts";
import { planVersionHeaders } from "../core/respond/version-headers.ts";
import type { FileMeta, StoredFile } from "../platform/edge-cache.ts";
import { sliceStream } from "../platform/slice.ts";
import type { ArrivingFile, MediaOutcome } from "./arriving-file.ts";
import { fetchFile, findStored, storeArriving, toFillKey } from "./media-road.ts";
import type { Ports, Situation } from "./ports.ts";
import type { Bytes, Served } from "./respond.ts";
import { servePlaylist } from "./serve-playlist.ts";

const HIT = { kind: "hit", tier: "l1" } as const;

/** Fills that a follower sits out before it fetches for itself. */
const FILLS_AWAITED_MAX = 2;

/** Serves a file, or says why not. */
export async function serveMedia(
  situation: Situation,
  key: CacheKey,
  request: ViewerRequest,
  ports: Ports,
): Promise<Served | OriginProblem> {
  const range = toCacheRange(request);
  const stored = await findStored(key, range, ports);
  if (stored === null) return serveMissing(situation, key, range, ports);
  const { file, standing } = stored;
  if (standing === "revalidate") ports.waitUntil(renew(situation, key, ports));
  if (standing !== "if-error") return toStoredServed(situation, file, HIT);
  const renewed = await serveMissing(situation, key, range, ports, "stale");
  if (renewed.kind === "served" || renewed.isAbsence) {
    await file.body?.cancel();
    return renewed;
  }
  return toStoredServed(situation, file, toStalePhase(renewed));
}

/** Fills a file that is not there, or is too old; follows a fill that is under way. */
async function serveMissing(
  situation: Situation,
  key: CacheKey,
  range: string | null,
  ports: Ports,
  reason: "uri-miss" | "stale" = "uri-miss",
): Promise<Served | OriginProblem> {
  for (let fills = 0; fills < FILLS_AWAITED_MAX; fills++) {
    const filled = await fill(situation, key, ports);
    if (filled.kind === "led") return toFilled(situation, key, filled.file, ports, reason);
    if (filled.outcome.kind === "problem") return filled.outcome;
    if (filled.outcome.kind === "not-storable") break;
    const copy = await findStored(key, range, ports);
    const phase = toFillPhase(reason, 200, true, true);
    if (copy !== null) return toStoredServed(situation, copy.file, phase);
    // The leader's body broke off on its way into the cache: somebody must lead again.
  }
  // What cannot be kept, or broke off twice, everybody fetches for themselves.
  const own = await fetchFile(situation, key, ports);
  return toFilled(situation, key, own, ports, reason);
}

/** Behind a viewer who has been served: the copy is replaced, and nobody reads along. */
async function renew(situation: Situation, key: CacheKey, ports: Ports): Promise<void> {
  const filled = await fill(situation, key, ports);
  if (filled.kind === "led" && filled.file.kind === "arriving") await filled.file.body?.cancel();
}

type Filled =
  /** This request asked the origin and has the arriving file. */
  | { readonly kind: "led"; readonly file: ArrivingFile | OriginProblem }
  /** Somebody else did, and this is how it ended. */
  | { readonly kind: "followed"; readonly outcome: MediaOutcome };

/** Leads the fill of a key, or waits for the one under way, which lasts until it is stored. */
async function fill(situation: Situation, key: CacheKey, ports: Ports): Promise<Filled> {
  const leading = Promise.withResolvers<Filled>();
  const run = ports.isolate.mediaFills.run(toFillKey(key, ports), ports.waitUntil, async () => {
    const got = await fetchFile(situation, key, ports);
    if (got.kind === "problem" || isHiddenPlaylist(situation, got)) {
      leading.resolve({ kind: "led", file: got });
      return got.kind === "problem" ? got : NOT_STORABLE;
    }
    const { file, stored } = storeArriving(got, key, ports);
    leading.resolve({ kind: "led", file });
    if (stored === null) return NOT_STORABLE;
    await stored;
    return STORED;
  });
  const following = run.then(({ value }): Filled => ({ kind: "followed", outcome: value }));
  return Promise.race([leading.promise, following]);
}

const STORED: MediaOutcome = { kind: "stored" };
const NOT_STORABLE: MediaOutcome = { kind: "not-storable" };

/** Range goes to the cache only where it may be honoured without asking anything first. */
function toCacheRange(request: ViewerRequest): string | null {
  const { range, ifRange } = request.headers;
  if (request.method !== "GET" || range === null || ifRange !== null) return null;
  return parseRangeRequest(range).kind === "whole" ? null : range;
}

/** A playlist that its name does not tell (RFC 8216bis section 4): goes the playlists' road. */
function isHiddenPlaylist(situation: Situation, file: ArrivingFile): boolean {
  return situation.asset.kind === "side" && isPlaylistType(file.meta.contentType);
}

async function toFilled(
  situation: Situation,
  key: CacheKey,
  file: ArrivingFile | OriginProblem,
  ports: Ports,
  reason: "uri-miss" | "stale",
): Promise<Served | OriginProblem> {
  if (file.kind === "problem") return file;
  if (isHiddenPlaylist(situation, file)) {
    await file.body?.cancel();
    const { asset, choice } = situation;
    const timeline = asset.assetPath.label.n === 0 ? choice.current : asset.timeline;
    const playlist = { ...situation, asset: { ...asset, kind: "playlist", timeline } } as const;
    return servePlaylist(playlist, key, ports);
  }
  const isStored = file.storable && file.meta.lengthBytes !== null;
  const phase = toFillPhase(reason, file.originStatus, isStored, false);
  const meta = toVersion(situation, file.meta, file.storable);
  return {
    kind: "served",
    meta,
    prebuilt: planVersionHeaders(meta),
    phase,
    originMs: file.originMs,
    take: async (body) => takeStream(file.body, body),
  };
}

function toStoredServed(situation: Situation, file: StoredFile, phase: CachePhase): Served {
  const meta = toVersion(situation, file.meta, true);
  return {
    kind: "served",
    meta,
    prebuilt: planVersionHeaders(meta),
    phase,
    originMs: null,
    // A 206 from the cache holds just the bytes that the plan asks for.
    take: async (body) =>
      body.kind === "slice" && file.isSlice ? file.body : takeStream(file.body, body),
  };
}

async function takeStream(
  stream: ReadableStream<Uint8Array> | null,
  body: ReplyBody,
): Promise<Bytes> {
  if (body.kind === "identity") return stream;
  if (body.kind === "slice" && stream !== null) return sliceStream(stream, body.start, body.end);
  await stream?.cancel();
  return null;
}

function toFillPhase(
  reason: "uri-miss" | "stale",
  originStatus: number,
  stored: boolean,
  collapsed: boolean,
): CachePhase {
  return { kind: "fill", reason, originStatus, stored, collapsed };
}

function toStalePhase(problem: OriginProblem): CachePhase {
  return { kind: "stale-if-error", tier: "l1", originStatus: null, detail: problem.reason };
}

function toVersion(situation: Situation, meta: FileMeta, storable: boolean): StoredVersion {
  return {
    assetKind: situation.asset.kind,
    contentType: meta.contentType,
    etagBase: meta.etag,
    etagIsWeak: meta.etagIsWeak === true,
    lengthBytes: meta.lengthBytes,
    gzipLengthBytes: null,
    lastModifiedMs: meta.lastModifiedMs,
    confirmedAtMs: meta.confirmedAtMs,
    freshUntilMs: meta.freshUntilMs,
    swrMs: meta.swrMs,
    sieMs: meta.sieMs,
    storable,
    immutable: meta.immutable,
    originId: meta.originId,
    cmsdStatic: null,
    upstreamCacheStatus: null,
  };
}
