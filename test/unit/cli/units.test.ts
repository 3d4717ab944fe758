// Numbers as people read them, at the edges of their units.

import { describe, expect, test } from "vitest";
import {
  printBar,
  printBytes,
  printCount,
  printRate,
  printShare,
  printSpan,
  toAgeMs,
} from "../../../infra/cli/screens/units.ts";

describe("printBytes", () => {
  test.each([
    [null, "-"],
    [Number.NaN, "-"],
    [0, "0 B"],
    [-5, "0 B"],
    [999, "999 B"],
    [1_000, "1.00 kB"],
    [12_345, "12.3 kB"],
    [99_960, "100 kB"],
    [999_499, "999 kB"],
    [999_600, "1.00 MB"],
    [1_530_000_000, "1.53 GB"],
    [2e18, "2000 PB"],
  ])("%s is %s", (bytes, want) => expect(printBytes(bytes)).toBe(want));

  test("a rate", () => {
    expect(printRate(null)).toBe("-");
    expect(printRate(5_570_000)).toBe("5.57 MB/s");
  });
});

describe("printSpan", () => {
  test.each([
    [null, "-"],
    [Number.POSITIVE_INFINITY, "-"],
    [0, "0 ms"],
    [999.4, "999 ms"],
    [1_000, "1.0 s"],
    [9_949, "9.9 s"],
    [9_950, "10 s"],
    [59_600, "1 min"],
    [61_000, "1 min 1 s"],
    [3_600_000, "1 h"],
    [3_601_000, "1 h"],
    [7_500_000, "2 h 5 min"],
    [273_600_000, "3 d 4 h"],
    [-2_500, "-2.5 s"],
  ])("%s is %s", (ms, want) => expect(printSpan(ms)).toBe(want));
});

describe("printShare and printBar", () => {
  test.each([
    [0, "0 %", "░░░░░"],
    [0.2, "20 %", "█░░░░"],
    [0.57, "57 %", "██░░░"],
    [0.999, "99.9 %", "████░"],
    [0.999_999, "99.9 %", "████░"],
    [1, "100 %", "█████"],
    [7, "100 %", "█████"],
    [-1, "0 %", "░░░░░"],
  ])("%s is %s", (share, words, bar) => {
    expect(printShare(share)).toBe(words);
    expect(printBar(share, 5)).toBe(bar);
  });
});

test("counts have their noun, and commas from a thousand on", () => {
  expect(printCount(1, "object")).toBe("1 object");
  expect(printCount(0, "object")).toBe("0 objects");
  expect(printCount(1_234_567, "object")).toBe("1,234,567 objects");
});

test("an age is never negative, and null without an instant", () => {
  const nowMs = Date.UTC(2026, 10, 20, 20, 0, 5);
  expect(toAgeMs("2026-11-20T20:00:00Z", nowMs)).toBe(5_000);
  expect(toAgeMs("2026-11-20T20:01:00Z", nowMs)).toBe(0);
  expect(toAgeMs("yesterday", nowMs)).toBeNull();
});
