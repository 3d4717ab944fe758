// The viewer-facing worker: turns the platform's request into plain values, gathers the ports and
// lets the pipeline walk. A bug that escapes is caught here, once, logged with its request, and
// answered with a 500 that says nothing about our insides.

import { WorkerEntrypoint } from "cloudflare:workers";
import type { Explanation } from "../core/contract/explain.ts";
import type { WarmAdapter } from "../core/contract/warming.ts";
import type { ViewerRequest } from "../core/http/request.ts";
import { toSessionName } from "../core/http/session-name.ts";
import type { FillCause } from "../core/origin/bulkhead.ts";
import type { OriginPort } from "../core/origin/port.ts";
import { isSystemPath } from "../core/route/route.ts";
import { makeCaller } from "../platform/caller.ts";
import { readClockMs } from "../platform/clock.ts";
import { makeEdgeCache, NO_CACHE } from "../platform/edge-cache.ts";
import { makeHotTier } from "../platform/hot-tier.ts";
import { makeLog } from "../platform/log.ts";
import { regionObject } from "../platform/objects.ts";
import { makeOriginPort, type OriginBody } from "../platform/origin-fetch.ts";
import { makePlaylistCache } from "../platform/playlist-cache.ts";
import { makeTokenKeys, type TokenKeys } from "../platform/token-keys.ts";
import { hasWorkersCache, makeThroughCache, type ThroughCache } from "../platform/workers-cache.ts";
import type { Env } from "./env.ts";
import { explainRequest } from "./explain.ts";
import { prefetchHinted } from "./hinted-prefetch.ts";
import { makeIsolate } from "./isolate.ts";
import { serveFast } from "./live/fast-path.ts";
import { makeLiveRoad } from "./live/live-road.ts";
import { countEgress, countFast, countResponse, flush } from "./measure.ts";
import { toPersonal } from "./personal.ts";
import { refuse, walk } from "./pipeline.ts";
import type { Ports } from "./ports.ts";
import { toRegion } from "./region.ts";
import { routeSystem } from "./routes.ts";

export { Filler } from "./fill/filler.ts";
export { LibraryGuard } from "./library/library-guard.ts";
export { ChannelCoordinator } from "./live/channel-coordinator.ts";
export { ChannelRelay } from "./live/channel-relay.ts";
export { PlaylistSource } from "./live/playlist-source.ts";
export { RegionGate } from "./region-gate.ts";
export { WarmAgent } from "./warm-agent.ts";

const isolate = makeIsolate();

let tokenKeys: TokenKeys | null = null;
/** Keys are read once per isolate: a changed secret comes with new isolates. */
function tokenKeysOf(env: Env): TokenKeys {
  tokenKeys ??= makeTokenKeys(env);
  return tokenKeys;
}

let origins: OriginPort<OriginBody> | null = null;
/** One port per isolate, made when the environment is first seen. */
function originsOf(env: Env): OriginPort<OriginBody> {
  origins ??= makeOriginPort(env, "weir");
  return origins;
}

/** What a caller within the worker may say about itself; viewers have no way to set it. */
export interface DeliveryProps {
  /** The region as which to answer: a warm agent's own. */
  readonly region?: string;
  /** Why it asks; a viewer if absent. */
  readonly cause?: FillCause;
}

/** The delivery path. The default export is this without props; warm agents call it with theirs. */
export class Delivery extends WorkerEntrypoint<Env, DeliveryProps> {
  override fetch(request: Request): Promise<Response> {
    const region = this.ctx.props?.region ?? toRegion(request.cf, this.env.WEIR_REGION);
    const cause = this.ctx.props?.cause ?? "viewer";
    return deliver(request, this.env, this.ctx, region, "warming", cause);
  }

