// /api/v1/explain and /api/v1/pathways: why a viewer gets what it gets, and which delivery hosts
// players are sent to.

import type { Context, Hono } from "hono";
import * as z from "zod";
import { readClockMs } from "../platform/clock.ts";
import { type Api, needs } from "./access.ts";
import { EXPLAIN_REGIONS_MAX, explainUrl, parseExplainUrl } from "./explain.ts";
import { toPathwayList } from "./host-views.ts";
import { MAIN } from "./object-names.ts";
import { respondProblem } from "./problem.ts";

const BODY_CHARS_MAX = 4 * 1024;
/** Longest drain with an end: a week. */
const DRAIN_MINUTES_MAX = 7 * 24 * 60;

const DRAIN_SCHEMA = z.strictObject({
  drained: z.boolean(),
  minutes: z.number().min(1).max(DRAIN_MINUTES_MAX).nullable().default(null),
});

/** Adds the routes. */
export function addSeeRoutes(api: Hono<Api>): void {
  api.get("/explain", needs("read"), explain);
  api.get("/pathways", needs("read"), async (context) => {
    const { hosts, watches } = await context.env.HOSTS.getByName(MAIN).view();
    return context.json(toPathwayList(hosts, watches, readClockMs()));
  });
  api.put("/pathways/:id", needs("infra"), drain);
}

async function explain(context: Context<Api>): Promise<Response> {
  const target = parseExplainUrl(context.req.query("url") ?? "");
  if (target.kind === "refused") return respondProblem(context, "bad-request", target.detail);
  const known = context.env.WEIR_REGIONS.split(",").filter((region) => region !== "");
  const asked = context.req.query("region")?.split(",") ?? known.slice(0, 1);
  const strange = asked.find((region) => !known.includes(region));
  if (strange !== undefined || asked.length > EXPLAIN_REGIONS_MAX) {
    return respondProblem(context, "bad-request", `region: one of ${known.join(", ")}.`);
  }
  const explanation = await explainUrl(context.env, target.path, asked);
  return context.json(explanation, 200, { "cache-control": "no-store" });
}

async function drain(context: Context<Api>): Promise<Response> {
  const text = await context.req.text();
  if (text.length > BODY_CHARS_MAX) {
    return respondProblem(context, "too-large", `A body has at most ${BODY_CHARS_MAX} characters.`);
  }
  const parsed = DRAIN_SCHEMA.safeParse(parseJson(text));
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    const place = issue?.path.join(".") || "the body";
    return respondProblem(context, "bad-request", `${place}: ${issue?.message ?? "not JSON"}.`);
  }
  const { drained: isDrained, minutes } = parsed.data;
  const forMs = minutes === null ? null : minutes * 60_000;
  const id = context.req.param("id") ?? "";
  const desk = context.env.HOSTS.getByName(MAIN);
  const watch = await desk.drain(id, context.get("caller").name, { isDrained, forMs });
  if (watch === null) return respondProblem(context, "not-found", "No pathway has this id.");
  const { hosts, watches } = await desk.view();
  const { pathways } = toPathwayList(hosts, watches, readClockMs());
  return context.json(pathways.find((pathway) => pathway.id === id));
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
