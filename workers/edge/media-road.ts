// The way of a segment, init section, key or side file through the tiers: isolate memory (L0), the
// edge cache of the data centre (L1), the hot tier in R2 and its fillers (L2), the origins of the
// timeline (L3). Bodies are streamed; nothing here holds a whole segment.
//
//   miss -> owner of the fill: L2 or L3 --> window --> cache.put (waitUntil)
//                                               \--> viewers, the owner's own and all who join

import { decideStanding, type Standing } from "../core/cache/freshness.ts";
import type { CacheKey } from "../core/cache/key.ts";
import { isPlaylistType } from "../core/http/media-types.ts";
import type { OriginProblem } from "../core/origin/outcome.ts";
import { readClockMs } from "../platform/clock.ts";
import type { FileMeta, FixedBody, StorableMeta, StoredFile } from "../platform/edge-cache.ts";
import { makeGuardedSource } from "./fill/guarded-source.ts";
import { makeHotSource } from "./fill/hot-source.ts";
import { type FillRoad, joinFill, startFill } from "./fill/join-fill.ts";
import { makeOriginSource } from "./fill/origin-source.ts";
import type { SmallFile } from "./fill/small-files.ts";
import { isAssembled, makeAssembledSource, type OpenFile } from "./live/assembled.ts";
import type { Ports, Situation } from "./ports.ts";

/** Broken fills remembered; more at once mean an origin that cannot finish anything. */
const BROKEN_FILLS_MAX = 4_096;

/** The stored file and how it may be used, or null. One past every use can still be confirmed. */
export async function findStored(
  key: CacheKey,
  range: string | null,
  ports: Ports,
): Promise<{ readonly file: StoredFile; readonly standing: Standing } | null> {
  if (ports.isolate.brokenFills.has(toFillKey(key, ports))) return null;
  const file = await ports.cache.match(key, range);
  return file === null ? null : { file, standing: decideStanding(file.meta, readClockMs()) };
}

/** Fills belong to a region's cache: one isolate may serve several (warm agents do). */
export function toFillKey(key: CacheKey, ports: Ports): string {
  return `${ports.region} ${key}`;
}

/** A fresh file in the isolate's memory, or null. */
export function findSmall(key: CacheKey, ports: Ports): SmallFile | null {
  if (!ports.usesMemory) return null;
  const file = ports.isolate.smallFiles.get(toFillKey(key, ports));
  return file !== null && decideStanding(file.meta, readClockMs()) === "fresh" ? file : null;
}

/** Takes a small file that was hit into memory if it is worth it; returns what to serve. */
export async function keepSmall(
  situation: Situation,
  key: CacheKey,
  file: StoredFile,
  ports: Ports,
): Promise<SmallFile | null> {
  if (!ports.usesMemory || file.isSlice || file.body === null) return null;
  const { kind } = situation.asset;
  const fillKey = toFillKey(key, ports);
  const isEager = kind === "init-or-segment" || kind === "key";
  if (!ports.isolate.smallFiles.admits(fillKey, file.meta.lengthBytes, isEager)) return null;
  const blob = await new Response(file.body).blob();
  const small = { meta: file.meta, blob };
  if (blob.size === file.meta.lengthBytes) ports.isolate.smallFiles.put(fillKey, small);
  return small;
}

/** Fetches a file into the caches without a viewer: to renew a copy, or ahead of need. */
export function fillAhead(
  situation: Situation,
  key: CacheKey,
  ports: Ports,
  held: StorableMeta | null = null,
): void {
  startFill(toFillRoad(situation, key, ports, held));
}

/** What this request lends to the fill of a file; `held` is a stale copy in the cache. */
export function toFillRoad(
  situation: Situation,
  key: CacheKey,
  ports: Ports,
  held: StorableMeta | null = null,
): FillRoad {
  const openHeld = async () => (await ports.cache.match(key, null))?.body ?? null;
  const copy = held === null ? null : { meta: held, open: openHeld };
  const makeOrigins = () => makeOriginSource(situation, key, ports, { held: copy });
  const isHot = situation.asset.channel.policy.hotTier && situation.isGrowing !== true;
  const { hotTier, fillers, region, cause, log } = ports;
  const makeHot = () => {
    const makeFallback = makeOrigins;
    return makeHotSource(situation, key, { hotTier, fillers, region, cause, log, makeFallback });
  };
  return {
    memory: ports.isolate.fills,
    key: toFillKey(key, ports),
    isRenewal: held !== null,
    makeSource: () =>
      isAssembled(situation.asset)
        ? makeAssembledSource(situation, ports, openFile)
        : makeGuardedSource(situation, ports, isHot ? makeHot() : makeOrigins()),
    keep: (head, body) => keepInCache(situation, key, head.meta, body, ports),
    readStored: async (first) => {
      const stored = await findStored(key, `bytes=${first}-`, ports);
      if (stored?.file.isSlice === true) return stored.file.body;
      await stored?.file.body?.cancel();
      return null;
    },
    waitUntil: ports.waitUntil,
  };
}

/** A file from the cache, whatever its age, for its origin may be gone; else as for a viewer. */
async function openFile(
  situation: Situation,
  key: CacheKey,
  ports: Ports,
): Promise<OpenFile | OriginProblem> {
  const stored = await findStored(key, null, ports);
  if (stored !== null) return { kind: "file", meta: stored.file.meta, body: stored.file.body };
  const joined = await joinFill(toFillRoad(situation, key, ports));
  if (joined?.kind === "problem") return joined;
  if (joined?.kind === "joined") {
    return { kind: "file", meta: joined.head.meta, body: joined.read(0, null) };
  }
  const filled = await findStored(key, null, ports);
  return filled === null ? GONE : { kind: "file", meta: filled.file.meta, body: filled.file.body };
}

const GONE: OriginProblem = {
  kind: "problem",
  reason: "origin-error",
  detail: "A part was stored and is gone.",
  originId: null,
  isAbsence: false,
};

async function keepInCache(
  situation: Situation,
  key: CacheKey,
  meta: FileMeta,
  body: FixedBody,
  ports: Ports,
): Promise<boolean> {
  const { lengthBytes } = meta;
  if (lengthBytes === null || isHiddenPlaylist(situation, meta)) {
    await body.stream.cancel();
    return false;
  }
  const { brokenFills } = ports.isolate;
  const fillKey = toFillKey(key, ports);
  const isWhole = await ports.cache.put(key, { ...meta, lengthBytes }, body);
  if (isWhole) brokenFills.delete(fillKey);
  else if (brokenFills.size < BROKEN_FILLS_MAX) brokenFills.add(fillKey);
  return isWhole;
}

/** A playlist that its name does not tell (RFC 8216bis section 4): goes the playlists' road. */
export function isHiddenPlaylist(situation: Situation, meta: FileMeta): boolean {
  return situation.asset.kind === "side" && isPlaylistType(meta.contentType);
}
