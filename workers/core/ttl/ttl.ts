// How long one thing may be kept: the one function that decides it for all three workers (design
// section 4; spec section 2). Everything it looks at is in its input, so any lifetime can be
// recomputed and explained later. First match decides: a server's failure is never kept; a 404 or
// 400 follows the failure column of the table, since that refusal is our own text and a wrong URL
// in a million players must not reach the origin a million times; then the kind of thing.
// Who wins on a success: `private` always, for sharing one viewer's answer would be a leak.
// `no-store` too (RFC 9111 section 5.2.2.5), but packagers often mean "not for long" by it, so the
// policy ignore_no_store waives it for playlists, and only there. Milder words (no-cache, max-age)
// lose against a live playlist, which states its own rhythm, and against names that never change;
// they rule keys, side files, finished playlists and names that an encoder may use again.
// It does NOT read a clock, throw dice, or store.

import { ORIGIN_FRESHNESS_UNSTATED, type OriginFreshness } from "../http/cache-control.ts";
import * as bounds from "./bounds.ts";
import { toJitteredMs } from "./jitter.ts";
import { toLatencyAdaptive } from "./latency-formula.ts";
import { decidePlaylistTtl } from "./playlist-ttl.ts";
import type { TtlPolicy } from "./policy.ts";
import type { Ttl, TtlReason } from "./reason.ts";
import type { Cadence, TtlOutcome, TtlSubject } from "./subject.ts";

/** Everything a lifetime depends on. */
export interface TtlInput {
  readonly subject: TtlSubject;
  readonly outcome: TtlOutcome;
  /** What the origin's headers allow; null when there was no answer. */
  readonly origin: OriginFreshness | null;
  readonly cadence: Cadence;
  /** Smoothed time to the origin's headers; null when not measured. */
  readonly originLatencyMs: number | null;
  readonly policy: TtlPolicy;
  /** Unsigned 32-bit hash of the cache key: spreads expiries without chance. */
  readonly keyHash: number;
  readonly nowMs: number;
}

/** Decides how long the outcome of one attempt may be kept. */
export function decideTtl(input: TtlInput): Ttl {
  const { subject, outcome, policy } = input;
  const origin = input.origin ?? ORIGIN_FRESHNESS_UNSTATED;
  if (outcome === "unavailable") return toUnstorable("unavailable");
  if (outcome !== "success") return decideFailureTtl(input);
  if (!origin.storable) {
    if (origin.reason !== "no-store") return toUnstorable("origin-private");
    const isPlaylist = subject.kind === "media-playlist" || subject.kind === "multivariant";
    if (!(isPlaylist && policy.ignoreNoStore)) return toUnstorable("origin-no-store");
  }
  // A waived no-store leaves nothing of what the origin said that could be followed.
  const stated = origin.storable ? origin : ORIGIN_FRESHNESS_UNSTATED;
  switch (subject.kind) {
    case "media-playlist":
      if (subject.facts === null) return toUnstorable("unavailable");
      return decidePlaylistTtl({
        facts: subject.facts,
        blocking: subject.blocking,
        origin: stated,
        cadence: input.cadence,
        originLatencyMs: input.originLatencyMs,
        policy,
        keyHash: input.keyHash,
        nowMs: input.nowMs,
      });
    case "multivariant":
      return decideMultivariantTtl(subject.live, stated, input);
    case "segment":
      return decideSegmentTtl(subject, stated, input);
    case "key":
      if (stated.freshMs === null) return toUnstorable("key-unstated");
      return decideByOrigin(stated, stated.freshMs, "origin");
    case "side": {
      const reason = stated.freshMs === null ? "side-default" : "origin";
      return decideByOrigin(stated, stated.freshMs ?? bounds.SIDE_FRESH_MS, reason);
    }
  }
}

// The failure column (spec section 2), C8 and B12. No stale windows: an old "no" helps nobody.
function decideFailureTtl(input: TtlInput): Ttl {
  const { subject } = input;
  const targetSeconds = toTargetSeconds(subject);
  const blocking = subject.kind === "media-playlist" && subject.blocking;
  if (input.outcome === "rejected") {
    return toFailure(bounds.toTargetsMs(targetSeconds, bounds.PLAIN_SUCCESS_TARGETS), "rejected");
  }
  if (blocking) {
    return toFailure(
      bounds.toTargetsMs(targetSeconds, bounds.BLOCKING_FAILURE_TARGETS),
      "blocking-failure",
    );
  }
  const hinted = subject.kind === "segment" && subject.hinted;
  const factor = hinted ? bounds.HINTED_FAILURE_TARGETS : bounds.PLAIN_FAILURE_TARGETS;
  const failureMs = bounds.toTargetsMs(targetSeconds, factor);
  const { expectedNextAtMs } = input.cadence;
  if (subject.kind === "segment" && expectedNextAtMs !== null) {
    // A segment of the near future: its "no" must be gone when it is published.
    const leftMs = Math.floor(expectedNextAtMs - input.nowMs);
    const waitMs = leftMs > 0 ? leftMs : bounds.toOverdueMs(targetSeconds);
    if (waitMs < failureMs) return toFailure(waitMs, "until-published");
  }
  return toFailure(failureMs, "failure");
}

