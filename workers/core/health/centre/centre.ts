// What the health centre knows, as one value: what each region saw, what the world makes of it, who
// decided what. For centre/apply.ts, which moves it, and for the object that stores it.
//
// Stored (survives a restart): timelines, overrides, nodes, audit, incidents, the usual load, the
// policy. Not stored: views and verdicts. Witnesses tell them anew within two probes, and what a
// verdict was before a restart says little about now; until then the last policy stands.

import type { Catalog, Channel } from "../../config/catalog.ts";
import type { Policy, TroubledNetwork } from "../../contract/policy.ts";
import type { ChoiceJoin } from "../choice.ts";
import type { OriginHealth } from "../detector.ts";
import type { StateCentre } from "../heartbeats.ts";
import {
  AUDIT_EMPTY,
  type AuditEntry,
  type AuditLog,
  type AuditRecord,
  applyAudit,
} from "../incidents/audit.ts";
import type { IncidentBook } from "../incidents/incident.ts";
import { applyRecord } from "../incidents/incident.ts";
import type { NetworkBook } from "../networks.ts";
import type { Override } from "../operators/override.ts";
import { OVERLOAD_NONE, type Overload } from "../overload/overload.ts";
import type { ViewerWatch } from "../overload/viewers.ts";
import { QUORUM_RULE, type QuorumRule } from "../quorum.ts";
import type { SightingRole } from "../sighting.ts";
import type { CapacityBook, DeclaredCapacity } from "../spread/capacity.ts";
import type { TimelineState } from "../timelines.ts";
import type { Verdict, VerdictReason } from "../verdict.ts";
import type { Witness } from "./witness.ts";

/** One origin of one channel as one region sees it. */
export interface ViewRow {
  readonly channelId: string;
  readonly originId: string;
  readonly role: SightingRole;
  readonly region: string;
  readonly health: OriginHealth;
  /** End of its newest media by its own dates; null without. */
  readonly mediaEndMs: number | null;
  /** When that was seen. By our clock, like the next two. */
  readonly mediaSeenAtMs: number;
  readonly heardAtMs: number;
  readonly lastGoodAtMs: number | null;
}

/** One origin of one channel for the world. */
export interface WorldRow {
  readonly channelId: string;
  readonly originId: string;
  readonly verdict: Verdict;
  readonly reasons: readonly VerdictReason[];
  readonly changedAtMs: number;
  /** When it was last red; null: never. */
  readonly redUntilMs: number | null;
  readonly regions: Readonly<Record<string, Verdict>>;
}

/** What a ledger last said of a channel, and when that was heard. */
export interface JoinRow {
  readonly generation: number;
  readonly joins: ReadonlyMap<string, ChoiceJoin>;
  readonly heardAtMs: number;
}

/** When an origin was last looked at out of turn, and how often in a row. */
export interface Suspicion {
  readonly atMs: number;
  readonly count: number;
}

export interface Centre {
  readonly catalog: Catalog | null;
  readonly catalogVersion: number;
  readonly channels: ReadonlyMap<string, Channel>;
  /** Origin -> where it is used. */
  readonly uses: ReadonlyMap<
    string,
    readonly { readonly channelId: string; readonly role: SightingRole }[]
  >;
  readonly regions: readonly string[];
  readonly quorum: QuorumRule;
  /** By channel, then by witness. */
  readonly witnesses: ReadonlyMap<string, ReadonlyMap<string, Witness>>;
  /** Region -> when a witness there was last heard. Stored: it says who has to be waited for. */
  readonly heardRegions: ReadonlyMap<string, number>;
  /** By channel, then by origin, role and region. */
  readonly views: ReadonlyMap<string, ReadonlyMap<string, ViewRow>>;
  /** By channel, then by origin. */
  readonly world: ReadonlyMap<string, ReadonlyMap<string, WorldRow>>;
  readonly timelines: ReadonlyMap<string, TimelineState>;
  readonly joins: ReadonlyMap<string, JoinRow>;
  /** By region, host and network. */
  readonly networks: NetworkBook;
  /** Those of them that are in trouble; they outlive a restart, in the policy. */
  readonly troubled: readonly TroubledNetwork[];
  readonly overrides: readonly Override[];
  readonly nodes: StateCentre;
  readonly declared: readonly DeclaredCapacity[];
  readonly capacities: CapacityBook | null;
  readonly audit: AuditLog;
  readonly incidents: IncidentBook;
  /** Channel -> origin that was switched to and has not been seen to answer. */
  readonly awaited: ReadonlyMap<string, string>;
  /** Channel -> the choice that shadow mode has told of. */
  readonly shadows: ReadonlyMap<string, string>;
  readonly suspicions: ReadonlyMap<string, Suspicion>;
  readonly overload: Overload;
  /** Live channel -> how many watch it. */
  readonly viewers: ReadonlyMap<string, ViewerWatch>;
  /** Goes with every policy; null: marks are not made. */
  readonly querySecret: string | null;
  readonly policy: Policy | null;
}

