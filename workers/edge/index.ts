// The viewer-facing worker: turns the platform's request into plain values, gathers the ports and
// lets the pipeline walk. A bug that escapes is caught here, once, logged with its request, and
// answered with a 500 that says nothing about our insides.

import { WorkerEntrypoint } from "cloudflare:workers";
import type { ViewerRequest } from "../core/http/request.ts";
import type { OriginPort } from "../core/origin/port.ts";
import { readClockMs } from "../platform/clock.ts";
import { makeEdgeCache } from "../platform/edge-cache.ts";
import { makeLog } from "../platform/log.ts";
import { LOCATION_HINTS, regionObject } from "../platform/objects.ts";
import { makeOriginPort, type OriginBody } from "../platform/origin-fetch.ts";
import { makePlaylistCache } from "../platform/playlist-cache.ts";
import type { Env } from "./env.ts";
import { makeIsolate } from "./isolate.ts";
import { serveFast } from "./live/fast-path.ts";
import type { LiveRoad } from "./live/live-channel.ts";
import { refuse, walk } from "./pipeline.ts";
import type { Ports } from "./ports.ts";
import { toRegion } from "./region.ts";
import { routeSystem } from "./routes.ts";

export { ChannelCoordinator } from "./live/channel-coordinator.ts";
export { ChannelRelay } from "./live/channel-relay.ts";
export { PlaylistSource } from "./live/playlist-source.ts";
export { RegionGate } from "./region-gate.ts";
export { WarmAgent } from "./warm-agent.ts";

const isolate = makeIsolate();

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
}

/** The delivery path. The default export is this without props; warm agents call it with theirs. */
export class Delivery extends WorkerEntrypoint<Env, DeliveryProps> {
  override fetch(request: Request): Promise<Response> {
    const region = this.ctx.props?.region ?? toRegion(request.cf, this.env.WEIR_REGION);
    return deliver(request, this.env, this.ctx, region);
  }
}

export default {
  fetch(request, env, context) {
    const fast = env.WEIR_LOG === "requests" ? null : serveFast(request, isolate.live.places);
    if (fast !== null) return fast;
    return deliver(request, env, context, toRegion(request.cf, env.WEIR_REGION));
  },
} satisfies ExportedHandler<Env>;

async function deliver(
  request: Request,
  env: Env,
  context: Pick<ExecutionContext, "waitUntil">,
  region: string,
): Promise<Response> {
  const viewer = toViewerRequest(request);
  const log = makeLog(env.WEIR_LOG);
  try {
    const waitUntil = (work: Promise<unknown>) => context.waitUntil(work);
    const gate = () => regionObject(env.GATES, region);
    const known = await isolate.policy.read(gate, env.POLICY, waitUntil);
    const partition = env.WEIR_CACHE_PARTITION === "" ? "" : region;
    const ports: Ports = {
      origins: originsOf(env),
      cache: makeEdgeCache(env.WEIR_CACHE_HOST, partition),
      playlistCache: makePlaylistCache(env.WEIR_CACHE_HOST, partition),
      isolate,
      live: (channelId) => toLiveRoad(channelId, env, region, waitUntil),
      region,
      waitUntil,
      log,
    };
    const response = viewer.path.startsWith("/_/")
      ? await routeSystem(request, viewer, known, region)
      : await walk(viewer, known, ports);
    log.request({
      path: viewer.path.replace(/^\/~[^/]*/, "/~"),
      status: response.status,
      cache: response.headers.get("cache-status"),
      tookMs: readClockMs() - viewer.nowMs,
    });
    return response;
  } catch (error) {
    const why = error instanceof Error ? (error.stack ?? error.message) : String(error);
    log.error("edge failed", { path: viewer.path.replace(/^\/~[^/]*/, "/~"), why });
    return refuse(viewer, { reason: "internal", detail: "This is our fault; it was logged." });
  }
}

/** What this request lends to a live channel if it comes to own the channel's call. */
function toLiveRoad(
  channelId: string,
  env: Env,
  region: string,
  waitUntil: LiveRoad["waitUntil"],
): LiveRoad {
  return {
    relay: (shard) => {
      const locationHint = LOCATION_HINTS.find((hint) => hint === region);
      const hint = locationHint === undefined ? {} : { locationHint };
      return env.RELAYS.getByName(`${channelId}@${region}/${shard}`, hint);
    },
    region,
    asker: isolate.live.asker,
    waitUntil,
    onPolicy: (version) => {
      if (version <= isolate.policy.version()) return;
      waitUntil(isolate.policy.read(() => regionObject(env.GATES, region), env.POLICY, waitUntil));
    },
  };
}

/** Plain values only; the raw path and query, because decoding is a decision. */
function toViewerRequest(request: Request): ViewerRequest {
  const target = request.url.slice(request.url.indexOf("/", request.url.indexOf("://") + 3));
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
    nowMs: readClockMs(),
  };
}

/** Cloudflare rewrites Accept-Encoding on the way in and tells the viewer's own in `cf`. */
function toAcceptEncoding(request: Request): string | null {
  const told: unknown = request.cf?.["clientAcceptEncoding"];
  return typeof told === "string" && told !== "" ? told : request.headers.get("accept-encoding");
}
