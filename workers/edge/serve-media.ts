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
import { type ArrivingFile, fetchFile, findStored, storeArriving } from "./media-road.ts";
import type { Ports, Situation } from "./ports.ts";
import type { Bytes, Served } from "./respond.ts";
import { servePlaylist } from "./serve-playlist.ts";

const HIT = { kind: "hit", tier: "l1" } as const;

/** Serves a file, or says why not. */
export async function serveMedia(
  situation: Situation,
  key: CacheKey,
  request: ViewerRequest,
  ports: Ports,
): Promise<Served | OriginProblem> {
  const range = toCacheRange(request);
  const stored = await findStored(key, range, ports);
  if (stored !== null) return toStoredServed(situation, stored, HIT);

  // The leader keeps its arriving file in this variable; followers only learn that it is stored.
  let arriving: ArrivingFile | OriginProblem | null = null;
  const { value, joined } = await ports.isolate.mediaFills.run(key, ports.waitUntil, async () => {
    const got = await fetchFile(situation, key, ports);
    arriving = got;
    if (got.kind === "problem") return got;
    if (isHiddenPlaylist(situation, got)) return { kind: "not-stored" };
    const { file, stored: storing } = storeArriving(got, key, ports);
    arriving = file;
    return storing === null ? { kind: "not-stored" } : { kind: "storing", done: storing };
  });
  if (value.kind === "problem") return value;
  if (!joined && arriving !== null) return toFilled(situation, key, arriving, ports);

  if (value.kind === "storing") await value.done;
  const copy = await findStored(key, range, ports);
  if (copy !== null) return toStoredServed(situation, copy, toFillPhase(copy.status, true, true));
  // What the leader got could not be kept (no length, no-store): everybody fetches for themselves.
  const own = await fetchFile(situation, key, ports);
  return own.kind === "problem" ? own : toFilled(situation, key, own, ports);
}

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
): Promise<Served | OriginProblem> {
  if (file.kind === "problem") return file;
  if (isHiddenPlaylist(situation, file)) {
    await file.body?.cancel();
    const { asset, choice } = situation;
    const timeline = asset.assetPath.label.n === 0 ? choice.current : asset.timeline;
    const playlist = { ...situation, asset: { ...asset, kind: "playlist", timeline } } as const;
    return servePlaylist(playlist, key, ports);
  }
  const phase = toFillPhase(file.originStatus, file.storable && file.lengthBytes !== null, false);
  const meta = toVersion(situation, file.meta, file.lengthBytes, file.storable);
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
  const meta = toVersion(situation, file.meta, file.lengthBytes, true);
  return {
    kind: "served",
    meta,
    prebuilt: planVersionHeaders(meta),
    phase,
    originMs: null,
    // A 206 from the cache holds just the bytes that the plan asks for.
    take: async (body) =>
      body.kind === "slice" && file.status === 206 ? file.body : takeStream(file.body, body),
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

function toFillPhase(originStatus: number, stored: boolean, collapsed: boolean): CachePhase {
  return { kind: "fill", reason: "uri-miss", originStatus, stored, collapsed };
}

function toVersion(
  situation: Situation,
  meta: FileMeta,
  lengthBytes: number | null,
  storable: boolean,
): StoredVersion {
  return {
    assetKind: situation.asset.kind,
    contentType: meta.contentType,
    etagBase: meta.etag,
    lengthBytes,
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
