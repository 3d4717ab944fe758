// Load, surge, shedding, risk and viewers: the formulas of the design, at their corners.

import { describe, expect, test } from "vitest";
import { decideLoad } from "../../../../workers/core/health/overload/load.ts";
import { decideRisk } from "../../../../workers/core/health/overload/risk.ts";
import {
  decideShed,
  SHED_LOAD,
  SHED_SHARE_MAX,
} from "../../../../workers/core/health/overload/shed.ts";
import {
  applyRate,
  BASELINE_NONE,
  type RateBaseline,
  toDeclaredBaseline,
  toSurge,
} from "../../../../workers/core/health/overload/surge.ts";
import {
  applyViewers,
  DROP_MS,
  toViewerWatch,
  type ViewerWatch,
} from "../../../../workers/core/health/overload/viewers.ts";

describe("load", () => {
  const calm = {
    relayRequestsPerSecond: 0,
    egressBps: 0,
    egressCapacityBps: 1e9,
    hedgeShare: 0,
    errorShare: 0,
  };
  test.each([
    { name: "nothing", given: {}, want: { load: 0, part: "relays" } },
    {
      name: "a relay at its plan",
      given: { relayRequestsPerSecond: 800 },
      want: { load: 100, part: "relays" },
    },
    { name: "half of the egress", given: { egressBps: 5e8 }, want: { load: 50, part: "egress" } },
    {
      name: "egress that nobody declared",
      given: { egressBps: 5e8, egressCapacityBps: null },
      want: { load: 0, part: "relays" },
    },
    {
      name: "four fifths of the hedges",
      given: { hedgeShare: 0.8 },
      want: { load: 80, part: "hedges" },
    },
    {
      name: "one percent of errors",
      given: { errorShare: 0.01 },
      want: { load: 20, part: "errors" },
    },
    {
      name: "the fullest counts",
      given: { relayRequestsPerSecond: 400, errorShare: 0.1 },
      want: { load: 200, part: "errors" },
    },
  ])("$name", ({ given, want }) => {
    const found = decideLoad({ ...calm, ...given });
    expect(found.load).toBeCloseTo(want.load, 9);
    expect(found.part).toBe(want.part);
  });
});

describe("surge", () => {
  const learn = (rates: readonly number[], from: RateBaseline = BASELINE_NONE) =>
    rates.reduce((baseline, rate, k) => applyRate(baseline, rate, k * 10_000), from);
  const wave = (count: number) =>
    Array.from({ length: count }, (_, k) => 1_000 + 100 * Math.sin(k));

  test("nothing is a surge before anything is known", () => {
    expect(toSurge(learn(wave(29)), 50_000)).toBe(0);
    expect(toSurge(learn(wave(30)), 50_000)).toBeGreaterThan(100);
  });

  test("in deviations above the mean, of at least a tenth of it", () => {
    const baseline = learn(wave(2_000));
    expect(baseline.mean).toBeGreaterThan(980);
    expect(baseline.mean).toBeLessThan(1_020);
    expect(toSurge(baseline, baseline.mean + 300)).toBeCloseTo(3, 0);
    expect(toSurge(learn(Array.from({ length: 100 }, () => 1_000)), 1_300)).toBeCloseTo(3, 6);
    expect(toSurge(learn(Array.from({ length: 100 }, () => 0)), 3)).toBeCloseTo(3, 6);
  });

  test("a stampede does not become usual while it runs", () => {
    const before = learn(wave(1_000));
    const after = learn(
      Array.from({ length: 60 }, () => 20_000),
      before,
    );
    expect(toSurge(after, 20_000)).toBeGreaterThan(3);
  });

  test("a declared event is no surprise, until it is over", () => {
    const declared = toDeclaredBaseline(50_000, 10_000, 600_000);
    expect(toSurge(declared, 60_000)).toBeCloseTo(1, 9);
    expect(applyRate(declared, 1_000, 599_999)).toBe(declared);
    expect(applyRate(declared, 1_000, 600_000).mean).toBeLessThan(50_000);
  });
});

