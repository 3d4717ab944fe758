// What one isolate or filler remembers of the origins it read from. Bounded by the number of
// origins in the catalog; lost without harm.

import { applySpending, type HedgePurse, NEW_PURSE } from "../../core/origin/hedge.ts";
import type { OriginMemory } from "./fill-ports.ts";

/** An empty memory. */
export function makeOriginMemory(): OriginMemory {
  let purse: HedgePurse = NEW_PURSE;
  return {
    originFailures: new Map(),
    originLatencies: new Map(),
    originSuspects: new Map(),
    purse: () => purse,
    spend(event) {
      purse = applySpending(purse, event);
    },
    fault: () => undefined,
  };
}
