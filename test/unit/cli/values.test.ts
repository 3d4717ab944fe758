// The notations of flags: what is read, and what is not guessed.

import { describe, expect, test } from "vitest";
import {
  parseCount,
  parseNumber,
  parseShare,
  parseSize,
  parseSpan,
  toWords,
} from "../../../infra/cli/commands/values.ts";

interface Row {
  readonly text: string;
  readonly want: number | null;
}

const TABLES: Readonly<Record<string, readonly [(text: string) => number | null, readonly Row[]]>> =
  {
    spans: [
      parseSpan,
      [
        { text: "90", want: 90 },
        { text: "90s", want: 90 },
        { text: "30m", want: 1_800 },
        { text: "2h", want: 7_200 },
        { text: "1d", want: 86_400 },
        { text: "1.5h", want: null },
        { text: "-5m", want: null },
        { text: "5 m", want: null },
        { text: "5w", want: null },
        { text: "", want: null },
      ],
    ],
    shares: [
      parseShare,
      [
        { text: "5%", want: 0.05 },
        { text: "0.05", want: 0.05 },
        { text: "99.9%", want: 0.999 },
        { text: "100%", want: 1 },
        // Too much is a share as well: the API says what it allows.
        { text: "2", want: 2 },
        { text: "-1%", want: null },
        { text: "half", want: null },
      ],
    ],
    sizes: [
      parseSize,
      [
        { text: "5000", want: 5_000 },
        { text: "20MB", want: 20_000_000 },
        { text: "20 mb", want: 20_000_000 },
        { text: "1.5GB", want: 1_500_000_000 },
        { text: "3k", want: 3_000 },
        { text: "1MiB", want: null },
        { text: "MB", want: null },
      ],
    ],
    numbers: [
      parseNumber,
      [
        { text: "0.1", want: 0.1 },
        { text: "720", want: 720 },
        { text: "1e3", want: null },
        { text: "-1", want: null },
      ],
    ],
    counts: [
      parseCount,
      [
        { text: "1", want: 1 },
        { text: "999999", want: 999_999 },
        { text: "0", want: null },
        { text: "01", want: null },
        { text: "1.0", want: null },
      ],
    ],
  };

describe.each(Object.entries(TABLES))("%s", (_, [parse, rows]) => {
  test.each(rows)("$text", ({ text, want }) => expect(parse(text)).toBe(want));
});

test("words by commas, blanks dropped", () => {
  expect(toWords(" enam, weur,,apac ")).toEqual(["enam", "weur", "apac"]);
});
