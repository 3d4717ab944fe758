// Tables and pairs: widths, colours, and that nothing printed commands the terminal.

import { describe, expect, test } from "vitest";
import { type Paint, printPlain, printSafe } from "../../../infra/cli/screens/paint.ts";
import { type Cell, printPairs, printTable } from "../../../infra/cli/screens/table.ts";

const COLUMNS = [
  { head: "NAME", cell: ([name = null]: readonly Cell[]) => name },
  { head: "N", cell: ([, count = null]: readonly Cell[]) => count, align: "right" as const },
  { head: "WHY", cell: ([, , why = null]: readonly Cell[]) => why },
];
const tell: Paint = (tone, text) => `<${tone}:${text}>`;

describe("printTable", () => {
  test("columns are as wide as their widest cell; nothing hangs over at the end", () => {
    const rows = [
      ["east", 7, "fine"],
      ["a", 1_000, null],
    ];
    expect(printTable(COLUMNS, rows, printPlain).split("\n")).toEqual([
      "NAME     N  WHY",
      "east     7  fine",
      "a     1000  -",
    ]);
  });

  test("colours take no room", () => {
    const rows = [
      [{ text: "red", tone: "bad" as const }, 1, "x"],
      ["green", 2, "y"],
    ];
    expect(printTable(COLUMNS, rows, tell).split("\n")).toEqual([
      "<dim:NAME>   <dim:N>  <dim:WHY>",
      "<bad:red>    1  x",
      "green  2  y",
    ]);
  });

  test("of no rows only the word for it", () => {
    expect(printTable(COLUMNS, [], printPlain, "There are none.")).toBe("There are none.");
  });

  test("what is long is cut, what commands a terminal is shown", () => {
    const [, row = ""] = printTable(
      COLUMNS,
      [["a\u001b[31m\nb", 1, "x".repeat(100)]],
      printPlain,
    ).split("\n");
    expect(row).toMatch(/^a\\x1b\[31m\\x0ab {2}1 {2}x{71}…$/);
  });
});

test("printPairs stands in two columns", () => {
  expect(
    printPairs(
      [
        ["a", "1"],
        ["long", "2"],
      ],
      printPlain,
    ),
  ).toBe("a     1\nlong  2");
});

test("printSafe leaves line ends and tabs where lines are wanted", () => {
  expect(printSafe("a\tb\nc\u009b1m")).toBe("a\\x09b\\x0ac\\x9b1m");
  expect(printSafe("a\tb\nc\r", "lines")).toBe("a\tb\nc\\x0d");
});
