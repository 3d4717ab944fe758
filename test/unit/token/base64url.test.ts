// One value, one spelling: what a lax reader would forgive is what lets a changed token through.

import { describe, expect, test } from "vitest";
import { parseBase64url, printBase64url } from "../../../workers/core/token/base64url.ts";

describe("parseBase64url", () => {
  test.each([
    ["nothing", "", []],
    ["one byte", "_w", [255]],
    ["two bytes", "-_8", [251, 255]],
    ["three bytes", "AAEC", [0, 1, 2]],
  ])("%s", (_name, text, want) => {
    expect([...(parseBase64url(text) ?? [])]).toEqual(want);
    expect(printBase64url(Uint8Array.from(want))).toBe(text);
  });

  test.each([
    ["bits behind the last byte", "_x"],
    ["bits behind the second byte", "-_9"],
    ["a letter too many", "AAECA"],
    ["padding", "_w=="],
    ["the plain alphabet", "+/8"],
    ["a blank", "AA EC"],
    ["a letter beyond ASCII", "AAE\u0131"],
    ["a letter whose low byte is one", "AAE\u0141"],
  ])("refuses %s", (_name, text) => expect(parseBase64url(text)).toBeNull());
});
