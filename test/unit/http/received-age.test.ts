// Rows for RFC 9111 section 4.2.3: what an answer says about its own age.

import { describe, expect, test } from "vitest";
import {
  toReceivedAgeSeconds,
  toStatedAgeSeconds,
} from "../../../workers/core/http/received-age.ts";

/** Fri, 20 Nov 2026 12:00:00.900 GMT. */
const NOW_MS = Date.UTC(2026, 10, 20, 12, 0, 0, 900);

describe("toStatedAgeSeconds", () => {
  test.each([
    [null, 0],
    ["", 0],
    ["0", 0],
    ["30", 30],
    [" 30 ", 30],
    ["30, 4", 30],
    ["-5", 0],
    ["3.5", 0],
    ["1e3", 0],
    ["soon", 0],
    ["99999999999", 2 ** 31],
  ])("%j is %d", (age, want) => expect(toStatedAgeSeconds(age)).toBe(want));
});

describe("toReceivedAgeSeconds", () => {
  test.each([
    ["nothing", null, null, 0],
    ["written in this second", null, "Fri, 20 Nov 2026 12:00:00 GMT", 0],
    ["written a minute ago", null, "Fri, 20 Nov 2026 11:59:00 GMT", 60],
    ["a clock ahead of ours", null, "Fri, 20 Nov 2026 12:05:00 GMT", 0],
    ["Age is older than Date tells", "90", "Fri, 20 Nov 2026 11:59:00 GMT", 90],
    ["Date is older than Age tells", "5", "Fri, 20 Nov 2026 11:59:00 GMT", 60],
    ["no date", "5", "yesterday", 5],
  ])("%s", (_name, age, date, want) => {
    expect(toReceivedAgeSeconds({ age, date }, NOW_MS)).toBe(want);
  });
});
