// Look-ups by id give the very objects of the catalog.

import { expect, test } from "vitest";
import { toCatalogIndex } from "../../../workers/core/config/catalog-index.ts";
import { readCatalog } from "../../../workers/core/config/read-catalog.ts";

const TEXT = `
[[origins]]
id = "east"
kind = "http"
url = "https://east.example/"
[[channels]]
id = "demo"
mode = "vod"
origins = ["east"]
[[hosts]]
alias = "cdn"
url = "https://cdn.example/"
`;

test("finds what is there and nothing else", () => {
  const reading = readCatalog(TEXT, { allowIpOrigins: false });
  if (reading.kind === "refused") throw new Error("refused");
  const { catalog } = reading;
  const index = toCatalogIndex(catalog);
  expect(index.catalog).toBe(catalog);
  expect(index.channels.get("demo")).toBe(catalog.channels[0]);
  expect(index.origins.get("east")).toBe(catalog.origins[0]);
  expect(index.hosts.get("cdn")).toBe(catalog.hosts[0]);
  expect(index.channels.get("constructor")).toBeUndefined();
  expect(
    toCatalogIndex({ origins: [], channels: [], hosts: [], probe: { intervalMs: 2_000 } }).channels
      .size,
  ).toBe(0);
});
