// A playlist for one viewer: from memory or the data centre's cache while it is fresh, from the
// origin when it is not, and from what is kept again when no origin can help and the copy is young
// enough to be better than an error. However many viewers ask, one of them asks the origin.

import { decideStanding } from "../core/cache/freshness.ts";
import type { CacheKey } from "../core/cache/key.ts";
import type { ProblemReason } from "../core/http/problem.ts";
import type { OriginProblem } from "../core/origin/outcome.ts";
import type { CachePhase } from "../core/respond/phase.ts";
import { readClockMs, sleep } from "../platform/clock.ts";
import { fillPlaylist } from "./playlist-road.ts";
import { findRemembered, recall } from "./playlist-shelf.ts";
import { isRunning, type PlaylistFill, type PlaylistVersion } from "./playlist-version.ts";
import type { Ports, Situation } from "./ports.ts";
import type { Served } from "./respond.ts";

const HIT = { kind: "hit", tier: "l0" } as const;
const RECALLED = { kind: "hit", tier: "l1" } as const;
/**
 * Longest wait of a viewer for a newer live playlist while there is a usable older one. A round
 * trip to a distant origin fits; a copy that is always one version late made Shaka Player stumble.
 */
const RENEWAL_MS_MAX = 250;

interface Kept {
  readonly version: PlaylistVersion;
  readonly hit: CachePhase & { readonly kind: "hit" };
}

/** Serves a playlist, or says why not. */
export async function servePlaylist(
  situation: Situation,
  key: CacheKey,
  ports: Ports,
): Promise<Served | OriginProblem> {
  const { isolate, waitUntil } = ports;
  const kept = await findKept(situation, key, ports);
  const standing = kept === null ? "expired" : decideStanding(kept.version.meta, readClockMs());
  if (kept !== null && standing === "fresh") return toServed(kept.version, kept.hit, null);

  const running = isolate.playlistFills.run(key, waitUntil, () =>
    fillPlaylist(situation, key, ports),
  );
  if (kept !== null && standing === "revalidate") {
    waitUntil(running);
    // A live copy past its freshness is probably outdated: a quick origin makes the answer new, a
    // slow one is not waited for. What never changes in between is served at once.
    const isLive = isRunning(kept.version);
    const renewed = isLive ? await Promise.race([running, sleep(RENEWAL_MS_MAX)]) : undefined;
    if (renewed === undefined || renewed.value.kind === "problem") {
      return toServed(kept.version, kept.hit, null);
    }
    return toFilled(renewed.value, renewed.joined, "stale");
  }
  const { value, joined } = await running;
  if (value.kind !== "problem")
    return toFilled(value, joined, kept === null ? "uri-miss" : "stale");
  // "There is no such thing" is an answer; only a failure is better hidden.
  const isAnswer = value.isAbsence && !(kept !== null && isRunning(kept.version));
  if (kept === null || standing !== "if-error" || isAnswer) return toWhy(value, kept);
  const { tier } = kept.hit;
  const detail = value.reason;
  const phase = { kind: "stale-if-error", tier, originStatus: null, detail } as const;
  return toServed(kept.version, phase, null);
}

/** This isolate's copy, or the data centre's if it has none of use. */
async function findKept(situation: Situation, key: CacheKey, ports: Ports): Promise<Kept | null> {
  const known = findRemembered(situation, key, ports);
  const isOfUse = known !== null && decideStanding(known.meta, readClockMs()) !== "expired";
  if (known !== null && (isOfUse || isRunning(known))) return { version: known, hit: HIT };
  const recalled = await recall(situation, key, ports);
  if (recalled !== null) return { version: recalled, hit: RECALLED };
  return known === null ? null : { version: known, hit: HIT };
}

/** Troubles of an origin that end by themselves; the others want an operator. */
const PASSING: ReadonlySet<ProblemReason> = new Set([
  "origin-unreachable",
  "origin-timeout",
  "origin-error",
]);

/**
 * What was shown and cannot be renewed any more is a service that is not available (503): a live
 * playlist is late whatever the origins' troubles, a finished one has outlived its stale windows.
 * What was never shown is the origins' answer as it is.
 */
function toWhy(problem: OriginProblem, kept: Kept | null): OriginProblem {
  if (kept === null || problem.isAbsence) return problem;
  if (isRunning(kept.version)) return { ...problem, reason: "playlist-overdue" };
  return PASSING.has(problem.reason) ? { ...problem, reason: "no-origin" } : problem;
}

function toFilled(
  fill: Exclude<PlaylistFill, OriginProblem>,
  joined: boolean,
  reason: "uri-miss" | "stale",
): Served {
  const { version } = fill;
  if (fill.kind === "found") return toServed(version, fill.tier === "l0" ? HIT : RECALLED, null);
  const { originStatus, originMs } = fill;
  const stored = version.meta.storable;
  const phase = { kind: "fill", reason, originStatus, stored, collapsed: joined } as const;
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
    isMultivariant: version.media === null,
    ttlReason: version.ttlReason,
    originMs,
    take: async (body) => {
      if (body.kind === "gzip") return version.gzip;
      return body.kind === "identity" ? version.identity : null;
    },
  };
}
