// Explains a viewer URL: walks the way for it, once, with ports that take notes, and tells what
// each stage made of it. Nothing is decided here a second time. What is asked is really asked: like
// one viewer more, it may fill a cache, wake a live channel and ask an origin, and what it says is
// what that viewer would have got, in this region, from the isolate that answers.

import type {
  ExplainedAttempt,
  ExplainedLifetime,
  ExplainedRoute,
  Explanation,
} from "../core/contract/explain.ts";
import { CONTRACT_VERSION } from "../core/contract/message.ts";
import type { ViewerRequest } from "../core/http/request.ts";
import type { OriginPort } from "../core/origin/port.ts";
import { printAssetPath } from "../core/route/asset-path.ts";
import { parseRoute } from "../core/route/route.ts";
import { readClockMs } from "../platform/clock.ts";
import type { OriginBody } from "../platform/origin-fetch.ts";
import type { KnownPolicy } from "../platform/policy-source.ts";
import { explainLedger } from "./live/explain-ledger.ts";
import { walk } from "./pipeline.ts";
import type { PlaylistVersion } from "./playlist-version.ts";
import type { Ports } from "./ports.ts";

interface Notes {
  readonly tiers: { tier: string; isFound: boolean }[];
  readonly origins: ExplainedAttempt[];
}

/** Walks for `request` and tells how it went. */
export async function explainRequest(
  request: ViewerRequest,
  known: KnownPolicy | null,
  ports: Ports,
): Promise<Explanation> {
  const notes: Notes = { tiers: [], origins: [] };
  const response = await walk(request, known, toNotingPorts(ports, notes));
  const isProblem = response.headers.get("content-type") === "application/problem+json";
  const problem = isProblem ? ((await response.json()) as Problem) : null;
  if (!isProblem) await response.body?.cancel();
  const nowMs = readClockMs();
  const { choice, asset, key } = ports.told;
  return {
    contract: CONTRACT_VERSION,
    region: ports.region,
    tookMs: nowMs - request.nowMs,
    policy: toPolicyFacts(known, nowMs),
    route: toRouteFacts(request),
    grant: asset === undefined ? null : { policy: asset.channel.policy.auth },
    choice:
      choice === undefined
        ? null
        : {
            timelines: choice.timelines,
            current: choice.current,
            reason: choice.reason,
            changedAgoMs: nowMs - choice.changedAtMs,
          },
    asset:
      asset === undefined
        ? null
        : {
            kind: asset.kind,
            path: asset.path,
            timeline: asset.timeline,
            host: asset.host?.alias ?? null,
            query: asset.query,
          },
    key: key ?? null,
    ...notes,
    lifetime: toLifetimeFacts(ports, nowMs),
    ledger: asset === undefined ? null : await explainLedger(asset, ports, nowMs),
    reply: {
      status: response.status,
      headers: toTellingHeaders(response.headers),
      problem: problem === null ? null : toProblemFacts(problem),
    },
  };
}

interface Problem {
  readonly type?: string;
  readonly detail?: string;
}

function toProblemFacts({ type = "", detail = "" }: Problem) {
  return { reason: type.slice(type.lastIndexOf(":") + 1), detail };
}

function toPolicyFacts(known: KnownPolicy | null, nowMs: number): Explanation["policy"] {
  if (known === null) return null;
  const { version, catalogVersion } = known.policy;
  return { version, catalogVersion, ageMs: Math.max(0, nowMs - known.confirmedAtMs) };
}

/** The token itself is said to nobody, not even to those who gave it. */
function toRouteFacts(request: ViewerRequest): ExplainedRoute {
  const route = parseRoute(request);
  if (route.kind === "refused") return route;
  if (route.kind !== "asset") return { kind: "other", place: route.kind };
  const { channel, canary, asset, token } = route;
  const { label } = asset;
  const path = printAssetPath(asset);
  const hasToken = token !== null;
  const place = canary === 0 ? {} : { canary };
  return { kind: "asset", channel, ...place, path, timeline: label.n, hasToken };
}

