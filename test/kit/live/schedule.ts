// When every version of a live playlist is published, known beforehand: the same few numbers give
// the same moments in every process. So the origin needs no timer to publish (a timer may stall,
// a moment cannot), and a player can say exactly how late an answer was.
//
// Intervals are uniform in [1 - j, 1 + j] times the segment's duration, each drawn for itself: the
// beat wanders, so no player and no cache can fall into step with it by luck. A `bound` keeps the
// sum of the deviations below that many milliseconds, by turning a step round that would leave it,
// as a packager's lag behind its encoder is bounded; two packagers of one programme need it.

import { makeChance } from "../chance.ts";

export interface ScheduleOptions {
  readonly seed: number;
  /** Publication of version 0, on the steady clock. */
  readonly startMs: number;
  readonly segmentMs: number;
  /** Half the width of the jitter as a share of the duration: 0.2 is "±20 %". */
  readonly jitterShare: number;
  /** At least 1.5 times the greatest step; null lets the beat wander. */
  readonly boundMs: number | null;
}

export interface Schedule {
  /** The moment at which version `index` (with segment `index` as its newest) is published. */
  readonly publishMs: (index: number) => number;
  /** The newest version at that moment; -1 before the first. */
  readonly newest: (atMs: number) => number;
}

export function makeSchedule(options: ScheduleOptions): Schedule {
  const { startMs, segmentMs, jitterShare } = options;
  const boundMs = options.boundMs ?? Number.POSITIVE_INFINITY;
  const stepMsMax = segmentMs * jitterShare;
  const chance = makeChance(options.seed);
  const moments: number[] = [startMs];
  const publishMs = (index: number): number => {
    while (moments.length <= index) {
      const deviation = (moments.at(-1) ?? 0) - startMs - (moments.length - 1) * segmentMs;
      const step = (2 * chance() - 1) * stepMsMax;
      const kept = Math.abs(deviation + step) <= boundMs ? step : -step;
      moments.push((moments.at(-1) ?? 0) + segmentMs + kept);
    }
    return moments[index] ?? startMs;
  };
  const newest = (atMs: number): number => {
    // No interval is longer than this, so the answer is not before this index.
    const longestMs = segmentMs * (1 + jitterShare);
    let index = Math.max(-1, Math.floor((atMs - startMs) / longestMs));
    while (publishMs(index + 1) <= atMs) index += 1;
    return index;
  };
  return { publishMs, newest };
}
