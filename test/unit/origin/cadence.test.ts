// The rhythm of publication, learnt from looks.

import { describe, expect, test } from "vitest";
import {
  applyAddition,
  applySame,
  type Cadence,
  planPolls,
  toFirstCadence,
  toNextLookMs,
  toRhythm,
} from "../../../workers/core/origin/cadence.ts";

/** Looks at [moment, added media, whether it was the first look]; 0 added: nothing new. */
function watch(looks: readonly (readonly [atMs: number, addedMs: number, first?: boolean])[]) {
  let cadence = toFirstCadence(2_000, 0);
  for (const [atMs, addedMs, onFirstLook = false] of looks) {
    cadence =
      addedMs === 0
        ? applySame(cadence, atMs)
        : applyAddition(cadence, {
            atMs,
            addedMs,
            addedCount: addedMs / 2_000,
            isExact: false,
            onFirstLook,
          });
  }
  return cadence;
}

describe("the estimate of a publication", () => {
  test.each([
    {
      name: "runs with the media",
      looks: [
        [1_900, 0],
        [2_100, 2_000],
      ],
      want: 2_000,
    },
    {
      name: "not before the last look at the old",
      looks: [
        [2_300, 0],
        [2_400, 2_000],
      ],
      want: 2_300,
    },
    {
      name: "not after the look that found it",
      looks: [
        [1_500, 0],
        [1_600, 2_000],
      ],
      want: 1_600,
    },
    {
      name: "over versions that nobody saw",
      looks: [
        [5_900, 0],
        [6_100, 6_000],
      ],
      want: 6_000,
    },
  ] as const)("$name", ({ looks, want }) => {
    expect(watch(looks).publishedAtMs).toBe(want);
  });
});

describe("the first interval", () => {
  test("begins at a guess and is not counted", () => {
    expect(watch([[300, 2_000, true]]).intervalsMs).toEqual([]);
    expect(
      watch([
        [1_900, 0],
        [2_000, 2_000],
      ]).intervalsMs,
    ).toEqual([]);
    const tight = watch([
      [1_900, 0],
      [2_000, 2_000],
      [3_900, 0],
      [4_000, 2_000],
    ]);
    expect(tight.intervalsMs).toEqual([2_000]);
  });

  test("a change on the first look binds nothing: the phase stays a guess", () => {
    expect(watch([[300, 2_000, true]]).isTight).toBe(false);
    expect(
      watch([
        [200, 0],
        [300, 2_000],
      ]).isTight,
    ).toBe(true);
  });
});

test("the deviation begins with a prior that gives way to what is seen", () => {
  const none = toRhythm(toFirstCadence(2_000, 0));
  expect(none).toEqual({ mean: 2_000, deviation: 240 });
  const steady: Cadence = { ...toFirstCadence(2_000, 0), intervalsMs: Array(32).fill(2_000) };
  expect(toRhythm(steady).deviation).toBeCloseTo(240 * Math.sqrt(4 / 36), 6);
});

test("an answer that was held tells the moment itself", () => {
  const first = toFirstCadence(2_000, 0);
  const held = { atMs: 2_400, addedMs: 2_000, addedCount: 1, onFirstLook: false, isExact: true };
  const once = applyAddition(first, held);
  expect(once.publishedAtMs).toBe(2_400);
  expect(once.isTight).toBe(true);
  const twice = applyAddition(once, { ...held, atMs: 4_100 });
  expect(twice.publishedAtMs).toBe(4_100);
  expect(twice.intervalsMs).toEqual([1_700]);
});

test("32 intervals are kept", () => {
  let cadence = watch([
    [1_900, 0],
    [2_000, 2_000],
  ]);
  for (let count = 1; count <= 50; count++) {
    const atMs = 2_000 + count * 2_000;
    cadence = applySame(cadence, atMs - 50);
    const addition = { atMs, addedMs: 2_000, addedCount: 1, onFirstLook: false, isExact: false };
    cadence = applyAddition(cadence, addition);
  }
  expect(cadence.intervalsMs.length).toBe(32);
});

