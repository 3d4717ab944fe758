// What viewers of a channel got in each region, from the gates' tallies: the only thing that says
// "a viewer there had a hit". Files only, because playlists are not what an event warms; and not
// what warm agents fetched, because the edge does not count those as requests.

import type { RegionGateApi } from "../core/contract/objects.ts";
import type { ViewersSeen } from "../core/warm/receipt.ts";
import { within } from "../platform/clock.ts";
import { type Objects, regionObject } from "../platform/objects.ts";

const GATE_MS_MAX = 2_000;

/** Sums since each gate's beginning; regions that do not answer are left out. */
export async function readViewers(
  gates: Objects<RegionGateApi>,
  regions: readonly string[],
  channel: string,
): Promise<readonly ViewersSeen[]> {
  const seen = await Promise.all(
    regions.map(async (region): Promise<ViewersSeen | null> => {
      const asked = regionObject(gates, region)
        .tally()
        .catch(() => null);
      const rows = await within(asked, GATE_MS_MAX);
      if (rows === null || rows === "late") return null;
      let [hits, requests] = [0, 0];
      for (const { family, labels, count } of rows) {
        const [channelId, , kind, outcome = ""] = labels;
        if (family !== "requests" || channelId !== channel || kind !== "segment") continue;
        requests += count;
        if (outcome.startsWith("hit-")) hits += count;
      }
      return { region, hits, requests };
    }),
  );
  return seen.filter((each) => each !== null);
}

/** What came since: a gate that began anew counts from nothing. */
export function toViewersSince(
  now: readonly ViewersSeen[],
  then: readonly ViewersSeen[],
): readonly ViewersSeen[] {
  return now.map(({ region, hits, requests }) => {
    const before = then.find((each) => each.region === region);
    const isAnew = before === undefined || before.requests > requests;
    return isAnew
      ? { region, hits, requests }
      : { region, hits: hits - before.hits, requests: requests - before.requests };
  });
}
