// weir status: everything an operator looks at first, read at once.

import type { Command } from "commander";
import type { EventLine } from "../../../workers/core/contract/events.ts";
import type { Add } from "../add-command.ts";
import { type Ending, type Failure, toShown } from "../ending.ts";
import { isOver } from "../screens/events.ts";
import type { OrderLine, OriginLine, RouteLine } from "../screens/health.ts";
import type { IncidentLine } from "../screens/incidents.ts";
import { printStatus, type Status } from "../screens/status.ts";
import type { Session } from "../session.ts";

interface Routes {
  readonly policyVersion: number | null;
  readonly catalogVersion: number | null;
  readonly channels: readonly RouteLine[];
}

const EVENTS_MAX = 50;

/** Adds `status`. */
export function addStatusCommand(program: Command, add: Add): void {
  add(
    program
      .command("status")
      .description("who serves what, who is fit, what was ordered, what is wrong"),
    ["weir status", "weir status --json"],
    async (session) => {
      const status = await readStatus(session);
      if ("kind" in status) return status;
      return toEnding(status, session.readNowMs());
    },
  );
}

function toEnding(status: Status, nowMs: number): Ending {
  return toShown(status, (paint) => printStatus(status, nowMs, paint));
}

async function readStatus({ client }: Session): Promise<Status | Failure> {
  const [routes, origins, orders, incidents, events] = await Promise.all([
    client.get<Routes>("/routes"),
    client.get<{ readonly origins: readonly OriginLine[] }>("/origins"),
    client.get<{ readonly overrides: readonly OrderLine[] }>("/overrides"),
    client.get<{ readonly incidents: readonly IncidentLine[] }>("/incidents", { open: "true" }),
    client.get<{ readonly events: readonly EventLine[] }>("/events", { limit: EVENTS_MAX }),
  ]);
  for (const each of [routes, origins, orders, incidents, events]) {
    if (each.kind === "failure") return each;
  }
  if (routes.kind === "failure" || origins.kind === "failure" || orders.kind === "failure") {
    throw new Error("Failures were given back above.");
  }
  if (incidents.kind === "failure" || events.kind === "failure") {
    throw new Error("Failures were given back above.");
  }
  const { policyVersion, catalogVersion, channels } = routes.body;
  return {
    control: client.settings.url.value,
    ...{ policyVersion, catalogVersion, channels },
    origins: origins.body.origins,
    overrides: orders.body.overrides,
    incidents: incidents.body.incidents,
    events: events.body.events.filter(({ state }) => !isOver(state)),
  };
}
