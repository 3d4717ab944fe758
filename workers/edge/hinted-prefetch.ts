// Fetches what a player says it will want next (CMCD `nor`), behind the answer to what it wants
// now, and counts whether it had to stop playing. Most requests carry no such hint: they cost a
// look at the query and one header.

import { parseCmcd } from "../core/http/cmcd.ts";
import type { ViewerRequest } from "../core/http/request.ts";
import { planNextObjects } from "../core/warm/next-objects.ts";
import type { KnownPolicy } from "../platform/policy-source.ts";
import type { Ports } from "./ports.ts";
import { prefetch } from "./prefetch.ts";
import { readNetwork, toHost } from "./viewer-network.ts";

/** Starts what a viewer's request hints at; never for a request that was made ahead itself. */
export function prefetchHinted(
  request: Request,
  viewer: ViewerRequest,
  readPolicy: () => Promise<KnownPolicy | null>,
  ports: Ports,
): void {
  if (ports.cause !== "viewer" || viewer.method !== "GET") return;
  const requestHeader = request.headers.get("cmcd-request");
  if (requestHeader === null && !viewer.query.includes("CMCD=")) return;
  const isHeaders = requestHeader !== null;
  const hints = parseCmcd({
    query: viewer.query,
    requestHeader,
    objectHeader: isHeaders ? request.headers.get("cmcd-object") : null,
    statusHeader: isHeaders ? request.headers.get("cmcd-status") : null,
  });
  const [, token = "", channelId = ""] = /^(\/~[^/]+)?\/([^/]+)\//.exec(viewer.path) ?? [];
  if (ports.told.isKnown) {
    const state = hints.hasStarved ? "starved" : "smooth";
    const { tally } = ports.isolate.measures;
    tally.add("playback", [channelId, state], {});
    const network = readNetwork(request);
    if (network !== null) tally.add("networks", [toHost(request.url), String(network), state], {});
  }
  for (const name of planNextObjects(hints, viewer.path)) {
    prefetch({ channelId, name, cause: "hinted", token }, readPolicy, ports);
  }
}
