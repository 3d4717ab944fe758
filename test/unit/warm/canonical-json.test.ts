// Canonical JSON: the examples of RFC 8785, and what JSON does not have.

import { expect, test } from "vitest";
import { printCanonicalJson } from "../../../workers/core/warm/canonical-json.ts";

test.each([
  [{ b: 1, a: 2, 10: 3, 9: 4 }, '{"10":3,"9":4,"a":2,"b":1}'],
  [{ a: [1, { d: null, c: true }], b: undefined }, '{"a":[1,{"c":true,"d":null}]}'],
  [[333333333.3333333, 1e30, 4.5, 2e-3, 1e-27], "[333333333.3333333,1e+30,4.5,0.002,1e-27]"],
  [-0, "0"],
  // Section 3.2.3: by UTF-16 code units, not by code points.
  [
    { "\u20ac": 1, "\r": 2, "\ufb33": 3, "1": 4, "\ud83d\ude00": 5, "\u0080": 6, "\u00f6": 7 },
    '{"\\r":2,"1":4,"\u0080":6,"\u00f6":7,"\u20ac":1,"\ud83d\ude00":5,"\ufb33":3}',
  ],
  ['\u20ac$\u000f\nA\'B"\\"/', '"\u20ac$\\u000f\\nA\'B\\"\\\\\\"/"'],
])("%j", (value, want) => {
  expect(printCanonicalJson(value)).toBe(want);
});

test.each([Number.NaN, Number.POSITIVE_INFINITY, 1n, () => 1, [undefined]])(
  "%s is refused",
  (value) => {
    expect(() => printCanonicalJson(value)).toThrow(/^canonical JSON has no/);
  },
);
