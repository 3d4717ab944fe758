// The control worker: the API, the metrics and the console on one hono app, and its objects.

import { Hono } from "hono";
import { readClockMs } from "../platform/clock.ts";
import { makeLog } from "../platform/log.ts";
import { makeApi } from "./api.ts";
import { makeConsole } from "./console.ts";
import { type Env, MAIN } from "./env.ts";
import { printMetrics } from "./metrics.ts";
import { respondProblem } from "./problem.ts";
import { decideCaller } from "./tokens.ts";

export { CatalogStore } from "./catalog-store.ts";
export { HealthCentre } from "./health-centre.ts";
export { Prober } from "./prober.ts";

const app = new Hono<{ Bindings: Env }>();

app.get("/healthz", (context) => context.json({ status: "ok", nowMs: readClockMs() }));

app.get("/metrics", async (context) => {
  const authorization = context.req.header("authorization") ?? null;
  const caller = decideCaller(context.env.WEIR_API_TOKENS, authorization);
  if (context.env.WEIR_OPEN_READ !== "1" && !caller?.scopes.includes("read")) {
    return respondProblem(context, "unauthenticated", 'Send a bearer token with the scope "read".');
  }
  const view = await context.env.HEALTH.getByName(MAIN).view();
  return context.text(printMetrics(view), 200, {
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
