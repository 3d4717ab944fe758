// The lifetime of a media playlist (spec section 2, C1 to C4, C9, C11; design section 4). For
// ttl.ts only. A live playlist is a newspaper that states how often it appears: its own target
// duration tells more than any header, so the origin's max-age and no-cache are not asked here. A
// finished one is a book, and how long a book is kept its publisher may say, within bounds.
//   live, plain: until the next expected update, at most half a TD (low latency: a part target)
//   live, blocking: six TD, four when refused; ended: an hour, a minute while the end is news
// It does NOT look at no-store and private; ttl.ts did before it came here.

import type { OriginFreshness } from "../http/cache-control.ts";
import * as bounds from "./bounds.ts";
import { toJitteredMs } from "./jitter.ts";
import { toLatencyAdaptive } from "./latency-formula.ts";
import type { TtlPolicy } from "./policy.ts";
import type { Ttl, TtlReason } from "./reason.ts";
import type { Cadence, PlaylistFacts } from "./subject.ts";

/** What the lifetime of a media playlist depends on. */
export interface PlaylistTtlInput {
  readonly facts: PlaylistFacts;
  readonly blocking: boolean;
  readonly origin: OriginFreshness;
  readonly cadence: Cadence;
  readonly originLatencyMs: number | null;
  readonly policy: TtlPolicy;
  readonly keyHash: number;
  readonly nowMs: number;
}

/** The lifetime of a media playlist that was read successfully. */
export function decidePlaylistTtl(input: PlaylistTtlInput): Ttl {
  const { facts } = input;
  // C4: a VOD list must not change even where its ENDLIST is missing; EVENT lists are live until
  // then.
  if (facts.ended || facts.playlistType === "VOD") return decideEndedTtl(input);
  const targetSeconds = facts.targetDurationSeconds;
  if (input.blocking) {
    const freshMs = bounds.toTargetsMs(targetSeconds, bounds.BLOCKING_SUCCESS_TARGETS);
    // Six TD are already twice the age of a valid update (C9), so nothing stale comes after them.
    return { freshMs, swrMs: 0, sieMs: 0, storable: true, reason: "blocking" };
  }
  const { freshMs, reason } = decideLiveFresh(input);
  const sieMs = bounds.toTargetsMs(targetSeconds, bounds.STALE_IF_ERROR_TARGETS) - freshMs;
  // A TTL of 0 that the policy allowed means "ask every time": a stale answer would defeat it.
  const swrMs = freshMs === 0 ? 0 : Math.max(0, toLiveOldMs(facts) - freshMs);
  return { freshMs, swrMs, sieMs, storable: true, reason };
}

/**
 * The bound of every live, plain freshness: half a TD, in low latency no more than a part target.
 */
export function toLiveBoundMs(facts: PlaylistFacts): number {
  const halfMs = bounds.toTargetsMs(facts.targetDurationSeconds, bounds.PLAIN_SUCCESS_TARGETS);
  if (facts.partTargetSeconds === null) return halfMs;
  const partMs = bounds.toWholeMs(facts.partTargetSeconds);
  return Math.min(halfMs, Math.max(bounds.PART_TARGET_MS_MIN, partMs));
}

// How old a copy may be when it is served while a newer one is fetched: 1.5 TD, but in low latency
// only one part target, because renditions must not drift further apart than that (C11).
function toLiveOldMs(facts: PlaylistFacts): number {
  if (facts.partTargetSeconds !== null) return toLiveBoundMs(facts);
  return bounds.toTargetsMs(facts.targetDurationSeconds, bounds.STALE_WHILE_REVALIDATE_TARGETS);
}

function decideLiveFresh(input: PlaylistTtlInput): { freshMs: number; reason: TtlReason } {
  const { facts, policy } = input;
  const boundMs = toLiveBoundMs(facts);
  if (policy.kind === "fixed" && policy.playlistMs !== null) {
    return { freshMs: Math.min(policy.playlistMs, boundMs), reason: "fixed" };
  }
  if (policy.kind === "latency-adaptive") {
    const formulaMs = toLatencyAdaptive(input.originLatencyMs, input.keyHash);
    return { freshMs: Math.min(formulaMs, boundMs), reason: "latency-adaptive" };
  }
  const { expectedNextAtMs } = input.cadence;
  if (expectedNextAtMs !== null) {
    const leftMs = Math.floor(expectedNextAtMs - input.nowMs);
    if (leftMs <= 0) {
      const intervalSeconds =
        facts.partTargetSeconds ?? facts.lastSegmentDurationSeconds ?? facts.targetDurationSeconds;
      return { freshMs: Math.min(bounds.toOverdueMs(intervalSeconds), boundMs), reason: "overdue" };
    }
    if (leftMs < boundMs) return { freshMs: leftMs, reason: "next-update" };
  }
  return {
    freshMs: boundMs,
    reason: facts.partTargetSeconds === null ? "half-target" : "part-target",
  };
}

function decideEndedTtl(input: PlaylistTtlInput): Ttl {
  const { facts, origin, policy } = input;
  const { endedSinceMs } = facts;
  if (endedSinceMs !== null && input.nowMs - endedSinceMs < bounds.JUST_ENDED_WINDOW_MS) {
    return {
      freshMs: bounds.JUST_ENDED_FRESH_MS,
      swrMs: bounds.JUST_ENDED_FRESH_MS,
      sieMs: bounds.ENDED_FRESH_MS,
      storable: true,
      reason: "just-ended",
    };
  }
  const swrMs = Math.min(origin.swrMs ?? bounds.ENDED_SWR_MS, bounds.ENDED_SWR_MS);
  const sieMs = Math.min(origin.sieMs ?? bounds.ENDED_SIE_MS, bounds.ENDED_SIE_MS);
  if (policy.kind === "fixed" && policy.vodMs !== null) {
    const windowMs = policy.vodMs === 0 ? 0 : swrMs;
    return { freshMs: policy.vodMs, swrMs: windowMs, sieMs, storable: true, reason: "fixed" };
  }
  const floorMs = bounds.ENDED_FRESH_MS_MIN;
  const statedMs = origin.freshMs ?? bounds.ENDED_FRESH_MS;
  const boundedMs = Math.min(bounds.ENDED_FRESH_MS_MAX, Math.max(floorMs, statedMs));
  const reason = origin.freshMs === null ? "ended" : "origin";
  const freshMs = toJitteredMs(boundedMs, floorMs, input.keyHash);
  return { freshMs, swrMs, sieMs, storable: true, reason };
}
