// Gathers what /metrics shows: from the HealthCentre, the gates of every region, the desks for
// hosts and alerts. Whoever cannot be reached is left out, and a gate's absence is a metric itself:
// a scrape that fails because one region is far would hide all the others.

import { toPathwayStates } from "../core/steer/host-watch.ts";
import { readClockMs } from "../platform/clock.ts";
import { regionObject } from "../platform/objects.ts";
import type { Env } from "./env.ts";
import { printMetrics, type RegionTally } from "./metrics.ts";
import { MAIN } from "./object-names.ts";

/** Newest incidents looked at: more are not open at once. */
const INCIDENTS_MAX = 200;

/** The text of /metrics. */
export async function readMetrics(env: Env): Promise<string> {
  const [view, incidents, tallies, hosts, alerts] = await Promise.all([
    env.HEALTH.getByName(MAIN).view(),
    env.HEALTH.getByName(MAIN).incidents({ beforeId: null, limit: INCIDENTS_MAX }),
    readTallies(env),
    env.HOSTS.getByName(MAIN).view(),
    env.ALERTS.getByName(MAIN).counts(),
  ]);
  const pathways = toPathwayStates(hosts.watches, readClockMs());
  const crowd = { ...view, incidents: incidents.incidents };
  return printMetrics({ view, tallies, pathways, alerts, crowd });
}

async function readTallies(env: Env): Promise<readonly RegionTally[]> {
  const regions = env.WEIR_REGIONS.split(",").filter((region) => region !== "");
  const readings = await Promise.allSettled(
    regions.map((region) => regionObject(env.GATES, region).tally()),
  );
  return regions.map((region, index) => {
    const reading = readings[index];
    return { region, rows: reading?.status === "fulfilled" ? reading.value : null };
  });
}
