// The control worker: the API, the metrics and the console on one hono app, and its objects.

import { Hono } from "hono";
import { readClockMs } from "../platform/clock.ts";
import { makeLog } from "../platform/log.ts";
import { makeApi } from "./api/api.ts";
import { printProblem, toProblem } from "./api/problem.ts";
import { readGuardedCaller } from "./callers/guarded-caller.ts";
import { makeConsole } from "./console.ts";
import type { Env } from "./env.ts";
import { runDailyExport } from "./export/daily-export.ts";
import { readMetrics } from "./metrics-page.ts";

export { AlertDesk } from "./alerts/alert-desk.ts";
export { AuditStore } from "./audit/audit-store.ts";
export { CallerDesk } from "./callers/caller-desk.ts";
export { CatalogStore } from "./catalog-store.ts";
export { HealthCentre } from "./health-centre.ts";
export { HostDesk } from "./hosts/host-desk.ts";
export { HotKeeper } from "./hot-keeper.ts";
export { Prober } from "./prober.ts";

const app = new Hono<{ Bindings: Env }>();

app.get("/healthz", (context) => context.json({ status: "ok", nowMs: readClockMs() }));

app.get("/metrics", async (context) => {
  const reading = await readGuardedCaller(context.req.raw, context.env);
  if (reading.kind === "problem") return printProblem(reading);
  if (!reading.caller.scopes.includes("read")) {
    return printProblem(toProblem("forbidden", 'This needs the scope "read".'));
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
  return printProblem(toProblem("internal", "This is our fault; it was logged."));
});

export default {
  fetch: app.fetch,
  /** Once a day; see `[triggers]` in wrangler.toml. */
  async scheduled(_event: ScheduledController, env: Env): Promise<void> {
    await runDailyExport(env);
  },
};
