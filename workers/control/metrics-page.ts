// Gathers what /metrics shows: from the HealthCentre, the gates of every region, the desks for
// hosts and alerts, preload events. Whoever cannot be reached is left out, and a gate's absence is
// a metric itself: a scrape that fails because one region is far would hide all the others.

import { toPathwayStates } from "../core/steer/host-watch.ts";
import { readClockMs } from "../platform/clock.ts";
import { regionObject } from "../platform/objects.ts";
import type { Env } from "./env.ts";
import { printMetrics, type RegionTally } from "./metrics.ts";
import { MAIN } from "./object-names.ts";
import { readPreloads } from "./preload-watch.ts";

/** Newest incidents looked at: more are not open at once. */
const INCIDENTS_MAX = 200;

/** The text of /metrics. */
export async function readMetrics(env: Env): Promise<string> {
  const viewing = env.HEALTH.getByName(MAIN).view();
  const [view, incidents, tallies, hosts, alerts, preload] = await Promise.all([
    viewing,
    env.HEALTH.getByName(MAIN).incidents({ beforeId: null, limit: INCIDENTS_MAX }),
    viewing.then(({ policy }) => readGates(env, policy?.catalogVersion ?? 0)),
    env.HOSTS.getByName(MAIN).view(),
    env.ALERTS.getByName(MAIN).counts(),
    readPreloads(env),
  ]);
  const pathways = toPathwayStates(hosts.watches, readClockMs());
  const crowd = { ...view, incidents: incidents.incidents };
  return printMetrics({ view, tallies, pathways, alerts, crowd, preload });
}

/** Gates need not send the catalog of this version along with their policy. */
async function readGates(env: Env, catalogVersion: number): Promise<readonly RegionTally[]> {
  const regions = env.WEIR_REGIONS.split(",").filter((region) => region !== "");
  return Promise.all(
    regions.map(async (region) => {
      const gate = regionObject(env.GATES, region);
      const [counted, held] = await Promise.allSettled([gate.tally(), gate.read(catalogVersion)]);
      const reading = held.status === "fulfilled" ? held.value : null;
      return {
        region,
        rows: counted.status === "fulfilled" ? counted.value : null,
        policyAgeMs: reading?.confirmedAgoMs ?? null,
      };
    }),
  );
}
