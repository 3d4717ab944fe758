// /api/v1/catalog: read the catalog in force, or replace it as a whole.

import type { Context, Hono } from "hono";
import { printCatalogProblem } from "../core/config/read-catalog.ts";
import { type Api, needs } from "./access.ts";
import { MAIN } from "./object-names.ts";
import { respondProblem } from "./problem.ts";

/** Largest catalog file; 1,000 channels take about 300 KB. */
export const CATALOG_CHARS_MAX = 1024 * 1024;

/** Adds the routes. */
export function addCatalogRoutes(api: Hono<Api>): void {
  api.get("/catalog", needs("read"), readCatalogFile);
  api.put("/catalog", needs("infra"), applyCatalogFile);
}

async function readCatalogFile(context: Context<Api>): Promise<Response> {
  const current = await context.env.CATALOGS.getByName(MAIN).current();
  if (current === null) return respondProblem(context, "not-found", "No catalog was applied yet.");
  return context.body(current.text, 200, {
    "content-type": "application/toml",
    etag: `"${current.version}"`,
    "cache-control": "no-store",
  });
}

async function applyCatalogFile(context: Context<Api>): Promise<Response> {
  const text = await context.req.text();
  if (text.length > CATALOG_CHARS_MAX) {
    const detail = `A catalog has at most ${CATALOG_CHARS_MAX} characters.`;
    return respondProblem(context, "too-large", detail);
  }
  const condition = context.req.header("if-match");
  const expected = condition === undefined ? null : Number(/^"(\d+)"$/.exec(condition)?.[1] ?? -1);
  const store = context.env.CATALOGS.getByName(MAIN);
  const applied = await store.apply(text, context.get("caller").name, expected);
  switch (applied.kind) {
    case "applied":
      return context.json({ version: applied.version, changed: applied.changed });
    case "conflict": {
      const { version } = applied;
      const detail = `Version ${version} is in force; read it, merge, send If-Match: "${version}".`;
      return respondProblem(context, "conflict", detail);
    }
    case "refused": {
      const lines = applied.problems.map((problem) => printCatalogProblem("catalog", problem));
      const { problems } = applied;
      return respondProblem(context, "catalog-refused", lines.join("\n"), { problems });
    }
  }
}
