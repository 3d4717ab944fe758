// The price table: complete and dated, or refused with the field that is wrong.

import { describe, expect, test } from "vitest";
import { readCatalog } from "../../../workers/core/config/read-catalog.ts";

const read = (lines: string) => readCatalog(`[prices]\n${lines}`, { allowIpOrigins: true });
const BASE = 'currency = "USD"\nsource = "the bill of October"\ndate = "2026-11-20"\n';

describe("[prices]", () => {
  test("what is left out costs nothing", () => {
    const reading = read(`${BASE}origin_requests_per_million = 0.4\norigin_bytes_per_gb = 0.09\n`);
    expect(reading).toMatchObject({
      kind: "catalog",
      catalog: {
        prices: {
          currency: "USD",
          source: "the bill of October",
          date: "2026-11-20",
          originRequestsPerMillion: 0.4,
          originBytesPerGb: 0.09,
          hotTierWritesPerMillion: 0,
          hotTierReadsPerMillion: 0,
          edgeRequestsPerMillion: 0,
        },
      },
    });
  });

  test("a catalog without it has none", () => {
    const reading = readCatalog("", { allowIpOrigins: true });
    expect(reading.kind === "catalog" && "prices" in reading.catalog).toBe(false);
  });

  test.each([
    ["", "prices.currency is missing"],
    [BASE.replace('"USD"', '"dollars"'), 'prices.currency must be a currency like "USD"'],
    [BASE.replace('"2026-11-20"', '"yesterday"'), "prices.date must be a day"],
    [BASE.replace('"the bill of October"', '" "'), "prices.source must say where"],
    [`${BASE}origin_bytes_per_gb = -1\n`, "prices.origin_bytes_per_gb must not be negative"],
    [`${BASE}egress = 1\n`, "prices.egress is not a setting"],
  ])("%j: %s", (lines, want) => {
    const reading = read(lines);
    expect(reading.kind).toBe("refused");
    if (reading.kind !== "refused") return;
    const told = reading.problems.map(({ place, message }) => `${place} ${message}`);
    expect(
      told.some((each) => each.startsWith(want)),
      told.join("\n"),
    ).toBe(true);
  });
});
