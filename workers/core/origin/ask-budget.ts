// How often something may be asked in any one second: not on average, but never more in any window
// of a second, which is what a storage's owner reads in a log. For the questions about names that a
// library's listing does not know (design section 3: at most ten a second per channel).
//
// A question that comes too early may be given a place a moment later: places are given in the
// order of asking, so the budget also knows the near future. Whoever keeps a budget in memory only
// does not know, at its beginning, what it had granted before it was thrown out of memory; it takes
// the last second for used up evenly. Its places then come one after the other, a tenth of a second
// apart, however often it is thrown out.

/** When questions were or will be asked, oldest first; those of the last second at least. */
export type AskBudget = readonly number[];

export const ASK_BUDGET_UNUSED: AskBudget = [];
/** Questions per channel and second. */
export const NAME_ASKS_MAX = 10;
const WINDOW_MS = 1_000;

/** The budget of somebody who begins at a moment and may have forgotten what was asked before. */
export function toForgottenBudget(asksMax: number, nowMs: number): AskBudget {
  const everyMs = WINDOW_MS / asksMax;
  return Array.from({ length: asksMax }, (_, index) => nowMs - (asksMax - 1 - index) * everyMs);
}

export type AskVerdict =
  /** Ask after `waitMs`. */
  | { readonly kind: "granted"; readonly waitMs: number; readonly budget: AskBudget }
  /** No place within the longest wait. */
  | { readonly kind: "refused"; readonly budget: AskBudget };

/** Takes a place for one question that comes at a moment and can wait for `waitMsMax`. */
export function applyAsk(
  budget: AskBudget,
  asksMax: number,
  waitMsMax: number,
  nowMs: number,
): AskVerdict {
  const within = budget.filter((atMs) => nowMs - atMs < WINDOW_MS);
  const earliest = within.at(-asksMax);
  const waitMs = earliest === undefined ? 0 : Math.max(0, earliest + WINDOW_MS - nowMs);
  if (waitMs > waitMsMax) return { kind: "refused", budget: within };
  return { kind: "granted", waitMs, budget: [...within, nowMs + waitMs] };
}
