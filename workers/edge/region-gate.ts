// Holds the policy for one region, so that isolates there ask a neighbour and not a far-away
// control worker. Control writes it, everybody reads it; it decides nothing.

import { DurableObject } from "cloudflare:workers";
import type { Catalog } from "../core/config/catalog.ts";
import type { RegionGateApi } from "../core/contract/objects.ts";
import type { GateReading, Policy } from "../core/contract/policy.ts";
import { decidePolicySuccession } from "../core/health/known-policy.ts";
import { readClockMs } from "../platform/clock.ts";
import type { Env } from "./env.ts";

interface Held {
  readonly policy: Policy;
  readonly catalog: Catalog;
}

export class RegionGate extends DurableObject<Env> implements RegionGateApi {
  #held: Held | null = null;
  #confirmedAtMs = 0;

  constructor(context: DurableObjectState, env: Env) {
    super(context, env);
    context.blockConcurrencyWhile(async () => {
      this.#held = (await context.storage.get<Held>("held")) ?? null;
      this.#confirmedAtMs = (await context.storage.get<number>("confirmedAtMs")) ?? 0;
    });
  }

  async publish(policy: Policy, catalog: Catalog): Promise<void> {
    const succession = decidePolicySuccession(this.#held?.policy.version ?? null, policy);
    if (succession === "refused") return;
    this.#held = { policy, catalog };
    this.#confirmedAtMs = readClockMs();
    // Confirmations are not written: after an eviction the age looks too old until the next one.
    if (succession === "same") return;
    await this.ctx.storage.put({ held: this.#held, confirmedAtMs: this.#confirmedAtMs });
  }

  async read(haveCatalogVersion: number): Promise<GateReading | null> {
    if (this.#held === null) return null;
    const { policy, catalog } = this.#held;
    return {
      policy,
      catalog: policy.catalogVersion === haveCatalogVersion ? null : catalog,
      confirmedAgoMs: readClockMs() - this.#confirmedAtMs,
    };
  }
}
