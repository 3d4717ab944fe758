// Block codes: what is coded comes back letter by letter, and what repeats takes few letters.

import { describe, expect, test } from "vitest";
import { parseBlockCode, printBlockCode } from "../../../workers/core/continuity/block-code.ts";

function repeat(print: (index: number) => string, count = 64): string {
  return Array.from({ length: count }, (_, index) => print(index)).join("");
}

const toDate = (index: number) => new Date(1.8e12 + index * 2002).toISOString();
const iv = (index: number) => (index + 250).toString(16).padStart(32, "0");

describe("block code", () => {
  const cases: readonly { name: string; given: string; charsMax: number }[] = [
    { name: "nothing", given: "", charsMax: 10 },
    { name: "equal steps", given: repeat((n) => `#EXTINF:2,\nseg-${n}.ts\n`), charsMax: 80 },
    {
      name: "padded numbers",
      given: repeat((n) => `s${`${n + 70}`.padStart(4, "0")}.ts\n`),
      charsMax: 60,
    },
    {
      name: "padding that ends",
      given: repeat((n) => `s${`${n + 970}`.padStart(4, "0")}.ts\n`),
      charsMax: 99,
    },
    {
      name: "dates",
      given: repeat((n) => `#EXT-X-PROGRAM-DATE-TIME:${toDate(n)}\n#EXTINF:2.002,\n${n}.ts\n`),
      charsMax: 130,
    },
    {
      name: "IVs",
      given: repeat((n) => `#EXT-X-KEY:METHOD=AES-128,URI="k",IV=0x${iv(n)}\n${n}\n`),
      charsMax: 120,
    },
    {
      name: "two kinds of blocks",
      given: repeat((n) => (n % 2 ? `a${n}\n` : `#EXT-X-GAP\nb${n}\n`)),
      charsMax: 400,
    },
    { name: "no end of line", given: "a1\na2", charsMax: 30 },
    { name: "other letters", given: repeat((n) => `é✓${n}.ts\n`), charsMax: 60 },
    { name: "a date that is none", given: "#X:2026-13-41T99:99:99.000Z\na\n", charsMax: 60 },
    {
      name: "huge numbers",
      given: "#X:123456789012345678901234567890\na9007199254740993\n",
      charsMax: 90,
    },
    { name: "marks of the code itself", given: "a\u0001b\u0004\n", charsMax: 10 },
  ];
  test.each(cases)("$name", ({ given, charsMax }) => {
    const code = printBlockCode(given);
    expect(parseBlockCode(code)).toBe(given);
    expect(code.length).toBeLessThanOrEqual(charsMax);
  });
});
