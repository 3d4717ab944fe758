// How far the request rate is from what it usually is, in deviations (z-score). For shedding and
// risk: load alone does not tell a busy evening from a stampede.
//
// Mean and deviation are learnt from ten-second rates, slowly, and not from rates that are a surge
// themselves. A declared event sets them: what was announced is no surprise.

/** About an hour of ten-second rates. */
const WEIGHT = 1 / 360;
/** A surge is learnt so much slower. */
const WEIGHT_SURGE = WEIGHT / 20;
const SURGE_Z = 3;
/**
 * Rates are never more regular than this; without it a quiet night makes a surge of ten viewers.
 */
const DEVIATION_SHARE_MIN = 0.1;
const DEVIATION_MIN = 1;
/** The first rates are the baseline; before so many of them nothing is a surge. */
const SAMPLES_MIN = 30;

export interface RateBaseline {
  readonly mean: number;
  readonly variance: number;
  readonly samples: number;
  /** Whether an operator declared it, and until when that holds. */
  readonly declaredUntilMs: number | null;
}

export const BASELINE_NONE: RateBaseline = {
  mean: 0,
  variance: 0,
  samples: 0,
  declaredUntilMs: null,
};

/** An event is expected to make so many requests per second, give or take. */
export function toDeclaredBaseline(
  requestsPerSecond: number,
  deviation: number,
  untilMs: number,
): RateBaseline {
  return {
    mean: requestsPerSecond,
    variance: deviation ** 2,
    samples: SAMPLES_MIN,
    declaredUntilMs: untilMs,
  };
}

/** Adds the rate of the last ten seconds. A declared baseline stays as it was declared. */
export function applyRate(baseline: RateBaseline, rate: number, nowMs: number): RateBaseline {
  const { declaredUntilMs, samples } = baseline;
  if (declaredUntilMs !== null && nowMs < declaredUntilMs) return baseline;
  const isSurge = samples >= SAMPLES_MIN && toSurge(baseline, rate) > SURGE_Z;
  // The first samples count alike, so that the mean is one from the beginning.
  const weight = isSurge ? WEIGHT_SURGE : Math.max(WEIGHT, 1 / (samples + 1));
  const off = rate - baseline.mean;
  return {
    mean: baseline.mean + weight * off,
    variance: (1 - weight) * (baseline.variance + weight * off ** 2),
    samples: samples + 1,
    declaredUntilMs: null,
  };
}

/** Deviations above the mean; 0 while nothing is known. */
export function toSurge({ mean, variance, samples }: RateBaseline, rate: number): number {
  if (samples < SAMPLES_MIN) return 0;
  const deviation = Math.max(Math.sqrt(variance), DEVIATION_SHARE_MIN * mean, DEVIATION_MIN);
  return (rate - mean) / deviation;
}
