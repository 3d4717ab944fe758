// One look at the installation: who serves what, who is fit, what was ordered, what is wrong.

import type { EventLine } from "../../../workers/core/contract/events.ts";
import { printEvents } from "./events.ts";
import {
  type OrderLine,
  type OriginLine,
  printOrders,
  printOrigins,
  printRoutes,
  type RouteLine,
} from "./health.ts";
import { type IncidentLine, printIncidents } from "./incidents.ts";
import type { Paint } from "./paint.ts";

export interface Status {
  readonly control: string;
  readonly policyVersion: number | null;
  readonly catalogVersion: number | null;
  readonly channels: readonly RouteLine[];
  readonly origins: readonly OriginLine[];
  readonly overrides: readonly OrderLine[];
  /** Those that are open. */
  readonly incidents: readonly IncidentLine[];
  /** Preload events that are not over. */
  readonly events: readonly EventLine[];
}

/** The whole screen; what there is none of is left out, but for channels and origins. */
export function printStatus(status: Status, nowMs: number, paint: Paint): string {
  const { control, policyVersion, catalogVersion } = status;
  const versions = `catalog ${catalogVersion ?? "-"}, policy ${policyVersion ?? "-"}`;
  const { overrides, incidents, events } = status;
  const parts = [
    `${paint("strong", "Weir")} at ${control}, ${versions}`,
    printRoutes(status.channels, nowMs, paint),
    printOrigins(status.origins, paint),
    ...(overrides.length === 0 ? [] : [printOrders(overrides, nowMs, paint)]),
    ...(events.length === 0 ? [] : [printEvents(events, nowMs, paint)]),
    incidents.length === 0
      ? paint("good", "No open incidents.")
      : printIncidents(incidents, nowMs, paint),
  ];
  return parts.join("\n\n");
}
