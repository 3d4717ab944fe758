// The viewers' filter grammar: what each spelling means, its one canonical form, and every failure
// by name.

import { describe, expect, test } from "vitest";
import type { VariantFilter } from "../../../../workers/core/transform/edits/filter-grammar.ts";
import {
  filterFailureReasons,
  parseVariantFilter,
  printVariantFilter,
} from "../../../../workers/core/transform/edits/filter-grammar.ts";

interface Row {
  readonly name: string;
  readonly given: string;
  readonly want: VariantFilter;
  /** Canonical spelling; left out: as given. */
  readonly canonical?: string;
}

const rows: readonly Row[] = [
  {
    name: "the documented example",
    given: "h:720,c:avc1,b:3000000",
    want: {
      heightPixels: { min: null, max: 720 },
      codecs: ["avc1"],
      bandwidth: { min: null, max: 3_000_000 },
    },
    canonical: "b:3000000,c:avc1,h:720",
  },
  {
    name: "escaped separators, as some clients send them",
    given: "h%3A720%2Cc%3Aavc1",
    want: { heightPixels: { min: null, max: 720 }, codecs: ["avc1"] },
    canonical: "c:avc1,h:720",
  },
  {
    name: "ranges",
    given: "b:1000-2000,f:24-30,h:1080-",
    want: {
      bandwidth: { min: 1000, max: 2000 },
      frameRate: { min: 24, max: 30 },
      heightPixels: { min: 1080, max: null },
    },
  },
  {
    name: "leading zeros and needless decimals",
    given: "h:0720,f:29.970",
    want: { heightPixels: { min: null, max: 720 }, frameRate: { min: null, max: 29.97 } },
    canonical: "f:29.97,h:720",
  },
  {
    name: "repeated values, any order, any case",
    given: "c:HVC1,c:avc1,c:hvc1,l:EN-gb,l:de,r:PQ,r:hlg",
    want: { codecs: ["avc1", "hvc1"], audioLanguages: ["de", "en-gb"], videoRanges: ["pq", "hlg"] },
    canonical: "c:avc1,c:hvc1,l:de,l:en-gb,r:pq,r:hlg",
  },
  { name: "a range from zero", given: "b:0-10", want: { bandwidth: { min: 0, max: 10 } } },
];

describe("filters", () => {
  test.each(rows)("$name", ({ given, want, canonical = given }) => {
    expect(parseVariantFilter(given)).toEqual({ kind: "filter", filter: want });
    expect(printVariantFilter(want)).toBe(canonical);
    expect(parseVariantFilter(canonical)).toEqual({ kind: "filter", filter: want });
  });
});

const failures = [
  ["too-long", `h:${"1".repeat(300)}`, "h:"],
  ["bad-escape", "h:%E0%A4%A", "h:%E0%A4%A"],
  ["empty-filter", "", ""],
  ["empty-term", "h:720,,c:avc1", ""],
  ["empty-term", "h:720,", ""],
  ["unknown-key", "w:1280", "w:1280"],
  ["unknown-key", "constructor:1", "constructor:1"],
  ["unknown-key", "H:720", "H:720"],
  ["missing-value", "h", "h"],
  ["missing-value", "c:", "c:"],
  ["repeated-key", "h:720,h:480", "h:480"],
  ["too-many-values", "l:aa,l:ab,l:ac,l:ad,l:ae,l:af,l:ag,l:ah,l:ai", "l:ai"],
  ["bad-number", "h:tall", "h:tall"],
  ["bad-number", "h:7.5", "h:7.5"],
  ["bad-number", "b:-1-2", "b:-1-2"],
  ["bad-number", "b:1e6", "b:1e6"],
  ["bad-number", "b:-", "b:-"],
  ["bad-number", "b:-5", "b:-5"],
  ["empty-range", "h:720-480", "h:720-480"],
  ["empty-range", "h:0", "h:0"],
  ["bad-codec", "c:a b", "c:a b"],
  ["bad-codec", "c:a", "c:a"],
  ["bad-video-range", "r:hdr", "r:hdr"],
  ["bad-language", "l:english language", "l:english language"],
] as const;

describe("failures", () => {
  test.each(failures)("%s: %s", (reason, given, term) => {
    const found = parseVariantFilter(given);
    expect(found).toMatchObject({ kind: "failure", reason });
    expect(found.kind === "failure" && found.term.startsWith(term)).toBe(true);
    expect(found.kind === "failure" && found.term.length <= 40).toBe(true);
  });
  test("every reason has a row", () => {
    expect(new Set(failures.map(([reason]) => reason))).toEqual(new Set(filterFailureReasons));
  });
});
