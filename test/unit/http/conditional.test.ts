// Rows for RFC 9110 section 13: weak comparison, lists, precedence, dates in whole seconds,
// If-Range.
import { describe, expect, it } from "vitest";
import {
  type ConditionalVerdict,
  decideConditional,
  decideIfRange,
} from "../../../workers/core/http/conditional.ts";

const CHANGED_MS = Date.UTC(2026, 10, 20, 12, 0, 0, 400);
const VALIDATORS = { etags: ['"v7"', '"v7-gz"'], lastModifiedMs: CHANGED_MS, receivedAtMs: null };

describe("decideConditional", () => {
  const rows: {
    name: string;
    ifNoneMatch?: string;
    ifModifiedSince?: string;
    want: ConditionalVerdict;
  }[] = [
    { name: "no condition", want: "full" },
    { name: "same tag", ifNoneMatch: '"v7"', want: "not-modified" },
    { name: "tag of the other coding", ifNoneMatch: '"v7-gz"', want: "not-modified" },
    { name: "weakened by a proxy", ifNoneMatch: 'W/"v7"', want: "not-modified" },
    { name: "any", ifNoneMatch: "*", want: "not-modified" },
    { name: "any with spaces", ifNoneMatch: " * ", want: "not-modified" },
    { name: "in a list", ifNoneMatch: '"a", W/"b" , "v7"', want: "not-modified" },
    { name: "comma inside a tag", ifNoneMatch: '"a,b", "v7"', want: "not-modified" },
    { name: "another tag", ifNoneMatch: '"v8"', want: "full" },
    { name: "prefix of a tag", ifNoneMatch: '"v"', want: "full" },
    { name: "no quotes", ifNoneMatch: "v7", want: "full" },
    { name: "tag text inside another", ifNoneMatch: '"x"v7"y"', want: "full" },
    { name: "empty", ifNoneMatch: "", want: "full" },
    {
      name: "tag goes before date",
      ifNoneMatch: '"v8"',
      ifModifiedSince: "Fri, 20 Nov 2026 13:00:00 GMT",
      want: "full",
    },
    {
      name: "same second",
      ifModifiedSince: "Fri, 20 Nov 2026 12:00:00 GMT",
      want: "not-modified",
    },
    { name: "a second earlier", ifModifiedSince: "Fri, 20 Nov 2026 11:59:59 GMT", want: "full" },
    { name: "later", ifModifiedSince: "Fri, 20 Nov 2026 12:00:01 GMT", want: "not-modified" },
    { name: "no date", ifModifiedSince: "yesterday", want: "full" },
  ];
  for (const { name, ifNoneMatch = null, ifModifiedSince = null, want } of rows) {
    it(name, () => {
      expect(decideConditional({ ifNoneMatch, ifModifiedSince }, VALIDATORS)).toBe(want);
    });
  }

  it("cannot answer a date when the last change is unknown", () => {
    const conditions = { ifNoneMatch: null, ifModifiedSince: "Fri, 20 Nov 2026 13:00:00 GMT" };
    expect(
      decideConditional(conditions, { etags: [], lastModifiedMs: null, receivedAtMs: null }),
    ).toBe("full");
  });

  const received: { name: string; ifModifiedSince: string; want: ConditionalVerdict }[] = [
    { name: "the second before", ifModifiedSince: "Fri, 20 Nov 2026 11:59:59 GMT", want: "full" },
    { name: "the same second", ifModifiedSince: "Fri, 20 Nov 2026 12:00:00 GMT", want: "full" },
    { name: "the next", ifModifiedSince: "Fri, 20 Nov 2026 12:00:01 GMT", want: "not-modified" },
  ];
  for (const { name, ifModifiedSince, want } of received) {
    it(`compares with the copy's own arrival where nothing else is known: ${name}`, () => {
      const validators = { etags: [], lastModifiedMs: null, receivedAtMs: CHANGED_MS };
      expect(decideConditional({ ifNoneMatch: null, ifModifiedSince }, validators)).toBe(want);
    });
  }
});

describe("decideIfRange", () => {
  const rows: { ifRange: string | null; etag: string | null; want: boolean }[] = [
    { ifRange: null, etag: '"a"', want: true },
    { ifRange: '"a"', etag: '"a"', want: true },
    { ifRange: ' "a" ', etag: '"a"', want: true },
    { ifRange: 'W/"a"', etag: '"a"', want: false },
    { ifRange: 'W/"a"', etag: 'W/"a"', want: false },
    { ifRange: '"b"', etag: '"a"', want: false },
    { ifRange: '"a"', etag: null, want: false },
    { ifRange: "Fri, 20 Nov 2026 12:00:00 GMT", etag: '"a"', want: false },
  ];
  for (const { ifRange, etag, want } of rows) {
    it(`${ifRange} against ${etag}`, () => expect(decideIfRange(ifRange, etag)).toBe(want));
  }
});
