// What one isolate or filler remembers of the origins it read from. Bounded by the number of
// origins in the catalog; lost without harm.

import { applySpending, type HedgePurse, NEW_PURSE } from "../../core/origin/hedge.ts";
import type { OriginMemory } from "./fill-ports.ts";

/** What a fill can spend on an origin; `request` is the one that everybody has. */
export type Spending = Parameters<OriginMemory["spend"]>[0];

/** An empty memory. `onSpend` hears of every spending. */
export function makeOriginMemory(onSpend?: (event: Spending) => void): OriginMemory {
  let purse: HedgePurse = NEW_PURSE;
  return {
    originFailures: new Map(),
    originLatencies: new Map(),
    originSuspects: new Map(),
    purse: () => purse,
    spend(event) {
      purse = applySpending(purse, event);
      onSpend?.(event);
    },
    fault: () => undefined,
  };
}
