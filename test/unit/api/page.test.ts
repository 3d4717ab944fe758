// Pages: every row once, whatever comes and goes between two of them; cursors of other lists are
// none.

import { describe, expect, test } from "vitest";
import { parseCursor, printCursor, toPage } from "../../../workers/core/api/page.ts";

const rows = (...ids: string[]) => ids.map((id) => ({ id }));
const page = (list: { id: string }[], countMax: number | null, after: string | null) => {
  const { rows: found, next } = toPage("origins", list, ({ id }) => id, { countMax, after });
  return [found.map(({ id }) => id).join(""), next];
};

describe("toPage", () => {
  test("a whole list stays in its own order", () => {
    expect(page(rows("c", "a", "b"), null, null)).toEqual(["cab", null]);
  });
  test("pages are in the order of the keys, and the last one says so", () => {
    const list = rows("c", "a", "b");
    expect(page(list, 2, null)).toEqual(["ab", "origins.b"]);
    expect(page(list, 2, "b")).toEqual(["c", null]);
    expect(page(list, 3, null)).toEqual(["abc", null]);
  });
  test("a row that goes between two pages takes no other with it", () => {
    expect(page(rows("a", "c", "d"), 2, "b")).toEqual(["cd", null]);
  });
  test("behind the last there is nothing", () => {
    expect(page(rows("a"), 2, "z")).toEqual(["", null]);
    expect(page([], 2, null)).toEqual(["", null]);
  });
});

describe("parseCursor", () => {
  const cases: readonly (readonly [string, string | null])[] = [
    [printCursor("origins", "east"), "east"],
    [printCursor("audit", "5-a"), null],
    ["origins.", null],
    ["origins", null],
    ["", null],
    ["origins.a b", null],
    [`origins.${"x".repeat(201)}`, null],
  ];
  test.each(cases)("%s", (cursor, want) => {
    expect(parseCursor("origins", cursor)).toBe(want);
  });
});
