// A choice as one region uses it.

import { expect, test } from "vitest";
import type { ChannelChoice } from "../../../workers/core/contract/policy.ts";
import { toCanaryChoice, toRegionChoice } from "../../../workers/core/health/region-choice.ts";

const choice: ChannelChoice = {
  id: "film",
  timelines: [
    { n: 0, origins: ["a", "b", "c"] },
    { n: 1, origins: ["b", "a"] },
  ],
  current: 0,
  reason: "preferred",
  changedAtMs: 0,
};
const print = ({ timelines }: ChannelChoice) =>
  timelines.map(({ n, origins }) => `${n}:${origins.join("")}`).join(" ");

const rows: readonly (readonly [name: string, given: Partial<ChannelChoice>, want: string])[] = [
  ["nothing of its own", {}, "0:abc 1:ba"],
  ["an order is the current timeline's", { regionOrders: { weur: ["c", "a", "b"] } }, "0:cab 1:ba"],
  ["another region's order", { regionOrders: { apac: ["c", "a", "b"] } }, "0:abc 1:ba"],
  ["what cannot be reached is last everywhere", { regionAvoids: { weur: ["b"] } }, "0:acb 1:ab"],
  [
    "both",
    { regionOrders: { weur: ["c", "b", "a"] }, regionAvoids: { weur: ["c"] } },
    "0:bac 1:ba",
  ],
  ["nobody is left out", { regionAvoids: { weur: ["a", "b", "c"] } }, "0:abc 1:ba"],
];

test.each(rows)("%s", (_name, given, want) => {
  expect(print(toRegionChoice({ ...choice, ...given }, "weur"))).toBe(want);
});

test("a canary comes first where it belongs, and nowhere else", () => {
  expect(print(toCanaryChoice(choice, "c"))).toBe("0:cab 1:ba");
  expect(print(toCanaryChoice(choice, "x"))).toBe("0:abc 1:ba");
});
