// The table [hot]: defaults, bounds, and nothing unasked without it.

import { describe, expect, test } from "vitest";
import { readCatalog } from "../../../workers/core/config/read-catalog.ts";

const read = (text: string) => readCatalog(text, { allowIpOrigins: true });

describe("[hot]", () => {
  test("an empty one takes the defaults", () => {
    expect(read("[hot]\n")).toMatchObject({
      kind: "catalog",
      catalog: {
        hot: {
          filesPerHour: 200,
          bytesPerHour: 2_000_000_000,
          requestsPerSecond: 5,
          hitsMin: 5,
          everyMs: 60_000,
          windowMs: 300_000,
        },
      },
    });
  });

  test("a catalog without it has none", () => {
    const reading = read("");
    expect(reading.kind === "catalog" && "hot" in reading.catalog).toBe(false);
  });

  test.each([
    ["files_per_hour = 0", "hot.files_per_hour must be at least 1"],
    ["files_per_hour = 10001", "hot.files_per_hour must be at most 10000"],
    ["bytes_per_hour = 0", "hot.bytes_per_hour must be at least 1"],
    ["requests_per_second = 0.01", "hot.requests_per_second must be at least 0.1"],
    ["hits_min = 1", "hot.hits_min must be at least 2"],
    ["every_seconds = 1", "hot.every_seconds must be at least 2"],
    ["window_seconds = 86401", "hot.window_seconds must be at most 86400"],
    ['every_seconds = "often"', "hot.every_seconds must be a whole number of seconds"],
    ["files = 5", "hot.files is not a setting"],
  ])("%s", (line, want) => {
    const reading = read(`[hot]\n${line}\n`);
    if (reading.kind !== "refused") throw new Error("it was taken");
    const told = reading.problems.map(({ place, message }) => `${place} ${message}`);
    expect(told.join("\n")).toContain(want);
  });

  test.each([
    "files_per_hour = 10000",
    "every_seconds = 2",
    "window_seconds = 86400",
    "hits_min = 2",
  ])("at its limit: %s", (line) => expect(read(`[hot]\n${line}\n`).kind).toBe("catalog"));
});
