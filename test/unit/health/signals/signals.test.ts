// The detector's senses, one by one: latency, shares, bytes, integrity.

import { describe, expect, test } from "vitest";
import {
  applySegment,
  BYTES_NONE,
  isSwinging,
  isThin,
} from "../../../../workers/core/health/signals/bytes.ts";
import {
  applyMismatch,
  decideIntegrity,
} from "../../../../workers/core/health/signals/integrity.ts";
import {
  applyLatency,
  applyLatencyCounts,
  isSlow,
  isSlowTail,
  isSlowTrend,
  LATENCY_NONE,
  type LatencyRecord,
  toForecastMs,
  toLatencySlot,
  toQuantileMs,
} from "../../../../workers/core/health/signals/latency.ts";
import {
  applyTries,
  SHARE_NONE,
  toShare,
} from "../../../../workers/core/health/signals/share-window.ts";

/** A sample every two seconds. */
function learn(samples: readonly number[], from: LatencyRecord = LATENCY_NONE): LatencyRecord {
  return samples.reduce((record, ms, k) => applyLatency(record, ms, (k + 1) * 2_000), from);
}
const repeat = (count: number, make: (k: number) => number) =>
  Array.from({ length: count }, (_, k) => make(k));

describe("latency", () => {
  test("the usual follows quickly, but not what is out of line", () => {
    expect(learn([100, 200]).usualMs).toBeCloseTo(110, 9);
    const jam = learn([...repeat(20, () => 100), ...repeat(30, () => 2_000)]);
    expect(jam.usualMs).toBeLessThan(400);
    const works = learn([...repeat(20, () => 100), ...repeat(400, () => 2_000)]);
    expect(works.usualMs).toBeGreaterThan(500);
  });

  test.each([
    { name: "four times exactly", usual: 100, sample: 400, was: false, want: false },
    { name: "more", usual: 100, sample: 401, was: false, want: true },
    { name: "quick enough for anybody", usual: 10, sample: 200, was: false, want: false },
    {
      name: "slow stays slow until twice the usual",
      usual: 150,
      sample: 301,
      was: true,
      want: true,
    },
    { name: "and is over at twice", usual: 150, sample: 300, was: true, want: false },
  ])("slow: $name", ({ usual, sample, was, want }) => {
    expect(isSlow(learn([usual]), sample, was)).toBe(want);
  });

  test("quantiles are exact to a quarter octave, and silent with few samples", () => {
    const record = learn(repeat(99, () => 50));
    expect(toQuantileMs(record, 0.99)).toBeNull();
    const p99Ms = toQuantileMs(learn([...repeat(990, () => 50), ...repeat(20, () => 3_000)]), 0.99);
    expect(p99Ms).toBeGreaterThan(3_000 / 1.19);
    expect(p99Ms).toBeLessThan(3_000 * 1.19);
    const p50Ms = toQuantileMs(learn(repeat(200, (k) => 10 + k)), 0.5) ?? 0;
    expect(Math.abs(p50Ms / 110 - 1)).toBeLessThan(0.3);
  });

  test("slots are quarter octaves, closed at both ends", () => {
    expect([0, 1, 2, 4, 1e9].map(toLatencySlot)).toEqual([0, 0, 4, 8, 63]);
  });

  test("a slow tail: one in fifty at seconds, where a tenth of one is usual", () => {
    expect(isSlowTail(learn(repeat(300, (k) => (k % 50 === 0 ? 3_000 : 90))))).toBe(true);
    expect(isSlowTail(learn(repeat(300, (k) => (k % 50 === 0 ? 700 : 90))))).toBe(false);
    expect(isSlowTail(learn(repeat(300, () => 3_000)))).toBe(false);
  });

  test("edges' counts are samples like others", () => {
    const counted = applyLatencyCounts(LATENCY_NONE, [0, 0, 0, 0, 0, 0, 90, 0, 0, 0, 0, 10], 2_000);
    expect(counted.samples).toBe(100);
    expect(toQuantileMs(counted, 0.99)).toBeGreaterThan(2_048);
    expect(applyLatencyCounts(LATENCY_NONE, [0, 0], 2_000)).toBe(LATENCY_NONE);
  });

  test("a trend: growing steadily, before it is slow", () => {
    const flat = repeat(20, (k) => 100 + (k % 3));
    expect(isSlowTrend(learn(flat))).toBe(false);
    const climbing = learn([...flat, ...repeat(14, (k) => 100 + 14 * k)]);
    expect(isSlow(climbing, 282, false)).toBe(false);
    expect(isSlowTrend(climbing)).toBe(true);
    expect(toForecastMs(climbing)).toBeGreaterThan(400);
    // One bad answer is no trend, nor is what goes down.
    expect(isSlowTrend(learn([...flat, 390]))).toBe(false);
    expect(isSlowTrend(learn(repeat(30, (k) => 900 - 20 * k)))).toBe(false);
  });
});

