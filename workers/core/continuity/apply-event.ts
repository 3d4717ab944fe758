// The continuity ledger as a machine: (ledger, event, now) -> (ledger, effects). See ledger.ts.

import type { LedgerEffect } from "./effect.ts";
import type { LedgerEvent } from "./event.ts";
import type { Ledger } from "./ledger.ts";

export interface LedgerStep {
  readonly ledger: Ledger;
  readonly effects: readonly LedgerEffect[];
}

/** Never throws for what an origin may say. `nowMs` must not go back. */
export function applyLedgerEvent(ledger: Ledger, event: LedgerEvent, nowMs: number): LedgerStep {
  void event;
  void nowMs;
  return { ledger, effects: [] };
}
