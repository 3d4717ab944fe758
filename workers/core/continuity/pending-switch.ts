// A switch that has been decided and cannot be done yet; switch.ts looks at it again.

import type { ChooseCause } from "./event.ts";

/** A switch that waits for its target. */
export interface PendingSwitch {
  readonly origin: string;
  readonly epoch: number;
  readonly cause: SwitchCause;
  readonly sinceMs: number;
  /** When waiting ends: the target's newest segment is taken, or the switch is given up. */
  readonly untilMs: number;
  readonly lagSeconds: number | null;
}

export type SwitchCause = ChooseCause | "restart";
