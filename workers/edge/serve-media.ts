// A segment, init section, key or side file for one viewer: from the isolate's memory or the edge
// cache, or along with the fill that brings it. Ranges of stored files are cut by the cache, ranges
// of arriving ones by their reader.

import type { CacheKey } from "../core/cache/key.ts";
import { parseRangeRequest } from "../core/http/byte-range.ts";
import type { ViewerRequest } from "../core/http/request.ts";
import type { OriginProblem } from "../core/origin/outcome.ts";
import type { CachePhase } from "../core/respond/phase.ts";
import type { ReplyBody } from "../core/respond/reply.ts";
import { planVersionHeaders } from "../core/respond/version-headers.ts";
import { readClockMs } from "../platform/clock.ts";
import type { StorableMeta, StoredFile } from "../platform/edge-cache.ts";
import { toCollapsedReply } from "./fill/collapsed-reply.ts";
import { decideFileTtl } from "./fill/fill-head.ts";
import { type JoinedFill, joinFill } from "./fill/join-fill.ts";
import type { SmallFile } from "./fill/small-files.ts";
import {
  fillAhead,
  findSmall,
  findStored,
  isHiddenPlaylist,
  keepSmall,
  toFillKey,
  toFillRoad,
} from "./media-road.ts";
import type { Ports, Situation } from "./ports.ts";
import type { Bytes, Served } from "./respond.ts";
import { findLarge, noteLarge, serveLarge } from "./serve-large.ts";
import { servePlaylist } from "./serve-playlist.ts";
import { toVersion } from "./to-version.ts";

const HIT = { kind: "hit", tier: "l1" } as const;
const HIT_L0 = { kind: "hit", tier: "l0" } as const;
const HIT_L2 = { kind: "hit", tier: "l2" } as const;

/** How often a request looks for a file that is neither there nor arriving. */
const TRIES_MAX = 3;

/** Serves a file, or says why not. */
export async function serveMedia(
  situation: Situation,
  key: CacheKey,
  request: ViewerRequest,
  ports: Ports,
): Promise<Served | OriginProblem> {
  const small = findSmall(key, ports);
  if (small !== null) return toSmallServed(situation, small, HIT_L0);
  const again = (wanted: string | null) => ports.cache.match(key, wanted);
  const range = toCacheRange(request);
  const large = findLarge(key, ports);
  if (large !== null) return serveLarge(situation, key, request, large, ports);
  // The cache does not have it: that is why it is being filled.
  if (ports.isolate.fills.isArriving(toFillKey(key, ports))) {
    return serveMissing(situation, key, request, ports, "uri-miss");
  }
  const stored = await findStored(key, range, ports);
  if (stored === null) return serveMissing(situation, key, request, ports, "uri-miss");
  const { file, standing } = stored;
  if (standing === "revalidate") fillAhead(situation, key, ports, file.meta);
  if (standing === "fresh") {
    const kept = await keepSmall(situation, key, file, ports);
    if (kept !== null) return toSmallServed(situation, kept, HIT);
  }
  if (standing === "fresh" || standing === "revalidate")
    return toStoredServed(situation, file, HIT, again);
  const renewed = await serveMissing(situation, key, request, ports, "stale", file.meta);
  if (renewed.kind === "served" || renewed.isAbsence || standing === "expired") {
    await file.body?.cancel();
    return renewed;
  }
  return toStoredServed(situation, file, toStalePhase(renewed), again);
}

/** Joins the fill of a file that is not there, or is too old; begins it if nobody has. */
async function serveMissing(
  situation: Situation,
  key: CacheKey,
  request: ViewerRequest,
  ports: Ports,
  reason: "uri-miss" | "stale",
  held: StorableMeta | null = null,
): Promise<Served | OriginProblem> {
  const road = toFillRoad(situation, key, ports, held);
  for (let tries = 0; tries < TRIES_MAX; tries++) {
    const joined = await joinFill(road);
    if (joined?.kind === "problem") return noteAbsence(situation, key, joined, ports);
    if (joined?.kind === "joined" && joined.head.isLarge) {
      noteLarge(key, joined.head, ports);
      return serveLarge(situation, key, request, joined.head, ports);
    }
    if (joined?.kind === "joined") return toArrivingServed(situation, key, joined, ports, reason);
    // It was stored between this request's look into the cache and now.
    const copy = await findStored(key, toCacheRange(request), ports);
    if (copy?.standing === "fresh") {
      const again = (wanted: string | null) => ports.cache.match(key, wanted);
      return toStoredServed(situation, copy.file, HIT, again);
    }
    await copy?.file.body?.cancel();
    const gone = road.memory.find(road.key, readClockMs());
    if (gone !== null) road.memory.forget(road.key, gone);
  }
  throw new Error("a file was stored and gone, three times in a row");
}

