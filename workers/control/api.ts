// The control API under /api/v1: what operators and content teams ask and order.
// Every handler checks its scope first, then its input, and only then does anything.

import { Hono } from "hono";
import * as z from "zod";
import { printCatalogProblem } from "../core/config/read-catalog.ts";
import { type Env, MAIN } from "./env.ts";
import { respondProblem } from "./problem.ts";
import { type Caller, decideCaller, type Scope } from "./tokens.ts";
import { toOriginList, toRouteList } from "./views.ts";

/** Largest catalog file; 1,000 channels take about 300 KB. */
export const CATALOG_BYTES_MAX = 1024 * 1024;
const EVENT_BYTES_MAX = 16 * 1024;

const EVENT_SCHEMA = z.strictObject({
  title: z.string().trim().min(1).max(200).default("Preload"),
  channel: z.string().optional(),
  playlist: z.string().max(2_048).optional(),
  regions: z
    .array(z.string().regex(/^[a-z]{2,8}$/))
    .min(1)
    .max(16)
    .optional(),
});

export interface Variables {
  caller: Caller;
}

type Api = { Bindings: Env; Variables: Variables };

/** The API's routes, to be mounted at /api/v1. */
export function makeApi(): Hono<Api> {
  const api = new Hono<Api>();

  api.use(async (context, next) => {
    const known = decideCaller(
      context.env.WEIR_API_TOKENS,
      context.req.header("authorization") ?? null,
    );
    const anybody: Caller | null =
      context.env.WEIR_OPEN_READ === "1" ? { name: "anybody", scopes: ["read"] } : null;
    const caller = known ?? anybody;
    if (caller === null) {
      const remedy = "Send Authorization: Bearer <token>; see WEIR_API_TOKENS.";
      return respondProblem(context, "unauthenticated", remedy);
    }
    context.set("caller", caller);
    await next();
    return undefined;
  });

  const needs =
    (scope: Scope) =>
    async (context: Parameters<typeof respondProblem>[0], next: () => Promise<void>) => {
      const caller = context.get("caller") as Caller;
      if (!caller.scopes.includes(scope)) {
        return respondProblem(context, "forbidden", `This needs the scope "${scope}".`);
      }
      await next();
      return undefined;
    };

  api.get("/origins", needs("read"), async (context) =>
    context.json(toOriginList(await context.env.HEALTH.getByName(MAIN).view())),
  );

  api.get("/routes", needs("read"), async (context) =>
    context.json(toRouteList(await context.env.HEALTH.getByName(MAIN).view())),
  );

  api.get("/catalog", needs("read"), async (context) => {
    const current = await context.env.CATALOGS.getByName(MAIN).current();
    if (current === null)
      return respondProblem(context, "not-found", "No catalog was applied yet.");
    return context.body(current.text, 200, {
      "content-type": "application/toml",
      etag: `"${current.version}"`,
      "cache-control": "no-store",
    });
  });

  api.put("/catalog", needs("infra"), async (context) => {
    const text = await context.req.text();
    if (text.length > CATALOG_BYTES_MAX) {
      return respondProblem(
        context,
        "too-large",
        `A catalog has at most ${CATALOG_BYTES_MAX} bytes.`,
      );
    }
    const condition = context.req.header("if-match");
    const expected =
      condition === undefined ? null : Number(/^"(\d+)"$/.exec(condition)?.[1] ?? -1);
    const store = context.env.CATALOGS.getByName(MAIN);
    const applied = await store.apply(text, context.get("caller").name, expected);
    switch (applied.kind) {
      case "applied":
        return context.json({ version: applied.version, changed: applied.changed });
      case "conflict":
        return respondProblem(
          context,
          "conflict",
          `Version ${applied.version} is in force; read it, merge, and send If-Match: "${applied.version}".`,
        );
      case "refused":
        return respondProblem(
          context,
          "catalog-refused",
          applied.problems.map((problem) => printCatalogProblem("catalog", problem)).join("\n"),
          { problems: applied.problems },
        );
    }
  });

  api.post("/events", needs("content"), async (context) => {
    const text = await context.req.text();
    if (text.length > EVENT_BYTES_MAX) {
      return respondProblem(context, "too-large", `An event has at most ${EVENT_BYTES_MAX} bytes.`);
    }
    const parsed = EVENT_SCHEMA.safeParse(parseJson(text));
    if (!parsed.success) {
      const issue = parsed.error.issues[0];
      const place = issue?.path.join(".") || "the body";
      return respondProblem(context, "bad-request", `${place}: ${issue?.message ?? "not JSON"}.`);
    }
    const { catalog } = await context.env.HEALTH.getByName(MAIN).view();
    if (catalog === null) return respondProblem(context, "unavailable", "No catalog is in force.");
    const named = toChannelPath(parsed.data, context.env.WEIR_EDGE_URL);
    const channel = catalog.channels.find(({ id }) => id === named?.channel);
    if (named === null || channel === undefined) {
      const known = catalog.channels.map(({ id }) => id).join(", ");
      return respondProblem(
        context,
        "event-refused",
        `Give channel (one of: ${known}) or playlist, a URL of the edge like /demo-vod/master.m3u8.`,
      );
    }
    const id = crypto.randomUUID();
    const progress = await context.env.EVENTS.getByName(id).accept(id, {
      title: parsed.data.title,
      channel: channel.id,
      playlist: named.playlist ?? channel.playlist,
      regions: parsed.data.regions ?? context.env.WEIR_REGIONS.split(","),
    });
    return context.json(progress, 202, { location: `/api/v1/events/${id}` });
  });

  api.get("/events/:id{[0-9a-f-]{36}}", needs("read"), async (context) => {
    const progress = await context.env.EVENTS.getByName(context.req.param("id") ?? "").progress();
    if (progress === null) return respondProblem(context, "not-found", "No event has this id.");
    return context.json(progress);
  });

  api.notFound((context) =>
    respondProblem(
      context,
      "not-found",
      "Below /api/v1 there are origins, routes, catalog, events.",
    ),
  );
  return api;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Reads `channel`, or the channel and path of a playlist URL of this edge. */
function toChannelPath(
  event: { readonly channel?: string | undefined; readonly playlist?: string | undefined },
  edgeUrl: string,
): { readonly channel: string; readonly playlist: string | null } | null {
  if (event.playlist === undefined) {
    return event.channel === undefined ? null : { channel: event.channel, playlist: null };
  }
  const below = edgeUrl !== "" && event.playlist.startsWith(`${edgeUrl}/`);
  const path = below ? event.playlist.slice(edgeUrl.length) : event.playlist;
  const [, channel, playlist] = /^\/([a-z0-9-]+)\/([^?#]+)$/.exec(path) ?? [];
  if (channel === undefined || playlist === undefined) return null;
  return event.channel === undefined || event.channel === channel ? { channel, playlist } : null;
}
