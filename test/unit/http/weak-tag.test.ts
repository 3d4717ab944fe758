// Rows for RFC 9110 section 8.8.3: what is a weak tag, and what is none.
import { describe, expect, it } from "vitest";
import { toWeakTag } from "../../../workers/core/http/weak-tag.ts";

describe("toWeakTag", () => {
  const rows: { header: string | null; want: string | null }[] = [
    { header: 'W/"v1"', want: "v1" },
    { header: ' W/"v1" ', want: "v1" },
    { header: 'W/"a,b;c\\d"', want: "a,b;c\\d" },
    { header: '"v1"', want: null },
    { header: 'w/"v1"', want: null },
    { header: "W/v1", want: null },
    { header: 'W/""', want: null },
    { header: 'W/"a"b"', want: null },
    { header: 'W/"a b"', want: null },
    { header: "", want: null },
    { header: null, want: null },
  ];
  for (const { header, want } of rows) {
    it(JSON.stringify(header), () => expect(toWeakTag(header)).toBe(want));
  }
});
