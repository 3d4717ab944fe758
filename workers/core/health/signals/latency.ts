// How quick an origin answers: the last answer, a baseline of what is usual, the slowest one in a
// hundred, and where it is heading. For the detector. All of it fits into a few numbers, so that a
// thousand views cost nothing to keep or to send.
//
// The baseline learns quickly while nothing is known and slowly from answers that are out of line:
// like a driver's feeling for a road, which a single jam does not change, but a month of building
// works does. An average that learns every sample alike would call a slow origin usual after ten.

/** Weight of a sample while the origin is being got to know, and afterwards. */
const WEIGHT_NEW = 0.1;
const WEIGHT = 0.02;
const NEW_SAMPLES = 20;
/** Weight of a sample that is out of line: it takes minutes to become usual. */
const WEIGHT_OUTLIER = 0.005;
/** Four times the usual is yellow (design), and below this nobody notices. */
export const SLOW_FACTOR = 4;
export const SLOW_FLOOR_MS = 200;
/** Yellow ends at half of what began it, or every second look would change it. */
const SLOW_LEAVE_FACTOR = 2;
/** Quarter octaves: a p99 is exact to 19 %. 64 of them reach from 1 ms to a minute. */
const SLOTS_PER_OCTAVE = 4;
const SLOTS_MAX = 64;
/** A p99 of fewer samples is only their maximum. */
const TAIL_SAMPLES_MIN = 100;
/** Older samples count less: half after so many. */
const TAIL_HALF_LIFE_SAMPLES = 500;
const TAIL_FACTOR = 8;
const TAIL_FLOOR_MS = 1_000;
/** Smoothing of level and slope in the forecast (Holt's two averages). */
const LEVEL_WEIGHT = 0.3;
const SLOPE_WEIGHT = 0.1;
const FORECAST_MS = 60_000;
/** The forecast follows a leap of more than double and this only in several steps. */
const LEAP_MS = 20;
/** A slope of fewer samples is noise. */
const TREND_SAMPLES_MIN = 10;

export interface LatencyRecord {
  readonly lastMs: number | null;
  readonly usualMs: number | null;
  /** Decayed counts; slot k holds [2^(k/4), 2^((k+1)/4)) milliseconds. */
  readonly slots: readonly number[];
  /** All samples ever, undecayed. */
  readonly samples: number;
  /** Level and slope (milliseconds per millisecond) of the forecast, and when they were made. */
  readonly levelMs: number;
  readonly slope: number;
  readonly atMs: number;
}

export const LATENCY_NONE: LatencyRecord = {
  lastMs: null,
  usualMs: null,
  slots: [],
  samples: 0,
  levelMs: 0,
  slope: 0,
  atMs: 0,
};

/** Adds the latency of one good answer. */
export function applyLatency(record: LatencyRecord, sampleMs: number, atMs: number): LatencyRecord {
  const { usualMs } = record;
  const isOutlier = usualMs !== null && sampleMs > Math.max(SLOW_FLOOR_MS, SLOW_FACTOR * usualMs);
  const known = record.samples < NEW_SAMPLES ? WEIGHT_NEW : WEIGHT;
  const weight = isOutlier ? WEIGHT_OUTLIER : known;
  return {
    lastMs: sampleMs,
    usualMs: usualMs === null ? sampleMs : usualMs + weight * (sampleMs - usualMs),
    slots: applySlot(record.slots, sampleMs),
    samples: record.samples + 1,
    ...applyForecast(record, sampleMs, atMs),
  };
}

/**
 * Adds what an edge counted: slot k of `log2Counts` holds answers of [2^k, 2^(k+1)) milliseconds.
 * Each stands for the middle of its slot.
 */
