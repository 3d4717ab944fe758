// What a 206 says it holds, or nothing at all.

import { expect, test } from "vitest";
import { parseContentRange } from "../../../workers/core/http/content-range.ts";

test.each([
  ["bytes 0-9/10", { start: 0, end: 9, lengthBytes: 10 }],
  ["BYTES 5-5/6", { start: 5, end: 5, lengthBytes: 6 }],
  ["bytes 0-9/*", null],
  ["bytes */10", null],
  ["bytes 5-4/10", null],
  ["bytes 0-10/10", null],
  ["bytes=0-9/10", null],
  ["items 0-9/10", null],
  ["bytes 0-9/10 ", null],
  ["bytes 0-9/99999999999999999999", null],
  ["", null],
  [null, null],
])("%s", (header, want) => {
  expect(parseContentRange(header)).toEqual(want);
});
