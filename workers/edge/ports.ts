// Everything outside a request that its way may touch, gathered once per request. Tests and the
// warm agent walk the same way with ports of their own.

import type { CatalogIndex } from "../core/config/catalog-index.ts";
import type { ChannelChoice } from "../core/contract/policy.ts";
import { FAILURE_RULES, type OriginFailure } from "../core/health/failure.ts";
import { toFailureKey } from "../core/origin/attempts.ts";
import type { OriginPort } from "../core/origin/port.ts";
import type { Asset } from "../core/resolve/asset.ts";
import { readClockMs } from "../platform/clock.ts";
import type { EdgeCache } from "../platform/edge-cache.ts";
import type { Log } from "../platform/log.ts";
import type { OriginBody } from "../platform/origin-fetch.ts";
import type { PlaylistCache } from "../platform/playlist-cache.ts";
import type { Isolate } from "./isolate.ts";
import type { LiveRoad } from "./live/live-channel.ts";

export interface Ports {
  readonly origins: OriginPort<OriginBody>;
  readonly cache: EdgeCache;
  readonly playlistCache: PlaylistCache;
  readonly isolate: Isolate;
  readonly live: (channelId: string) => LiveRoad;
  /** Whose cache `cache` is: fills of one region say nothing about another's. */
  readonly region: string;
  readonly waitUntil: (work: Promise<unknown>) => void;
  readonly log: Log;
}

/** An asset together with the policy that applies to it now. */
export interface Situation {
  readonly asset: Asset;
  readonly choice: ChannelChoice;
  readonly index: CatalogIndex;
}

/** Logs a failure; remembers it for the channel's next requests if it is the origin's fault. */
export function noteFailure(situation: Situation, ports: Ports, failure: OriginFailure): void {
  const { channel, path } = situation.asset;
  if (failure.failure !== "absent") {
    const { originId, detail } = failure;
    ports.log.warn("origin failed", { channel: channel.id, path, originId, why: detail });
  }
  if (!FAILURE_RULES[failure.failure].blame) return;
  const key = toFailureKey(channel.id, failure.originId);
  ports.isolate.originFailures.set(key, readClockMs());
}

/** Forgets an origin's failures: it has just given a good answer. */
export function noteSuccess(situation: Situation, ports: Ports, originId: string): void {
  ports.isolate.originFailures.delete(toFailureKey(situation.asset.channel.id, originId));
}
