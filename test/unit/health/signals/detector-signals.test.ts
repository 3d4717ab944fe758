// What the senses lead to in the detector: reasons, verdicts, hold-downs.

import { describe, expect, test } from "vitest";
import {
  applySighting,
  applyTraffic,
  HOLD_DOWN_MS,
  HOLD_DOWN_MS_MAX,
  type OriginHealth,
  toHoldDownMs,
  toUnknownHealth,
} from "../../../../workers/core/health/detector.ts";
import type { SightingOutcome } from "../../../../workers/core/health/sighting.ts";

const T0 = 1_800_000_000_000;
const playlist = (lastMsn: number, given: object = {}): SightingOutcome => ({
  kind: "playlist",
  latencyMs: 50,
  targetDurationMs: 2_000,
  ended: false,
  lastMsn,
  marks: [],
  ...given,
});
const segment = (given: object = {}): SightingOutcome => ({
  kind: "segment",
  latencyMs: 50,
  bytes: 1_000_000,
  tookMs: 100,
  playsMs: 2_000,
  intact: true,
  ...given,
});
const failed: SightingOutcome = { kind: "failed", latencyMs: 9, failure: "reset", detail: "gone" };

type Seen = readonly [seconds: number, outcome: SightingOutcome];
function watch(seen: readonly Seen[], from: OriginHealth = toUnknownHealth(T0)): OriginHealth {
  return seen.reduce(
    (health, [seconds, outcome]) => applySighting(health, outcome, "live", T0 + seconds * 1_000),
    from,
  );
}
const print = ({ verdict, reasons }: OriginHealth) => [verdict, ...reasons].join(" ");
const many = (count: number, make: (k: number) => Seen) =>
  Array.from({ length: count }, (_, k) => make(k));

describe("reasons", () => {
  test.each<{ name: string; seen: readonly Seen[]; want: string }>([
    {
      name: "a file that is not what its sum says",
      seen: [[0, segment({ intact: false })]],
      want: "yellow corrupt-once",
    },
    {
      name: "three of them",
      seen: many(3, (k) => [k, segment({ intact: false })]),
      want: "red corrupt",
    },
    {
      name: "forgotten after ten minutes",
      seen: [
        [0, segment({ intact: false })],
        [600, segment()],
      ],
      want: "green",
    },
    {
      name: "bytes that come too slowly",
      seen: many(6, (k) => [k, segment({ tookMs: 1_900 })]),
      want: "yellow thin",
    },
    {
      name: "bitrates that swing",
      seen: many(6, (k) => [k, segment({ bytes: k % 2 === 0 ? 20_000 : 9_000_000, tookMs: 50 })]),
      want: "yellow bitrate-swings",
    },
    {
      name: "one failure in eleven",
      seen: many(44, (k) => [k, k % 11 === 5 ? failed : playlist(k)]),
      want: "yellow errors",
    },
    {
      name: "two looks that failed at two moments",
      seen: [
        [0, playlist(1)],
        [1, failed],
        [2, failed],
      ],
      want: "red failing",
    },
    {
      name: "a witness's own count counts",
      seen: [
        [0, playlist(1)],
        [1, { ...failed, count: 2 }],
      ],
      want: "red failing",
    },
    {
      name: "also when it says one",
      seen: [
        [0, playlist(1)],
        [1, { ...failed, count: 1 }],
        [1.05, { ...failed, count: 1 }],
      ],
      want: "yellow failed-once",
    },
    {
      name: "slow is over at twice the usual",
      seen: [
        [0, playlist(1, { latencyMs: 200 })],
        [2, playlist(2, { latencyMs: 900 })],
        [4, playlist(3, { latencyMs: 500 })],
      ],
      want: "yellow slow",
    },
    {
      name: "and not before",
      seen: [
        [0, playlist(1, { latencyMs: 200 })],
        [2, playlist(2, { latencyMs: 900 })],
        [4, playlist(3, { latencyMs: 400 })],
      ],
      want: "green",
    },
  ])("$name", ({ seen, want }) => {
    expect(print(watch(seen))).toBe(want);
  });
});

describe("traffic", () => {
  const traffic = (tries: number, failures: number) => ({
    tries,
    failures,
    failure: failures > 0 ? ("refused" as const) : null,
    latencyLog2: [],
  });
  const well = watch([[0, playlist(1)]]);
  test.each([
    { name: "all well", given: traffic(50, 0), want: "green" },
    { name: "two failures are too few", given: traffic(2, 2), want: "green" },
    { name: "three, and no success", given: traffic(3, 3), want: "red failing" },
    { name: "half of many", given: traffic(19, 10), want: "red many-errors" },
    { name: "fewer than half", given: traffic(100, 49), want: "green" },
  ])("$name", ({ given, want }) => {
    expect(print(applyTraffic(well, given, T0 + 500))).toBe(want);
  });

  test("a share of errors is told at the next look", () => {
    const some = applyTraffic(well, traffic(100, 10), T0 + 500);
    expect(print(watch([[2, playlist(2)]], some))).toBe("yellow errors");
  });

  test("it condemns, and never acquits", () => {
    const dead = watch(
      [
        [1, failed],
        [2, failed],
      ],
      well,
    );
    expect(applyTraffic(dead, traffic(500, 0), T0 + 60_000).verdict).toBe("red");
  });

  test("what made it red does not keep it red", () => {
    const dead = applyTraffic(well, traffic(1_000, 1_000), T0 + 500);
    const back = watch(
      [
        [2, playlist(2)],
        [4, playlist(3)],
        [6, playlist(4)],
      ],
      dead,
    );
    expect(print(back)).toBe("green");
  });
});

describe("hold-down", () => {
  test.each([
    { falls: [0], nowMs: 0, want: HOLD_DOWN_MS },
    { falls: [0, 60_000], nowMs: 60_000, want: 2 * HOLD_DOWN_MS },
    { falls: [0, 1, 2, 3], nowMs: 3, want: 8 * HOLD_DOWN_MS },
    { falls: [0, 1, 2, 3, 4, 5, 6, 7], nowMs: 7, want: HOLD_DOWN_MS_MAX },
    { falls: [0, 599_999], nowMs: 599_999, want: 2 * HOLD_DOWN_MS },
    { falls: [0, 600_000], nowMs: 600_000, want: HOLD_DOWN_MS },
  ])("after $falls: $want ms", ({ falls, nowMs, want }) => {
    expect(toHoldDownMs(falls, nowMs)).toBe(want);
  });

  test("who falls again stays longer", () => {
    const fall = (at: number): readonly Seen[] => [
      [at, failed],
      [at + 0.5, failed],
    ];
    const rise = (at: number, count: number): readonly Seen[] =>
      many(count, (k) => [at + 2 * k, playlist(at * 10 + k)]);
    const once = watch([...fall(1), ...rise(2, 3)]);
    expect(once.verdict).toBe("red");
    expect(watch(rise(7, 1), once).verdict).toBe("green");
    const twice = watch([...rise(7, 1), ...fall(9), ...rise(10, 4)], once);
    expect(twice.verdict).toBe("red");
    expect(watch(rise(20, 1), twice).verdict).toBe("green");
  });
});
