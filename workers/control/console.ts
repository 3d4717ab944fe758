// The console: static files with strict headers, their configuration, and (local stack only) the
// switchboard of the demo origins. The page may load nothing from elsewhere and talk to nobody
// but this worker and the edge.

// The console bundles the player library, so that it works on a machine without a network.
import hlsScript from "hls.js/dist/hls.min.js";
import { Hono } from "hono";
import { printProblem, toProblem } from "./api/problem.ts";
import type { Env } from "./env.ts";
import { MAIN } from "./object-names.ts";

/** The console's routes, to be mounted at /. */
export function makeConsole(): Hono<{ Bindings: Env }> {
  const pages = new Hono<{ Bindings: Env }>();

  pages.get("/console/config.json", async (context) => {
    const { catalog } = await context.env.HEALTH.getByName(MAIN).view();
    const channels = (catalog?.channels ?? []).map(({ id, mode, playlist }) => ({
      id,
      mode,
      playlist: `/${id}/${playlist}`,
    }));
    const { WEIR_EDGE_URL: edge, WEIR_DEMO_URL: demo, WEIR_DEV_TOKEN: token = null } = context.env;
    context.header("cache-control", "no-store");
    return context.json({ edge, channels, local: demo !== "", token });
  });

  pages.get("/console/hls.js", (context) =>
    context.body(hlsScript, 200, {
      "content-type": "text/javascript",
      "cache-control": "public, max-age=3600",
      "x-content-type-options": "nosniff",
    }),
  );

  pages.on(["GET", "POST"], ["/local/origins", "/local/origins/:id/:action"], async (context) => {
    const { WEIR_DEMO_URL: demo } = context.env;
    if (demo === "") {
      return printProblem(toProblem("not-found", "Only the local stack has demo origins."));
    }
    const { id, action } = context.req.param();
    const path = id === undefined ? "/origins" : `/origins/${id}/${action}`;
    const reply = await fetch(demo + path, { method: context.req.method });
    return new Response(reply.body, { status: reply.status, headers: reply.headers });
  });

  pages.get("*", async (context) => {
    const url = new URL(context.req.url);
    // Set, not resolved: a path that begins with two slashes would be read as a host.
    url.pathname = url.pathname.replace(/^\/console\//, "/");
    const reply = await context.env.ASSETS.fetch(new Request(url));
    if (reply.status === 404) {
      const detail = "The console is at /, the API below /api/v1.";
      return printProblem(toProblem("not-found", detail));
    }
    const headers = new Headers(reply.headers);
    for (const [name, value] of Object.entries(toPageHeaders(context.env.WEIR_EDGE_URL))) {
      headers.set(name, value);
    }
    return new Response(reply.body, { status: reply.status, headers });
  });
  return pages;
}

function toPageHeaders(edge: string): Readonly<Record<string, string>> {
  const policy = [
    "default-src 'self'",
    `connect-src 'self' ${edge}`.trim(),
    `media-src 'self' blob: ${edge}`.trim(),
    "worker-src 'self' blob:",
    "frame-ancestors 'none'",
    "base-uri 'none'",
    "form-action 'none'",
  ];
  return {
    "content-security-policy": policy.join("; "),
    "cache-control": "no-cache",
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
  };
}
