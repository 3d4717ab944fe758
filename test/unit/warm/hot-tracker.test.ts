// What is hot: the second hit lets in, time takes out, and the many that are asked for once move
// nothing.

import { describe, expect, test } from "vitest";
import {
  applyHits,
  HOT_COUNT_MAX,
  HOT_FADE_MS,
  HOT_NONE,
  planHotPreload,
  toHotNames,
} from "../../../workers/core/warm/hot-tracker.ts";

const hit = (name: string, count = 1) => ({ name, count });
const names = (state: Parameters<typeof toHotNames>[0], nowMs: number) =>
  toHotNames(state, nowMs).map(({ name }) => name);

describe("the tracker", () => {
  test("one hit lets nobody in, the second does", () => {
    const once = applyHits(HOT_NONE, [hit("a")], 0);
    expect(names(once, 0)).toEqual([]);
    const twice = applyHits(once, [hit("a")], 1_000);
    expect(toHotNames(twice, 1_000)).toEqual([{ name: "a", score: 2, atMs: 1_000 }]);
  });

  test("a score fades to a third in its time, and in the end is forgotten", () => {
    const state = applyHits(HOT_NONE, [hit("a", 10)], 0);
    expect(toHotNames(state, HOT_FADE_MS)[0]?.score).toBeCloseTo(10 / Math.E, 10);
    expect(applyHits(state, [], 7 * HOT_FADE_MS).table.size).toBe(0);
  });

  test("what is wanted now overtakes what was wanted then", () => {
    let state = applyHits(HOT_NONE, [hit("old", 100)], 0);
    state = applyHits(state, [hit("new", 20)], 2 * HOT_FADE_MS);
    expect(names(state, 2 * HOT_FADE_MS)).toEqual(["new", "old"]);
  });

  test("a library that is read through once washes nothing out", () => {
    let state = applyHits(HOT_NONE, [hit("hot", 5)], 0);
    for (let index = 0; index < 20_000; index++)
      state = applyHits(state, [hit(`cold ${index}`)], index);
    expect(names(state, 20_000)).toEqual(["hot"]);
    expect(state.atDoor.size + state.wasAtDoor.size).toBeLessThanOrEqual(4_096);
  });

  test("of the real favourites the hottest fifty are found, in order", () => {
    let state = HOT_NONE;
    for (let round = 0; round < 20; round++) {
      const hits = Array.from({ length: 300 }, (_, index) => hit(`n${index}`, 300 - index));
      state = applyHits(state, hits, round * 1_000);
    }
    const want = Array.from({ length: HOT_COUNT_MAX }, (_, index) => `n${index}`);
    expect(names(state, 20_000)).toEqual(want);
  });

  test("a full table gives way to who is hotter than its faintest, and to nobody else", () => {
    const full = applyHits(
      HOT_NONE,
      Array.from({ length: 200 }, (_, i) => hit(`n${i}`, 10 + i)),
      0,
    );
    const faint = applyHits(full, [hit("faint", 9)], 0);
    expect(faint.table.has("faint")).toBe(false);
    const strong = applyHits(full, [hit("strong", 11)], 0);
    expect(strong.table.has("strong")).toBe(true);
    expect(strong.table.has("n0")).toBe(false);
  });
});

describe("planHotPreload", () => {
  const state = applyHits(HOT_NONE, [hit("a", 9), hit("b", 8), hit("c", 7), hit("d", 2)], 0);
  const budget = { files: 2, againMs: 600_000, scoreMin: 3 };

  test.each([
    { name: "the hottest, within the budget", done: [], budget, want: ["a", "b"] },
    { name: "not what was preloaded lately", done: [["a", 1]], budget, want: ["b", "c"] },
    { name: "again after a while", done: [["a", -600_000]], budget, want: ["a", "b"] },
    { name: "nothing faint", done: [], budget: { ...budget, files: 9 }, want: ["a", "b", "c"] },
    { name: "nothing without a budget", done: [], budget: { ...budget, files: 0 }, want: [] },
  ] as const)("$name", ({ done, budget: given, want }) => {
    expect(planHotPreload(state, new Map(done), given, 0)).toEqual(want);
  });
});
