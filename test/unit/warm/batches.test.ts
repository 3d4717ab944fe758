// Cutting a plan into messages: everything once, in order.

import { expect, test } from "vitest";
import { BATCH_TARGETS_MAX, toBatches } from "../../../workers/core/warm/batches.ts";

const targets = (count: number) =>
  Array.from({ length: count }, (_, index) => ({ channel: "demo", path: `${index}.ts` }));

test.each([
  [0, []],
  [1, [1]],
  [BATCH_TARGETS_MAX, [BATCH_TARGETS_MAX]],
  [BATCH_TARGETS_MAX + 1, [BATCH_TARGETS_MAX, 1]],
  [3 * BATCH_TARGETS_MAX, [BATCH_TARGETS_MAX, BATCH_TARGETS_MAX, BATCH_TARGETS_MAX]],
] as const)("%i targets", (count, want) => {
  const batches = toBatches(targets(count));
  expect(batches.map(({ length }) => length)).toEqual(want);
  expect(batches.flat()).toEqual(targets(count));
});

test("the longest batch fits a queue message of 128 KB", () => {
  const path = `@t123456789012345/${"a".repeat(4_000)}`;
  const [batch] = toBatches(targets(BATCH_TARGETS_MAX).map((target) => ({ ...target, path })));
  expect(JSON.stringify(batch).length).toBeLessThan(128_000);
});
