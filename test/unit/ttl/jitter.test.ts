// The spread of expiries and the published latency formula: whole numbers, bounds, no chance.
import { describe, expect, it } from "vitest";
import { toJitteredMs } from "../../../workers/core/ttl/jitter.ts";
import { toLatencyAdaptive } from "../../../workers/core/ttl/latency-formula.ts";

const HASH_MAX = 2 ** 32 - 1;

describe("toJitteredMs", () => {
  const rows: { freshMs: number; floorMs: number; keyHash: number; want: number }[] = [
    { freshMs: 1000, floorMs: 0, keyHash: 0, want: 900 },
    { freshMs: 1000, floorMs: 0, keyHash: 2 ** 31, want: 950 },
    { freshMs: 1000, floorMs: 0, keyHash: HASH_MAX, want: 999 },
    { freshMs: 1000, floorMs: 1000, keyHash: 0, want: 1000 },
    { freshMs: 1000, floorMs: 1000, keyHash: HASH_MAX, want: 1099 },
    { freshMs: 1000, floorMs: 950, keyHash: 0, want: 950 },
    { freshMs: 0, floorMs: 0, keyHash: HASH_MAX, want: 0 },
    { freshMs: 9, floorMs: 0, keyHash: HASH_MAX, want: 9 },
    { freshMs: 1000, floorMs: 0, keyHash: -1, want: 999 },
  ];
  for (const { freshMs, floorMs, keyHash, want } of rows) {
    it(`${freshMs} above ${floorMs} with ${keyHash}`, () => {
      expect(toJitteredMs(freshMs, floorMs, keyHash)).toBe(want);
    });
  }

  it("spreads 1000 keys evenly over the tenth", () => {
    const buckets = new Array<number>(10).fill(0);
    for (let key = 0; key < 1000; key += 1) {
      const value = toJitteredMs(31_536_000_000, 1_800_000, Math.floor((key / 1000) * HASH_MAX));
      const share = (value - 0.9 * 31_536_000_000) / (0.1 * 31_536_000_000);
      const bucket = Math.min(9, Math.floor(share * 10));
      buckets[bucket] = (buckets[bucket] ?? 0) + 1;
    }
    expect(Math.min(...buckets)).toBeGreaterThanOrEqual(99);
  });
});

describe("toLatencyAdaptive", () => {
  const rows: { latencyMs: number | null; keyHash: number; want: number }[] = [
    { latencyMs: null, keyHash: 0, want: 1100 },
    { latencyMs: 0, keyHash: 100, want: 1200 },
    { latencyMs: 0, keyHash: 101, want: 1100 },
    { latencyMs: 100, keyHash: 0, want: 1080 },
    { latencyMs: 2, keyHash: 0, want: 1097 },
    { latencyMs: 250_000, keyHash: 0, want: 100 },
    { latencyMs: 1_000_000, keyHash: 7, want: 107 },
    { latencyMs: -5, keyHash: 0, want: 1100 },
  ];
  for (const { latencyMs, keyHash, want } of rows) {
    it(`${latencyMs} ms with ${keyHash}`, () => {
      expect(toLatencyAdaptive(latencyMs, keyHash)).toBe(want);
    });
  }
});
