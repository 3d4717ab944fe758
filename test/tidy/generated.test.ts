// Files that are made from the code and kept beside it, for people and tools that have no worker at
// hand: the API's document and the catalog's schema. UPDATE_GOLDEN=1 writes them anew.

import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { ENDPOINTS } from "../../workers/control/api.ts";
import { printOpenApi } from "../../workers/control/openapi.ts";
import { toCatalogJsonSchema } from "../../workers/core/config/catalog-json-schema.ts";
import { ROOT } from "./source-tree.ts";

const FILES: readonly (readonly [string, () => object])[] = [
  ["infra/docs/openapi.json", () => printOpenApi(ENDPOINTS)],
  ["infra/docs/catalog.schema.json", toCatalogJsonSchema],
];

test.each(FILES)("%s is what the worker serves", (path, make) => {
  const text = `${JSON.stringify(make(), null, 2)}\n`;
  const file = join(ROOT, path);
  if (process.env["UPDATE_GOLDEN"] === "1") writeFileSync(file, text);
  expect(readFileSync(file, "utf8")).toBe(text);
});

test("every operation has a name of its own", () => {
  const names = ENDPOINTS.map(({ name }) => name);
  expect(names.filter((name, index) => names.indexOf(name) !== index)).toEqual([]);
});

test("whatever changes something is no GET, and needs more than reading", () => {
  const faults = ENDPOINTS.filter(({ isMutation, method, scope }) => {
    return isMutation === true && (method === "get" || scope === "read" || scope === null);
  });
  expect(faults.map(({ name }) => name)).toEqual([]);
});

test("every other method than GET says whether it changes something", () => {
  const silent = ENDPOINTS.filter(({ isMutation, method }) => method !== "get" && !isMutation);
  // Two look at a file and change nothing; a heartbeat is no order but a measurement.
  expect(silent.map(({ name }) => name)).toEqual(["checkCatalog", "diffCatalog", "sendHeartbeat"]);
});
