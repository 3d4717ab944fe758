// Judges one origin for one channel as one region sees it: green, yellow, red, or unknown before it
// was ever seen.
//
// Think of a lighthouse keeper watching two lamps. A lamp that is dark is bad; a lamp that shines
// but has stopped turning is just as bad, and most watchers miss it. So a live playlist must not
// only answer, it must advance: a 200 OK that stays the same is a failure ("frozen").
//
// Rules: two failures in a row are red. A live playlist that has not advanced for 1.5 target
// durations is red (RFC 8216bis section 6.2.1 obliges the server to publish within that time, and
// section 6.3.4 lets clients give up after it). Four times the usual latency is yellow. Out of red
// leads only a proof: three good sightings in a row, with an advance, and a hold-down that doubles
// with every fall of the last ten minutes. Regions are brought together in quorum.ts, origins
// compared in peers.ts; times are those of the view's own clock, and only differences count.

import type { FailureClass } from "./failure.ts";
import type { SightingOutcome } from "./sighting.ts";
import { applySegment, BYTES_NONE, type BytesRecord, isSwinging, isThin } from "./signals/bytes.ts";
import {
  applyMismatch,
  applyMismatchCount,
  decideIntegrity,
  type IntegrityRecord,
} from "./signals/integrity.ts";
import {
  applyLatency,
  applyLatencyCounts,
  isSlow,
  isSlowTail,
  isSlowTrend,
  LATENCY_NONE,
  type LatencyRecord,
} from "./signals/latency.ts";
import { applyTries, SHARE_NONE, type ShareWindow, toShare } from "./signals/share-window.ts";
import { toVerdict, type Verdict, type VerdictReason } from "./verdict.ts";

/** Failures in a row that make an origin red. One lost packet must not. */
export const FAILURES_TO_RED = 2;
/** Good sightings in a row that can end red. */
export const SIGHTINGS_TO_RECOVER = 3;
/** Shortest stay in red, so that a flapping origin does not flap the viewers. */
export const HOLD_DOWN_MS = 5_000;
/** Longest one, however often it fell. */
export const HOLD_DOWN_MS_MAX = 300_000;
/** Falls within this time double the hold-down. */
const FALLS_WINDOW_MS = 600_000;
const FALLS_MAX = 8;
/** Target durations without an advance that make a live playlist frozen. */
export const FROZEN_TARGET_DURATIONS = 1.5;
/** Share of failed requests within a minute, and the fewest requests that make a share. */
const ERRORS_YELLOW = { share: 0.05, triesMin: 20 } as const;
const ERRORS_RED = { share: 0.5, triesMin: 10 } as const;
/** Requests of one report that all failed: what two probes in a row are. */
const TRAFFIC_FAILURES_TO_RED = 3;

export interface OriginHealth {
  readonly verdict: Verdict;
  readonly reasons: readonly VerdictReason[];
  /** Last failure in words; null while there is none to tell of. */
  readonly lastFailure: { readonly failure: FailureClass; readonly detail: string } | null;
  readonly failuresInRow: number;
  readonly sightingsInRow: number;
  /** Of the last look, good or not. */
  readonly latencyMs: number | null;
  /** Of good looks. */
  readonly latency: LatencyRecord;
  /** Of the requests that edges made. */
  readonly trafficLatency: LatencyRecord;
  readonly errors: ShareWindow;
  readonly bytes: BytesRecord;
  readonly mismatches: IntegrityRecord;
  readonly lastMsn: number | null;
  readonly ended: boolean;
  readonly renditions: readonly string[] | null;
  readonly targetDurationMs: number | null;
  /** When the playlist was last seen to advance. */
  readonly advancedAtMs: number | null;
  /** Whether it advanced since it went red. */
  readonly advancedSinceRed: boolean;
  readonly seenAtMs: number | null;
  readonly changedAtMs: number;
  /** When it turned red of late, oldest first. */
  readonly fallsAtMs: readonly number[];
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
    latency: LATENCY_NONE,
    trafficLatency: LATENCY_NONE,
    errors: SHARE_NONE,
    bytes: BYTES_NONE,
    mismatches: [],
    lastMsn: null,
    ended: false,
    renditions: null,
    targetDurationMs: null,
    advancedAtMs: null,
    advancedSinceRed: true,
    seenAtMs: null,
    changedAtMs: nowMs,
    fallsAtMs: [],
  };
}

