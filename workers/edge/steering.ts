// Where players are told which delivery host to use: the answer of /_/steering/{channel} (bis-22
// section 7; spec section 5). What is said is decided in core/steer; the tag that leads players
// here is put into playlists by steered-playlist.ts. No token is asked for: host names are all that
// can be learned here, a token's scope speaks of files, and a player that is refused would only
// keep what it has.

import { OPEN_HEADERS } from "../core/http/cors.ts";
import type { ViewerRequest } from "../core/http/request.ts";
import type { Route } from "../core/route/route.ts";
import { decideSteeringAnswer } from "../core/steer/manifest.ts";
import { parseSteeringQuery } from "../core/steer/query.ts";
import { decideSteering } from "../core/steer/steering.ts";
import type { KnownPolicy } from "../platform/policy-source.ts";
import { refuse } from "./pipeline.ts";
import type { Ports } from "./ports.ts";
import { listAvoided } from "./viewer-network.ts";

/** Answers a player that asks where to go. */
export function serveSteering(
  request: Request,
  viewer: ViewerRequest,
  route: Route & { readonly kind: "steering" },
  known: KnownPolicy | null,
  ports: Pick<Ports, "isolate" | "region">,
): Response {
  const channel = known?.index.channels.get(route.channel);
  if (known === null || channel === undefined) return refuse(viewer, UNKNOWN);
  const { host, origin, searchParams } = new URL(request.url);
  const query = parseSteeringQuery([...searchParams]);
  const { steering: hosts } = channel.policy;
  const manifest =
    hosts !== undefined
      ? decideSteering({
          hosts,
          states: known.pathways ?? [],
          avoided: listAvoided(request, ports.region, known.policy.networks ?? []),
          requestHost: host,
          requestUrl: `${origin}${viewer.path}`,
          query,
          session: query.session ?? crypto.randomUUID(),
        })
      : null;
  const pathway = manifest?.priority.find((id) => id === query.pathway) ?? "none";
  ports.isolate.measures.tally.add("steering", [channel.id, pathway], {});
  const { status, body, headers } = decideSteeringAnswer(manifest);
  return new Response(viewer.method === "HEAD" ? null : body, {
    status,
    headers: [...OPEN_HEADERS, ...headers] as [string, string][],
  });
}

const UNKNOWN = {
  reason: "unknown-channel",
  detail: "Below /_/steering/ there are the catalog's channels.",
} as const;
