// A playlist for one viewer: from memory while it is fresh, from the origin when it is not, and
// from memory again when no origin can help and the copy is young enough to be better than an
// error. However many viewers ask, one of them asks the origin.

import { decideStanding } from "../core/cache/freshness.ts";
import type { CacheKey } from "../core/cache/key.ts";
import type { OriginProblem } from "../core/origin/outcome.ts";
import type { CachePhase } from "../core/respond/phase.ts";
import { readClockMs, sleep } from "../platform/clock.ts";
import { fillPlaylist } from "./playlist-road.ts";
import type { PlaylistFill, PlaylistVersion } from "./playlist-version.ts";
import type { Ports, Situation } from "./ports.ts";
import type { Served } from "./respond.ts";

const HIT = { kind: "hit", tier: "l0" } as const;
/**
 * Longest wait of a viewer for a newer live playlist while there is a usable older one. A round
 * trip to a distant origin fits; a copy that is always one version late made Shaka Player stumble.
 */
const RENEWAL_MS_MAX = 250;

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

  const running = isolate.playlistFills.run(key, waitUntil, () =>
    fillPlaylist(situation, key, ports),
  );
  if (stored !== null && standing === "revalidate") {
    waitUntil(running);
    // A live copy past its freshness is probably outdated: a quick origin makes the answer new, a
    // slow one is not waited for. What never changes in between is served at once.
    const isLive = stored.media !== null && !stored.media.ended;
    const renewed = isLive ? await Promise.race([running, sleep(RENEWAL_MS_MAX)]) : undefined;
    if (renewed?.value.kind !== "version") return toServed(stored, HIT, null);
    return toFilled(renewed.value, renewed.joined, "stale");
  }
  const { value, joined } = await running;
  if (value.kind === "version") {
    return toFilled(value, joined, stored === null ? "uri-miss" : "stale");
  }
  if (stored === null || standing !== "if-error") return toOverdue(value, stored);
  const detail = value.reason;
  const phase = { kind: "stale-if-error", tier: "l0", originStatus: null, detail } as const;
  return toServed(stored, phase, null);
}

/** A live playlist that was shown and cannot be renewed is late, whatever the origins' troubles. */
function toOverdue(problem: OriginProblem, shown: PlaylistVersion | null): OriginProblem {
  const isLive = shown?.media != null && !shown.media.ended;
  return isLive && !problem.isAbsence ? { ...problem, reason: "playlist-overdue" } : problem;
}

function toFilled(
  fill: PlaylistFill & { readonly kind: "version" },
  joined: boolean,
  reason: "uri-miss" | "stale",
): Served {
  const { version, originStatus, originMs } = fill;
  const phase = { kind: "fill", reason, originStatus, stored: true, collapsed: joined } as const;
  return toServed(version, phase, joined ? null : originMs);
}

/** What `respond` needs of a version. */
export function toServed(
  version: PlaylistVersion,
  phase: CachePhase,
  originMs: number | null,
): Served {
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
