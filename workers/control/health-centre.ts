// The health centre: one object in which evidence becomes verdicts, choices and a policy. One,
// because one writer is what keeps the policy's versions in order. All of that is decided by
// core/health/centre; this shell gives it events and the time, writes down what it says in the same
// turn, and carries its effects out.
//
// An alarm run that goes on and on keeps the object awake for what nobody calls it for: the tick,
// regions that have not confirmed, probers that have fallen silent. What a caller is told was taken
// is on disk: the platform holds answers back until the writes of their turn are.

import { DurableObject } from "cloudflare:workers";
import type { Catalog } from "../core/config/catalog.ts";
import type { RegionNews } from "../core/contract/report.ts";
import { applyCentreEvent, type CentreEvent } from "../core/health/centre/apply.ts";
import { type Centre, type CentreEffect, toTrimmedCentre } from "../core/health/centre/centre.ts";
import type { Hearing } from "../core/health/centre/witness.ts";
import type { Heartbeat, NodeRecord } from "../core/health/heartbeats.ts";
import type { AuditEntry, AuditRecord } from "../core/health/incidents/audit.ts";
import type { Incident } from "../core/health/incidents/incident.ts";
import { findOverrideFault, type Override } from "../core/health/operators/override.ts";
import { type DeclaredEvent, findEventFault } from "../core/health/overload/overload.ts";
import type { Sighting } from "../core/health/sighting.ts";
import { readClockMs, sleep } from "../platform/clock.ts";
import { makeLog } from "../platform/log.ts";
import {
  type AuditAsk,
  AuditBook,
  type AuditPage,
  type IncidentAsk,
  type IncidentPage,
  type StoredIncident,
} from "./centre/audit-book.ts";
import { CentreStore } from "./centre/centre-store.ts";
import { type HealthView, toHealthView } from "./centre/health-view.ts";
import { findPlaceFault } from "./centre/place-fault.ts";
import { ProberCorps } from "./centre/prober-corps.ts";
import { Publisher } from "./centre/publisher.ts";
import { type LostOrders, planRestoredOrders } from "./centre/restored-orders.ts";
import type { Env } from "./env.ts";

export type { HealthRow, HealthView, ShownHealth } from "./centre/health-view.ts";

const TICK_MS = 1_000;
/** Between two looks for regions that are due. */
const STEP_MS = 250;
/** One alarm run; under the platform's 15 minutes, and short: what it holds is given back. */
const RUN_MS = 15_000;

/** One message of a prober: what it saw, and how to place it in time. */
export interface Telling {
  readonly hearing: Hearing;
  readonly sightings: readonly Sighting[];
}

/** Whether something that a person or a packager said was taken. */
export type Taken =
  | { readonly kind: "taken" }
  | { readonly kind: "refused"; readonly detail: string };

const TAKEN: Taken = { kind: "taken" };

