// Delivery directives as players and others write them (bis-22 section 6.2.5).

import { describe, expect, test } from "vitest";
import { parseDirectives } from "../../../workers/core/delivery/directives.ts";

const NONE = { msn: null, part: null, skip: false, fault: null };

describe("parseDirectives", () => {
  test.each([
    { query: "", want: null },
    { query: "lang=de", want: null },
    { query: "_HLS_primary_id=7", want: null },
    { query: "_HLS_msn=7", want: { ...NONE, msn: 7 } },
    { query: "_HLS_msn=07", want: { ...NONE, msn: 7 } },
    { query: "_HLS_msn=0&_HLS_part=0", want: { ...NONE, msn: 0, part: 0 } },
    { query: "_HLS_part=2&x=1&_HLS_msn=7", want: { ...NONE, msn: 7, part: 2 } },
    { query: "_HLS_msn=7&_HLS_msn=8", want: { ...NONE, msn: 7 } },
    { query: "_HLS_msn=18446744073709551615", want: { ...NONE, msn: 2 ** 64 } },
    { query: "_HLS_skip=YES", want: { ...NONE, skip: true } },
    { query: "_HLS_skip=v2", want: { ...NONE, skip: true } },
    { query: "_HLS_skip=yes", want: NONE },
    { query: "_HLS_skip", want: NONE },
  ])("$query", ({ query, want }) => {
    expect(parseDirectives(query)).toEqual(want);
  });

  test.each([
    "_HLS_part=1",
    "_HLS_msn=",
    "_HLS_msn",
    "_HLS_msn=-1",
    "_HLS_msn=1.5",
    "_HLS_msn=0x10",
    "_HLS_msn=%37",
    "_HLS_msn=184467440737095516150",
    "_HLS_msn=7&_HLS_part=",
    "_HLS_msn=7&_HLS_part=a",
  ])("%s is malformed", (query) => {
    expect(parseDirectives(query)?.fault).toMatch(/^_HLS_/);
  });
});
