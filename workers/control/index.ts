// The control worker: the API, the metrics and the console on one hono app, and its objects.

import { Hono } from "hono";
import { readClockMs } from "../platform/clock.ts";
import { makeLog } from "../platform/log.ts";
import { findCaller } from "./access.ts";
import { makeApi } from "./api.ts";
import { makeConsole } from "./console.ts";
import type { Env } from "./env.ts";
import { readMetrics } from "./metrics-page.ts";
import { respondProblem } from "./problem.ts";

export { AlertDesk } from "./alert-desk.ts";
export { CatalogStore } from "./catalog-store.ts";
export { HealthCentre } from "./health-centre.ts";
export { HostDesk } from "./host-desk.ts";
export { Prober } from "./prober.ts";

const app = new Hono<{ Bindings: Env }>();

app.get("/healthz", (context) => context.json({ status: "ok", nowMs: readClockMs() }));

app.get("/metrics", async (context) => {
  const caller = findCaller(context.env, context.req.header("authorization"));
  if (!caller?.scopes.includes("read")) {
    return respondProblem(context, "unauthenticated", 'Send a bearer token with the scope "read".');
  }
  return context.text(await readMetrics(context.env), 200, {
    "content-type": "text/plain; version=0.0.4; charset=utf-8",
    "cache-control": "no-store",
  });
});

app.route("/api/v1", makeApi());
app.route("/", makeConsole());

app.onError((error, context) => {
  makeLog(undefined).error("control failed", { path: context.req.path, why: error.stack });
  return respondProblem(context, "internal", "This is our fault; it was logged.");
});

export default app;
