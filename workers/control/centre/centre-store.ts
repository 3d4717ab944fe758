// The health centre on disk: what must survive a restart as a snapshot in parts, and every decision
// as a record of its own. For the object, which writes in the same turn in which it decides: the
// platform lets no answer out before what it says is stored.
//
//   state      one row per part of the centre, written when that part has changed
//   timelines  one row per channel; a thousand channels move at a thousand moments
//   nodes      one row per node
//   records    the audit, append-only, thirty days
//   incidents  one row each; its records are named by number and not kept twice
//
// Parts that move with every look (histories of timelines, who was heard when, the usual load) are
// written once a minute: a restart may know them a minute late. It decides nothing.

import type { Catalog } from "../../core/config/catalog.ts";
import type { Policy } from "../../core/contract/policy.ts";
import { type Centre, toCentre } from "../../core/health/centre/centre.ts";
import { toUses } from "../../core/health/centre/take-catalog.ts";
import type { NodeRecord } from "../../core/health/heartbeats.ts";
import { AUDIT_KEPT_MS, type AuditRecord } from "../../core/health/incidents/audit.ts";
import type { Incident } from "../../core/health/incidents/incident.ts";
import { toMembership } from "../../core/health/renumber.ts";
import type { TimelineState } from "../../core/health/timelines.ts";
import type { AuditBook } from "./audit-book.ts";

/** How often parts are written that move all the time. */
const LAZY_MS = 60_000;

/** Parts that are written at once, and those that are written lazily, by their names. */
const PARTS = ["catalog", "catalogVersion", "policy", "overrides", "declared", "events"] as const;
const LAZY_PARTS = ["capacities", "heardRegions", "overload"] as const;
type Part = (typeof PARTS)[number] | (typeof LAZY_PARTS)[number];

export class CentreStore {
  readonly #sql: SqlStorage;
  readonly #book: AuditBook;
  /** What is on disk, to be compared by identity. */
  #written: Centre | null = null;
  #lazyWritten: Centre | null = null;
  #lazyAtMs = 0;

  constructor(sql: SqlStorage, book: AuditBook) {
    this.#sql = sql;
    this.#book = book;
    sql.exec(
      `CREATE TABLE IF NOT EXISTS state (name TEXT PRIMARY KEY, value TEXT NOT NULL);
       CREATE TABLE IF NOT EXISTS timelines (channel TEXT PRIMARY KEY, value TEXT NOT NULL);
       CREATE TABLE IF NOT EXISTS nodes (name TEXT PRIMARY KEY, value TEXT NOT NULL)`,
    );
  }

  /** The centre as it was stored; a new one with `makeSecret`'s secret if there is none. */
  load(regions: readonly string[], makeSecret: () => string): Centre {
    const parts = new Map(
      this.#rows("SELECT name, value FROM state").map(([name, value]) => [name, value]),
    );
    const read = <T>(name: Part | "querySecret", none: T): T => {
      const text = parts.get(name);
      return text === undefined ? none : (JSON.parse(text) as T);
    };
    const known = read<string | null>("querySecret", null);
    const querySecret = known ?? makeSecret();
    if (known === null) this.#put("querySecret", querySecret);
    const catalog = read<Catalog | null>("catalog", null);
    const fresh = toCentre(regions);
    const overload = read("overload", fresh.overload);
    const policy = read<Policy | null>("policy", null);
    const centre: Centre = {
      ...fresh,
      querySecret,
      catalog,
      catalogVersion: read("catalogVersion", 0),
      channels: new Map(catalog?.channels.map((channel) => [channel.id, channel])),
      uses: catalog === null ? fresh.uses : toUses(catalog),
      policy,
      troubled: policy?.networks ?? [],
      overrides: read("overrides", []),
      declared: read("declared", []),
      capacities: toCapacities(read("capacities", null)),
      heardRegions: new Map(read<[string, number][]>("heardRegions", [])),
      // What was being counted when it stopped is no window.
      overload: { ...overload, events: read("events", []), sinceMs: null, playlists: {} },
      timelines: this.#map<TimelineState>("SELECT channel, value FROM timelines"),
      nodes: this.#map<NodeRecord>("SELECT name, value FROM nodes"),
      audit: this.#book.tail(),
      incidents: this.#book.openIncidents(),
    };
    this.#written = centre;
    this.#lazyWritten = centre;
    return centre;
  }

