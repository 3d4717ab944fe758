// Cutting a plan into messages: everything once per place, in order, small enough.

import { expect, test } from "vitest";
import { BATCH_TARGETS_MAX, toBatches } from "../../../workers/core/warm/batches.ts";
import { toFiles } from "./sightings.ts";

const places = (more: object = {}) => ({
  regions: ["enam"],
  hotTier: false,
  requestsPerSecond: null,
  firstIndex: 0,
  ...more,
});

test.each([
  [0, []],
  [1, [1]],
  [BATCH_TARGETS_MAX, [BATCH_TARGETS_MAX]],
  [BATCH_TARGETS_MAX + 1, [BATCH_TARGETS_MAX, 1]],
  [3 * BATCH_TARGETS_MAX, [BATCH_TARGETS_MAX, BATCH_TARGETS_MAX, BATCH_TARGETS_MAX]],
] as const)("%i files", (count, want) => {
  const batches = toBatches(toFiles(count), places());
  expect(batches.map(({ tasks }) => tasks.length)).toEqual(want);
  expect(batches.flatMap(({ tasks }) => tasks.map(({ path }) => path))).toEqual(
    toFiles(count).map(({ path }) => path),
  );
});

test("every file in every region, neighbours beside each other", () => {
  const batches = toBatches(toFiles(30), places({ regions: ["enam", "weur"] }));
  expect(batches.map(({ place, tasks, after }) => [place, tasks.length, after])).toEqual([
    ["enam", 24, null],
    ["weur", 24, null],
    ["enam", 6, null],
    ["weur", 6, null],
  ]);
});

test("behind the hot tier others wait for the first region, and ask no origin", () => {
  const more = { regions: ["enam", "weur"], hotTier: true, firstIndex: 7 };
  const batches = toBatches(toFiles(30), places(more));
  expect(batches.map(({ place, after, origins }) => [place, after, origins])).toEqual([
    ["enam", null, ["a"]],
    ["weur", 7, []],
    ["hot-tier", 7, []],
    ["enam", null, ["a"]],
    ["weur", 10, []],
    ["hot-tier", 10, []],
  ]);
});

test.each([
  [0.1, 1],
  [5, 10],
  [1_000, BATCH_TARGETS_MAX],
])("at %d requests per second a batch has %i files", (requestsPerSecond, want) => {
  const [first] = toBatches(toFiles(100), places({ requestsPerSecond }));
  expect(first?.tasks).toHaveLength(want);
});

test("the longest batch fits a queue message of 128 KB", () => {
  const path = `@t123456789012345/${"a".repeat(4_000)}`;
  const files = toFiles(BATCH_TARGETS_MAX).map((file) => ({ ...file, path }));
  const [batch] = toBatches(files, places());
  expect(JSON.stringify(batch?.tasks.map((task) => task.path)).length).toBeLessThan(128_000);
});
