// Holds the policy for one region, so that isolates there ask a neighbour and not a far-away
// control worker, and adds up what they have counted until control reads it. Control writes the
// policy, everybody reads it; it decides nothing.

import { DurableObject } from "cloudflare:workers";
import type { Catalog } from "../core/config/catalog.ts";
import { acceptsContract } from "../core/contract/message.ts";
import type { RegionGateApi } from "../core/contract/objects.ts";
import type { GateReading, Policy } from "../core/contract/policy.ts";
import type { TallyBatch, TallyRow } from "../core/contract/tally.ts";
import { decidePolicySuccession } from "../core/health/known-policy.ts";
import { Tally } from "../core/telemetry/tally.ts";
import { readClockMs } from "../platform/clock.ts";
import type { Env } from "./env.ts";

interface Held {
  readonly policy: Policy;
  readonly catalog: Catalog;
}

/** Sums are written down so often: what was counted after that is lost with the object. */
const TALLY_WRITE_MS = 10_000;
/** Rows per stored value, which may have 2 MB. */
const TALLY_ROWS = 2_000;

export class RegionGate extends DurableObject<Env> implements RegionGateApi {
  readonly #tally = new Tally(TALLY_ROWS);
  #tallyWrittenAtMs = 0;
  #held: Held | null = null;
  #confirmedAtMs = 0;

  constructor(context: DurableObjectState, env: Env) {
    super(context, env);
    context.blockConcurrencyWhile(async () => {
      this.#held = (await context.storage.get<Held>("held")) ?? null;
      this.#confirmedAtMs = (await context.storage.get<number>("confirmedAtMs")) ?? 0;
      this.#tally.merge((await context.storage.get<readonly TallyRow[]>("tally")) ?? []);
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

  async count({ contract, rows }: TallyBatch): Promise<void> {
    if (!acceptsContract(contract)) return;
    this.#tally.merge(rows);
    const nowMs = readClockMs();
    if (nowMs - this.#tallyWrittenAtMs < TALLY_WRITE_MS) return;
    this.#tallyWrittenAtMs = nowMs;
    await this.ctx.storage.put("tally", this.#tally.rows());
  }

  async tally(): Promise<readonly TallyRow[]> {
    return this.#tally.rows();
  }
}
