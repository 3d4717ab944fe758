// What a channel promises, and why.

import { describe, expect, test } from "vitest";
import { decidePromises, type PromiseInput } from "../../../workers/core/delivery/promises.ts";

const INPUT: PromiseInput = {
  mode: "auto",
  targetDurationSeconds: 2,
  partTargetSeconds: null,
  windowSeconds: 12,
  canSkip: false,
};

describe("blocking", () => {
  test.each([
    { given: { targetDurationSeconds: 6 }, canBlock: true, reason: "short-target" },
    { given: { targetDurationSeconds: 7 }, canBlock: false, reason: "long-target" },
    {
      given: { targetDurationSeconds: 10, partTargetSeconds: 1 },
      canBlock: true,
      reason: "has-parts",
    },
    { given: { mode: "on", targetDurationSeconds: 10 }, canBlock: true, reason: "policy-on" },
    { given: { mode: "off", partTargetSeconds: 0.5 }, canBlock: false, reason: "policy-off" },
  ] as const)("$reason", ({ given, canBlock, reason }) => {
    const input = { ...INPUT, ...given };
    expect(decidePromises(input)).toMatchObject({ canBlock, blockingReason: reason, input });
  });
});

describe("delta updates", () => {
  test.each([
    {
      name: "just below twice the boundary",
      windowSeconds: 23.9,
      want: null,
      reason: "short-window",
    },
    { name: "twice the boundary", windowSeconds: 24, want: 12, reason: "long-window" },
    { name: "promised before", windowSeconds: 10, canSkip: true, want: 12, reason: "kept" },
  ])("$name", ({ want, reason, name: _, ...given }) => {
    const found = decidePromises({ ...INPUT, ...given });
    expect(found).toMatchObject({ skipUntilSeconds: want, skipReason: reason });
  });
  test("whatever the policy says about blocking", () => {
    const input = { ...INPUT, mode: "off", windowSeconds: 100 } as const;
    expect(decidePromises(input).skipUntilSeconds).toBe(12);
  });
});
