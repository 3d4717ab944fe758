// What a new catalog changes, row by row and setting by setting.

import { describe, expect, test } from "vitest";
import type { Catalog } from "../../../workers/core/config/catalog.ts";
import { toCatalogChanges } from "../../../workers/core/config/catalog-diff.ts";
import { readCatalog } from "../../../workers/core/config/read-catalog.ts";

const BASE = `
[[origins]]
id = "east"
kind = "http"
url = "https://east.example/live"

[[channels]]
id = "demo"
mode = "live"
origins = ["east"]
`;
const WEST = '[[origins]]\nid = "west"\nkind = "http"\nurl = "https://west.example/live"\n';

function read(text: string): Catalog {
  const reading = readCatalog(text, { allowIpOrigins: false });
  if (reading.kind === "refused") throw new Error(JSON.stringify(reading.problems));
  return reading.catalog;
}

describe("toCatalogChanges", () => {
  const added = { change: "added", settings: [] };
  const rows: readonly (readonly [string, string | null, string, unknown])[] = [
    ["the same text", BASE, BASE, []],
    ["other spelling", BASE, `# words\n${BASE}\n[channels.policy]\nreplicas = "auto"\n`, []],
    ["an origin more", BASE, WEST + BASE, [{ table: "origins", id: "west", ...added }]],
    [
      "an origin less",
      WEST + BASE,
      BASE,
      [{ table: "origins", id: "west", change: "removed", settings: [] }],
    ],
    [
      "the order of a channel's origins",
      WEST + BASE.replace('["east"]', '["east", "west"]'),
      WEST + BASE.replace('["east"]', '["west", "east"]'),
      [
        {
          table: "channels",
          id: "demo",
          change: "changed",
          settings: [
            { setting: "origins[0].id", before: "east", after: "west" },
            { setting: "origins[1].id", before: "west", after: "east" },
          ],
        },
      ],
    ],
    [
      "a policy, and a table that stands once",
      BASE,
      `${BASE}[channels.policy]\nbeyond_prefix = true\n[probe]\ninterval_ms = 1000\n`,
      [
        {
          table: "channels",
          id: "demo",
          change: "changed",
          settings: [{ setting: "policy.beyondPrefix", before: false, after: true }],
        },
        {
          table: "probe",
          id: null,
          change: "changed",
          settings: [{ setting: "intervalMs", before: 2000, after: 1000 }],
        },
      ],
    ],
    [
      "a host, by its alias",
      BASE,
      `${BASE}[[hosts]]\nalias = "ads"\nurl = "https://ads.example/"\n`,
      [{ table: "hosts", id: "ads", ...added }],
    ],
  ];
  test.each(rows)("%s", (_name, before, after, want) => {
    expect(toCatalogChanges(before === null ? null : read(before), read(after))).toEqual(want);
  });

  test("the first catalog is all new", () => {
    const changes = toCatalogChanges(null, read(BASE));
    expect(changes.map(({ table, id, change }) => [table, id, change])).toEqual([
      ["origins", "east", "added"],
      ["channels", "demo", "added"],
      ["probe", null, "added"],
    ]);
  });
});
