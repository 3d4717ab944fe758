// Brings the policy to every region's gate, and a copy of it to KV for edges that start cold. Who
// is due is core/health/deliveries.ts' decision; a region that cannot be reached keeps its last
// policy and is tried again. A gate that has the policy already is sent its number only.

import type { Catalog } from "../../core/config/catalog.ts";
import type { RegionGateApi } from "../../core/contract/objects.ts";
import type { Policy } from "../../core/contract/policy.ts";
import {
  applyConfirmed,
  applySent,
  type Deliveries,
  planDeliveries,
} from "../../core/health/deliveries.ts";
import { readClockMs, within } from "../../platform/clock.ts";
import type { Log } from "../../platform/log.ts";
import { type Objects, regionObject } from "../../platform/objects.ts";
import { POLICY_KEY } from "../../platform/policy-source.ts";

/** Longest call to a gate. */
const DELIVERY_MS = 2_000;
/** KV takes one write a second per key. */
const COPY_PAUSE_MS = 1_100;
/** An unchanged copy is written anew so often: its age is what a cold edge tells of itself. */
const COPY_MS = 300_000;

export interface PublisherPorts {
  readonly gates: Objects<RegionGateApi>;
  readonly copies: KVNamespace;
  readonly regions: readonly string[];
  readonly log: Log;
}

export class Publisher {
  readonly #ports: PublisherPorts;
  #deliveries: Deliveries = new Map();
  #copiedVersion = 0;
  #copiedAtMs = Number.NEGATIVE_INFINITY;
  #isCopying = false;

  constructor(ports: PublisherPorts) {
    this.#ports = ports;
  }

  /** Sends to every region that is due, and returns when all have answered or are given up. */
  async deliver(policy: Policy, catalog: Catalog): Promise<void> {
    const nowMs = readClockMs();
    const { version } = policy;
    const due = planDeliveries(this.#deliveries, this.#ports.regions, version, nowMs);
    const known = due.filter((region) => {
      return this.#deliveries.get(region)?.confirmedVersion === version;
    });
    this.#deliveries = applySent(this.#deliveries, due, version, nowMs);
    await Promise.all([
      this.#copy(policy, catalog, nowMs),
      ...due.map((region) => {
        return this.#deliverTo(region, policy, known.includes(region) ? null : catalog);
      }),
    ]);
  }

  /** Which version each region has confirmed. */
  confirmed(): Readonly<Record<string, number | null>> {
    return Object.fromEntries(
      this.#ports.regions.map((region) => {
        return [region, this.#deliveries.get(region)?.confirmedVersion ?? null];
      }),
    );
  }

  async #deliverTo(region: string, policy: Policy, catalog: Catalog | null): Promise<void> {
    const { version } = policy;
    const gate = regionObject(this.#ports.gates, region);
    const call = catalog === null ? gate.confirm(version) : gate.publish(policy, catalog);
    const held = await within(call, DELIVERY_MS).catch((reason: unknown) => String(reason));
    if (typeof held === "string") {
      this.#ports.log.error("policy not delivered", { region, version, why: held });
    } else if (held === null || held < version) this.#forget(region);
    else this.#deliveries = applyConfirmed(this.#deliveries, region, version);
  }

  /** The gate has lost what it had: it is due again. */
  #forget(region: string): void {
    const rest = new Map(this.#deliveries);
    rest.delete(region);
    this.#deliveries = rest;
  }

  async #copy(policy: Policy, catalog: Catalog, nowMs: number): Promise<void> {
    const agoMs = nowMs - this.#copiedAtMs;
    const isNew = policy.version !== this.#copiedVersion;
    if (this.#isCopying || agoMs < (isNew ? COPY_PAUSE_MS : COPY_MS)) return;
    this.#isCopying = true;
    this.#copiedAtMs = nowMs;
    const text = JSON.stringify({ policy, catalog, writtenAtMs: nowMs });
    try {
      await this.#ports.copies.put(POLICY_KEY, text);
      this.#copiedVersion = policy.version;
    } catch (reason) {
      this.#ports.log.error("cold-start copy not written", { why: String(reason) });
    } finally {
      this.#isCopying = false;
    }
  }
}
