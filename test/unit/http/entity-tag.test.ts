// Entity tags as RFC 9110 section 8.8.3 writes them; only a strong one proves bytes.

import { expect, test } from "vitest";
import {
  parseEntityTag,
  printEntityTag,
  toStrongTag,
} from "../../../workers/core/http/entity-tag.ts";

test.each([
  ['"abc"', { opaque: "abc", isWeak: false }, "abc"],
  ['W/"abc"', { opaque: "abc", isWeak: true }, null],
  ['""', { opaque: "", isWeak: false }, ""],
  [' "abc" ', { opaque: "abc", isWeak: false }, "abc"],
  ["abc", null, null],
  ['"a"b"', null, null],
  ['w/"abc"', null, null],
  ['"abc', null, null],
  ['"a b"', null, null],
  [null, null, null],
])("%s", (header, want, strong) => {
  const tag = parseEntityTag(header);
  expect(tag).toEqual(want);
  expect(toStrongTag(header)).toBe(strong);
  if (tag !== null) expect(printEntityTag(tag)).toBe(header?.trim());
});
