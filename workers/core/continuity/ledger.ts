// The state of the ledger (in the making: fields will be added; treat it as opaque).

import type { Decision } from "./reason.ts";
import type { LedgerSettings } from "./settings.ts";

export interface Ledger {
  readonly settings: LedgerSettings;
  /** The last decisions, oldest first; bounded. */
  readonly decisions: readonly Decision[];
}

export function toLedger(settings: LedgerSettings): Ledger {
  return { settings, decisions: [] };
}
