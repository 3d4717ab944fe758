// How many wrong tokens an address may send, and for how long it waits then.

import { describe, expect, test } from "vitest";
import {
  parseWrongTokensMax,
  toAddressKey,
  toMinute,
  toNextMinuteSeconds,
  WRONG_TOKENS_MAX,
} from "../../../workers/core/api/wrong-tokens.ts";

const T0 = 1_800_000_000_000;

test.each([
  { text: undefined, want: WRONG_TOKENS_MAX },
  { text: "", want: WRONG_TOKENS_MAX },
  { text: "0", want: WRONG_TOKENS_MAX },
  { text: "-1", want: WRONG_TOKENS_MAX },
  { text: "1e3", want: WRONG_TOKENS_MAX },
  { text: "12345678", want: WRONG_TOKENS_MAX },
  { text: "1", want: 1 },
  { text: "100000", want: 100_000 },
])("$text is $want", ({ text, want }) => {
  expect(parseWrongTokensMax(text)).toBe(want);
});

test.each([
  { afterMs: 0, minutes: 0, wait: 60 },
  { afterMs: 1, minutes: 0, wait: 60 },
  { afterMs: 1_000, minutes: 0, wait: 59 },
  { afterMs: 59_999, minutes: 0, wait: 1 },
  { afterMs: 60_000, minutes: 1, wait: 60 },
])("after $afterMs ms the next minute is $wait s away", ({ afterMs, minutes, wait }) => {
  expect(toMinute(T0 + afterMs) - toMinute(T0)).toBe(minutes);
  expect(toNextMinuteSeconds(T0 + afterMs)).toBe(wait);
});

describe("an address", () => {
  test("of IPv4 is itself", () => {
    expect(toAddressKey(Uint8Array.of(203, 0, 113, 9))).toBe("cb007109");
  });
  test("of IPv6 is its network", () => {
    const six = (last: number) =>
      Uint8Array.of(32, 1, 13, 184, 0, 7, 0, 7, 0, 0, 0, 0, 0, 0, 0, last);
    expect(toAddressKey(six(1))).toBe("20010db800070007");
    expect(toAddressKey(six(1))).toBe(toAddressKey(six(2)));
  });
});
