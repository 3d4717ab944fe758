// Everything outside a request that its way may touch, gathered once per request. Tests and the
// warm agent walk the same way with ports of their own.

import type { CacheKey } from "../core/cache/key.ts";
import type { CatalogIndex } from "../core/config/catalog-index.ts";
import type { LibraryGuardApi } from "../core/contract/objects.ts";
import type { ChannelChoice } from "../core/contract/policy.ts";
import { FAILURE_RULES, type OriginFailure } from "../core/health/failure.ts";
import { toFailureKey } from "../core/origin/attempts.ts";
import type { FillCause } from "../core/origin/bulkhead.ts";
import { toUsualLatencyMs } from "../core/origin/hedge.ts";
import type { OriginPort } from "../core/origin/port.ts";
import type { Asset } from "../core/resolve/asset.ts";
import type { QueryMarks } from "../core/resolve/query-mark.ts";
import type { Caller } from "../platform/caller.ts";
import { readClockMs } from "../platform/clock.ts";
import type { EdgeCache } from "../platform/edge-cache.ts";
import type { HotTier } from "../platform/hot-tier.ts";
import type { Log } from "../platform/log.ts";
import type { Objects } from "../platform/objects.ts";
import type { OriginBody } from "../platform/origin-fetch.ts";
import type { PlaylistCache } from "../platform/playlist-cache.ts";
import type { TokenKeys } from "../platform/token-keys.ts";
import type { ThroughCache } from "../platform/workers-cache.ts";
import type { FillPorts } from "./fill/fill-ports.ts";
import type { FileFiller } from "./fill/hot-source.ts";
import type { Isolate } from "./isolate.ts";
import type { LiveRoad } from "./live/live-channel.ts";
import type { Served } from "./respond.ts";

export interface Ports {
  readonly origins: OriginPort<OriginBody>;
  /** The same, for requests that are made on another's behalf. */
  readonly originsFor: (cause: FillCause) => OriginPort<OriginBody>;
  readonly cache: EdgeCache;
  /** Workers Cache in front of the files, where the platform has it; null: `cache` is the L1. */
  readonly through: ThroughCache | null;
  readonly hotTier: HotTier;
  readonly fillers: Objects<FileFiller>;
  readonly playlistCache: PlaylistCache;
  readonly isolate: Isolate;
  /** Whether files may be served from the isolate's memory; a warm agent wants to see the cache. */
  readonly usesMemory: boolean;
  /** Whether the answer goes into Workers Cache and not to a viewer. */
  readonly forCache: boolean;
  readonly live: (channelId: string) => LiveRoad;
  readonly library: (channelId: string) => LibraryGuardApi;
  /** Where listings of libraries are. */
  readonly names: KVNamespace;
  /** Whose cache `cache` is: fills of one region say nothing about another's. */
  readonly region: string;
  readonly waitUntil: (work: Promise<unknown>) => void;
  /** Aborted when the viewer leaves. */
  readonly signal: AbortSignal;
  readonly log: Log;
  readonly cause: FillCause;
  /** Who asks, for channels that do not let everybody in. */
  readonly caller: Caller;
  readonly tokenKeys: TokenKeys;
  readonly told: Told;
  /** Name of the viewer's session, as stable as its player makes it; asked for in an overload. */
  readonly session: () => string;
}

/** What the way of a request leaves for whoever counts it. */
export interface Told {
  /** How it ended, in a word of the metrics. */
  outcome: string;
  /** Whether the catalog has the channel. */
  isKnown: boolean;
  /** Whether the answer was opened by a token, and is for this viewer only. */
  isPersonal?: boolean;
  /** How far the request came, for whoever explains it. */
  choice?: ChannelChoice;
  asset?: Asset;
  key?: CacheKey;
  served?: Served;
  /** Of a session that was sent to a live canary: the canary's number. */
  canary?: number;
}

/** An asset together with the policy that applies to it now. */
export interface Situation {
  readonly asset: Asset;
  readonly choice: ChannelChoice;
  readonly index: CatalogIndex;
  /** Of a file: more of it will come, so what there is now must not be kept. */
  readonly isGrowing?: boolean;
  /** Marks of announced queries; null where nothing is marked. */
  readonly marks?: QueryMarks | null;
}

type OriginNotes = Pick<FillPorts, "isolate" | "log">;

/** Logs a failure; remembers it for the channel's next requests if it is the origin's fault. */
export function noteFailure(
  situation: Situation,
  ports: OriginNotes,
  failure: OriginFailure,
): void {
  const { channel, path } = situation.asset;
  if (failure.failure !== "absent") {
    const { originId, detail } = failure;
    ports.log.warn("origin failed", { channel: channel.id, path, originId, why: detail });
  }
  if (!FAILURE_RULES[failure.failure].blame) return;
  ports.isolate.fault(failure);
  const key = toFailureKey(channel.id, failure.originId);
  ports.isolate.originFailures.set(key, readClockMs());
}

/** Forgets an origin's failures: it has just given a good answer. */
export function noteSuccess(situation: Situation, ports: OriginNotes, originId: string): void {
  ports.isolate.originFailures.delete(toFailureKey(situation.asset.channel.id, originId));
}

/** Remembers how long an origin usually takes to its headers. */
export function noteLatency(ports: OriginNotes, originId: string, latencyMs: number): void {
  const { originLatencies } = ports.isolate;
  const usualMs = originLatencies.get(originId) ?? null;
  originLatencies.set(originId, toUsualLatencyMs(usualMs, latencyMs));
}
