// Where a playlist lies between two looks at its origin: in this isolate's memory (L0), and for the
// others of the data centre in the cache (L1). Decides which copy may stand for an asset at all:
// of its timeline, rewritten by today's rules, and not from the future. Live media playlists that
// go on stay out of L1: they live for fractions of a second (design section 4), and what a
// neighbour has kept of them is the past. It does NOT decide how old a copy may be; its user asks
// core/cache.

import { decideStanding } from "../core/cache/freshness.ts";
import type { CacheKey } from "../core/cache/key.ts";
import { readClockMs } from "../platform/clock.ts";
import { decodeText } from "../platform/encoding.ts";
import type { KeptPlaylist } from "../platform/playlist-cache.ts";
import { toRecipe } from "./playlist-recipe.ts";
import {
  isRunning,
  type PlaylistRecord,
  type PlaylistVersion,
  toEncodedVersion,
} from "./playlist-version.ts";
import type { Ports, Situation } from "./ports.ts";

/** Larger ones are rare, and reading them back costs every isolate more than the origin. */
const SHARED_BYTES_MAX = 4 * 1024 * 1024;

/** What this isolate remembers and may show for the asset. */
export function findRemembered(
  situation: Situation,
  key: CacheKey,
  ports: Ports,
): PlaylistVersion | null {
  const known = ports.isolate.playlists.get(key);
  return known !== null && isOurs(known, situation) ? known : null;
}

/**
 * The copy of the data centre, if it is of use: not past every window, and confirmed later than
 * what this isolate has. Remembers it. One look-up for all who ask at the same time.
 */
export async function recall(
  situation: Situation,
  key: CacheKey,
  ports: Ports,
): Promise<PlaylistVersion | null> {
  const { isolate, waitUntil } = ports;
  const { value } = await isolate.playlistRecalls.run(key, waitUntil, async () => {
    const kept = await ports.playlistCache.match(key);
    const version = kept === null ? null : toRecalled(kept, readClockMs());
    if (version === null || !isOurs(version, situation)) return null;
    const known = findRemembered(situation, key, ports);
    if (known !== null && known.meta.confirmedAtMs >= version.meta.confirmedAtMs) return null;
    isolate.playlists.put(key, version);
    return version;
  });
  return value;
}

/** Remembers a version, here and, behind the viewer, for the data centre. */
export function remember(key: CacheKey, version: PlaylistVersion, ports: Ports): void {
  ports.isolate.playlists.put(key, version);
  const { freshUntilMs, swrMs, sieMs, storable } = version.meta;
  const keptMs = freshUntilMs + Math.max(swrMs, sieMs) - readClockMs();
  const isShared = storable && !isRunning(version) && version.gzip.size <= SHARED_BYTES_MAX;
  if (!isShared || keptMs < 1_000) return;
  const { meta, timeline, said, media, ttlReason } = version;
  const record: PlaylistRecord = { meta, timeline, said, media, ttlReason };
  ports.waitUntil(ports.playlistCache.put(key, record, version.gzip, Math.ceil(keptMs / 1_000)));
}

/** Forgets a playlist of which every origin says that there is no such thing any more. */
export function forget(key: CacheKey, ports: Ports): void {
  if (ports.isolate.playlists.get(key) === null) return;
  ports.isolate.playlists.drop(key);
  ports.waitUntil(ports.playlistCache.remove(key));
}

function isOurs(version: PlaylistVersion, situation: Situation): boolean {
  // After a change of timeline the old copy is another timeline's present: not ours to show.
  if (version.timeline !== situation.asset.timeline) return false;
  const { said } = version;
  return said === null || said.recipe === toRecipe(situation, said.originId);
}

/** A version from what was kept; null if that is damaged or of no use any more. */
function toRecalled(kept: KeptPlaylist, nowMs: number): PlaylistVersion | null {
  const record = kept.facts as PlaylistRecord;
  const { etagBase, lengthBytes } = record.meta;
  if (etagBase === null || lengthBytes === null) return null;
  // Another machine's clock may be ahead: nothing was confirmed in the future.
  const aheadMs = Math.max(0, record.meta.confirmedAtMs - nowMs);
  const meta = {
    ...record.meta,
    confirmedAtMs: record.meta.confirmedAtMs - aheadMs,
    freshUntilMs: record.meta.freshUntilMs - aheadMs,
  };
  if (decideStanding(meta, nowMs) === "expired") return null;
  const encoded = decodeText(kept.gzip, etagBase, lengthBytes);
  return encoded === null ? null : toEncodedVersion(encoded, { ...record, meta });
}