/** Applies one sighting. `mode` says whether the playlist is expected to advance. */
export function applySighting(
  health: OriginHealth,
  outcome: SightingOutcome,
  mode: "live" | "vod",
  nowMs: number,
): OriginHealth {
  const seen = { ...health, latencyMs: outcome.latencyMs, seenAtMs: nowMs };
  switch (outcome.kind) {
    case "failed":
      return conclude(health, applyFailure(seen, outcome, nowMs), nowMs);
    case "playlist":
      return conclude(health, applyPlaylist(seen, outcome, mode, nowMs), nowMs);
    case "segment": {
      const bytes = applySegment(seen.bytes, outcome);
      const { mismatches } = seen;
      const noted = outcome.intact ? mismatches : applyMismatch(mismatches, nowMs);
      const fetched = { ...seen, bytes, mismatches: noted };
      return conclude(health, applyAnswer(fetched, outcome.latencyMs, true, [], nowMs), nowMs);
    }
    case "object":
      return conclude(health, applyAnswer(seen, outcome.latencyMs, true, [], nowMs), nowMs);
  }
}

/** What edges counted of this origin since their last report; only failures that blame it. */
export interface Traffic {
  readonly tries: number;
  readonly failures: number;
  readonly failure: FailureClass | null;
  readonly latencyLog2: readonly number[];
  /** Files whose bytes were not what their checksums say; judged with the next good look. */
  readonly mismatches?: number;
}

/** Applies the requests that edges made. They can condemn an origin, but never acquit it. */
export function applyTraffic(health: OriginHealth, traffic: Traffic, nowMs: number): OriginHealth {
  const { tries, failures, failure, latencyLog2, mismatches = 0 } = traffic;
  const seen: OriginHealth = {
    ...health,
    mismatches: applyMismatchCount(health.mismatches, mismatches, nowMs),
    errors: applyTries(health.errors, tries, failures, nowMs),
    trafficLatency: applyLatencyCounts(health.trafficLatency, latencyLog2, nowMs),
  };
  const isDead = tries >= TRAFFIC_FAILURES_TO_RED && failures === tries;
  const share = toShare(seen.errors, nowMs);
  const isMany = share.tries >= ERRORS_RED.triesMin && share.share >= ERRORS_RED.share;
  if (!isDead && !isMany) return seen;
  const detail = `${failures} of ${tries} requests of edges failed`;
  return conclude(
    health,
    {
      ...toFallen(seen, [isDead ? "failing" : "many-errors"]),
      failuresInRow: isDead ? seen.failuresInRow + failures : seen.failuresInRow,
      lastFailure: failure === null ? seen.lastFailure : { failure, detail },
    },
    nowMs,
  );
}

/** How long red lasts at least, after so many falls within ten minutes. */
export function toHoldDownMs(fallsAtMs: readonly number[], nowMs: number): number {
  const falls = fallsAtMs.filter((atMs) => nowMs - atMs < FALLS_WINDOW_MS).length;
  return Math.min(HOLD_DOWN_MS_MAX, HOLD_DOWN_MS * 2 ** Math.max(0, falls - 1));
}

/** Keeps the books of a change of the verdict. */
function conclude(before: OriginHealth, after: OriginHealth, nowMs: number): OriginHealth {
  if (after.verdict === before.verdict) return after;
  const fell = after.verdict === "red";
  const fallsAtMs = fell ? [...after.fallsAtMs, nowMs].slice(-FALLS_MAX) : after.fallsAtMs;
  return { ...after, changedAtMs: nowMs, fallsAtMs };
}

function toFallen(health: OriginHealth, reasons: readonly VerdictReason[]): OriginHealth {
  return { ...health, verdict: "red", reasons, sightingsInRow: 0, advancedSinceRed: false };
}

function applyFailure(
  health: OriginHealth,
  outcome: SightingOutcome & { readonly kind: "failed" },
  nowMs: number,
): OriginHealth {
  const failed: OriginHealth = {
    ...health,
    errors: applyTries(health.errors, 1, 1, nowMs),
    lastFailure: { failure: outcome.failure, detail: outcome.detail },
    failuresInRow: outcome.count ?? health.failuresInRow + 1,
    sightingsInRow: 0,
  };
  if (failed.failuresInRow >= FAILURES_TO_RED || health.verdict === "red") {
    return toFallen(failed, ["failing"]);
  }
  const verdict = health.verdict === "unknown" ? "unknown" : "yellow";
  return { ...failed, verdict, reasons: ["failed-once"] };
}