export class HealthCentre extends DurableObject<Env> {
  readonly #log = makeLog(undefined);
  readonly #regions = this.env.WEIR_REGIONS.split(",").filter((region) => region !== "");
  readonly #book = new AuditBook(this.ctx.storage.sql);
  readonly #store = new CentreStore(this.ctx.storage.sql, this.#book);
  readonly #corps = new ProberCorps(this.env.PROBERS, this.#regions);
  readonly #publisher = new Publisher({
    gates: this.env.GATES,
    copies: this.env.POLICY,
    regions: this.#regions,
    log: this.#log,
  });
  #centre: Centre = this.#store.load(this.#regions, makeSecret);
  #tickedAtMs = 0;
  #isCorpsInformed = false;

  /** Takes a catalog into force: numbers new channels, sends out probers, publishes. */
  async useCatalog(version: number, catalog: Catalog): Promise<void> {
    this.#take({ kind: "catalog", version, catalog });
    await this.#wind();
    this.#isCorpsInformed = true;
    await Promise.all([this.#deliver(), this.#corps.use(catalog, readClockMs())]);
    this.ctx.waitUntil(this.#sendListers(catalog));
  }

  /** Takes what a prober saw, in the order in which it saw it. */
  witness(prober: string, tellings: readonly Telling[]): void {
    this.#corps.hear(prober, readClockMs());
    for (const { hearing, sightings } of tellings) {
      this.#take({ kind: "sightings", hearing, sightings });
    }
  }

  /** Takes what the edges of a region counted. */
  counted({ region, reports, traffic, joins = [], playback = [] }: RegionNews): void {
    if (reports.length > 0) this.#take({ kind: "reports", region, reports });
    this.#take({ kind: "traffic", region, traffic });
    if (playback.length > 0) this.#take({ kind: "playback", region, counts: playback });
    for (const { channel: channelId, generation, joins: words } of joins) {
      const known = new Map(Object.entries(words));
      this.#take({ kind: "joins", channelId, generation, joins: known });
    }
  }

  /** Takes an operator's word. */
  override(override: Override): Taken {
    const fault = findOverrideFault(override) ?? findPlaceFault(this.#centre.catalog, override);
    if (fault !== null) return { kind: "refused", detail: fault };
    this.#take({ kind: "override", override });
    return TAKEN;
  }

  /** Takes it back; false: there is none of this id. */
  revoke(id: string, by: string): boolean {
    if (!this.#centre.overrides.some((override) => override.id === id)) return false;
    this.#take({ kind: "revoke", id, by });
    return true;
  }

  overrides(): readonly Override[] {
    return this.#centre.overrides;
  }

  /** Gives the orders of a lost account again, each once for ever; how many. */
  restoreOrders(lost: LostOrders): number {
    const { overrides } = this.#centre;
    const isKnown = (id: string) =>
      overrides.some((each) => each.id === id) || this.#book.hasOrder(id);
    const events = planRestoredOrders(lost, this.#centre.catalog, isKnown, readClockMs());
    for (const event of events) this.#take(event);
    return events.length;
  }

  heartbeat(beat: Heartbeat): Taken {
    const { catalog, nodes } = this.#centre;
    const fault = findPlaceFault(catalog, { channelId: null, originId: beat.originId });
    if (fault !== null) return { kind: "refused", detail: fault };
    this.#take({ kind: "heartbeat", beat });
    const isNew = this.#centre.nodes !== nodes;
    return isNew ? TAKEN : { kind: "refused", detail: "there are too many nodes" };
  }

  nodes(): readonly NodeRecord[] {
    return [...this.#centre.nodes.values()];
  }

  /** An event is announced: while it is on nothing moves without need; its crowd is expected. */
  declareEvent(event: DeclaredEvent): Taken {
    const fault = findEventFault(event) ?? findPlaceFault(this.#centre.catalog, event);
    if (fault !== null) return { kind: "refused", detail: fault };
    this.#take({ kind: "event", event });
    return TAKEN;
  }

  /** False: no such event was announced. */
  endEvent(id: string, by: string): boolean {
    if (!this.#centre.overload.events.some((event) => event.id === id)) return false;
    this.#take({ kind: "event-end", id, by });
    return true;
  }

  events(): readonly DeclaredEvent[] {
    return this.#centre.overload.events;
  }

  /** Writes down what was done elsewhere and belongs to the same story. */
  note(entry: AuditEntry): void {
    this.#take({ kind: "note", entry });
  }

  audit(ask: AuditAsk): AuditPage {
    return this.#book.audit(ask);
  }

  incidents(ask: IncidentAsk): IncidentPage {
    return this.#book.incidents(ask);
  }

  incident(id: string): Incident | null {
    return this.#book.incident(id);
  }

  /** Puts the story of a lost account back; see AuditBook. */
  restoreBook(records: readonly AuditRecord[], incidents: readonly StoredIncident[]): void {
    this.#book.restore(records, incidents);
  }

  /** Somebody is at it; false: there is no such incident that is open. */
  acknowledge(id: string, by: string): boolean {
    if (!this.#centre.incidents.some((each) => each.id === id)) return false;
    this.#take({ kind: "acknowledge", id, by });
    return true;
  }

  /** Everything that is shown. */
  view(): HealthView {
    return toHealthView(this.#centre, this.#publisher.confirmed(), readClockMs());
  }

  override async alarm(): Promise<void> {
    const untilMs = readClockMs() + RUN_MS;
    try {
      while (readClockMs() < untilMs && this.#centre.catalog !== null) {
        await this.#step();
        await sleep(STEP_MS);
      }
    } catch (error) {
      this.#log.error("health centre failed", { why: String(error) });
    }
    await this.#wind();
  }

  /** Makes sure that the alarm runs. */
  async #wind(): Promise<void> {
    if (this.#centre.catalog === null) return;
    if ((await this.ctx.storage.getAlarm()) === null) {
      await this.ctx.storage.setAlarm(readClockMs());
    }
  }

  async #step(): Promise<void> {
    const nowMs = readClockMs();
    const { catalog } = this.#centre;
    if (catalog !== null && !this.#isCorpsInformed) {
      this.#isCorpsInformed = true;
      this.ctx.waitUntil(this.#corps.use(catalog, nowMs));
    }
    if (nowMs - this.#tickedAtMs >= TICK_MS) {
      this.#tickedAtMs = nowMs;
      this.#take({ kind: "tick" });
      this.ctx.waitUntil(this.#corps.wake(nowMs));
    }
    // A gate that hangs must not keep the others waiting, nor the tick.
    this.ctx.waitUntil(this.#deliver());
  }

  #take(event: CentreEvent): void {
    const nowMs = readClockMs();
    const { centre, effects } = applyCentreEvent(this.#centre, event, nowMs);
    const records = effects.flatMap((each) => (each.kind === "record" ? [each.record] : []));
    this.#store.write(centre, records, nowMs);
    this.#centre = toTrimmedCentre(centre);
    for (const effect of effects) this.#carryOut(effect);
  }

  #carryOut(effect: CentreEffect): void {
    switch (effect.kind) {
      case "publish":
        this.ctx.waitUntil(this.#deliver());
        return;
      case "look":
        this.ctx.waitUntil(this.#corps.suspect(effect.originId));
        return;
      case "record":
        // Written with the state already.
        return;
    }
  }

  async #deliver(): Promise<void> {
    const { policy, catalog } = this.#centre;
    if (policy !== null && catalog !== null) await this.#publisher.deliver(policy, catalog);
  }

  /** Libraries are listed anew; a lister that cannot be reached is asked with the next catalog. */
  async #sendListers(catalog: Catalog): Promise<void> {
    const stores = catalog.origins.filter(({ kind }) => kind === "s3").map(({ id }) => id);
    const libraries = catalog.channels.filter(({ mode, origins }) => {
      return mode === "vod" && origins.some(({ id }) => stores.includes(id));
    });
    await Promise.allSettled(libraries.map(({ id }) => this.env.LISTERS.getByName(id).start()));
  }
}

/** 244 bits of chance; kept with the policy, so that playlists stay the same for ever. */
function makeSecret(): string {
  return `${crypto.randomUUID()}${crypto.randomUUID()}`;
}
