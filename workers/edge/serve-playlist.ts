// A playlist for one viewer: from memory while it is fresh, from the origin when it is not, and
// from memory again when no origin can help and the copy is young enough to be better than an
// error. However many viewers ask, one of them asks the origin.

import { decideStanding } from "../core/cache/freshness.ts";
import type { CacheKey } from "../core/cache/key.ts";
import type { OriginProblem } from "../core/origin/outcome.ts";
import type { CachePhase } from "../core/respond/phase.ts";
import { readClockMs } from "../platform/clock.ts";
import { fillPlaylist } from "./playlist-road.ts";
import type { PlaylistVersion } from "./playlist-version.ts";
import type { Ports, Situation } from "./ports.ts";
import type { Served } from "./respond.ts";

const HIT = { kind: "hit", tier: "l0" } as const;

/** Serves a playlist, or says why not. */
export async function servePlaylist(
  situation: Situation,
  key: CacheKey,
  ports: Ports,
): Promise<Served | OriginProblem> {
  const { isolate, waitUntil } = ports;
  const known = isolate.playlists.get(key);
  // After a change of timeline the old copy is another timeline's present: not ours to show.
  const stored = known?.timeline === situation.asset.timeline ? known : null;
  const standing = stored === null ? "expired" : decideStanding(stored.meta, readClockMs());
  if (stored !== null && standing === "fresh") return toServed(stored, HIT, null);

  const fill = () => fillPlaylist(situation, key, ports);
  if (stored !== null && standing === "revalidate") {
    waitUntil(isolate.playlistFills.run(key, waitUntil, fill));
    return toServed(stored, HIT, null);
  }
  const { value, joined } = await isolate.playlistFills.run(key, waitUntil, fill);
  if (value.kind === "version") {
    const phase = {
      kind: "fill",
      reason: stored === null ? "uri-miss" : "stale",
      originStatus: value.originStatus,
      stored: true,
      collapsed: joined,
    } as const;
    return toServed(value.version, phase, joined ? null : value.originMs);
  }
  if (stored === null || standing !== "if-error") return value;
  const phase = {
    kind: "stale-if-error",
    tier: "l0",
    originStatus: null,
    detail: value.reason,
  } as const;
  return toServed(stored, phase, null);
}

function toServed(version: PlaylistVersion, phase: CachePhase, originMs: number | null): Served {
  return {
    kind: "served",
    meta: version.meta,
    prebuilt: version.prebuilt,
    phase,
    originMs,
    take: async (body) => {
      if (body.kind === "gzip") return version.gzip;
      return body.kind === "identity" ? version.identity : null;
    },
  };
}