function applyPlaylist(
  health: OriginHealth,
  outcome: SightingOutcome & { readonly kind: "playlist" },
  mode: "live" | "vod",
  nowMs: number,
): OriginHealth {
  const { lastMsn, targetDurationMs, ended, latencyMs } = outcome;
  const isStill = mode === "vod" || ended;
  const advanced = health.lastMsn === null || lastMsn !== health.lastMsn;
  const seen: OriginHealth = {
    ...health,
    lastMsn,
    targetDurationMs,
    ended: mode === "live" && ended,
    renditions: outcome.renditions ?? health.renditions,
    advancedAtMs: advanced || health.advancedAtMs === null ? nowMs : health.advancedAtMs,
  };
  const silentMs = nowMs - (seen.advancedAtMs ?? nowMs);
  if (!isStill && silentMs > FROZEN_TARGET_DURATIONS * targetDurationMs) {
    return { ...toFallen(seen, ["frozen"]), failuresInRow: 0 };
  }
  const reasons: VerdictReason[] = [];
  if (seen.ended) reasons.push("ended");
  if (health.lastMsn !== null && lastMsn < health.lastMsn) reasons.push("sequence-restart");
  return applyAnswer(seen, latencyMs, advanced || isStill, reasons, nowMs);
}

/** A good answer: counts towards recovery, or is green, yellow or red by its reasons. */
function applyAnswer(
  health: OriginHealth,
  latencyMs: number,
  advanced: boolean,
  reasons: readonly VerdictReason[],
  nowMs: number,
): OriginHealth {
  const wasRed = health.verdict === "red";
  // What made it red has been judged; only what comes now counts for getting out.
  const errors = wasRed && health.sightingsInRow === 0 ? SHARE_NONE : health.errors;
  const seen: OriginHealth = {
    ...health,
    failuresInRow: 0,
    sightingsInRow: health.sightingsInRow + 1,
    latency: applyLatency(health.latency, latencyMs, nowMs),
    errors: applyTries(errors, 1, 0, nowMs),
    advancedSinceRed: health.advancedSinceRed || advanced,
  };
  const all = [...reasons, ...toSoftReasons(health, seen, latencyMs, nowMs)];
  const verdict = toVerdict(all);
  if (verdict === "red") return toFallen(seen, all);
  if (wasRed && !isRecovered(seen, nowMs)) return { ...seen, reasons: ["recovering"] };
  return { ...seen, verdict, reasons: all, lastFailure: null };
}

/** What a good answer can still be blamed for. */
function toSoftReasons(
  before: OriginHealth,
  seen: OriginHealth,
  latencyMs: number,
  nowMs: number,
): readonly VerdictReason[] {
  const found: VerdictReason[] = [];
  if (isSlow(before.latency, latencyMs, before.reasons.includes("slow"))) found.push("slow");
  else if (isSlowTrend(seen.latency)) found.push("slow-trend");
  if (isSlowTail(seen.latency) || isSlowTail(seen.trafficLatency)) found.push("slow-tail");
  const { tries, share } = toShare(seen.errors, nowMs);
  if (tries >= ERRORS_RED.triesMin && share >= ERRORS_RED.share) found.push("many-errors");
  else if (tries >= ERRORS_YELLOW.triesMin && share > ERRORS_YELLOW.share) found.push("errors");
  if (isThin(seen.bytes)) found.push("thin");
  if (isSwinging(seen.bytes)) found.push("bitrate-swings");
  const integrity = decideIntegrity(seen.mismatches, nowMs);
  if (integrity !== null) found.push(integrity);
  return found;
}

function isRecovered(health: OriginHealth, nowMs: number): boolean {
  return (
    health.sightingsInRow >= SIGHTINGS_TO_RECOVER &&
    health.advancedSinceRed &&
    nowMs - health.changedAtMs >= toHoldDownMs(health.fallsAtMs, nowMs)
  );
}
