// Decimal numbers in place: the value must be the very double that Number() gives, and everything
// else is refused.

import { describe, expect, test } from "vitest";
import { parseBigInteger } from "../../../workers/core/hls/attribute-list.ts";
import { parseDecimal, parseInteger } from "../../../workers/core/hls/number.ts";

describe("decimals", () => {
  const good = ["0", "6", "6.", ".5", "6.006", "9.009000", "0.33400", "1234567.890123", "00012.5"];
  const long = ["3.14159265358979323846", "12345678901234567.25", "0.1234567890123456789"];
  test.each([...good, ...long])("%s", (text) => {
    expect(parseDecimal(`x ${text}\t,`, 1, text.length + 3)).toBe(Number(text));
  });
  test.each(["", " ", ".", "-1", "+1", "1e3", "0x10", "1.2.3", "1 2", "٣", "NaN"])(
    "refuses %j",
    (text) => {
      expect(parseDecimal(text, 0, text.length)).toBe(-1);
    },
  );
});

describe("integers", () => {
  test.each([
    ["0", 0],
    [" 42 ", 42],
    ["9007199254740991", 9007199254740991],
    ["9007199254740992", -2],
    ["1.0", -1],
    ["", -1],
    ["-3", -1],
  ])("%j", (text, want) => {
    expect(parseInteger(text, 0, text.length)).toBe(want);
  });
  test.each([
    ["18446744073709551615", 18446744073709551615n],
    ["18446744073709551616", null],
    ["123456789012345678901", null],
    ["-1", null],
  ])("64 bits: %s", (text, want) => {
    expect(parseBigInteger(text)).toBe(want);
  });
});
