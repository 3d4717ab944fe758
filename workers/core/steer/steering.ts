// The steering manifest of one session: which delivery hosts there are, in which order it should
// try them, and how soon it should ask again. For the edge's endpoint /_/steering/{channel}; spec
// section 5, T1 to T7. It does NOT judge hosts (host-watch.ts) and never looks at origins.
//
// The multivariant playlist names one pathway, "entry": the host by which the viewer came. It is
// the same text at every host, so one cached copy serves them all, and the others are clones of it
// that only this manifest tells of. Players replace the host's name and keep scheme and port.

import type { DeliveryHost } from "../config/catalog.ts";
import type { PathwayState } from "../contract/pathways.ts";
import type { SteeringManifest } from "./manifest.ts";
import { decidePathways, decideSteeringTtl, type Pathway } from "./pathways.ts";
import { type SteeringQuery, toReloadUri } from "./query.ts";

/** The pathway of whatever host the viewer's playlist came from. */
export const ENTRY_PATHWAY = "entry";

export interface SteeringInput {
  /** The catalog's delivery hosts. */
  readonly hosts: readonly DeliveryHost[];
  /** What control said of them last; a host without a state is unknown. */
  readonly states: readonly PathwayState[];
  /** Hosts, with their ports, that the viewer's network cannot use well; absent: none. */
  readonly avoided?: readonly string[];
  /** Host of the request, with its port if it has one. */
  readonly requestHost: string;
  /** URL of the request as it was written, token included, without its query. */
  readonly requestUrl: string;
  readonly query: SteeringQuery;
  /** The session's name: that of the query, or a new one. */
  readonly session: string;
}

/** What to tell the session; null: there is nothing to choose from, now and later. */
export function decideSteering(input: SteeringInput): SteeringManifest | null {
  const { hosts, states, requestHost, requestUrl, query, session } = input;
  if (hosts.length === 0) return null;
  const own = hosts.find(({ url }) => toAuthority(url) === requestHost)?.id ?? null;
  const pathways = hosts.map(({ id, url, weight }): Pathway => {
    const state = states.find((each) => each.id === id);
    const { verdict = "unknown", isDrained = false } = state ?? {};
    return { id, weight, verdict, isDrained: isDrained || isAvoided(input, url) };
  });
  const current = query.pathway === ENTRY_PATHWAY ? own : query.pathway;
  const order = decidePathways({ pathways, session, current, own });
  const names = order.map((id) => (id === own ? ENTRY_PATHWAY : id));
  return {
    ttlSeconds: decideSteeringTtl(pathways, session),
    // Absolute: Shaka Player 5.2 throws on a relative one, and then never asks again.
    reloadUri: `${requestUrl}${toReloadUri(session)}`,
    // An entry that the catalog does not know answers, or nobody would be asking it: kept as a
    // last resort, also because a list of one takes hls.js its own way out (T6).
    priority: own === null ? [...names, ENTRY_PATHWAY] : names,
    clones: hosts
      .filter(({ id }) => id !== own)
      .map(({ id, url }) => ({
        baseId: ENTRY_PATHWAY,
        id,
        host: toAuthority(url).replace(/:\d+$/, ""),
        parameters: {},
      })),
  };
}

/** Where a network starves at every host it is not the hosts: then it is led nowhere. */
function isAvoided({ hosts, avoided = [] }: SteeringInput, url: string): boolean {
  const isEverywhere = hosts.every((host) => avoided.includes(toAuthority(host.url)));
  return !isEverywhere && avoided.includes(toAuthority(url));
}

/** Host and port of a catalog's URL. */
function toAuthority(url: string): string {
  return /^https?:\/\/([^/]*)/.exec(url)?.[1] ?? "";
}