  /** Writes what an event has changed. Call it in the turn in which the event was applied. */
  write(centre: Centre, records: readonly AuditRecord[], nowMs: number): void {
    const before = this.#written;
    this.#written = centre;
    for (const record of records) this.#book.append(record);
    this.#writeIncidents(before, centre);
    for (const part of PARTS) {
      if (before === null || toPart(before, part) !== toPart(centre, part)) {
        this.#put(part, toPart(centre, part));
      }
    }
    if (before === null || before.nodes !== centre.nodes) this.#writeNodes(before, centre);
    if (before === null || before.timelines !== centre.timelines) {
      this.#writeTimelines(before, centre, (was, is) => toMembership(was) !== toMembership(is));
    }
    if (nowMs - this.#lazyAtMs >= LAZY_MS) this.#writeLazily(centre, nowMs);
  }

  #writeLazily(centre: Centre, nowMs: number): void {
    const before = this.#lazyWritten;
    this.#lazyWritten = centre;
    this.#lazyAtMs = nowMs;
    for (const part of LAZY_PARTS) this.#put(part, toPart(centre, part));
    this.#writeTimelines(before, centre, (was, is) => was !== is);
    this.#book.prune(nowMs - AUDIT_KEPT_MS);
  }

  #writeIncidents(before: Centre | null, centre: Centre): void {
    if (before?.incidents === centre.incidents) return;
    const known = new Set<Incident>(before?.incidents);
    for (const incident of centre.incidents) {
      if (!known.has(incident)) this.#book.putIncident(incident);
    }
    // One that became a part of an older one.
    const ids = new Set(centre.incidents.map(({ id }) => id));
    for (const { id, closedAtMs } of before?.incidents ?? []) {
      if (!ids.has(id) && closedAtMs === null) this.#book.dropIncident(id);
    }
  }

  #writeNodes(before: Centre | null, { nodes }: Centre): void {
    for (const [name, node] of nodes) {
      if (before?.nodes.get(name) === node) continue;
      const text = JSON.stringify(node);
      this.#sql.exec("INSERT OR REPLACE INTO nodes VALUES (?, ?)", name, text);
    }
    for (const name of before?.nodes.keys() ?? []) {
      if (!nodes.has(name)) this.#sql.exec("DELETE FROM nodes WHERE name = ?", name);
    }
  }

  #writeTimelines(
    before: Centre | null,
    { timelines }: Centre,
    isDue: (was: TimelineState, is: TimelineState) => boolean,
  ): void {
    for (const [channel, state] of timelines) {
      const was = before?.timelines.get(channel);
      if (was !== undefined && (was === state || !isDue(was, state))) continue;
      const text = JSON.stringify(state);
      this.#sql.exec("INSERT OR REPLACE INTO timelines VALUES (?, ?)", channel, text);
    }
  }

  #put(name: Part | "querySecret", value: unknown): void {
    this.#sql.exec("INSERT OR REPLACE INTO state VALUES (?, ?)", name, JSON.stringify(value));
  }

  #rows(query: string): [string, string][] {
    return [...this.#sql.exec(query).raw<[string, string]>()];
  }

  #map<T>(query: string): Map<string, T> {
    return new Map(this.#rows(query).map(([key, text]) => [key, JSON.parse(text) as T]));
  }
}

/** A part as plain data, with the identity of what it was made from wherever that is one value. */
function toPart(centre: Centre, part: Part): unknown {
  switch (part) {
    case "events":
      return centre.overload.events;
    case "heardRegions":
      return [...centre.heardRegions];
    case "capacities": {
      const { capacities } = centre;
      return capacities === null ? null : { ...capacities, shares: [...capacities.shares] };
    }
    default:
      return centre[part];
  }
}

function toCapacities(
  stored: { readonly shares: readonly [string, number][]; readonly atMs: number } | null,
): Centre["capacities"] {
  return stored === null ? null : { ...stored, shares: new Map(stored.shares) };
}
