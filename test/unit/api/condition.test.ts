// If-Match, and when it holds.

import { describe, expect, test } from "vitest";
import { isHolding, parseIfMatch } from "../../../workers/core/api/condition.ts";

describe("If-Match", () => {
  /** Header, whether it holds for version 7, for 8, for nothing; null: refused. */
  const rows: readonly (readonly [string | null, readonly [boolean, boolean, boolean] | null])[] = [
    [null, [true, true, true]],
    ["*", [true, true, false]],
    ['"7"', [true, false, false]],
    ['"6", "8"', [false, true, false]],
    [' "7"\t,"9" ', [true, false, false]],
    ['W/"7"', [false, false, false]],
    ['W/"7", "7"', [true, false, false]],
    ['"abc"', [false, false, false]],
    ['"07"', [false, false, false]],
    ["7", null],
    ['"7', null],
    ['"7" "8"', null],
    ["", null],
    [`"${"7".repeat(2_000)}"`, null],
  ];
  test.each(rows)("%s", (header, want) => {
    const condition = parseIfMatch(header);
    if (condition === null || want === null) expect(condition).toBe(want);
    else expect([7, 8, null].map((version) => isHolding(condition, version))).toEqual(want);
  });
});
