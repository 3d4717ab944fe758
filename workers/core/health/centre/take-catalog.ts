// What a new catalog does to the health centre: channels get their timelines, origins what they
// declare, and whatever was seen of places that are gone is forgotten. What is decided under it is
// decide.ts' matter.

import type { Catalog } from "../../config/catalog.ts";
import { applyGone } from "../incidents/incident.ts";
import { toRenumberedAll } from "../renumber.ts";
import type { SightingRole } from "../sighting.ts";
import { applyCapacities, type DeclaredCapacity } from "../spread/capacity.ts";
import { type Centre, type Draft, note, type ViewRow } from "./centre.ts";

/** Takes a catalog into force. */
export function applyCatalog(draft: Draft, catalogVersion: number, catalog: Catalog): void {
  const { centre } = draft;
  const channels = new Map(catalog.channels.map((channel) => [channel.id, channel]));
  const uses = toUses(catalog);
  const declared = toDeclared(catalog);
  const keep = <T>(known: ReadonlyMap<string, T>) =>
    new Map([...known].filter(([channelId]) => channels.has(channelId)));
  draft.centre = {
    ...{ ...centre, catalog, catalogVersion, channels, uses, declared },
    timelines: toRenumberedAll(centre.timelines, centre.catalog, catalog),
    capacities:
      declared.length === 0 ? null : applyCapacities(centre.capacities, declared, draft.nowMs),
    witnesses: keep(centre.witnesses),
    views: new Map([...keep(centre.views)].map(([id, rows]) => [id, toUsed(rows, uses)])),
    world: keep(centre.world),
    joins: keep(centre.joins),
    viewers: keep(centre.viewers),
    incidents: applyGone(centre.incidents, (channelId, originId) => {
      const channel = channels.get(channelId);
      return originId === "" ? channel !== undefined : isMember(uses, channelId, originId);
    }),
  };
  if (centre.catalog === null) return;
  note(draft, {
    kind: "catalog",
    actor: "health",
    channelId: null,
    originId: null,
    region: null,
    from: String(centre.catalogVersion),
    to: String(catalogVersion),
    reason: "applied",
    inputs: { channels: channels.size, origins: catalog.origins.length },
  });
}

function isMember(uses: Centre["uses"], channelId: string, originId: string): boolean {
  return uses.get(originId)?.some((use) => use.channelId === channelId) === true;
}

/** Views of origins that the channel still has, in the role that they still have. */
function toUsed(
  rows: ReadonlyMap<string, ViewRow>,
  uses: Centre["uses"],
): ReadonlyMap<string, ViewRow> {
  const isUsed = ({ channelId, originId, role }: ViewRow) =>
    uses.get(originId)?.some((use) => use.channelId === channelId && use.role === role) === true;
  return new Map([...rows].filter(([, row]) => isUsed(row)));
}

/** Where each origin is used, by what of it is looked at. */
export function toUses(catalog: Catalog): Centre["uses"] {
  const uses = new Map<string, { readonly channelId: string; readonly role: SightingRole }[]>();
  const add = (id: string, channelId: string, role: SightingRole) =>
    uses.set(id, [...(uses.get(id) ?? []), { channelId, role }]);
  for (const channel of catalog.channels) {
    for (const { id, segments } of channel.origins) {
      add(id, channel.id, "playlists");
      if (segments !== null) add(segments.id, channel.id, "storage");
    }
  }
  return uses;
}

function toDeclared(catalog: Catalog): readonly DeclaredCapacity[] {
  return catalog.origins.flatMap(({ id, capacity }) => {
    if (capacity === undefined) return [];
    const { cpu = null, memoryGb = null, mbps = null } = capacity;
    return [{ originId: id, cpu, memory: memoryGb, bandwidth: mbps }];
  });
}
