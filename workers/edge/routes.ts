// The edge's own places below /_/, which are not media: health, the player's bandwidth check, and
// where a player learns which delivery host to use.
// Viewers' files never come here; they are recognised by their path before any router runs.

import { type IRequest, IttyRouter } from "itty-router";
import { toPreflightHeaders } from "../core/http/cors.ts";
import type { ViewerRequest } from "../core/http/request.ts";
import { parseRoute } from "../core/route/route.ts";
import { readClockMs } from "../platform/clock.ts";
import type { KnownPolicy } from "../platform/policy-source.ts";
import { refuse } from "./pipeline.ts";
import type { Ports } from "./ports.ts";
import { serveSteering } from "./steering.ts";

const CHUNK = new Uint8Array(64 * 1024);

/** Answers a request below /_/. */
export function routeSystem(
  request: Request,
  viewer: ViewerRequest,
  known: KnownPolicy | null,
  ports: Pick<Ports, "isolate" | "region">,
): Promise<Response> {
  return SYSTEM.fetch(request, viewer, known, ports);
}

type Arguments = [ViewerRequest, KnownPolicy | null, Pick<Ports, "isolate" | "region">];

const SYSTEM = IttyRouter<Request & IRequest, Arguments>();

SYSTEM.options("*", async () => {
  return new Response(null, {
    status: 204,
    headers: toPreflightHeaders(null) as [string, string][],
  });
});

SYSTEM.get("/_/healthz", async (_request, _viewer, known, { region }) => {
  const nowMs = readClockMs();
  const body = {
    status: known === null ? "no-policy" : "ok",
    region,
    policyVersion: known?.policy.version ?? null,
    /** "copy": the gate was never reached, and what there is may be a minute old or more. */
    policyFrom: known?.from ?? null,
    policyAgeMs: known === null ? null : Math.max(0, nowMs - known.confirmedAtMs),
    channels: known?.policy.channels.length ?? 0,
  };
  return Response.json(body, {
    status: known === null ? 503 : 200,
    headers: { "cache-control": "no-store", "access-control-allow-origin": "*" },
  });
});

SYSTEM.get("/_/probe", async (_request, viewer) => {
  const route = parseRoute(viewer);
  if (route.kind === "refused") return refuse(viewer, route);
  if (route.kind !== "bandwidth-probe") return refuse(viewer, NOT_FOUND);
  let left = route.bytes;
  const body = new ReadableStream<Uint8Array>({
    pull(controller) {
      const size = Math.min(left, CHUNK.byteLength);
      controller.enqueue(CHUNK.subarray(0, size));
      left -= size;
      if (left === 0) controller.close();
    },
  });
  return new Response(body.pipeThrough(new FixedLengthStream(route.bytes)), {
    headers: {
      "content-type": "application/octet-stream",
      "cache-control": "no-store",
      "access-control-allow-origin": "*",
      "timing-allow-origin": "*",
    },
  });
});

SYSTEM.all("*", async (request, viewer, known, ports) => {
  const route = parseRoute(viewer);
  if (route.kind === "steering") return serveSteering(request, viewer, route, known, ports);
  return refuse(viewer, route.kind === "refused" ? route : NOT_FOUND);
});

const NOT_FOUND = {
  reason: "not-found",
  detail: "Below /_/ there are healthz, probe and steering.",
} as const;