export function applyLatencyCounts(
  record: LatencyRecord,
  log2Counts: readonly number[],
  atMs: number,
): LatencyRecord {
  let [count, sumMs, slots] = [0, 0, record.slots];
  for (const [k, each] of log2Counts.entries()) {
    if (!(each > 0)) continue;
    count += each;
    sumMs += each * 2 ** (k + 0.5);
    slots = applySlot(slots, 2 ** (k + 0.5), each);
  }
  if (count === 0) return record;
  const whole = applyLatency(record, sumMs / count, atMs);
  return { ...whole, slots, samples: record.samples + count };
}

function applySlot(slots: readonly number[], sampleMs: number, count = 1): readonly number[] {
  const slot = toLatencySlot(sampleMs);
  const keep = 0.5 ** (count / TAIL_HALF_LIFE_SAMPLES);
  const length = Math.max(slots.length, slot + 1);
  return Array.from({ length }, (_, k) => (slots[k] ?? 0) * keep + (k === slot ? count : 0));
}

/** The slot of a latency. */
export function toLatencySlot(sampleMs: number): number {
  const slot = Math.floor(SLOTS_PER_OCTAVE * Math.log2(Math.max(1, sampleMs)));
  return Math.min(SLOTS_MAX - 1, slot);
}

function applyForecast(record: LatencyRecord, sampleMs: number, atMs: number) {
  if (record.samples === 0) return { levelMs: sampleMs, slope: 0, atMs };
  const stepMs = Math.max(1, atMs - record.atMs);
  const expectedMs = record.levelMs + record.slope * stepMs;
  // One answer that is far out is a bad answer and no trend.
  const boundedMs = Math.min(sampleMs, 2 * Math.max(0, expectedMs) + LEAP_MS);
  const levelMs = expectedMs + LEVEL_WEIGHT * (boundedMs - expectedMs);
  const seen = (levelMs - record.levelMs) / stepMs;
  return { levelMs, slope: record.slope + SLOPE_WEIGHT * (seen - record.slope), atMs };
}

/** A share of the answers was quicker than this; null with too few of them to say. */
export function toQuantileMs(record: LatencyRecord, share: number): number | null {
  if (record.samples < TAIL_SAMPLES_MIN) return null;
  const total = record.slots.reduce((sum, count) => sum + count, 0);
  let below = 0;
  for (const [slot, count] of record.slots.entries()) {
    below += count;
    if (below >= share * total) return 2 ** ((slot + 1) / SLOTS_PER_OCTAVE);
  }
  return null;
}

/** Where the latency will be in a minute if it goes on like this; null: nobody can say. */
export function toForecastMs(record: LatencyRecord): number | null {
  if (record.samples < TREND_SAMPLES_MIN) return null;
  return Math.max(0, record.levelMs + record.slope * FORECAST_MS);
}

/** `wasSlow`: it was judged slow before, and has to be clearly better to be no more. */
export function isSlow(before: LatencyRecord, sampleMs: number, wasSlow: boolean): boolean {
  const factor = wasSlow ? SLOW_LEAVE_FACTOR : SLOW_FACTOR;
  const { usualMs } = before;
  return usualMs !== null && sampleMs > SLOW_FLOOR_MS && sampleMs > factor * usualMs;
}

/** Whether the slowest in a hundred are out of all proportion. */
export function isSlowTail(record: LatencyRecord): boolean {
  const p99Ms = toQuantileMs(record, 0.99);
  const { usualMs } = record;
  return (
    p99Ms !== null && usualMs !== null && p99Ms > Math.max(TAIL_FLOOR_MS, TAIL_FACTOR * usualMs)
  );
}

/** Whether it grows so steadily that it will be slow within a minute. */
export function isSlowTrend(record: LatencyRecord): boolean {
  const forecastMs = toForecastMs(record);
  const { usualMs } = record;
  if (forecastMs === null || usualMs === null || record.slope <= 0) return false;
  // A level that has not moved yet is one bad sample, and no trend.
  if (record.levelMs < 1.5 * usualMs) return false;
  return forecastMs > Math.max(SLOW_FLOOR_MS, SLOW_FACTOR * usualMs);
}
