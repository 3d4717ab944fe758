// The health centre as a machine: what witnesses, edges, coordinators, nodes and operators say goes
// in; a policy, records and requests to look come out. The object in workers/control is a shell
// around it, and the simulator (test/sim/control) plays it on a clock of its own. Order of work:
// evidence -> verdicts -> choices -> policy; nothing is decided in any other place.

import type { Catalog } from "../../config/catalog.ts";
import type { PlaybackCount, RegionTraffic, Report } from "../../contract/report.ts";
import type { ChoiceJoin } from "../choice.ts";
import {
  applyHeartbeat,
  applyNodeProbe,
  applyScan,
  type Heartbeat,
  type StateCentre,
} from "../heartbeats.ts";
import type { AuditEntry } from "../incidents/audit.ts";
import { applyAcknowledgement, applyCalm } from "../incidents/incident.ts";
import { applyPlayback } from "../networks.ts";
import { applyExpiry, findOverrideFault, type Override } from "../operators/override.ts";
import type { DeclaredEvent } from "../overload/overload.ts";
import type { Sighting } from "../sighting.ts";
import { applyCapacities, type DeclaredCapacity } from "../spread/capacity.ts";
import type { Centre, CentreEffect, Draft } from "./centre.ts";
import { note } from "./centre.ts";
import { applyCrowd, applyDeclaredEvent, applyEventEnd, applyTrafficCounts } from "./crowd.ts";
import { applyDecision } from "./decide.ts";
import { applyReports, applySightings } from "./evidence.ts";
import { applyHalfOpen } from "./half-open.ts";
import { applyJudgement } from "./judge.ts";
import { applyNetworks } from "./judge-networks.ts";
import { applyCatalog } from "./take-catalog.ts";
import type { Hearing } from "./witness.ts";

export type CentreEvent =
  | { readonly kind: "catalog"; readonly version: number; readonly catalog: Catalog }
  | {
      readonly kind: "sightings";
      readonly hearing: Hearing;
      readonly sightings: readonly Sighting[];
    }
  | { readonly kind: "reports"; readonly region: string; readonly reports: readonly Report[] }
  /** What the edges of a region served. */
  | {
      readonly kind: "traffic";
      readonly region: string;
      readonly traffic: RegionTraffic;
    }
  /** A coordinator's ledger says how each origin could take over. */
  | {
      readonly kind: "joins";
      readonly channelId: string;
      /** Of the coordinator: what a lower one says is over. */
      readonly generation: number;
      readonly joins: ReadonlyMap<string, ChoiceJoin>;
    }
  /** How the players of each network fare in a region. */
  | {
      readonly kind: "playback";
      readonly region: string;
      readonly counts: readonly PlaybackCount[];
    }
  | { readonly kind: "heartbeat"; readonly beat: Heartbeat }
  /** A half-open node was probed. */
  | {
      readonly kind: "node-probe";
      readonly originId: string;
      readonly node: string;
      readonly isGood: boolean;
    }
  /** Decided elsewhere (shedding, viewers), and part of the same story. */
  | { readonly kind: "note"; readonly entry: AuditEntry }
  | { readonly kind: "capacities"; readonly declared: readonly DeclaredCapacity[] }
  | { readonly kind: "override"; readonly override: Override }
  | { readonly kind: "revoke"; readonly id: string; readonly by: string }
  /** An event is announced: nothing moves without need, and its crowd is no surprise. */
  | { readonly kind: "event"; readonly event: DeclaredEvent }
  | { readonly kind: "event-end"; readonly id: string; readonly by: string }
  /** Somebody is at an incident. */
  | { readonly kind: "acknowledge"; readonly id: string; readonly by: string }
  /** Time passes; once a second is enough. */
  | { readonly kind: "tick" };

export interface CentreStep {
  readonly centre: Centre;
  readonly effects: readonly CentreEffect[];
}

/** Applies one event. */
export function applyCentreEvent(centre: Centre, event: CentreEvent, nowMs: number): CentreStep {
  const draft: Draft = { centre, effects: [], nowMs };
  const touched = applyInput(draft, event);
  for (const channelId of touched) applyJudgement(draft, channelId);
  applyDecision(draft, touched, event.kind === "catalog");
  return { centre: draft.centre, effects: draft.effects };
}

