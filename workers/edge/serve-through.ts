// A file for one viewer where Workers Cache is the L1: from the isolate's memory, or through the
// platform's cache, which fills itself by running the entrypoint behind it and collapses everybody
// who asks meanwhile. Fills, tiers and origins are the same as everywhere; they are behind it.

import type { CacheKey } from "../core/cache/key.ts";
import type { ViewerRequest } from "../core/http/request.ts";
import type { StoredFile } from "../platform/edge-cache.ts";
import type { ThroughCache } from "../platform/workers-cache.ts";
import { explain } from "./measure.ts";
import { findSmall, keepSmall } from "./media-road.ts";
import type { Ports, Situation } from "./ports.ts";
import { respond, type Served } from "./respond.ts";
import { toCacheRange, toSmallServed, toStoredServed } from "./serve-media.ts";

const HIT_L0 = { kind: "hit", tier: "l0" } as const;
const HIT_L1 = { kind: "hit", tier: "l1" } as const;
const FILLED = {
  kind: "fill",
  reason: "uri-miss",
  originStatus: 200,
  stored: true,
  collapsed: false,
} as const;

/** Serves a file, or passes on why not. */
export async function serveThrough(
  situation: Situation,
  key: CacheKey,
  request: ViewerRequest,
  ports: Ports,
  through: ThroughCache,
): Promise<Response> {
  const send = (served: Served) => respond(request, explain(served, situation.asset, key, ports));
  const small = findSmall(key, ports);
  if (small !== null) return send(toSmallServed(situation, small, HIT_L0));
  const reading = await through.read(key, toCacheRange(request));
  if (reading.kind === "answer") return reading.response;
  const { file, isHit } = reading;
  const kept = isHit ? await keepSmall(situation, key, file, ports) : null;
  if (kept !== null) return send(toSmallServed(situation, kept, HIT_L1));
  const again = async (range: string | null): Promise<StoredFile | null> => {
    const other = await through.read(key, range);
    return other.kind === "file" ? other.file : null;
  };
  return send(toStoredServed(situation, file, isHit ? HIT_L1 : FILLED, again));
}
