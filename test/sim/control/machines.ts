// The machines of core that a history plays, and the local clock each place runs them by. Canaries
// replace one of them (canary.ts).

import { applyNews } from "../../../workers/core/cache/live-shelf.ts";
import { applyCentreEvent } from "../../../workers/core/health/centre/apply.ts";
import { decidePolicySuccession } from "../../../workers/core/health/known-policy.ts";
import { applyLookEvent } from "../../../workers/core/health/looks.ts";
import type { SightingOutcome } from "../../../workers/core/health/sighting.ts";
import type { VirtualClock } from "./clock.ts";
import type { Plan } from "./plan.ts";

export interface Machines {
  readonly applyCentreEvent: typeof applyCentreEvent;
  readonly applyLookEvent: typeof applyLookEvent;
  readonly decidePolicySuccession: typeof decidePolicySuccession;
  readonly applyNews: typeof applyNews;
  /** What a prober makes of what it saw; the real one says it as it is. */
  readonly tell: (outcome: SightingOutcome) => SightingOutcome;
}

export const MACHINES: Machines = {
  applyCentreEvent,
  applyLookEvent,
  decidePolicySuccession,
  applyNews,
  tell: (outcome) => outcome,
};

/** Unix milliseconds of a place whose clock was never set right. */
export const EPOCH_MS = 1_800_000_000_000;

export class LocalClock {
  readonly #clock: VirtualClock;
  readonly #plan: Plan;
  readonly #place: string;

  constructor(clock: VirtualClock, plan: Plan, place: string) {
    this.#clock = clock;
    this.#plan = plan;
    this.#place = place;
  }

  get nowMs(): number {
    const { nowMs } = this.#clock;
    let byMs = this.#plan.skewsMs.get(this.#place) ?? 0;
    for (const trouble of this.#plan.troubles) {
      if (trouble.kind !== "clock-step" || trouble.place !== this.#place) continue;
      if (nowMs >= trouble.fromMs) byMs += trouble.byMs;
    }
    return Math.floor(EPOCH_MS + nowMs + byMs);
  }
}
