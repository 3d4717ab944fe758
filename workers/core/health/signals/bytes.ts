// What an origin's media weighs and how fast it comes: throughput against what the media needs, and
// segments whose bitrate swings (an encoder that has lost its picture sends next to nothing, one
// that has lost its rate control sends ten times too much). For the detector.

const WEIGHT = 0.2;
/** Media must come this much faster than it is watched. */
const NEED_FACTOR = 1.2;
/** And a quarter of the usual is trouble wherever it is not limited by the need. */
const USUAL_SHARE_MIN = 0.25;
const SAMPLES_MIN = 5;
const BITRATES_MAX = 8;
/** Deviation over mean. Open content stays under 0.4 between segments; 0.75 is no content. */
const SWING_MAX = 0.75;

export interface BytesRecord {
  /** Smoothed bits per second of what was fetched lately; null before the first. */
  readonly throughputBps: number | null;
  readonly usualBps: number | null;
  readonly samples: number;
  /** Bits per second of media, of the newest segments whose size is known, oldest first. */
  readonly bitratesBps: readonly number[];
}

export const BYTES_NONE: BytesRecord = {
  throughputBps: null,
  usualBps: null,
  samples: 0,
  bitratesBps: [],
};

/** Adds one fetched segment: its size, how long the body took, how long it plays. */
export function applySegment(
  record: BytesRecord,
  segment: { readonly bytes: number; readonly tookMs: number; readonly playsMs: number },
): BytesRecord {
  const bps = (segment.bytes * 8_000) / Math.max(1, segment.tookMs);
  const { throughputBps, usualBps } = record;
  const bitrateBps = (segment.bytes * 8_000) / Math.max(1, segment.playsMs);
  return {
    throughputBps: throughputBps === null ? bps : throughputBps + WEIGHT * (bps - throughputBps),
    usualBps: usualBps === null ? bps : usualBps + (WEIGHT / 10) * (bps - usualBps),
    samples: record.samples + 1,
    bitratesBps: [...record.bitratesBps, bitrateBps].slice(-BITRATES_MAX),
  };
}

/** Whether its bytes come too slowly to be watched, or far slower than usual. */
export function isThin(record: BytesRecord): boolean {
  const { throughputBps, usualBps, samples, bitratesBps } = record;
  if (throughputBps === null || usualBps === null || samples < SAMPLES_MIN) return false;
  const needBps = NEED_FACTOR * toMean(bitratesBps);
  if (throughputBps < needBps) return true;
  // Ten times the need is plenty, whatever was usual.
  return throughputBps < USUAL_SHARE_MIN * usualBps && throughputBps < 10 * needBps;
}

/** Whether the newest segments are of very different bitrates. */
export function isSwinging({ bitratesBps }: BytesRecord): boolean {
  if (bitratesBps.length < SAMPLES_MIN) return false;
  const mean = toMean(bitratesBps);
  const square = toMean(bitratesBps.map((bps) => (bps - mean) ** 2));
  return mean > 0 && Math.sqrt(square) / mean > SWING_MAX;
}

function toMean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length);
}
