// Attribute lists keep raw values; quotes guard commas; what two readers could split differently is
// refused.

import { describe, expect, test } from "vitest";
import { parseAttributes, parseStringAttribute } from "../../../workers/core/hls/attribute-list.ts";

describe("accepted", () => {
  test.each([
    { list: "", want: [] },
    {
      list: 'A=1,B="x,y=z",C=0xFf',
      want: [
        ["A", "1"],
        ["B", '"x,y=z"'],
        ["C", "0xFf"],
      ],
    },
    {
      list: ' A=1 , B="x" ,',
      want: [
        ["A", "1"],
        ["B", '"x"'],
      ],
    },
    {
      list: 'NAME="a,URI=",URI="b"',
      want: [
        ["NAME", '"a,URI="'],
        ["URI", '"b"'],
      ],
    },
    {
      list: "A=,B=2",
      want: [
        ["A", ""],
        ["B", "2"],
      ],
    },
    {
      list: 'A =1,\tB\t = "x" ,C=2',
      want: [
        ["A", "1"],
        ["B", '"x"'],
        ["C", "2"],
      ],
    },
    {
      list: "A=1\r,\r,B=2\v",
      want: [
        ["A", "1"],
        ["B", "2"],
      ],
    },
    { list: "A=1,A=2", want: [["A", "1"]] },
  ])("$list", ({ list, want }) => {
    expect(parseAttributes(list, 0, list.length, 64)).toEqual(new Map(want as [string, string][]));
  });
});

describe("refused", () => {
  test.each(['A="x', 'A="x"y', "A", "=1", 'A"=1', 'A=1,B="', " =1", 'A=x"y"', 'A=x"'])(
    "%s",
    (list) => {
      expect(parseAttributes(list, 0, list.length, 64)).toBe("bad-attribute-list");
    },
  );
});

test("a string loses its quotes only when it is read", () => {
  const list = 'A="x",B=y';
  const found = parseAttributes(list, 0, list.length, 64);
  if (typeof found === "string") throw new Error("The list must be accepted.");
  expect(found.get("A")).toBe('"x"');
  expect(parseStringAttribute(found, "A")).toBe("x");
  expect(parseStringAttribute(found, "B")).toBe("y");
  expect(parseStringAttribute(found, "C")).toBeNull();
});