/** "There is no such file" is believed for a while. */
function noteAbsence(
  situation: Situation,
  key: CacheKey,
  problem: OriginProblem,
  ports: Ports,
): OriginProblem {
  if (problem.isAbsence && problem.isFleeting !== true) {
    const ttl = decideFileTtl(situation.asset, key, "failure", null, readClockMs());
    ports.isolate.absences.put(key, problem.detail, readClockMs() + ttl.freshMs);
  }
  return problem;
}

/** The cache cuts ranges; whether If-Range allows one is decided when the copy is known. */
export function toCacheRange(request: ViewerRequest): string | null {
  const { range } = request.headers;
  if (request.method !== "GET" || range === null) return null;
  return parseRangeRequest(range).kind === "whole" ? null : range;
}

async function toArrivingServed(
  situation: Situation,
  key: CacheKey,
  joined: JoinedFill,
  ports: Ports,
  reason: "uri-miss" | "stale",
): Promise<Served | OriginProblem> {
  const { head, isFollower } = joined;
  if (isHiddenPlaylist(situation, head.meta)) {
    const { asset, choice } = situation;
    const timeline = asset.assetPath.label.n === 0 ? choice.current : asset.timeline;
    const playlist = { ...situation, asset: { ...asset, kind: "playlist", timeline } } as const;
    return servePlaylist(playlist, key, ports);
  }
  const isStored = head.storable && head.meta.lengthBytes !== null;
  const isHot = head.tier === "l2";
  const meta = toVersion(situation, head.meta, head.storable);
  const phase = toFillPhase(reason, head.originStatus, isStored, isFollower);
  return {
    kind: "served",
    meta,
    prebuilt: planVersionHeaders(meta),
    phase: isHot ? HIT_L2 : phase,
    ttlReason: head.meta.ttlReason,
    originMs: isHot || isFollower ? null : head.originMs,
    shared: toCollapsedReply(joined.fill),
    take: async (body) => takeArriving(joined, body),
  };
}

function takeArriving({ head, read }: JoinedFill, body: ReplyBody): Bytes {
  const { lengthBytes } = head.meta;
  if (body.kind === "slice") return read(body.start, body.end);
  if (body.kind !== "identity" || lengthBytes === 0) return null;
  return read(0, lengthBytes === null ? null : lengthBytes - 1);
}

export function toStoredServed(
  situation: Situation,
  file: StoredFile,
  phase: CachePhase,
  again: (range: string | null) => Promise<StoredFile | null>,
): Served {
  const meta = toVersion(situation, file.meta, true);
  return {
    kind: "served",
    meta,
    prebuilt: planVersionHeaders(meta),
    phase,
    ttlReason: file.meta.ttlReason,
    originMs: null,
    take: (body) => takeStored(file, body, again),
  };
}

export function toSmallServed(situation: Situation, small: SmallFile, phase: CachePhase): Served {
  const meta = toVersion(situation, small.meta, true);
  return {
    kind: "served",
    meta,
    prebuilt: planVersionHeaders(meta),
    phase,
    ttlReason: small.meta.ttlReason,
    originMs: null,
    take: async (body) => {
      if (body.kind === "slice") return small.blob.slice(body.start, body.end + 1);
      return body.kind === "identity" ? small.blob : null;
    },
  };
}

/** A 206 from the cache holds just the bytes that were asked for; the plan may want others. */
async function takeStored(
  file: StoredFile,
  body: ReplyBody,
  again: (range: string | null) => Promise<StoredFile | null>,
): Promise<Bytes> {
  const wantsSlice = body.kind === "slice";
  if ((wantsSlice || body.kind === "identity") && wantsSlice === file.isSlice) return file.body;
  await file.body?.cancel();
  if (body.kind !== "slice" && body.kind !== "identity") return null;
  const range = body.kind === "slice" ? `bytes=${body.start}-${body.end}` : null;
  const other = await again(range);
  if (other?.isSlice === wantsSlice && other.meta.confirmedAtMs === file.meta.confirmedAtMs)
    return other.body;
  throw new Error("a stored file was replaced between two looks");
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
