// Whom a playlist source asks next, and when: the followed origin in its rhythm, a rescuer when
// that one is in trouble, a standby when there is nothing better to do. For source.ts. It knows
// times and slots; what an answer means is track.ts' matter.

import { toNextLookMs } from "./cadence.ts";
import type { Flight, Source } from "./source-state.ts";
import { isBlockable, planTrack, type Track } from "./track.ts";

export interface Due {
  /** Null when nobody can be asked before `atMs`. */
  readonly originId: string | null;
  readonly atMs: number;
  /** How long the request may take. */
  readonly hedgeMs: number;
}

const FLIGHTS_MAX = 2;
const MULTIVARIANT_MS = 30_000;
const ENDED_MS = 60_000;
/** Between two requests to one origin, whatever the plan says. */
const SPACING_MS_MIN = 20;
const BACKOFF_MS_MAX = 2_000;
/** A look that answers nothing new after the due time is repeated more slowly with time. */
const OVERDUE_SPACING_MS_MAX = 500;
/** Hedge times: a known origin is given four times its usual time. */
const HEDGE_LATENCIES = 4;
const HEDGE_MS_MIN = 250;
const HEDGE_MS_MAX = 1_500;
/** The only origin is waited for with patience. */
const LONE_MS = 4_000;
/** An origin may hold a blocking request for three target durations (bis-22 section 6.2.5.2). */
const BLOCK_TARGETS = 3;
const BLOCK_EXTRA_MS = 2_000;

const NEVER = Number.POSITIVE_INFINITY;

/** The next request and its moment; in the past or now means: send it. */
export function planDue(source: Source, nowMs: number): Due {
  const follow = source.tracks.find(({ originId }) => originId === source.follow);
  if (follow === undefined || source.flights.length >= FLIGHTS_MAX) return NOBODY;
  const followAtMs = toFollowAtMs(follow, source.flights, nowMs);
  if (followAtMs <= nowMs) return toDue(source, follow, followAtMs);
  const troubleAtMs = toTroubleAtMs(follow);
  let best = toDue(source, follow, followAtMs);
  for (const track of source.tracks) {
    if (track === follow || isBusy(track, source.flights)) continue;
    // Asked so early that the answer is there when it is needed.
    const askAtMs = troubleAtMs - (track.latencyMs ?? 0);
    const rescueAtMs = Math.max(askAtMs, toRescueAtMs(follow, track, nowMs));
    const standbyAtMs = toStandbyAtMs(track);
    // A standby must not take the place that the followed origin needs in a moment.
    const roomAtMs = toRoomAtMs(follow, track, source.flights, followAtMs, nowMs);
    const atMs = Math.min(rescueAtMs, Math.max(standbyAtMs, roomAtMs));
    if (atMs < best.atMs) best = toDue(source, track, atMs);
  }
  return best;
}

const NOBODY: Due = { originId: null, atMs: NEVER, hedgeMs: 0 };

function toDue(source: Source, track: Track, atMs: number): Due {
  return { originId: track.originId, atMs, hedgeMs: toHedgeMs(source, track) };
}

function isBusy(track: Track, flights: readonly Flight[]): boolean {
  return flights.some(({ originId }) => originId === track.originId);
}

function toFollowAtMs(track: Track, flights: readonly Flight[], nowMs: number): number {
  const own = flights.filter(({ originId }) => originId === track.originId);
  const plan = planTrack(track);
  if (own.length > 0) {
    // Two looks may overlap where an answer takes longer than the spacing of looks.
    const overlaps = !own.some(({ isBlocking }) => isBlocking) && plan !== null;
    const isSlow = overlaps && (track.latencyMs ?? 0) > plan.spacingMs;
    if (!isSlow || track.failures > 0) return NEVER;
    return toRegularAtMs(track, nowMs);
  }
  return Math.max(toRegularAtMs(track, nowMs), toAgainAtMs(track));
}

/** By the rhythm alone. */
function toRegularAtMs(track: Track, nowMs: number): number {
  const plan = planTrack(track);
  if (track.kind === "multivariant") return track.sentAtMs + MULTIVARIANT_MS;
  if (track.ended) return track.sentAtMs + ENDED_MS;
  if (plan === null) return track.sentAtMs;
  if (track.doubtLooks > 0) return track.sentAtMs + plan.spacingMs;
  if (isBlockable(track)) return track.sentAtMs;
  const lateMs = nowMs - plan.overdueAtMs;
  const spacingMs =
    lateMs > 0
      ? Math.min(OVERDUE_SPACING_MS_MAX, plan.spacingMs + lateMs / 8)
      : toNextLookMs(plan, track.sentAtMs);
  return track.looks === 0 ? plan.firstAtMs : track.sentAtMs + spacingMs;
}

