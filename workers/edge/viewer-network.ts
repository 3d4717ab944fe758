// From which network a viewer comes, as Cloudflare tells it, and by which host: for counting how
// players of a network fare, and for leading them elsewhere. An autonomous system is all of some
// provider's network; nobody is known by it.

import type { TroubledNetwork } from "../core/contract/policy.ts";

/** The autonomous system number; null where the platform does not say. */
export function readNetwork({ cf }: Request): number | null {
  const told: unknown = cf?.["asn"];
  return typeof told === "number" && told > 0 ? told : null;
}

/** Host and port of a URL as it was asked for. */
export function toHost(url: string): string {
  const start = url.indexOf("://") + 3;
  return url.slice(start, url.indexOf("/", start));
}

/** Hosts that this viewer's network cannot use well from here. */
export function listAvoided(
  request: Request,
  region: string,
  networks: readonly TroubledNetwork[],
): readonly string[] {
  const own = networks.length === 0 ? null : readNetwork(request);
  if (own === null) return [];
  const isOwn = (each: TroubledNetwork) => each.region === region && each.network === own;
  return networks.filter(isOwn).map(({ host }) => host);
}
