// The diff of playlists: small cases by hand, and that both sides can be read out of any other.

import { describe, expect, test } from "vitest";
import { toLineDiff } from "../../../infra/cli/screens/line-diff.ts";
import { printDiff } from "../../../infra/cli/screens/manifest.ts";
import { printPlain } from "../../../infra/cli/screens/paint.ts";

const MARKS = { same: " ", gone: "-", come: "+" } as const;

function diff(before: string, after: string): string {
  return toLineDiff([...before], [...after])
    .map(({ kind, text }) => MARKS[kind] + text)
    .join("");
}

describe("toLineDiff", () => {
  test.each([
    { name: "nothing", before: "", after: "", want: "" },
    { name: "the same", before: "abc", after: "abc", want: " a b c" },
    { name: "all new", before: "", after: "ab", want: "+a+b" },
    { name: "all gone", before: "ab", after: "", want: "-a-b" },
    { name: "one changed", before: "abc", after: "axc", want: " a-b+x c" },
    { name: "lines that repeat", before: "xaxbx", after: "xaxxbx", want: " x a x+x b x" },
    { name: "a moved line", before: "abcd", after: "bcda", want: "-a b c d+a" },
    { name: "only lines that repeat", before: "aabb", after: "abab", want: " a-a b+a b" },
  ])("$name", ({ before, after, want }) => expect(diff(before, after)).toBe(want));

  test("both texts can be read out of it, whatever they are", () => {
    // A small generator with a fixed seed; alphabets of two letters repeat most.
    let state = 7;
    const draw = (below: number) => {
      state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
      return state % below;
    };
    for (let round = 0; round < 300; round++) {
      const text = () =>
        Array.from({ length: draw(14) }, () => "abcdefgh"[draw(2 + draw(7))] ?? "");
      const [before, after] = [text(), text()];
      const lines = toLineDiff(before, after);
      const side = (kind: "gone" | "come") =>
        lines.filter((line) => line.kind === "same" || line.kind === kind).map(({ text: t }) => t);
      expect(side("gone")).toEqual(before);
      expect(side("come")).toEqual(after);
    }
  });

  test("a library in which every URI was rewritten is compared line by line", () => {
    const before = Array.from({ length: 20_000 }, (_, n) => (n % 2 ? `/a/${n}.ts` : "#EXTINF:4,"));
    const after = before.map((line) => line.replace("/a/", ""));
    const lines = toLineDiff(before, after);
    expect(lines.filter(({ kind }) => kind === "same")).toHaveLength(10_000);
    expect(lines[1]).toEqual({ kind: "gone", text: "/a/1.ts" });
    expect(lines[2]).toEqual({ kind: "come", text: "1.ts" });
  });
});

test("printDiff shows three lines around each change, and numbers", () => {
  const before = [..."0123456789abcdefghij"];
  const after = before.map((line) => (line === "5" ? "five" : line));
  const names = { before: "east: a.m3u8", after: "http://edge/a.m3u8" };
  expect(printDiff(toLineDiff(before, after), names, printPlain).split("\n")).toEqual([
    "--- east: a.m3u8",
    "+++ http://edge/a.m3u8",
    "@@ line 3 → 3 @@",
    " 2",
    " 3",
    " 4",
    "-5",
    "+five",
    " 6",
    " 7",
    " 8",
  ]);
  expect(printDiff(toLineDiff(before, before), names, printPlain)).toContain(
    "no line was rewritten",
  );
});
