// Never more questions than the budget in any second, and never fewer than were asked within it.

import { expect, test } from "vitest";
import {
  ASK_BUDGET_UNUSED,
  applyAsk,
  NAME_ASKS_MAX,
} from "../../../workers/core/origin/ask-budget.ts";

function ask(timesMs: readonly number[]): readonly number[] {
  let state = ASK_BUDGET_UNUSED;
  return timesMs.filter((atMs) => {
    const { isGranted, budget } = applyAsk(state, NAME_ASKS_MAX, atMs);
    state = budget;
    return isGranted;
  });
}

test.each([
  { everyMs: 1, want: NAME_ASKS_MAX },
  { everyMs: 50, want: NAME_ASKS_MAX },
  { everyMs: 100, want: NAME_ASKS_MAX },
  { everyMs: 250, want: 4 },
])("every $everyMs ms: $want in any second", ({ everyMs, want }) => {
  const times = Array.from({ length: 10_000 / everyMs }, (_, index) => index * everyMs);
  const granted = ask(times);
  for (const fromMs of granted) {
    const within = granted.filter((atMs) => atMs >= fromMs && atMs < fromMs + 1_000);
    expect(within.length).toBeLessThanOrEqual(want);
  }
  expect(granted.length).toBe(want * 10);
});

test("a burst, and what is left after it", () => {
  expect(ask(Array.from({ length: NAME_ASKS_MAX + 5 }, () => 0))).toHaveLength(NAME_ASKS_MAX);
  const burst = Array.from({ length: NAME_ASKS_MAX }, () => 0);
  expect(ask([...burst, 999, 1_000])).toHaveLength(NAME_ASKS_MAX + 1);
});