function decideMultivariantTtl(live: boolean, origin: OriginFreshness, input: TtlInput): Ttl {
  const swrMaxMs = live ? bounds.LADDER_SWR_MS : bounds.ENDED_SWR_MS;
  const sieMaxMs = live ? bounds.LADDER_SIE_MS : bounds.ENDED_SIE_MS;
  const swrMs = Math.min(origin.swrMs ?? swrMaxMs, swrMaxMs);
  const sieMs = Math.min(origin.sieMs ?? sieMaxMs, sieMaxMs);
  const { policy } = input;
  if (policy.kind === "fixed" && policy.multivariantMs !== null) {
    const zero = policy.multivariantMs === 0;
    return {
      freshMs: policy.multivariantMs,
      swrMs: zero ? 0 : swrMs,
      sieMs,
      storable: true,
      reason: "fixed",
    };
  }
  const floorMs = live ? bounds.LADDER_FRESH_MS_MIN : bounds.ENDED_FRESH_MS_MIN;
  const ceilingMs = live ? bounds.LADDER_FRESH_MS_MAX : bounds.ENDED_FRESH_MS_MAX;
  const defaultMs = live ? bounds.LADDER_FRESH_MS : bounds.ENDED_FRESH_MS;
  const boundedMs = Math.min(ceilingMs, Math.max(floorMs, origin.freshMs ?? defaultMs));
  const reason = live ? "multivariant-live" : "multivariant-vod";
  return {
    freshMs: live ? boundedMs : toJitteredMs(boundedMs, floorMs, input.keyHash),
    swrMs,
    sieMs,
    storable: true,
    reason: origin.freshMs === null ? reason : "origin",
  };
}

function decideSegmentTtl(
  subject: Extract<TtlSubject, { kind: "segment" }>,
  origin: OriginFreshness,
  input: TtlInput,
): Ttl {
  const targetSeconds = toTargetSeconds(subject);
  if (subject.hinted) {
    const freshMs = bounds.toTargetsMs(targetSeconds, bounds.HINTED_SUCCESS_TARGETS);
    return { freshMs, swrMs: 0, sieMs: 0, storable: true, reason: "hinted-segment" };
  }
  // RFC 8246 promises unchanging bytes while they are fresh: the origin's own lifetime may be
  // trusted beyond the cap of a reusable name, but not stretched.
  const promised = origin.immutable && origin.freshMs !== null;
  const reusable = !subject.immutableName && !promised;
  const capMs = reusable ? toReusableCapMs(subject.targetDurationSeconds) : bounds.YEAR_MS;
  // A name that may be used again must not outlive its cap, so it is served stale only for errors.
  const swrMs = reusable
    ? 0
    : Math.min(origin.swrMs ?? bounds.SEGMENT_SWR_MS, bounds.SEGMENT_SWR_MS);
  const sieMaxMs = reusable ? capMs : bounds.SEGMENT_SIE_MS;
  const sieMs = Math.min(origin.sieMs ?? sieMaxMs, sieMaxMs);
  const configured = toConfiguredSegment(input);
  if (configured !== null) {
    const freshMs = Math.min(configured.freshMs, capMs);
    const windowMs = freshMs === 0 ? 0 : swrMs;
    return { freshMs, swrMs: windowMs, sieMs, storable: true, reason: configured.reason };
  }
  if (reusable) {
    const statedMs = origin.freshMs ?? capMs;
    const reason = origin.freshMs !== null && statedMs < capMs ? "origin" : "reusable-name";
    return { freshMs: Math.min(statedMs, capMs), swrMs, sieMs, storable: true, reason };
  }
  const floorMs = subject.immutableName ? bounds.SEGMENT_FRESH_MS_MIN : 0;
  const statedMs = Math.min(bounds.YEAR_MS, Math.max(floorMs, origin.freshMs ?? bounds.YEAR_MS));
  const freshMs = toJitteredMs(statedMs, floorMs, input.keyHash);
  const reason = subject.immutableName ? "immutable-name" : "origin";
  return { freshMs, swrMs, sieMs, storable: true, reason };
}

function toConfiguredSegment(input: TtlInput): { freshMs: number; reason: TtlReason } | null {
  const { policy } = input;
  if (policy.kind === "fixed" && policy.segmentMs !== null) {
    return { freshMs: policy.segmentMs, reason: "fixed" };
  }
  if (policy.kind !== "latency-adaptive") return null;
  const seconds = toLatencyAdaptive(input.originLatencyMs, input.keyHash);
  return { freshMs: seconds * 1000, reason: "latency-adaptive" };
}

// A library's segment has no target duration at hand; half an hour is design section 4's least.
function toReusableCapMs(targetDurationSeconds: number | null): number {
  if (targetDurationSeconds === null) return bounds.SEGMENT_FRESH_MS_MIN;
  return bounds.toTargetsMs(targetDurationSeconds, bounds.REUSABLE_NAME_TARGETS);
}

function decideByOrigin(origin: OriginFreshness, freshMs: number, reason: TtlReason): Ttl {
  return {
    freshMs: Math.min(freshMs, bounds.YEAR_MS),
    swrMs: Math.min(origin.swrMs ?? 0, bounds.SIDE_STALE_MS_MAX),
    sieMs: Math.min(origin.sieMs ?? 0, bounds.SIDE_STALE_MS_MAX),
    storable: true,
    reason,
  };
}

function toTargetSeconds(subject: TtlSubject): number {
  const seconds =
    subject.kind === "media-playlist"
      ? subject.facts?.targetDurationSeconds
      : subject.kind === "segment"
        ? subject.targetDurationSeconds
        : null;
  return seconds ?? bounds.TARGET_DURATION_SECONDS_MIN;
}

function toFailure(freshMs: number, reason: TtlReason): Ttl {
  return { freshMs, swrMs: 0, sieMs: 0, storable: true, reason };
}

function toUnstorable(reason: TtlReason): Ttl {
  return { freshMs: 0, swrMs: 0, sieMs: 0, storable: false, reason };
}