describe("the plan", () => {
  test("the first look leads by 1.75 deviations, half a spacing and the way", () => {
    const cadence = watch([
      [1_900, 0],
      [2_000, 2_000],
    ]);
    const { firstAtMs, spacingMs, expectedAtMs, notBeforeAtMs } = planPolls(cadence, 40);
    expect(spacingMs).toBe(80);
    expect(expectedAtMs).toBe(4_000);
    expect(firstAtMs).toBe(4_000 - 1.75 * 240 - 40 - 40);
    expect(notBeforeAtMs).toBe(4_000 - 1.75 * 240 - 40);
  });

  test("looks are closer together the fewer versions are still awaited", () => {
    const cadence = watch([
      [1_900, 0],
      [2_000, 2_000],
    ]);
    const plan = planPolls(cadence, 40);
    const window = { fromMs: 4_000 - 420 - 40, untilMs: 4_000 + 420 - 40 };
    expect(plan.window).toEqual(window);
    expect(toNextLookMs(plan, window.fromMs - 10)).toBe(100);
    expect(toNextLookMs(plan, 3_960)).toBeCloseTo(100 * Math.SQRT1_2);
    expect(toNextLookMs(plan, window.untilMs - 1)).toBeCloseTo((80 * 2) / 3);
    expect(toNextLookMs(plan, window.untilMs + 500)).toBeCloseTo((80 * 2) / 3);
  });

  test("until a publication was seen between two looks: all the time", () => {
    const { firstAtMs, notBeforeAtMs } = planPolls(toFirstCadence(2_000, 500), 40);
    expect(firstAtMs).toBe(580);
    expect(toNextLookMs(planPolls(toFirstCadence(2_000, 500), 40), 580)).toBe(80);
    expect(notBeforeAtMs).toBe(0);
  });

  test("who was late comes earlier, and less so each time", () => {
    const tight = watch([
      [1_900, 0],
      [2_000, 2_000],
    ]);
    const late = { atMs: 4_000, addedMs: 2_000, addedCount: 1, onFirstLook: true, isExact: false };
    const once = applyAddition(tight, late);
    expect(once.shiftMs).toBe(300);
    const inTime = { ...late, atMs: 6_000, onFirstLook: false, isExact: false };
    expect(applyAddition(applySame(once, 5_950), inTime).shiftMs).toBe(180);
  });

  test.each([
    [1_000, 80],
    [2_000, 80],
    [4_000, 160],
    [10_000, 250],
  ])("%i ms of media are looked at every %i ms", (nominalMs, spacingMs) => {
    expect(planPolls(toFirstCadence(nominalMs, 0), 0).spacingMs).toBe(spacingMs);
  });

  test("overdue is what no jitter explains", () => {
    const steady: Cadence = {
      ...watch([
        [1_900, 0],
        [2_000, 2_000],
      ]),
      intervalsMs: Array(32).fill(2_000),
    };
    expect(planPolls(steady, 0).overdueAtMs).toBe(4_000 + 400);
    const bounded = { ...steady, intervalsMs: toIntervals(1_500, 2_500) };
    const { deviation } = toRhythm(bounded);
    expect(planPolls(bounded, 0).overdueAtMs).toBeCloseTo(4_000 + 500 + deviation * (0.5 + 2 / 32));
    // Too few to know the longest one, or whether one was cut short: the media's duration counts.
    const few = { ...bounded, intervalsMs: bounded.intervalsMs.slice(0, 3) };
    const early = toRhythm(few);
    expect(early.mean).toBeLessThan(2_000);
    expect(planPolls(few, 0).overdueAtMs).toBeCloseTo(2_000 + 2_000 + 3 * early.deviation);
    // One outlier among regular ones: three deviations come first.
    const outlier = { ...steady, intervalsMs: [...Array(31).fill(2_000), 4_000] };
    const rhythm = toRhythm(outlier);
    const wanted = 2_000 + rhythm.mean + 3 * rhythm.deviation;
    expect(planPolls(outlier, 0).overdueAtMs).toBeCloseTo(wanted);
  });
});

function toIntervals(shortMs: number, longMs: number): readonly number[] {
  return Array.from({ length: 32 }, (_, n) => (n % 2 === 0 ? shortMs : longMs));
}