describe("shares of a sliding minute", () => {
  test("sums, and forgets", () => {
    let window = applyTries(SHARE_NONE, 10, 1, 0);
    window = applyTries(window, 10, 4, 9_999);
    window = applyTries(window, 20, 0, 30_000);
    expect(toShare(window, 30_000)).toEqual({ tries: 40, failures: 5, share: 0.125 });
    expect(toShare(window, 59_999)).toEqual({ tries: 40, failures: 5, share: 0.125 });
    expect(toShare(window, 60_000)).toEqual({ tries: 20, failures: 0, share: 0 });
    expect(toShare(window, 1e9)).toEqual({ tries: 0, failures: 0, share: 0 });
  });

  test("a clock that goes back loses the future, and nothing breaks", () => {
    const window = applyTries(applyTries(SHARE_NONE, 5, 5, 100_000), 1, 0, 50_000);
    expect(toShare(window, 50_000)).toEqual({ tries: 1, failures: 0, share: 0 });
  });
});

describe("bytes", () => {
  const segment = (bitrate: number, speed: number) => ({
    bytes: (bitrate * 2) / 8,
    playsMs: 2_000,
    tookMs: (bitrate * 2 * 1_000) / speed,
  });
  const fetchAll = (all: readonly ReturnType<typeof segment>[]) =>
    all.reduce(applySegment, BYTES_NONE);
  test.each([
    { name: "fast enough", all: repeat(8, () => 40e6), want: false },
    {
      name: "a little faster than it is watched is too slow",
      all: repeat(8, () => 5.9e6),
      want: true,
    },
    { name: "just fast enough", all: repeat(8, () => 6.1e6), want: false },
    { name: "few fetches say nothing", all: repeat(4, () => 1e6), want: false },
    {
      name: "a quarter of the usual, but plenty",
      all: [...repeat(20, () => 900e6), ...repeat(20, () => 60e6)],
      want: false,
    },
    {
      name: "a tenth of the usual, and near the need",
      all: [...repeat(20, () => 900e6), ...repeat(20, () => 30e6)],
      want: true,
    },
  ])("throughput: $name", ({ all, want }) => {
    expect(isThin(fetchAll(all.map((speed) => segment(5e6, speed))))).toBe(want);
  });

  test.each([
    { name: "content", all: [4e6, 5e6, 3.5e6, 6e6, 4.2e6], want: false },
    { name: "nothing and ten times too much", all: [4e6, 0.1e6, 40e6, 0.1e6, 4e6], want: true },
    { name: "too few", all: [0.1e6, 40e6], want: false },
    { name: "black is even", all: [1, 1, 1, 1, 1].map(() => 0.1e6), want: false },
  ])("bitrate: $name", ({ all, want }) => {
    expect(isSwinging(fetchAll(all.map((bitrate) => segment(bitrate, 100e6))))).toBe(want);
  });
});

describe("integrity", () => {
  test.each([
    { name: "nothing", atMs: [], nowMs: 0, want: null },
    { name: "once", atMs: [0], nowMs: 1, want: "corrupt-once" },
    { name: "twice", atMs: [0, 1], nowMs: 1, want: "corrupt-once" },
    {
      name: "three times in ten minutes",
      atMs: [0, 300_000, 599_999],
      nowMs: 599_999,
      want: "corrupt",
    },
    {
      name: "three times in longer",
      atMs: [0, 300_000, 600_000],
      nowMs: 600_000,
      want: "corrupt-once",
    },
    { name: "long ago", atMs: [0], nowMs: 600_000, want: null },
  ])("$name", ({ atMs, nowMs, want }) => {
    const record = atMs.reduce<readonly number[]>((all, each) => applyMismatch(all, each), []);
    expect(decideIntegrity(record, nowMs)).toBe(want);
  });
});