/** Takes the event in; the channels that may have to be judged anew. */
function applyInput(draft: Draft, event: CentreEvent): ReadonlySet<string> {
  switch (event.kind) {
    case "catalog":
      applyCatalog(draft, event.version, event.catalog);
      return toAll(draft);
    case "sightings":
      return applySightings(draft, event.hearing, event.sightings);
    case "reports":
      return applyReports(draft, event.region, event.reports);
    case "traffic":
      applyTrafficCounts(draft, event.region, event.traffic);
      return new Set();
    case "joins":
      return applyJoins(draft, event);
    case "playback": {
      const { region, counts } = event;
      const networks = applyPlayback(draft.centre.networks, region, counts, draft.nowMs);
      draft.centre = { ...draft.centre, networks };
      return new Set();
    }
    case "heartbeat": {
      const { beat } = event;
      const nodes = applyHeartbeat(draft.centre.nodes, beat, draft.nowMs);
      return applyNodes(draft, nodes, beat.originId, beat.node, beat.state);
    }
    case "node-probe": {
      const { originId, node, isGood } = event;
      const nodes = applyNodeProbe(draft.centre.nodes, originId, node, isGood, draft.nowMs);
      return applyNodes(draft, nodes, originId, node, isGood ? "probed well" : "probed ill");
    }
    case "note":
      note(draft, event.entry);
      return new Set();
    case "capacities":
      draft.centre = {
        ...draft.centre,
        declared: event.declared,
        capacities: applyCapacities(draft.centre.capacities, event.declared, draft.nowMs),
      };
      return toAll(draft);
    case "override":
      return applyOverride(draft, event.override);
    case "revoke":
      return applyRevocation(draft, event.id, event.by);
    case "event":
      applyDeclaredEvent(draft, event.event);
      return applyOverride(draft, toFreeze(event.event));
    case "event-end":
      applyEventEnd(draft, event.id);
      return applyRevocation(draft, toFreezeId(event.id), event.by);
    case "acknowledge": {
      const incidents = applyAcknowledgement(draft.centre.incidents, event.id, event.by);
      draft.centre = { ...draft.centre, incidents };
      return new Set();
    }
    case "tick":
      return applyTick(draft);
  }
}

/** While an announced event is on, only what is red is left. */
function toFreeze({ id, channelId, by, fromMs, untilMs }: DeclaredEvent): Override {
  return { kind: "freeze", id: toFreezeId(id), channelId, by, atMs: fromMs, untilMs };
}

/** The id of the freeze that goes with an announced event. */
export function toFreezeId(eventId: string): string {
  return `event:${eventId}`;
}

function toAll({ centre }: Draft): ReadonlySet<string> {
  return new Set(centre.channels.keys());
}

function applyJoins(
  draft: Draft,
  { channelId, generation, joins }: CentreEvent & { readonly kind: "joins" },
): ReadonlySet<string> {
  const known = draft.centre.joins.get(channelId);
  if (!draft.centre.channels.has(channelId)) return new Set();
  if (known !== undefined && known.generation > generation) return new Set();
  const row = { generation, joins, heardAtMs: draft.nowMs };
  draft.centre = { ...draft.centre, joins: new Map(draft.centre.joins).set(channelId, row) };
  return new Set([channelId]);
}

/** Takes new records of nodes, and writes down if one of them was banned or freed. */
function applyNodes(
  draft: Draft,
  nodes: StateCentre,
  originId: string,
  node: string,
  reason: string,
): ReadonlySet<string> {
  const key = `${originId} ${node}`;
  const before = draft.centre.nodes.get(key)?.ban.kind ?? "free";
  draft.centre = { ...draft.centre, nodes };
  const after = nodes.get(key)?.ban.kind ?? "free";
  if (after === before) return new Set();
  note(draft, {
    kind: "node-ban",
    actor: "health",
    channelId: null,
    originId,
    region: null,
    from: before,
    to: after,
    reason,
    inputs: { node },
  });
  const uses = draft.centre.uses.get(originId) ?? [];
  return new Set(uses.map(({ channelId }) => channelId));
}

/** An override that cannot be meant is refused by whoever takes it from people, not here. */
function applyOverride(draft: Draft, override: Override): ReadonlySet<string> {
  const fault = findOverrideFault(override);
  if (fault !== null) throw new Error(`An override that ${fault} must not get here.`);
  const others = draft.centre.overrides.filter(({ id }) => id !== override.id);
  draft.centre = { ...draft.centre, overrides: [...others, override] };
  noteOverride(draft, override, override.by, null, override.kind);
  return toReached(draft, override);
}

function applyRevocation(draft: Draft, id: string, by: string): ReadonlySet<string> {
  const override = draft.centre.overrides.find((each) => each.id === id);
  if (override === undefined) return new Set();
  const overrides = draft.centre.overrides.filter((each) => each !== override);
  draft.centre = { ...draft.centre, overrides };
  noteOverride(draft, override, by, override.kind, null);
  return toReached(draft, override);
}

function toReached(draft: Draft, { channelId }: Override): ReadonlySet<string> {
  return channelId === null ? toAll(draft) : new Set([channelId]);
}

function noteOverride(
  draft: Draft,
  override: Override,
  by: string,
  from: string | null,
  to: string | null,
): void {
  const { id, channelId, untilMs } = override;
  const originId = "originId" in override ? override.originId : null;
  note(draft, {
    kind: "override",
    actor: by,
    channelId,
    originId,
    region: null,
    from,
    to,
    reason: to === null ? "revoked" : "set",
    inputs: { id, untilMs },
  });
}

function applyTick(draft: Draft): ReadonlySet<string> {
  const { centre, nowMs } = draft;
  const overrides = applyExpiry(centre.overrides, nowMs);
  for (const override of centre.overrides) {
    if (overrides.includes(override)) continue;
    noteOverride(draft, override, "health", override.kind, null);
  }
  draft.centre = {
    ...draft.centre,
    overrides,
    nodes: applyScan(centre.nodes, nowMs),
    incidents: applyCalm(draft.centre.incidents, nowMs),
    capacities:
      centre.declared.length === 0
        ? centre.capacities
        : applyCapacities(centre.capacities, centre.declared, nowMs),
  };
  applyHalfOpen(draft);
  applyCrowd(draft);
  applyNetworks(draft);
  return toAll(draft);
}
