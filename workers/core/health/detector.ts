// Judges one origin for one channel: green, yellow, red, or unknown before it was ever seen.
//
// Think of a lighthouse keeper watching two lamps. A lamp that is dark is bad; a lamp that shines
// but has stopped turning is just as bad, and most watchers miss it. So a live playlist must not
// only answer, it must advance: a 200 OK that stays the same is a failure ("frozen").
//
// Rules: two failures in a row are red. A live playlist that has not advanced for 1.5 target
// durations is red (RFC 8216bis section 6.2.1 obliges the server to publish within that time, and
// section 6.3.4 lets clients give up after it). Four times the usual latency is yellow. Out of red
// leads only a proof: three good sightings in a row, with an advance, and a hold-down.
// A quorum over regions and weights are further machines; this one sees one prober's view.

import type { FailureClass } from "./failure.ts";
import type { SightingOutcome } from "./sighting.ts";

export const VERDICTS = ["unknown", "green", "yellow", "red"] as const;
export type Verdict = (typeof VERDICTS)[number];

export const VERDICT_REASONS = [
  "never-seen",
  "failing",
  "failed-once",
  "frozen",
  "ended",
  "sequence-restart",
  "slow",
  "recovering",
] as const;
export type VerdictReason = (typeof VERDICT_REASONS)[number];

/** Failures in a row that make an origin red. One lost packet must not. */
export const FAILURES_TO_RED = 2;
/** Good sightings in a row that can end red. */
export const SIGHTINGS_TO_RECOVER = 3;
/** Shortest stay in red, so that a flapping origin does not flap the viewers. */
export const HOLD_DOWN_MS = 5_000;
/** Target durations without an advance that make a live playlist frozen. */
export const FROZEN_TARGET_DURATIONS = 1.5;
/** Latency over its own average, and over a floor, that is yellow. */
const SLOW_FACTOR = 4;
const SLOW_FLOOR_MS = 200;
/** Weight of the newest latency in the moving average. */
const LATENCY_WEIGHT = 0.1;

export interface OriginHealth {
  readonly verdict: Verdict;
  readonly reasons: readonly VerdictReason[];
  /** Last failure in words; null while there is none to tell of. */
  readonly lastFailure: { readonly failure: FailureClass; readonly detail: string } | null;
  readonly failuresInRow: number;
  readonly sightingsInRow: number;
  readonly latencyMs: number | null;
  readonly usualLatencyMs: number | null;
  readonly lastMsn: number | null;
  readonly targetDurationMs: number | null;
  /** When the playlist was last seen to advance. */
  readonly advancedAtMs: number | null;
  /** Whether it advanced since it went red. */
  readonly advancedSinceRed: boolean;
  readonly seenAtMs: number | null;
  readonly changedAtMs: number;
}

/** Before the first sighting: neither trusted nor condemned. */
export function toUnknownHealth(nowMs: number): OriginHealth {
  return {
    verdict: "unknown",
    reasons: ["never-seen"],
    lastFailure: null,
    failuresInRow: 0,
    sightingsInRow: 0,
    latencyMs: null,
    usualLatencyMs: null,
    lastMsn: null,
    targetDurationMs: null,
    advancedAtMs: null,
    advancedSinceRed: true,
    seenAtMs: null,
    changedAtMs: nowMs,
  };
}

/** Applies one sighting. `mode` says whether the playlist is expected to advance. */
export function applySighting(
  health: OriginHealth,
  outcome: SightingOutcome,
  mode: "live" | "vod",
  nowMs: number,
): OriginHealth {
  const next =
    outcome.kind === "failed"
      ? applyFailure(health, outcome, nowMs)
      : outcome.kind === "object"
        ? applyAnswer(health, outcome, true, [], nowMs)
        : applyPlaylist(health, outcome, mode, nowMs);
  return next.verdict === health.verdict ? next : { ...next, changedAtMs: nowMs };
}

