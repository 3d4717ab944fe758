// The two prints of a list of cuts.

import { describe, expect, test } from "vitest";
import { toLetters } from "../../../workers/core/http/letters.ts";
import {
  applyCut,
  applyUndo,
  makeOutput,
  printBytes,
  printText,
} from "../../../workers/core/transform/output.ts";

const text = "#EXTM3U\na.ts\nhttps://origin.example/live/b.ts\n";

describe("print", () => {
  test.each([
    { name: "nothing cut is the input", cuts: [], want: text },
    {
      name: "an insert, short and repeated",
      cuts: [
        { start: 8, end: 8, insert: "x/" },
        { start: 13, end: 42, insert: "x/" },
      ],
      want: "#EXTM3U\nx/a.ts\nx/.ts\n",
    },
    {
      name: "an insert of more than eight letters",
      cuts: [
        { start: 8, end: 8, insert: "../@t3/v720/" },
        { start: 13, end: 41, insert: "../@t3/v720/" },
      ],
      want: "#EXTM3U\n../@t3/v720/a.ts\n../@t3/v720/b.ts\n",
    },
    { name: "a cut at the start", cuts: [{ start: 0, end: 8, insert: "" }], want: text.slice(8) },
    {
      name: "a cut to the end",
      cuts: [{ start: 12, end: 46, insert: "" }],
      want: "#EXTM3U\na.ts",
    },
    { name: "everything", cuts: [{ start: 0, end: 46, insert: "" }], want: "" },
  ])("$name", ({ cuts, want }) => {
    const output = makeOutput(text, 1);
    for (const { start, end, insert } of cuts) applyCut(output, start, end, insert);
    expect(printText(output)).toBe(want);
    expect(printBytes(output, toLetters(text))).toEqual(toLetters(want));
  });

  test("an insert that is not ASCII has no bytes here", () => {
    const output = makeOutput(text, 1);
    applyCut(output, 8, 8, "é");
    expect(printText(output)).toContain("éa.ts");
    expect(printBytes(output, toLetters(text))).toBeNull();
  });

  test("cuts can be taken back", () => {
    const output = makeOutput(text, 1);
    applyCut(output, 8, 8, "x/");
    applyCut(output, 13, 42, "y/");
    applyUndo(output, 1);
    expect(printText(output)).toBe(text.replace("a.ts", "x/a.ts"));
    expect(printBytes(output, toLetters(text))).toEqual(toLetters(printText(output)));
  });
});
