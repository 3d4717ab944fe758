// Never more questions than the budget in any second, never fewer than were asked within it, and
// neither waiting nor forgetting makes more of them.

import { describe, expect, test } from "vitest";
import {
  ASK_BUDGET_UNUSED,
  type AskBudget,
  applyAsk,
  NAME_ASKS_MAX,
  toForgottenBudget,
} from "../../../workers/core/origin/ask-budget.ts";

/** When questions that come at these times are asked. */
function ask(
  timesMs: readonly number[],
  waitMsMax = 0,
  budget: AskBudget = ASK_BUDGET_UNUSED,
): readonly number[] {
  let state = budget;
  return timesMs.flatMap((atMs) => {
    const verdict = applyAsk(state, NAME_ASKS_MAX, waitMsMax, atMs);
    state = verdict.budget;
    return verdict.kind === "granted" ? [atMs + verdict.waitMs] : [];
  });
}

/** The most questions in any second. */
function toMost(askedMs: readonly number[]): number {
  const counts = askedMs.map(
    (fromMs) => askedMs.filter((atMs) => atMs >= fromMs && atMs < fromMs + 1_000).length,
  );
  return Math.max(0, ...counts);
}

const every = (everyMs: number, lastsMs: number, fromMs = 0) =>
  Array.from({ length: lastsMs / everyMs }, (_, index) => fromMs + index * everyMs);

describe("a budget", () => {
  test.each([
    { everyMs: 1, want: NAME_ASKS_MAX },
    { everyMs: 50, want: NAME_ASKS_MAX },
    { everyMs: 100, want: NAME_ASKS_MAX },
    { everyMs: 250, want: 4 },
  ])("questions every $everyMs ms: $want in any second", ({ everyMs, want }) => {
    const granted = ask(every(everyMs, 10_000));
    expect(toMost(granted)).toBe(want);
    expect(granted.length).toBe(want * 10);
  });

  test("a burst, and what is left after it", () => {
    expect(ask(Array.from({ length: NAME_ASKS_MAX + 5 }, () => 0))).toHaveLength(NAME_ASKS_MAX);
    const burst = Array.from({ length: NAME_ASKS_MAX }, () => 0);
    expect(ask([...burst, 999, 1_000])).toHaveLength(NAME_ASKS_MAX + 1);
  });

  test.each([{ waitMsMax: 0 }, { waitMsMax: 150 }, { waitMsMax: 1_000 }, { waitMsMax: 5_000 }])(
    "questions that wait for $waitMsMax ms at most: in order, and no more of them",
    (given) => {
      const { waitMsMax } = given;
      const granted = ask(every(7, 10_000 + 7), waitMsMax);
      expect(toMost(granted)).toBe(NAME_ASKS_MAX);
      expect(granted).toEqual([...granted].sort((a, b) => a - b));
      expect(granted.at(-1)).toBeLessThanOrEqual(10_007 + waitMsMax);
    },
  );

  test("the second question of a full second waits no longer than it says", () => {
    const burst = Array.from({ length: NAME_ASKS_MAX }, () => 0);
    expect(ask([...burst, 800], 199)).toHaveLength(NAME_ASKS_MAX);
    expect(ask([...burst, 800], 200).at(-1)).toBe(1_000);
  });
});

describe("whoever has forgotten what it granted", () => {
  test("begins with one question after a tenth of a second", () => {
    const forgotten = toForgottenBudget(NAME_ASKS_MAX, 5_000);
    expect(ask([5_000, 5_099], 0, forgotten)).toEqual([]);
    expect(ask([5_000], 150, forgotten)).toEqual([5_100]);
    expect(ask([6_000], 0, forgotten)).toEqual([6_000]);
  });

  test("has the whole budget a second later", () => {
    const burst = Array.from({ length: NAME_ASKS_MAX + 5 }, () => 6_000);
    expect(ask(burst, 0, toForgottenBudget(NAME_ASKS_MAX, 5_000))).toHaveLength(NAME_ASKS_MAX);
  });

  test.each([
    { everyMs: 30 },
    { everyMs: 170 },
    { everyMs: 400 },
    { everyMs: 999 },
    { everyMs: 2_500 },
  ])("every $everyMs ms, and each time at once: no more than the budget", ({ everyMs }) => {
    const granted = every(everyMs, everyMs * 20).flatMap((bornMs) =>
      ask(every(3, everyMs, bornMs), 0, toForgottenBudget(NAME_ASKS_MAX, bornMs)),
    );
    expect(toMost(granted)).toBeLessThanOrEqual(NAME_ASKS_MAX);
  });
});
