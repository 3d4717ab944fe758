// Which orders of a lost account are given again, and as what: those that have not ended, that can
// be meant under the catalog in force, and that this account has never had. What somebody took back
// here stays taken back, however often an export is restored.

import type { Catalog } from "../../core/config/catalog.ts";
import { type CentreEvent, toFreezeId } from "../../core/health/centre/apply.ts";
import { findOverrideFault, type Override } from "../../core/health/operators/override.ts";
import { type DeclaredEvent, findEventFault } from "../../core/health/overload/overload.ts";
import { findPlaceFault } from "./place-fault.ts";

/** Orders as an export holds them. */
export interface LostOrders {
  readonly overrides: readonly Override[];
  readonly events: readonly DeclaredEvent[];
}

/** Plans what the health centre takes, in the order in which it was said. */
export function planRestoredOrders(
  { overrides, events }: LostOrders,
  catalog: Catalog | null,
  /** Whether this account has had the order of this id; an event's is that of its freeze. */
  isKnown: (id: string) => boolean,
  nowMs: number,
): readonly CentreEvent[] {
  const isDue = (each: Override | DeclaredEvent, id: string) =>
    (each.untilMs === null || each.untilMs > nowMs) &&
    !isKnown(id) &&
    findPlaceFault(catalog, each) === null;
  return [
    ...events
      .filter((event) => isDue(event, toFreezeId(event.id)) && findEventFault(event) === null)
      .map((event): CentreEvent => ({ kind: "event", event })),
    ...overrides
      .filter((override) => isDue(override, override.id) && findOverrideFault(override) === null)
      .toSorted((a, b) => a.atMs - b.atMs)
      .map((override): CentreEvent => ({ kind: "override", override })),
  ];
}
