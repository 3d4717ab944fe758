// Control: the real health centre (core/health/centre) and the plan of deliveries, with a store
// that survives restarts and a KV whose readers are up to a minute behind.

import type { Catalog } from "../../../workers/core/config/catalog.ts";
import type { Policy, PolicyCopy } from "../../../workers/core/contract/policy.ts";
import type { CentreEvent } from "../../../workers/core/health/centre/apply.ts";
import {
  type Centre,
  type CentreEffect,
  toCentre,
  toRestartedCentre,
} from "../../../workers/core/health/centre/centre.ts";
import {
  applyConfirmed,
  applySent,
  type Deliveries,
  planDeliveries,
} from "../../../workers/core/health/deliveries.ts";
import type { VirtualClock } from "./clock.ts";
import type { GateHost } from "./gate-host.ts";
import { LocalClock, type Machines } from "./machines.ts";
import type { Network, Place } from "./network.ts";
import type { Plan } from "./plan.ts";
import { REGIONS } from "./plan.ts";

const DELIVERY_MS = 2_000;
const TICK_MS = 1_000;
const DELIVERIES_MS = 100;

export interface ControlWires {
  readonly clock: VirtualClock;
  readonly plan: Plan;
  readonly network: Network;
  readonly machines: Machines;
  readonly gates: readonly GateHost[];
  readonly look: (originId: string) => void;
  readonly onEffect: (effect: CentreEffect, centre: Centre) => void;
}

export class ControlHost {
  readonly place: Place = { name: "control", region: "enam" };
  readonly #wires: ControlWires;
  readonly #local: LocalClock;
  readonly #catalog: Catalog;
  readonly #copies: { readonly atMs: number; readonly copy: PolicyCopy }[] = [];
  #centre: Centre;
  #deliveries: Deliveries = new Map();

  constructor(catalog: Catalog, wires: ControlWires) {
    this.#wires = wires;
    this.#catalog = catalog;
    this.#local = new LocalClock(wires.clock, wires.plan, "control");
    this.#centre = toCentre(REGIONS);
    this.take({ kind: "catalog", version: 1, catalog });
    wires.clock.every(TICK_MS, () => this.take({ kind: "tick" }));
    wires.clock.every(DELIVERIES_MS, () => this.#deliver());
  }

  get centre(): Centre {
    return this.#centre;
  }

  take(event: CentreEvent): void {
    const { machines, onEffect, look } = this.#wires;
    const step = machines.applyCentreEvent(this.#centre, event, this.#local.nowMs);
    this.#centre = step.centre;
    for (const effect of step.effects) {
      onEffect(effect, this.#centre);
      if (effect.kind === "publish") this.#publish(effect.policy);
      if (effect.kind === "look") look(effect.originId);
    }
  }

  restart(): void {
    this.#centre = toRestartedCentre(this.#centre);
    this.#deliveries = new Map();
  }

  /** The cold-start copy as it is seen at a distance: late. */
  readCopy(): PolicyCopy | null {
    const { clock, plan } = this.#wires;
    const visible = this.#copies.filter(({ atMs }) => clock.nowMs - atMs >= plan.copyLagMs);
    return (visible.at(-1) ?? this.#copies[0])?.copy ?? null;
  }

  #publish(policy: Policy): void {
    const copy = { policy, catalog: this.#catalog, writtenAtMs: this.#local.nowMs };
    this.#copies.push({ atMs: this.#wires.clock.nowMs, copy });
    this.#deliver();
  }

  #deliver(): void {
    const { clock, network, gates } = this.#wires;
    const { policy } = this.#centre;
    if (policy === null) return;
    const { version } = policy;
    const due = planDeliveries(this.#deliveries, REGIONS, version, clock.nowMs);
    this.#deliveries = applySent(this.#deliveries, due, version, clock.nowMs);
    for (const gate of gates) {
      if (!due.includes(gate.place.region)) continue;
      const done = (answer: number | null): void => {
        if (answer === null) return;
        this.#deliveries = applyConfirmed(this.#deliveries, gate.place.region, answer);
      };
      network.call(this.place, gate.place, DELIVERY_MS, () => gate.publish(policy), done);
    }
  }
}
