// Date ranges over versions and timelines: added to, never changed, renamed on a clash.

import { describe, expect, test } from "vitest";
import type { DateRangeEntry } from "../../../workers/core/continuity/date-ranges.ts";
import { applyDateRanges, toMarkedRanges } from "../../../workers/core/continuity/date-ranges.ts";
import { ledgerLimits } from "../../../workers/core/continuity/settings.ts";

const start = 'START-DATE="1970-01-01T00:01:00Z"';
const tag = (id: string, more = "") => `#EXT-X-DATERANGE:ID="${id}",${start}${more}`;

function play(...steps: readonly (readonly [number, readonly string[]])[]) {
  let entries: readonly DateRangeEntry[] = [];
  const renamed: string[] = [];
  const changed: string[] = [];
  for (const [timeline, lines] of steps) {
    const step = applyDateRanges(entries, lines, timeline);
    entries = step.entries;
    renamed.push(...step.renamed);
    changed.push(...step.changed);
  }
  return { lines: entries.map(({ line }) => line), renamed, changed };
}

describe("applyDateRanges", () => {
  const cases = [
    {
      name: "attributes are added",
      steps: [
        [0, [tag("a")]],
        [0, [tag("a", ",DURATION=5")]],
      ],
      want: { lines: [tag("a", ",DURATION=5")], renamed: [], changed: [] },
    },
    {
      name: "and never changed",
      steps: [
        [0, [tag("a", ",X-B=1")]],
        [0, [tag("a", ",X-B=2")]],
      ],
      want: { lines: [tag("a", ",X-B=1")], renamed: [], changed: ["a"] },
    },
    {
      name: "the same range at another timeline",
      steps: [
        [0, [tag("a")]],
        [1, [tag("a")]],
      ],
      want: { lines: [tag("a")], renamed: [], changed: [] },
    },
    {
      name: "another range under the same ID",
      steps: [
        [0, [tag("a", ",X-B=1")]],
        [1, [tag("a", ",X-B=2")]],
        [1, [tag("a", ",DURATION=5")]],
      ],
      want: {
        lines: [tag("a", ",X-B=1"), tag("a@t1", ",X-B=2,DURATION=5")],
        renamed: ["a@t1"],
        changed: [],
      },
    },
    {
      name: "without ID it is none",
      steps: [[0, [`#EXT-X-DATERANGE:${start}`]]],
      want: { lines: [], renamed: [], changed: [] },
    },
  ] as const;
  test.each(cases)("$name", ({ steps, want }) => {
    expect(play(...steps)).toEqual(want);
  });

  test.each([
    { name: "at the limit", count: ledgerLimits.dateRangesMax, want: ledgerLimits.dateRangesMax },
    { name: "over", count: ledgerLimits.dateRangesMax + 5, want: ledgerLimits.dateRangesMax },
  ])("$name", ({ count, want }) => {
    const lines = Array.from({ length: count }, (_, index) => tag(`${index}`));
    expect(applyDateRanges([], lines, 0).entries).toHaveLength(want);
  });
});

describe("toMarkedRanges", () => {
  const cases = [
    { name: "covers listed media", more: ",DURATION=30", listed: [], frontMs: 80_000, want: true },
    { name: "is over", more: ",DURATION=30", listed: ["a"], frontMs: 90_000, want: false },
    { name: "open, still announced", more: "", listed: ["a"], frontMs: 900_000, want: true },
    { name: "open, begins in the window", more: "", listed: [], frontMs: 60_000, want: true },
    { name: "open, began before", more: "", listed: [], frontMs: 60_001, want: false },
    { name: "without dates in the playlist", more: "", listed: [], frontMs: null, want: true },
  ] as const;
  test.each(cases)("$name", ({ more, listed, frontMs, want }) => {
    const { entries } = applyDateRanges([], [tag("a", more)], 0);
    const [entry] = toMarkedRanges(entries, frontMs, new Set(listed), 0);
    expect(entry?.isListed).toBe(want);
  });
});
