// What the health centre shows of itself to the API, the metrics and the console: a copy of plain
// values, with one row per channel, origin and role for those who do not care for regions.

import type { Catalog } from "../../core/config/catalog.ts";
import type { Policy } from "../../core/contract/policy.ts";
import type { Centre, ViewRow, WorldRow } from "../../core/health/centre/centre.ts";
import type { OriginHealth } from "../../core/health/detector.ts";
import type { OverloadView } from "../../core/health/overload/overload.ts";
import type { ViewerWatch } from "../../core/health/overload/viewers.ts";
import type { SightingRole } from "../../core/health/sighting.ts";

/** An origin of a channel: what was seen of it last, under the verdict of all regions. */
export interface HealthRow {
  readonly channelId: string;
  readonly originId: string;
  readonly role: SightingRole;
  readonly health: OriginHealth;
}

export interface HealthView {
  readonly catalog: Catalog | null;
  readonly policy: Policy | null;
  readonly rows: readonly HealthRow[];
  /** As each region sees it. */
  readonly regions: readonly ViewRow[];
  readonly world: readonly WorldRow[];
  /** Region -> version of the policy that its gate has confirmed; null: none. */
  readonly confirmed: Readonly<Record<string, number | null>>;
  readonly overload: OverloadView | null;
  /** Live channels whose viewers are counted. */
  readonly viewers: Readonly<Record<string, ViewerWatch>>;
  readonly nowMs: number;
}

/** The part that most readers need. */
export type ShownHealth = Pick<HealthView, "catalog" | "policy" | "rows" | "nowMs">;

/** Copies out of the centre what is shown. */
export function toHealthView(
  centre: Centre,
  confirmed: HealthView["confirmed"],
  nowMs: number,
): HealthView {
  const regions = [...centre.views.values()].flatMap((rows) => [...rows.values()]);
  const world = [...centre.world.values()].flatMap((rows) => [...rows.values()]);
  const { catalog, policy, overload } = centre;
  return {
    catalog,
    policy,
    rows: toRows(centre, regions),
    regions,
    world,
    confirmed,
    overload: overload.last,
    viewers: Object.fromEntries(centre.viewers),
    nowMs,
  };
}

/** The view that was heard last stands for all; its verdict gives way to the world's. */
function toRows(centre: Centre, regions: readonly ViewRow[]): readonly HealthRow[] {
  const latest = new Map<string, ViewRow>();
  for (const row of regions) {
    const key = `${row.channelId} ${row.originId} ${row.role}`;
    const known = latest.get(key);
    if (known === undefined || row.heardAtMs > known.heardAtMs) latest.set(key, row);
  }
  return [...latest.values()].map(({ channelId, originId, role, health }) => {
    const judged = centre.world.get(channelId)?.get(originId);
    if (role !== "playlists" || judged === undefined) return { channelId, originId, role, health };
    const { verdict, reasons } = judged;
    return { channelId, originId, role, health: { ...health, verdict, reasons } };
  });
}
