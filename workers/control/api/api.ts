// The control API under /api/v1: the table of its endpoints, put onto a router. What happens to a
// request is in serve-endpoint.ts, the same for all; what each endpoint does is in endpoints/.

import { Hono } from "hono";
import * as z from "zod";
import { AUDIT_ENDPOINTS } from "../endpoints/audit.ts";
import { CATALOG_ENDPOINTS } from "../endpoints/catalog.ts";
import { CROWD_ENDPOINTS } from "../endpoints/crowds.ts";
import { EVENT_ENDPOINTS } from "../endpoints/events.ts";
import { EXPLAIN_ENDPOINTS } from "../endpoints/explain.ts";
import { EXPORT_ENDPOINTS } from "../endpoints/exports.ts";
import { HOT_ENDPOINTS } from "../endpoints/hot.ts";
import { INCIDENT_ENDPOINTS } from "../endpoints/incidents.ts";
import { MANIFEST_ENDPOINTS } from "../endpoints/manifest.ts";
import { ORDER_ENDPOINTS } from "../endpoints/orders.ts";
import { ORIGIN_ENDPOINTS } from "../endpoints/origins.ts";
import { PATHWAY_ENDPOINTS } from "../endpoints/pathways.ts";
import type { Env } from "../env.ts";
import { type Endpoint, toEndpoint } from "./endpoint.ts";
import { printOpenApi } from "./openapi.ts";
import { printProblem, toProblem } from "./problem.ts";
import { serveEndpoint } from "./serve-endpoint.ts";

const document = toEndpoint({
  method: "get",
  path: "/openapi.json",
  name: "readDocument",
  group: "document",
  summary: "This document.",
  scope: null,
  answers: [{ status: 200, what: "OpenAPI 3.1.", schema: z.looseObject({}) }],
  handle: () => ({ kind: "done", status: 200, body: printOpenApi(ENDPOINTS) }),
});

/** Every endpoint, in the order of the document. */
export const ENDPOINTS: readonly Endpoint[] = [
  ...CATALOG_ENDPOINTS,
  ...ORIGIN_ENDPOINTS,
  ...ORDER_ENDPOINTS,
  ...CROWD_ENDPOINTS,
  ...INCIDENT_ENDPOINTS,
  ...PATHWAY_ENDPOINTS,
  ...EXPLAIN_ENDPOINTS,
  ...MANIFEST_ENDPOINTS,
  ...EVENT_ENDPOINTS,
  ...HOT_ENDPOINTS,
  ...AUDIT_ENDPOINTS,
  ...EXPORT_ENDPOINTS,
  document,
];

/** The API's routes, to be mounted at /api/v1. */
export function makeApi(): Hono<{ Bindings: Env }> {
  const api = new Hono<{ Bindings: Env }>();
  for (const endpoint of ENDPOINTS) {
    api.on(endpoint.method.toUpperCase(), toPattern(endpoint.path), (context) =>
      serveEndpoint(endpoint, {
        request: context.req.raw,
        env: context.env,
        params: context.req.param() as Record<string, string>,
        waitUntil: (work) => context.executionCtx.waitUntil(work),
      }),
    );
  }
  for (const path of new Set(ENDPOINTS.map((endpoint) => endpoint.path))) {
    const allow = toAllow(path);
    api.all(toPattern(path), () =>
      printProblem(toProblem("method", `Allowed here: ${allow}.`, {}, { allow })),
    );
  }
  api.all("*", () =>
    printProblem(toProblem("not-found", "What there is stands in /api/v1/openapi.json.")),
  );
  return api;
}

function toPattern(path: string): string {
  return path.replace(/\{([a-z]+)\}/g, ":$1");
}

function toAllow(path: string): string {
  const methods = ENDPOINTS.filter((each) => each.path === path).map(({ method }) => method);
  const all = methods.includes("get") ? [...methods, "head"] : methods;
  return all.map((method) => method.toUpperCase()).join(", ");
}
