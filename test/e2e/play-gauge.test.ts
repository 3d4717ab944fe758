// The instrument that judges the players, held against pictures whose faults are known.

import { describe, expect, test } from "vitest";
import { type PlaySample, toPlayReport } from "./kit/play-gauge.ts";

/** Samples every 100 ms; each number is how far the playhead went since the one before. */
function toSamples(steps: readonly number[]): PlaySample[] {
  let positionSeconds = 0;
  return steps.map((step, index) => {
    positionSeconds += step;
    return { atMs: index * 100, positionSeconds, paused: false };
  });
}

const still = (count: number) => new Array<number>(count).fill(0);
const playing = (count: number) => new Array<number>(count).fill(0.1);

const rows = [
  {
    name: "a picture that never moves",
    steps: still(50),
    want: { startedAfterMs: null, stalls: [], jumps: 0, played: 0 },
  },
  {
    name: "one seek is no start",
    steps: [...still(5), 30, ...still(20)],
    want: { startedAfterMs: null, stalls: [], jumps: 0, played: 0 },
  },
  {
    name: "plays after a second",
    steps: [...still(11), ...playing(20)],
    want: { startedAfterMs: 1000, stalls: [], jumps: 0, played: 2 },
  },
  {
    name: "seeks to the live edge first",
    steps: [...still(5), 30, ...still(5), ...playing(20)],
    want: { startedAfterMs: 1000, stalls: [], jumps: 0, played: 2 },
  },
  {
    name: "stands still for two seconds and a half",
    steps: [0, ...playing(20), ...still(25), ...playing(20)],
    want: { startedAfterMs: 0, stalls: [2500], jumps: 0, played: 4 },
  },
  {
    name: "still stands at the end",
    steps: [0, ...playing(20), ...still(30)],
    want: { startedAfterMs: 0, stalls: [3000], jumps: 0, played: 2 },
  },
  {
    name: "one step without movement is no stall",
    steps: [0, ...playing(10), 0, ...playing(10)],
    want: { startedAfterMs: 0, stalls: [], jumps: 0, played: 2 },
  },
  {
    name: "a jump ahead hides no stall",
    steps: [0, ...playing(10), ...still(20), 6, ...playing(10)],
    want: { startedAfterMs: 0, stalls: [2000], jumps: 1, played: 2 },
  },
  {
    name: "a step back is a jump",
    steps: [0, ...playing(10), -1, ...playing(10)],
    want: { startedAfterMs: 0, stalls: [], jumps: 1, played: 2 },
  },
];

describe("the gauge", () => {
  test.each(rows)("$name", ({ steps, want }) => {
    const report = toPlayReport(toSamples(steps));
    expect({
      startedAfterMs: report.startedAfterMs,
      stalls: report.stalls.map(({ lastedMs }) => lastedMs),
      jumps: report.jumps.length,
      played: Math.round(report.playedSeconds * 10) / 10,
    }).toEqual(want);
  });

  test("looks only at what came after a moment", () => {
    const samples = toSamples([0, ...playing(10), ...still(30), ...playing(20)]);
    expect(toPlayReport(samples, 4200)).toMatchObject({ stalls: [], longestStallMs: 0 });
    expect(toPlayReport(samples)).toMatchObject({ longestStallMs: 3000 });
  });
});
