// Dates as packagers write them, dates that are none, and blanks without end: what reads in linear
// time is done at once, what tries every pair of blanks would not end within a test.

import { describe, expect, test } from "vitest";
import { parseDateTime } from "../../../workers/core/hls/date-time.ts";

const noonMs = Date.UTC(2026, 10, 20, 12);

describe("dates", () => {
  test.each([
    ["2026-11-20T12:00:00.000Z", noonMs],
    ["2026-11-20T12:00:00Z", noonMs],
    ["2026-11-20T12:00Z", noonMs],
    ["2026-11-20 12:00:00 Z", noonMs],
    ["2026-11-20t12:00:00z", noonMs],
    ["2026-11-20T12:00:00", noonMs],
    ["2026-11-20T14:00:00+02:00", noonMs],
    ["2026-11-20T14:00:00.000+0200", noonMs],
    ["2026-11-20T07:00:00-05", noonMs],
    ["2026-11-20T06:30:00.000-0530", noonMs],
    ["2024-02-29T00:00Z", Date.UTC(2024, 1, 29)],
    ["2026-11-20T12:00:00,5Z", noonMs + 500],
    ["2026-11-20T12:00:00.1234567Z", noonMs + 123.4567],
    [" \t2026-11-20T12:00:00Z \u00a0", noonMs],
    ["2026-11-20T24:00:00Z", noonMs + 12 * 3_600_000],
  ])("%j", (text, want) => expect(parseDateTime(text)).toBeCloseTo(want, 3));
});

describe("none", () => {
  test.each([
    "",
    "now",
    "2026-11-20",
    "2026-13-20T12:00:00Z",
    "2026-02-29T12:00:00Z",
    "2026-11-20T25:00:00Z",
    "2026-11-20T12:60:00Z",
    "2026-11-20T12:00:00ZZ",
    "2026-11-20T12:00:00Z x",
    "20261120T120000Z",
  ])("%j", (text) => expect(parseDateTime(text)).toBeNull());
});

test("a million blanks within a date", () => {
  const blanks = " ".repeat(1 << 20);
  expect(parseDateTime(`2026-11-20T12:00:00${blanks}x`)).toBeNull();
  expect(parseDateTime(`${blanks}2026-11-20T12:00:00${blanks}Z${blanks}`)).toBe(noonMs);
});
