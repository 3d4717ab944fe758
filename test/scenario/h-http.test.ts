// h-: HTTP. The conformance table against the real workers: every row that applies to Weir is kept.
// The same table beside nginx and Varnish: `npm run bench -- http`.

import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type RunningCaches, startWeir } from "../conformance/caches.ts";
import type { Row } from "../conformance/case.ts";
import { startTableOrigin, type TableOrigin } from "../conformance/origin.ts";
import { type Outcome, playTable } from "../conformance/play-table.ts";
import { TABLE } from "../conformance/table.ts";

/** The least number of rows that must apply; fewer would mean that rows were explained away. */
const APPLIED_MIN = 120;

const outcomes = new Map<Row, Outcome>();
let origin: TableOrigin;
let weir: RunningCaches;

beforeAll(async () => {
  origin = await startTableOrigin(Object.values(TABLE).flat());
  weir = await startWeir(origin.url, Object.keys(TABLE));
  for (const { row, outcomes: all } of await playTable(TABLE, weir.caches, origin)) {
    const outcome = all.get("Weir");
    if (outcome !== undefined) outcomes.set(row, outcome);
  }
}, 90_000);
afterAll(async () => {
  await weir?.stop();
  await origin?.stop();
});

describe.each(Object.entries(TABLE))("%s", (_group, rows) => {
  const applied = rows.filter(({ notWeir }) => notWeir === undefined);
  test.each(applied.map((row) => [row.section, row.name, row] as const))("%s: %s", (...words) => {
    expect(outcomes.get(words[2])).toEqual({ kind: "kept" });
  });
});

test("rows have names of their own, and few are explained away", () => {
  const rows = Object.values(TABLE).flat();
  expect(new Set(rows.map(({ name }) => name)).size).toBe(rows.length);
  const applied = [...outcomes.values()].filter(({ kind }) => kind !== "not-applied");
  expect(applied.length).toBeGreaterThanOrEqual(APPLIED_MIN);
});
