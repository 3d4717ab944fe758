// How often something may be asked in any one second: not on average, but never more in any window
// of a second, which is what a storage's owner reads in a log. For the questions about names that a
// library's listing does not know (design section 3: at most ten a second per channel).

/** When the last questions were granted, oldest first. */
export type AskBudget = readonly number[];

export const ASK_BUDGET_UNUSED: AskBudget = [];
/** Questions per channel and second. */
export const NAME_ASKS_MAX = 10;
const WINDOW_MS = 1_000;

/** Takes one question out of the budget at a moment; refused, the budget is as it was. */
export function applyAsk(
  budget: AskBudget,
  asksMax: number,
  nowMs: number,
): { readonly isGranted: boolean; readonly budget: AskBudget } {
  const within = budget.filter((atMs) => nowMs - atMs < WINDOW_MS);
  if (within.length >= asksMax) return { isGranted: false, budget: within };
  return { isGranted: true, budget: [...within, nowMs] };
}
