// The calendar by which freshness is judged: the same in every process, within its jitter, and
// `newest` is what `publishMs` says.

import { describe, expect, test } from "vitest";
import { makeSchedule, type ScheduleOptions } from "./schedule.ts";

const base: ScheduleOptions = {
  seed: 7,
  startMs: 1_000_000,
  segmentMs: 2_000,
  jitterShare: 0.2,
  boundMs: null,
};
const indexes = Array.from({ length: 500 }, (_, index) => index);

describe.each([
  { name: "free", options: base },
  { name: "bound", options: { ...base, boundMs: 600 } },
])("a $name schedule", ({ options }) => {
  const schedule = makeSchedule(options);

  test("has intervals within the jitter, and uses its width", () => {
    const intervals = indexes.map((at) => schedule.publishMs(at + 1) - schedule.publishMs(at));
    expect(Math.min(...intervals)).toBeGreaterThanOrEqual(1_600);
    expect(Math.max(...intervals)).toBeLessThanOrEqual(2_400);
    expect(Math.min(...intervals)).toBeLessThan(1_620);
    expect(Math.max(...intervals)).toBeGreaterThan(2_380);
  });

  test("is the same whoever asks, in any order", () => {
    const other = makeSchedule(options);
    expect(other.publishMs(400)).toBe(schedule.publishMs(400));
    expect(other.publishMs(3)).toBe(schedule.publishMs(3));
  });

  test("knows the newest version at the moment of each publication and just before it", () => {
    for (const index of indexes) {
      const publishMs = schedule.publishMs(index);
      expect(schedule.newest(publishMs)).toBe(index);
      expect(schedule.newest(publishMs - 0.001)).toBe(index - 1);
    }
  });
});

test("a bound is kept, and a free schedule would not keep it", () => {
  const toWorst = (options: ScheduleOptions) => {
    const { publishMs } = makeSchedule(options);
    return Math.max(...indexes.map((at) => Math.abs(publishMs(at) - 1_000_000 - at * 2_000)));
  };
  expect(toWorst({ ...base, boundMs: 600 })).toBeLessThanOrEqual(600);
  expect(toWorst(base)).toBeGreaterThan(600);
});