  /** How a viewer's GET of `target`, a path with its query, goes here and now; for operators. */
  async explain(target: string): Promise<Explanation> {
    const region = this.ctx.props?.region ?? toRegion(null, this.env.WEIR_REGION);
    const request = new Request(`https://${this.env.WEIR_CACHE_HOST}${target}`);
    const ports = toPorts(request, this.env, this.ctx, region, "viewer", "viewer");
    const gate = () => regionObject(this.env.GATES, region);
    const known = await isolate.policy.read(gate, this.env.POLICY, ports.waitUntil);
    return explainRequest(toViewerRequest(request, readClockMs()), known, ports);
  }

  /** Which cache answers here: it decides what a hit proves. */
  adapter(): WarmAdapter {
    return hasWorkersCache(this.ctx) ? "workers-cache" : "cache-api";
  }
}

/**
 * The files behind Workers Cache: runs only on a miss, once per upper tier. The platform's key is
 * the URL, which is the canonical one, and the props, which are empty in production.
 */
export class CachedFile extends WorkerEntrypoint<Env, DeliveryProps> {
  override fetch(request: Request): Promise<Response> {
    const region = this.ctx.props?.region ?? toRegion(request.cf, this.env.WEIR_REGION);
    return deliver(request, this.env, this.ctx, region, "for-cache");
  }
}

/** For whom a request is answered: a viewer, a warm agent, or Workers Cache. */
type Way = "viewer" | "warming" | "for-cache";

/** Null where the platform has no Workers Cache, or the operator has not enabled it. */
function toThroughCache(
  env: Env,
  context: Pick<ExecutionContext, "exports" | "cache">,
  region: string,
): ThroughCache | null {
  if (!hasWorkersCache(context)) return null;
  const props = env.WEIR_REGION === "" ? {} : { region };
  return makeThroughCache(env.WEIR_CACHE_HOST, context.exports.CachedFile({ props }));
}

export default {
  fetch(request, env, context) {
    const region = toRegion(request.cf, env.WEIR_REGION);
    const sinceMs = readClockMs();
    const walkIt = () => deliver(request, env, context, region, "viewer", "viewer", sinceMs);
    if (env.WEIR_LOG === "requests") return walkIt();
    const door = { tokens: isolate.tokens, index: isolate.policy.peek()?.index ?? null };
    const fast = serveFast(request, isolate.live.places, door, (channelId) => {
      return toPorts(request, env, context, region, "viewer", "viewer").live(channelId);
    });
    if (fast === null) return walkIt();
    const gate = () => regionObject(env.GATES, region);
    countFast(isolate.measures, request.url, gate, context);
    return fast instanceof Response ? fast : fast.then((reply) => reply ?? walkIt());
  },
} satisfies ExportedHandler<Env>;

async function deliver(
  request: Request,
  env: Env,
  context: Pick<ExecutionContext, "waitUntil" | "exports" | "cache">,
  region: string,
  way: Way,
  cause: FillCause = "viewer",
  sinceMs = readClockMs(),
): Promise<Response> {
  const viewer = toViewerRequest(request, sinceMs);
  const ports = toPorts(request, env, context, region, way, cause);
  const { log, waitUntil } = ports;
  try {
    const gate = () => regionObject(env.GATES, region);
    const readPolicy = () => isolate.policy.read(gate, env.POLICY, waitUntil);
    const known = await readPolicy();
    const reply = isSystemPath(viewer.path)
      ? await routeSystem(request, viewer, known, ports)
      : await walk(viewer, known, ports);
    const response = ports.told.isPersonal === true ? toPersonal(reply) : reply;
    if (response.status < 400) prefetchHinted(request, viewer, readPolicy, ports);
    if (way !== "for-cache") countResponse(viewer.path, response, viewer.nowMs, ports);
    flush(isolate.measures, gate, waitUntil);
    log.request(() => ({
      path: viewer.path.replace(/^\/~[^/]*/, "/~"),
      status: response.status,
      cache: response.headers.get("cache-status"),
      tookMs: readClockMs() - viewer.nowMs,
    }));
    return response;
  } catch (error) {
    const why = error instanceof Error ? (error.stack ?? error.message) : String(error);
    log.error("edge failed", { path: viewer.path.replace(/^\/~[^/]*/, "/~"), why });
    return refuse(viewer, { reason: "internal", detail: "This is our fault; it was logged." });
  }
}