function toLifetimeFacts(ports: Ports, nowMs: number): ExplainedLifetime | null {
  const { served, asset, key } = ports.told;
  if (served === undefined || asset === undefined || key === undefined) return null;
  const { meta, ttlReason } = served;
  const live = ports.isolate.live.find(asset.channel.id);
  const playlist = printAssetPath(asset.assetPath);
  const version = live?.entries.get(playlist)?.version ?? ports.isolate.playlists.get(key);
  return {
    reason: ttlReason,
    originId: meta.originId,
    isStorable: meta.storable,
    confirmedAgoMs: nowMs - meta.confirmedAtMs,
    freshForMs: meta.freshUntilMs - nowMs,
    swrMs: meta.swrMs,
    sieMs: meta.sieMs,
    inputs: {
      policy: asset.channel.policy.ttl.kind,
      mode: asset.channel.mode,
      ...(version === null ? {} : toInputs(version, nowMs)),
    },
  };
}

function toInputs({ media, said }: PlaylistVersion, nowMs: number) {
  const { cacheControl = null, expires = null, age = null } = said?.caching ?? {};
  const headers = said === null ? {} : { cacheControl, expires, age };
  if (media === null) return headers;
  return {
    ...headers,
    targetDurationSeconds: media.targetDurationSeconds,
    partTargetSeconds: media.partTargetSeconds,
    lastSegmentDurationSeconds: media.lastSegmentDurationSeconds,
    playlistType: media.playlistType,
    hasEnded: media.ended,
    publishedAgoMs:
      media.publication.publishedAtMs === null ? null : nowMs - media.publication.publishedAtMs,
  };
}

const TELLING = [
  "age",
  "cache-control",
  "cache-status",
  "cmsd-dynamic",
  "content-length",
  "content-type",
  "date",
  "etag",
  "last-modified",
  "retry-after",
  "server-timing",
  "vary",
];

function toTellingHeaders(headers: Headers): Readonly<Record<string, string>> {
  return Object.fromEntries(
    TELLING.flatMap((name) => {
      const value = headers.get(name);
      return value === null ? [] : [[name, value]];
    }),
  );
}

/** The same ports, which note what was looked up and who was asked. */
function toNotingPorts(ports: Ports, notes: Notes): Ports {
  const found = <T>(tier: string, answer: T | null): T | null => {
    notes.tiers.push({ tier, isFound: answer !== null });
    return answer;
  };
  const { cache, playlistCache, hotTier, originsFor } = ports;
  return {
    ...ports,
    // Behind Workers Cache the way goes on in another isolate, which takes no notes.
    through: null,
    cache: { ...cache, match: async (...of) => found("l1", await cache.match(...of)) },
    playlistCache: {
      ...playlistCache,
      match: async (key) => found("l1", await playlistCache.match(key)),
    },
    hotTier: { ...hotTier, get: async (...of) => found("l2", await hotTier.get(...of)) },
    origins: toNotingOrigins(ports.origins, ports.cause, notes),
    originsFor: (cause) => toNotingOrigins(originsFor(cause), cause, notes),
  };
}

function toNotingOrigins(
  origins: OriginPort<OriginBody>,
  cause: string,
  notes: Notes,
): OriginPort<OriginBody> {
  return {
    async send(request) {
      const startedAtMs = readClockMs();
      const reply = await origins.send(request);
      notes.origins.push({
        originId: request.origin.id,
        cause,
        method: request.method,
        path: /^https?:\/\/[^/]*([^?#]*)/.exec(request.url)?.[1] ?? "",
        outcome: reply.kind === "origin-failure" ? reply.failure : `http-${reply.status}`,
        tookMs: readClockMs() - startedAtMs,
      });
      return reply;
    },
  };
}