function applyFailure(
  health: OriginHealth,
  outcome: SightingOutcome & { readonly kind: "failed" },
  nowMs: number,
): OriginHealth {
  const failuresInRow = health.failuresInRow + 1;
  const red = failuresInRow >= FAILURES_TO_RED || health.verdict === "red";
  return {
    ...health,
    verdict: red ? "red" : health.verdict === "unknown" ? "unknown" : "yellow",
    reasons: [red ? "failing" : "failed-once"],
    lastFailure: { failure: outcome.failure, detail: outcome.detail },
    failuresInRow,
    sightingsInRow: 0,
    latencyMs: outcome.latencyMs,
    advancedSinceRed: red ? false : health.advancedSinceRed,
    seenAtMs: nowMs,
  };
}

function applyPlaylist(
  health: OriginHealth,
  outcome: SightingOutcome & { readonly kind: "playlist" },
  mode: "live" | "vod",
  nowMs: number,
): OriginHealth {
  const isStill = mode === "vod" || outcome.ended;
  const advanced = health.lastMsn === null || outcome.lastMsn !== health.lastMsn;
  const seen: OriginHealth = {
    ...health,
    lastMsn: outcome.lastMsn,
    targetDurationMs: outcome.targetDurationMs,
    advancedAtMs: advanced || health.advancedAtMs === null ? nowMs : health.advancedAtMs,
  };
  const silentMs = nowMs - (seen.advancedAtMs ?? nowMs);
  if (!isStill && silentMs > FROZEN_TARGET_DURATIONS * outcome.targetDurationMs) {
    const frozen = { verdict: "red", reasons: ["frozen"], advancedSinceRed: false } as const;
    return {
      ...seen,
      ...frozen,
      failuresInRow: 0,
      sightingsInRow: 0,
      latencyMs: outcome.latencyMs,
      seenAtMs: nowMs,
    };
  }
  const reasons: VerdictReason[] = [];
  if (mode === "live" && outcome.ended) reasons.push("ended");
  if (health.lastMsn !== null && outcome.lastMsn < health.lastMsn) reasons.push("sequence-restart");
  return applyAnswer(seen, outcome, advanced || isStill, reasons, nowMs);
}

/** A good answer: counts towards recovery, or is green or yellow by its reasons. */
function applyAnswer(
  health: OriginHealth,
  outcome: { readonly latencyMs: number },
  advanced: boolean,
  reasons: readonly VerdictReason[],
  nowMs: number,
): OriginHealth {
  const usualMs = health.usualLatencyMs;
  const seen: OriginHealth = {
    ...health,
    failuresInRow: 0,
    sightingsInRow: health.sightingsInRow + 1,
    latencyMs: outcome.latencyMs,
    usualLatencyMs:
      usualMs === null
        ? outcome.latencyMs
        : usualMs + LATENCY_WEIGHT * (outcome.latencyMs - usualMs),
    advancedSinceRed: health.advancedSinceRed || advanced,
    seenAtMs: nowMs,
  };
  if (health.verdict === "red" && !isRecovered(seen, nowMs)) {
    return { ...seen, reasons: ["recovering"] };
  }
  const all = isSlow(health, outcome.latencyMs) ? [...reasons, "slow" as const] : reasons;
  return { ...seen, verdict: all.length > 0 ? "yellow" : "green", reasons: all, lastFailure: null };
}

function isRecovered(health: OriginHealth, nowMs: number): boolean {
  return (
    health.sightingsInRow >= SIGHTINGS_TO_RECOVER &&
    health.advancedSinceRed &&
    nowMs - health.changedAtMs >= HOLD_DOWN_MS
  );
}

function isSlow(health: OriginHealth, latencyMs: number): boolean {
  const usualMs = health.usualLatencyMs;
  return usualMs !== null && latencyMs > SLOW_FLOOR_MS && latencyMs > SLOW_FACTOR * usualMs;
}
