// A region's gate and whoever reads it: the rule of succession is the real one; what the object and
// the policy source in workers/ do around it is done here alike, with the same times.
//
// Gaps against the real thing: an isolate's requests do not share one call, the region has one edge
// isolate, the catalog never changes.

import type { Catalog } from "../../../workers/core/config/catalog.ts";
import { toCatalogIndex } from "../../../workers/core/config/catalog-index.ts";
import type { Policy, PolicyCopy } from "../../../workers/core/contract/policy.ts";
import type { KnownPolicy } from "../../../workers/platform/policy-source.ts";
import type { VirtualClock } from "./clock.ts";
import type { Machines } from "./machines.ts";
import type { Network, Place } from "./network.ts";
import type { Region } from "./plan.ts";

const REFRESH_MS = 400;
const GATE_MS = 1_000;
const COPY_MS = 30_000;

export class GateHost {
  readonly place: Place;
  readonly #machines: Machines;
  #held: Policy | null = null;

  constructor(region: Region, machines: Machines) {
    this.place = { name: `gate-${region}`, region };
    this.#machines = machines;
  }

  /** The version that it holds afterwards. */
  publish(policy: Policy): number {
    const version = this.#held?.version ?? null;
    if (this.#machines.decidePolicySuccession(version, policy) === "newer") this.#held = policy;
    return this.#held?.version ?? 0;
  }

  read(): Policy | null {
    return this.#held;
  }

  /** It comes back without its storage: the worst that can happen to it. */
  restart(): void {
    this.#held = null;
  }
}

export interface ReaderWires {
  readonly clock: VirtualClock;
  readonly network: Network;
  readonly machines: Machines;
  readonly gate: GateHost;
  readonly readCopy: () => PolicyCopy | null;
  readonly catalog: Catalog;
}

/** How a place knows the policy. */
export class PolicyReader {
  readonly #place: Place;
  readonly #wires: ReaderWires;
  #known: KnownPolicy | null = null;
  #copyAtMs = Number.NEGATIVE_INFINITY;
  /** Policies that were taken, for the judge. */
  readonly taken: { readonly atMs: number; readonly version: number; readonly life: number }[] = [];
  #life = 0;

  constructor(place: Place, wires: ReaderWires) {
    this.#place = place;
    this.#wires = wires;
    this.#refresh();
    wires.clock.every(REFRESH_MS, () => this.#refresh());
  }

  get known(): KnownPolicy | null {
    return this.#known;
  }

  restart(): void {
    this.#known = null;
    this.#copyAtMs = Number.NEGATIVE_INFINITY;
    this.#life += 1;
  }

  #refresh(): void {
    const { network, gate } = this.#wires;
    const life = this.#life;
    network.call(
      this.#place,
      gate.place,
      GATE_MS,
      () => ({ policy: gate.read() }),
      (answer) => {
        if (life !== this.#life) return;
        if (answer?.policy != null) return this.#take(answer.policy, "gate");
        // A gate that has nothing, or one that was never reached.
        if (answer !== null || this.#known === null) this.#takeCopy();
      },
    );
  }

  #takeCopy(): void {
    const { clock } = this.#wires;
    if (this.#known !== null && clock.nowMs - this.#copyAtMs < COPY_MS) return;
    this.#copyAtMs = clock.nowMs;
    const copy = this.#wires.readCopy();
    if (copy !== null) this.#take(copy.policy, "copy");
  }

  #take(policy: Policy, from: KnownPolicy["from"]): void {
    const { clock, machines, catalog } = this.#wires;
    const version = this.#known?.policy.version ?? null;
    if (machines.decidePolicySuccession(version, policy) === "refused") return;
    const index = this.#known?.index ?? toCatalogIndex(catalog);
    this.#known = { policy, index, confirmedAtMs: clock.nowMs, from };
    if (version === policy.version) return;
    this.taken.push({ atMs: clock.nowMs, version: policy.version, life: this.#life });
  }
}