describe("shedding", () => {
  test.each([
    { name: "full, but no surge", before: 0, load: 200, surge: 3, fresh: 1, want: 0 },
    { name: "a surge, but room", before: 0, load: 79.9, surge: 9, fresh: 1, want: 0 },
    { name: "both, just so", before: 0, load: 80, surge: 3.1, fresh: 1, want: 0 },
    { name: "a fifth too much", before: 0, load: 100, surge: 4, fresh: 1, want: 0.2 },
    {
      name: "only new sessions can be turned away",
      before: 0,
      load: 100,
      surge: 4,
      fresh: 0.5,
      want: 0.4,
    },
    { name: "there are no new sessions", before: 0, load: 100, surge: 4, fresh: 0, want: 0 },
    {
      name: "somebody always gets in",
      before: 0,
      load: 100_000,
      surge: 99,
      fresh: 1,
      want: SHED_SHARE_MAX,
    },
    { name: "it holds while it works", before: 0.2, load: 80, surge: 4, fresh: 1, want: 0.2 },
    {
      name: "it goes down with what is offered",
      before: 0.5,
      load: 50,
      surge: 4,
      fresh: 1,
      want: 0.2,
    },
    { name: "it stays on above 70 offered", before: 0.2, load: 57, surge: 2.5, fresh: 1, want: 0 },
    { name: "it ends below", before: 0.2, load: 55, surge: 2.5, fresh: 1, want: 0 },
    { name: "it ends with the surge", before: 0.2, load: 80, surge: 2, fresh: 1, want: 0 },
  ])("$name", ({ before, load, surge, fresh, want }) => {
    expect(decideShed(before, { load, surge, newShare: fresh })).toBeCloseTo(want, 9);
  });

  test("repeated, it brings the load to 80 and holds it there", () => {
    for (const offered of [90, 120, 400, 1_500]) {
      let share = 0;
      for (let turn = 0; turn < 5; turn += 1) {
        share = decideShed(share, { load: offered * (1 - share), surge: 8, newShare: 1 });
      }
      expect(offered * (1 - share)).toBeCloseTo(SHED_LOAD, 6);
    }
  });
});

describe("risk", () => {
  test.each([
    { name: "calm", given: { p99Ms: 100, usualP99Ms: 100, surge: 0, load: 0 }, want: 0 },
    { name: "latency alone", given: { p99Ms: 200, usualP99Ms: 100, surge: 0, load: 0 }, want: 30 },
    {
      name: "half as slow again",
      given: { p99Ms: 150, usualP99Ms: 100, surge: 0, load: 0 },
      want: 15,
    },
    { name: "surge alone", given: { p99Ms: 1, usualP99Ms: 100, surge: 6, load: 0 }, want: 40 },
    {
      name: "load alone, and never more than full",
      given: { p99Ms: 1, usualP99Ms: 100, surge: -4, load: 250 },
      want: 30,
    },
    { name: "all", given: { p99Ms: 900, usualP99Ms: 100, surge: 60, load: 100 }, want: 100 },
    {
      name: "no week to compare with",
      given: { p99Ms: 900, usualP99Ms: 0, surge: 6, load: 100 },
      want: 70,
    },
  ])("$name", ({ given, want }) => {
    expect(decideRisk(given).risk).toBeCloseTo(want, 9);
  });

  test.each([
    { surge: 3.75, isAlarm: false },
    { surge: 3.76, isAlarm: true },
  ])("an alarm above 85: surge $surge", ({ surge, isAlarm }) => {
    expect(decideRisk({ p99Ms: 300, usualP99Ms: 100, surge, load: 100 }).isAlarm).toBe(isAlarm);
  });
});

describe("viewers", () => {
  const MINUTE = 60_000;
  /** One count a minute. */
  const watch = (counts: readonly number[]) =>
    counts
      .slice(1)
      .reduce<ViewerWatch>(
        (state, count, k) => applyViewers(state, count, (k + 1) * MINUTE),
        toViewerWatch(counts[0] ?? 0, 0),
      );
  const hold = (count: number, minutes: number) => Array.from({ length: minutes }, () => count);

  test.each([
    { name: "as many as ever", counts: hold(1_000, 60), want: false },
    {
      name: "a fifth less for fourteen minutes",
      counts: [...hold(1_000, 30), ...hold(800, 15)],
      want: false,
    },
    {
      name: "a fifth less for fifteen",
      counts: [...hold(1_000, 30), ...hold(800, 16)],
      want: true,
    },
    {
      name: "a little less than a fifth",
      counts: [...hold(1_000, 30), ...hold(801, 16)],
      want: false,
    },
    {
      name: "a dip begins anew after a good minute",
      counts: [...hold(1_000, 30), ...hold(700, 10), 1_000, ...hold(700, 10)],
      want: false,
    },
    { name: "few viewers are no measure", counts: [...hold(40, 30), ...hold(5, 30)], want: false },
    {
      name: "the slow end of an evening",
      counts: Array.from({ length: 240 }, (_, k) => 1_000 - 2 * k),
      want: false,
    },
    {
      name: "after an hour it is usual",
      counts: [...hold(1_000, 30), ...hold(500, 62)],
      want: false,
    },
  ])("$name", ({ counts, want }) => {
    expect(watch(counts).isAlarm).toBe(want);
  });

  test("an alarm is one to the millisecond", () => {
    const low = applyViewers(toViewerWatch(1_000, 0), 500, 1_000);
    expect(applyViewers(low, 500, 1_000 + DROP_MS - 1).isAlarm).toBe(false);
    expect(applyViewers(low, 500, 1_000 + DROP_MS).isAlarm).toBe(true);
  });
});
