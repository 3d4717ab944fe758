// How much traffic an origin should get in a region: (100 - latencyMs / 100) x bandwidth share x
// health (design section 6). For the spread of segments and VOD; the live choice is made elsewhere.
//
// Latency counts little on purpose: a hundred milliseconds are one percent. Who is near should be
// preferred, but it is worse to overload a near origin than to use a far one. Health is a factor
// from 0 to 1: the verdict, the nodes that are not banned, and a ramp after red, so that an origin
// that comes back with empty caches is not hit by everything at once.

import type { Verdict } from "../verdict.ts";

/** Points of an origin that answers at once. */
export const WEIGHT_BASE = 100;
/** A point is lost per so many milliseconds. */
const LATENCY_MS_PER_POINT = 100;
/** From this share of its weight a recovered origin climbs, evenly, for so long. */
const RAMP_SHARE_MIN = 0.1;
export const RAMP_MS = 30_000;

const FACTOR: Readonly<Record<Verdict, number>> = { green: 1, yellow: 0.5, unknown: 0.1, red: 0 };
/** Under the panic floor red is not believed. */
const PANIC_FACTOR: Readonly<Record<Verdict, number>> = { ...FACTOR, unknown: 0.5, red: 0.5 };

export interface HealthFactorInput {
  readonly verdict: Verdict;
  /** When it was last red; null: never, or so long ago that nobody knows. */
  readonly redUntilMs: number | null;
  /** Share of its nodes that are not banned; null: it sends no heartbeats. */
  readonly nodeShare: number | null;
  readonly isPanic: boolean;
}

/** The factor of health, 0 to 1. */
export function toHealthFactor(input: HealthFactorInput, nowMs: number): number {
  const { verdict, redUntilMs, nodeShare, isPanic } = input;
  if (isPanic) return PANIC_FACTOR[verdict];
  const ramp = redUntilMs === null ? 1 : toRamp(nowMs - redUntilMs);
  return FACTOR[verdict] * (nodeShare ?? 1) * ramp;
}

function toRamp(sinceMs: number): number {
  const climbed = Math.min(1, Math.max(0, sinceMs / RAMP_MS));
  return RAMP_SHARE_MIN + (1 - RAMP_SHARE_MIN) * climbed;
}

/**
 * Whether bans are to be ignored: more than half of the origins would be out. It is likelier that
 * the judges are wrong than that most of the world is, and the rest could not carry it anyway.
 */
export function decidePanic(usable: number, all: number): boolean {
  return (all - usable) * 2 > all;
}

export interface WeightInput {
  /** Null while it was never measured: counted as the base. */
  readonly latencyMs: number | null;
  /** Part of the whole capacity, 0 to 1. */
  readonly bandwidthShare: number;
  /** 0 to 1; see toHealthFactor. */
  readonly health: number;
}

/** The weight of an origin in a region; never negative. */
export function toWeight({ latencyMs, bandwidthShare, health }: WeightInput): number {
  const points = Math.max(0, WEIGHT_BASE - (latencyMs ?? 0) / LATENCY_MS_PER_POINT);
  return points * bandwidthShare * health;
}
