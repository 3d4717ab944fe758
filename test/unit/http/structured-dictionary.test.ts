// Rows for RFC 9651 section 4.2.2: what is a dictionary, and what must be refused as a whole.
import { describe, expect, it } from "vitest";
import { parseDictionary } from "../../../workers/core/http/structured-dictionary.ts";

describe("parseDictionary", () => {
  const rows: { field: string; want: [string, string | true][] | null }[] = [
    { field: "a", want: [["a", true]] },
    {
      field: "a=1, b",
      want: [
        ["a", "1"],
        ["b", true],
      ],
    },
    {
      field: "  a=1,\tb=?1  ",
      want: [
        ["a", "1"],
        ["b", true],
      ],
    },
    { field: "a=1, a=2", want: [["a", "2"]] },
    { field: "a, a=?0", want: [] },
    {
      field: "a=-5, b=1.25",
      want: [
        ["a", "-5"],
        ["b", "1.25"],
      ],
    },
    {
      field: 'a="x, \\"y\\"", b=tok/en',
      want: [
        ["a", '"x, \\"y\\""'],
        ["b", "tok/en"],
      ],
    },
    {
      field: "a=(1 2;p=3 tok);q, b",
      want: [
        ["a", "()"],
        ["b", true],
      ],
    },
    { field: "a=:aGk=:", want: [["a", ":aGk=:"]] },
    {
      field: "a;x;y=2, b=3;z",
      want: [
        ["a", true],
        ["b", "3"],
      ],
    },
    { field: "", want: null },
    { field: "   ", want: null },
    { field: "A=1", want: null },
    { field: "a=", want: null },
    { field: "a = 1", want: null },
    { field: "a=1,", want: null },
    { field: "a=1,,b", want: null },
    { field: "a=1 b=2", want: null },
    { field: 'a="open', want: null },
    { field: "a=(1 2", want: null },
    { field: "a=(1,2)", want: null },
    { field: "a=1;", want: null },
    { field: "a=é", want: null },
    { field: `a=${"x".repeat(4096)}`, want: null },
  ];
  for (const { field, want } of rows) {
    it(field.slice(0, 40) || "empty", () => {
      const got = parseDictionary(field);
      expect(got === null ? null : [...got]).toEqual(want);
    });
  }
});