/** Everything outside a request that its way may touch. */
function toPorts(
  request: Request,
  env: Env,
  context: Pick<ExecutionContext, "waitUntil" | "exports" | "cache">,
  region: string,
  way: Way,
  cause: FillCause,
): Ports {
  const log = makeLog(env.WEIR_LOG);
  const originsFor = (by: FillCause) => {
    return countEgress(originsOf(env), isolate.measures, by);
  };
  const partition = env.WEIR_CACHE_PARTITION === "" ? "" : region;
  const ports: Ports = {
    origins: originsFor(cause),
    originsFor,
    // Warm agents too: they are to warm and to see the cache that viewers get.
    through: way === "for-cache" ? null : toThroughCache(env, context, region),
    forCache: way === "for-cache",
    cache: way === "for-cache" ? NO_CACHE : makeEdgeCache(env.WEIR_CACHE_HOST, partition),
    playlistCache: makePlaylistCache(env.WEIR_CACHE_HOST, partition),
    hotTier: makeHotTier(env.HOT_TIER, log),
    fillers: env.FILLERS,
    isolate,
    usesMemory: way === "viewer",
    live: (channelId) => makeLiveRoad(channelId, env, ports),
    library: (channelId) => env.LIBRARIES.getByName(channelId),
    names: env.POLICY,
    region,
    waitUntil: (work) => context.waitUntil(work),
    signal: request.signal,
    log,
    cause,
    caller: makeCaller(request),
    tokenKeys: tokenKeysOf(env),
    told: { outcome: "through-cache", isKnown: false },
    session: () => readSession(request),
  };
  return ports;
}

/** What names a viewer's session: its player's word for it, else where it comes from. */
function readSession({ url, headers }: Request): string {
  return toSessionName({
    target: url,
    cmcdSession: headers.get("cmcd-session"),
    address: headers.get("cf-connecting-ip"),
    agent: headers.get("user-agent"),
  });
}

/** Plain values only; the raw path and query, because decoding is a decision. */
function toViewerRequest(request: Request, nowMs: number): ViewerRequest {
  // Read once: each time the runtime makes the text anew.
  const { url } = request;
  const target = url.slice(url.indexOf("/", url.indexOf("://") + 3));
  const hash = target.indexOf("#");
  const whole = hash < 0 ? target : target.slice(0, hash);
  const mark = whole.indexOf("?");
  const headers = request.headers;
  return {
    method: request.method,
    path: mark < 0 ? whole : whole.slice(0, mark),
    query: mark < 0 ? "" : whole.slice(mark + 1),
    headers: {
      range: headers.get("range"),
      ifRange: headers.get("if-range"),
      ifNoneMatch: headers.get("if-none-match"),
      ifModifiedSince: headers.get("if-modified-since"),
      acceptEncoding: toAcceptEncoding(request),
      origin: headers.get("origin"),
      accessControlRequestHeaders: headers.get("access-control-request-headers"),
    },
    nowMs,
    ...toRtt(request),
  };
}

/** Round trip of the viewer's connection, as Cloudflare measured it. */
function toRtt(request: Request): { readonly rttMs?: number } {
  const rttMs: unknown = request.cf?.["clientTcpRtt"];
  return typeof rttMs === "number" && rttMs > 0 ? { rttMs } : {};
}

/** Cloudflare rewrites Accept-Encoding on the way in and tells the viewer's own in `cf`. */
function toAcceptEncoding(request: Request): string | null {
  const told: unknown = request.cf?.["clientAcceptEncoding"];
  return typeof told === "string" && told !== "" ? told : request.headers.get("accept-encoding");
}
