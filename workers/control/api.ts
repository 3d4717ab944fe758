// The control API under /api/v1: what operators and content teams ask and order. Every route checks
// its scope first, then its input, and only then does anything.

import { Hono } from "hono";
import { type Api, knowCaller, needs } from "./access.ts";
import { addCatalogRoutes } from "./catalog-routes.ts";
import { addEventRoutes } from "./event-routes.ts";
import { MAIN } from "./object-names.ts";
import { respondProblem } from "./problem.ts";
import { addSeeRoutes } from "./see-routes.ts";
import { toOriginList, toRouteList } from "./views.ts";

/** The API's routes, to be mounted at /api/v1. */
export function makeApi(): Hono<Api> {
  const api = new Hono<Api>();
  api.use(knowCaller);
  api.get("/origins", needs("read"), async (context) =>
    context.json(toOriginList(await context.env.HEALTH.getByName(MAIN).view())),
  );
  api.get("/routes", needs("read"), async (context) =>
    context.json(toRouteList(await context.env.HEALTH.getByName(MAIN).view())),
  );
  addCatalogRoutes(api);
  addEventRoutes(api);
  addSeeRoutes(api);
  api.all("*", (context) =>
    respondProblem(context, "not-found", "There are origins, routes, catalog and events here."),
  );
  return api;
}
