// Differences between versions of a playlist: whatever changes, the text comes out the same; and
// what playlists really do costs little.

import { describe, expect, test } from "vitest";
import {
  applyTextDelta,
  countDeltaChars,
  planTextDelta,
} from "../../../workers/core/cache/text-delta.ts";

function print(first: number, last: number, name = "segment"): string {
  const lines = ["#EXTM3U", "#EXT-X-TARGETDURATION:2", `#EXT-X-MEDIA-SEQUENCE:${first}`];
  for (let msn = first; msn <= last; msn++) lines.push("#EXTINF:2.000,", `${name}-${msn}.ts`);
  return `${lines.join("\n")}\n`;
}

const CASES = [
  { name: "the same", base: print(1, 100), next: print(1, 100), charsMax: 20 },
  { name: "one more at the end", base: print(1, 100), next: print(1, 101), charsMax: 80 },
  { name: "the window slides", base: print(1, 100), next: print(2, 101), charsMax: 120 },
  { name: "the window jumps", base: print(1, 100), next: print(40, 139), charsMax: 1_500 },
  { name: "an end", base: print(1, 100), next: `${print(1, 100)}#EXT-X-ENDLIST\n`, charsMax: 60 },
  { name: "all new", base: print(1, 100), next: print(900, 999, "other"), charsMax: 4_000 },
  { name: "from nothing", base: "", next: print(1, 3), charsMax: 200 },
  { name: "to nothing", base: print(1, 3), next: "", charsMax: 20 },
  { name: "no line ends", base: "abc", next: "abd", charsMax: 20 },
  {
    name: "a piece of the old twice",
    base: print(1, 9),
    next: print(1, 9) + print(1, 9),
    charsMax: 400,
  },
] as const;

describe("every text comes out the same", () => {
  test.each(CASES)("$name", ({ base, next, charsMax }) => {
    const pieces = planTextDelta(base, next);
    expect(applyTextDelta(base, pieces)).toBe(next);
    expect(countDeltaChars(pieces)).toBeLessThanOrEqual(charsMax);
  });

  test("in every direction between all of them", () => {
    const texts = CASES.flatMap(({ base, next }) => [base, next]);
    for (const base of texts) {
      for (const next of texts) expect(applyTextDelta(base, planTextDelta(base, next))).toBe(next);
    }
  });
});

test("pieces that do not fit are refused", () => {
  expect(applyTextDelta("abc", [[0, 4]])).toBeNull();
  expect(applyTextDelta("abc", [[2, 1]])).toBeNull();
  expect(applyTextDelta("abc", [[-1, 1]])).toBeNull();
});
