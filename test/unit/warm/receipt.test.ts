// Receipts: an entry for every file and place, and claims that are never added up into others.

import { expect, test } from "vitest";
import { toReceipt } from "../../../workers/core/warm/receipt.ts";
import { Driven, GONE, HIT, MISS, REQUEST, seeWarm, toFiles } from "./sightings.ts";

function toDriven(): Driven {
  const driven = new Driven(REQUEST).plan(toFiles(2), true);
  for (let turns = 0; turns < 20 && driven.sent.length > 0; turns++) {
    const batch = driven.sent.shift();
    if (batch === undefined) break;
    const isHot = batch.place === "hot-tier";
    const files = batch.paths.map((path) =>
      path === "1.ts" && batch.place === "weur"
        ? { path, first: GONE, second: null }
        : isHot
          ? { path, first: { ...HIT, detail: "l2" }, second: { ...HIT, detail: "l2" } }
          : seeWarm(path, batch),
    );
    const adapter = isHot ? "r2" : batch.place === "enam" ? "workers-cache" : "cache-api";
    const dataCentre = isHot ? null : "FRA";
    const report = { adapter, dataCentre, files } as const;
    const { batch: index, ticket } = batch;
    driven.give({ kind: "reported", report: { contract: 1, batch: index, ticket, report } });
  }
  return driven;
}

test("what was seen, where, and what it says", () => {
  const driven = toDriven();
  const viewers = [{ region: "weur", hits: 7, requests: 9 }];
  const receipt = toReceipt(driven.event, viewers, driven.nowMs);
  expect(receipt.coverage).toEqual({ warm: 5, of: 6, wanted: 1 });
  expect(receipt.claims).toEqual([
    { kind: "hot-tier", place: "hot-tier", dataCentres: [], proven: 2, of: 2 },
    { kind: "upper-tier", place: "enam", dataCentres: ["FRA"], proven: 2, of: 2 },
    { kind: "data-centre", place: "weur", dataCentres: ["FRA"], proven: 1, of: 2 },
    { kind: "region-seen", place: "weur", dataCentres: [], proven: 7, of: 9 },
  ]);
  expect(receipt.entries.find(({ path, place }) => path === "1.ts" && place === "weur")).toEqual({
    path: "1.ts",
    place: "weur",
    claim: "data-centre",
    warm: false,
    failure: "absent",
    adapter: "cache-api",
    tier: null,
    dataCentre: "FRA",
    status: 404,
    etag: GONE.etag,
    lengthBytes: GONE.lengthBytes,
    md5: GONE.md5,
    version: GONE.version,
    ageSeconds: 0,
    seenAtMs: expect.any(Number),
    isCompared: true,
    tries: 1,
  });
});

test("what nobody looked at is not warm, and claims nothing", () => {
  const driven = new Driven(REQUEST).plan(toFiles(1));
  const { entries, claims, coverage } = toReceipt(driven.event, [], driven.nowMs);
  expect(claims).toEqual([]);
  expect(coverage.warm).toBe(0);
  expect(entries.map(({ warm, failure, claim }) => [warm, failure, claim])).toEqual([
    [false, "pending", null],
    [false, "pending", null],
  ]);
});

test("what was not compared says so", () => {
  const files = toFiles(1).map((file) => ({ ...file, expected: null }));
  const driven = new Driven({ ...REQUEST, regions: ["enam"] }).plan(files);
  driven.answerAll((path) => ({ path, first: MISS, second: HIT }));
  expect(toReceipt(driven.event, [], driven.nowMs).entries[0]).toMatchObject({
    warm: true,
    isCompared: false,
  });
});