/** A centre before its first catalog. */
export function toCentre(regions: readonly string[], quorum: QuorumRule = QUORUM_RULE): Centre {
  return {
    catalog: null,
    catalogVersion: 0,
    channels: new Map(),
    uses: new Map(),
    regions,
    quorum,
    witnesses: new Map(),
    heardRegions: new Map(),
    views: new Map(),
    world: new Map(),
    timelines: new Map(),
    joins: new Map(),
    networks: new Map(),
    troubled: [],
    overrides: [],
    nodes: new Map(),
    declared: [],
    capacities: null,
    audit: AUDIT_EMPTY,
    incidents: [],
    awaited: new Map(),
    shadows: new Map(),
    suspicions: new Map(),
    overload: OVERLOAD_NONE,
    viewers: new Map(),
    querySecret: null,
    policy: null,
  };
}

/** What is left of a centre after a restart: what was stored. */
export function toRestartedCentre(centre: Centre): Centre {
  const { catalog, catalogVersion, channels, uses, timelines, overrides, nodes } = centre;
  const { audit, incidents, policy, declared, capacities, heardRegions, querySecret } = centre;
  const overload = { ...centre.overload, sinceMs: null };
  return {
    ...toCentre(centre.regions, centre.quorum),
    ...{ catalog, catalogVersion, channels, uses, timelines, overrides, nodes },
    ...{ audit, incidents, policy, declared, capacities, heardRegions, querySecret, overload },
    troubled: policy?.networks ?? [],
  };
}

/**
 * The centre without what only its store needs to keep: records but the last, incidents that are
 * over. Call it after they were stored.
 */
export function toTrimmedCentre(centre: Centre): Centre {
  const { audit, incidents } = centre;
  const open = incidents.filter(({ closedAtMs }) => closedAtMs === null);
  if (audit.records.length <= 1 && open.length === incidents.length) return centre;
  const records = audit.records.slice(-1);
  return { ...centre, audit: { ...audit, records }, incidents: open };
}

export type CentreEffect =
  /** Bring it to every region, and copy it to KV. */
  | { readonly kind: "publish"; readonly policy: Policy }
  /** Write it down. */
  | { readonly kind: "record"; readonly record: AuditRecord }
  /** Edges had trouble there: let every prober look now. */
  | { readonly kind: "look"; readonly originId: string };

/** A centre on its way through one event. */
export interface Draft {
  centre: Centre;
  readonly effects: CentreEffect[];
  readonly nowMs: number;
}

/** Writes a decision into the audit and the incidents. */
export function note(draft: Draft, entry: AuditEntry): void {
  const audit = applyAudit(draft.centre.audit, entry, draft.nowMs);
  const record = audit.records.at(-1) as AuditRecord;
  const incidents = applyRecord(draft.centre.incidents, record);
  draft.centre = { ...draft.centre, audit, incidents };
  draft.effects.push({ kind: "record", record });
}