/** Not sooner, because of the last request. */
function toAgainAtMs(track: Track): number {
  const { failures, sentAtMs, answeredAtMs } = track;
  if (failures === 0) return sentAtMs + SPACING_MS_MIN;
  const spacingMs = planTrack(track)?.spacingMs ?? 100;
  const backoffMs = Math.min(BACKOFF_MS_MAX, spacingMs * 2 ** Math.min(failures - 1, 6));
  return Math.max(sentAtMs + backoffMs, answeredAtMs + SPACING_MS_MIN);
}

/** From when on another origin is asked: failed already, or late at a known moment. */
function toTroubleAtMs(follow: Track): number {
  if (follow.failures > 0) return Number.NEGATIVE_INFINITY;
  return follow.ended ? NEVER : toLateAtMs(follow);
}

/**
 * From when on the next version is late. A held request that hangs looks like a late publication:
 * it tells nothing, so somebody else is asked as soon as the mean interval is over.
 */
export function toLateAtMs(follow: Track): number {
  const plan = planTrack(follow);
  if (plan === null) return NEVER;
  return isBlockable(follow) ? plan.expectedAtMs + plan.spacingMs : plan.overdueAtMs;
}

function toRescueAtMs(follow: Track, track: Track, nowMs: number): number {
  const againAtMs = toAgainAtMs(track);
  const plan = planTrack(track);
  if (plan === null) return againAtMs;
  const spacedAtMs = Math.max(againAtMs, track.sentAtMs + plan.spacingMs);
  const leadMs = track.latencyMs ?? 0;
  const lateAtMs = toLateAtMs(follow) - leadMs;
  const isOverdue = nowMs >= lateAtMs;
  // Overdue: what the other one has may be newer already. Failed: its next version is what counts.
  if (track.failures > 0) return spacedAtMs;
  // A held request that is merely late is worth one question, not a question every spacing.
  const overdueAtMs = (planTrack(follow)?.overdueAtMs ?? NEVER) - leadMs;
  if (isOverdue && isBlockable(follow) && nowMs < overdueAtMs && track.sentAtMs >= lateAtMs) {
    return Math.max(spacedAtMs, overdueAtMs);
  }
  if (isOverdue) return spacedAtMs;
  const soonAtMs = track.sentAtMs + track.targetDurationMs / 2;
  return Math.max(spacedAtMs, Math.min(toRegularAtMs(track, nowMs), soonAtMs));
}

function toStandbyAtMs(track: Track): number {
  if (track.kind === "multivariant") return track.sentAtMs + MULTIVARIANT_MS;
  if (track.ended) return track.sentAtMs + ENDED_MS;
  return Math.max(track.sentAtMs + track.targetDurationMs, toAgainAtMs(track));
}

function toRoomAtMs(
  follow: Track,
  track: Track,
  flights: readonly Flight[],
  followAtMs: number,
  nowMs: number,
): number {
  // The first look of all belongs to the followed origin alone.
  if (follow.kind === "unseen" && follow.failures === 0) return NEVER;
  const held = flights.some(({ originId, isBlocking }) => {
    return isBlocking && originId === follow.originId;
  });
  if (held) return nowMs;
  const needMs = 2 * (track.latencyMs ?? 100) + 50;
  return followAtMs - nowMs >= needMs || flights.length === 0 ? nowMs : NEVER;
}

function toHedgeMs(source: Source, track: Track): number {
  if (track.originId === source.follow && isBlockable(track) && track.reach !== null) {
    return track.targetDurationMs * BLOCK_TARGETS + BLOCK_EXTRA_MS;
  }
  if (source.tracks.length < 2) return LONE_MS;
  if (track.latencyMs === null) return HEDGE_MS_MAX;
  const hedgeMs = track.latencyMs * HEDGE_LATENCIES;
  return Math.min(HEDGE_MS_MAX, Math.max(HEDGE_MS_MIN, hedgeMs));
}
