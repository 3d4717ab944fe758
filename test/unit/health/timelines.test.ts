// Sorting origins into timelines: who may stand in for whom, and under which number.

import { describe, expect, test } from "vitest";
import type { ReplicaMode } from "../../../workers/core/config/catalog.ts";
import type { SegmentMark } from "../../../workers/core/health/sighting.ts";
import {
  applyMarks,
  compareMarks,
  type TimelineState,
  toInitialTimelines,
} from "../../../workers/core/health/timelines.ts";

interface Listing {
  readonly from: number;
  readonly count?: number;
  /** Date of segment 0; null: the playlist has no dates. */
  readonly epochMs?: number | null;
  readonly name?: string;
  readonly durationMs?: number;
}

/** Segments of 2 s, numbered and dated from one epoch. */
function list({
  from,
  count = 3,
  epochMs = 0,
  name = "s",
  durationMs = 2000,
}: Listing): SegmentMark[] {
  return Array.from({ length: count }, (_, index) => ({
    msn: from + index,
    pdtMs: epochMs === null ? null : epochMs + (from + index) * 2000,
    durationMs,
    name: `${name}${from + index}.ts`,
  }));
}

type Step = readonly [origin: string, listing: Listing];

function run(mode: ReplicaMode, origins: readonly string[], steps: readonly Step[]): TimelineState {
  let state = toInitialTimelines(mode, origins);
  for (const [origin, listing] of steps) state = applyMarks(state, mode, origin, list(listing));
  return state;
}

const members = (state: TimelineState) =>
  state.timelines.map(({ n, origins }) => `${n}:${origins.join("+")}`).join(" ");

describe("the first numbering", () => {
  test.each([
    { mode: "identical", origins: ["a", "b"], want: "0:a+b", nextN: 1 },
    { mode: "independent", origins: ["a", "b"], want: "0:a 1:b", nextN: 2 },
    { mode: "auto", origins: ["a", "b", "c"], want: "0:a", nextN: 1 },
    { mode: "independent", origins: [], want: "", nextN: 0 },
    { mode: "auto", origins: [], want: "", nextN: 0 },
  ] as const)("$mode $origins", ({ mode, origins, want, nextN }) => {
    const state = toInitialTimelines(mode, origins);
    expect(members(state)).toBe(want);
    expect(state.nextN).toBe(nextN);
  });
});

describe("applyMarks", () => {
  interface Row {
    readonly name: string;
    readonly mode?: ReplicaMode;
    readonly steps: readonly Step[];
    readonly want: string;
  }
  const ab = ["a", "b"];
  const rows: Row[] = [
    {
      name: "identical: a contradiction moves nobody",
      mode: "identical",
      steps: [
        ["a", { from: 0 }],
        ["b", { from: 0, name: "x" }],
      ],
      want: "0:a+b",
    },
    {
      name: "independent: agreement moves nobody",
      mode: "independent",
      steps: [
        ["a", { from: 0 }],
        ["b", { from: 0 }],
      ],
      want: "0:a 1:b",
    },
    {
      name: "equal marks join",
      steps: [
        ["a", { from: 0 }],
        ["b", { from: 0 }],
      ],
      want: "0:a+b",
    },
    {
      name: "a replica one segment behind joins",
      steps: [
        ["a", { from: 5 }],
        ["b", { from: 4 }],
      ],
      want: "0:a+b",
    },
    {
      name: "a replica ahead joins",
      steps: [
        ["a", { from: 5 }],
        ["b", { from: 7 }],
      ],
      want: "0:a+b",
    },
    {
      name: "no overlap proves nothing: a number of its own",
      steps: [
        ["a", { from: 0 }],
        ["b", { from: 3 }],
      ],
      want: "0:a 1:b",
    },
    {
      name: "it stays there, although it would match later",
      steps: [
        ["a", { from: 0 }],
        ["b", { from: 3 }],
        ["a", { from: 3 }],
        ["b", { from: 3 }],
      ],
      want: "0:a 1:b",
    },
    {
      name: "another name at a shared number",
      steps: [
        ["a", { from: 0 }],
        ["b", { from: 0, name: "x" }],
      ],
      want: "0:a 1:b",
    },
    {
      name: "another date",
      steps: [
        ["a", { from: 0 }],
        ["b", { from: 0, epochMs: 2 }],
      ],
      want: "0:a 1:b",
    },
    {
      name: "a date rounded otherwise",
      steps: [
        ["a", { from: 0 }],
        ["b", { from: 0, epochMs: 1 }],
      ],
      want: "0:a+b",
    },
    {
      name: "another duration",
      steps: [
        ["a", { from: 0 }],
        ["b", { from: 0, durationMs: 2003 }],
      ],
      want: "0:a 1:b",
    },
    {
      name: "a duration rounded otherwise",
      steps: [
        ["a", { from: 0 }],
        ["b", { from: 0, durationMs: 2002 }],
      ],
      want: "0:a+b",
    },
    {
      name: "dates on one side only",
      steps: [
        ["a", { from: 0 }],
        ["b", { from: 0, epochMs: null }],
      ],
      want: "0:a 1:b",
    },
    {
      name: "no dates on both sides, numbers and names agree",
      steps: [
        ["a", { from: 0, epochMs: null }],
        ["b", { from: 1, epochMs: null }],
      ],
      want: "0:a+b",
    },
    {
      name: "same moment under other numbers",
      steps: [
        ["a", { from: 0 }],
        ["b", { from: 500, epochMs: -1_000_000 }],
      ],
      want: "0:a 1:b",
    },
    {
      name: "an empty listing changes nothing",
      steps: [
        ["a", { from: 0 }],
        ["b", { from: 0, count: 0 }],
      ],
      want: "0:a",
    },
    {
      name: "a member that contradicts leaves for a new number",
      steps: [
        ["a", { from: 0 }],
        ["b", { from: 0 }],
        ["b", { from: 2, name: "x" }],
      ],
      want: "0:a 1:b",
    },
    {
      name: "the sole member starts over at 0, dates go on: a new number",
      steps: [
        ["a", { from: 100 }],
        ["a", { from: 0, epochMs: 300_000 }],
      ],
      want: "1:a",
    },
    {
      name: "the sole member starts over at 0, no dates: a new number",
      steps: [
        ["a", { from: 100, epochMs: null }],
        ["a", { from: 0, epochMs: null }],
      ],
      want: "1:a",
    },
    {
      name: "starts over twice: never an old number",
      steps: [
        ["a", { from: 100 }],
        ["a", { from: 0, epochMs: 300_000 }],
        ["a", { from: 0, name: "x", epochMs: 900_000 }],
      ],
      want: "2:a",
    },
    {
      name: "one of two starts over: it goes, the other stays",
      steps: [
        ["a", { from: 100 }],
        ["b", { from: 100 }],
        ["a", { from: 0, epochMs: 300_000 }],
      ],
      want: "0:b 1:a",
    },
    {
      name: "both start over together: together under one new number",
      steps: [
        ["a", { from: 100 }],
        ["b", { from: 100 }],
        ["a", { from: 0, epochMs: 300_000 }],
        ["b", { from: 0, epochMs: 300_000 }],
      ],
      want: "1:a+b",
    },
    {
      name: "a member far behind is old, not new",
      steps: [
        ["a", { from: 100 }],
        ["b", { from: 100 }],
        ["b", { from: 50 }],
      ],
      want: "0:a+b",
    },
    {
      name: "a jump ahead under rising numbers and dates is the same count",
      steps: [
        ["a", { from: 0 }],
        ["a", { from: 400 }],
      ],
      want: "0:a",
    },
    {
      name: "the first origin is dead: the second gets a number",
      steps: [["b", { from: 0 }]],
      want: "0:a 1:b",
    },
    {
      name: "the first origin was only late: both numbers go on, with both",
      steps: [
        ["b", { from: 0 }],
        ["a", { from: 1 }],
      ],
      want: "0:a+b 1:b+a",
    },
    {
      name: "after that a contradiction parts them under every number",
      steps: [
        ["b", { from: 0 }],
        ["a", { from: 1 }],
        ["a", { from: 2, name: "x" }],
      ],
      want: "0:b 1:b 2:a",
    },
    {
      name: "the first origin comes back with other media",
      steps: [
        ["b", { from: 0 }],
        ["a", { from: 0, name: "x" }],
      ],
      want: "0:a 1:b",
    },
  ];
  test.each(rows)("$name", ({ mode = "auto", steps, want }) => {
    expect(members(run(mode, ab, steps))).toBe(want);
  });

  test("remembers 64 marks, the newest", () => {
    let state = toInitialTimelines("auto", ["a"]);
    for (let from = 0; from < 100; from += 3) {
      state = applyMarks(state, "auto", "a", list({ from, count: 5 }));
    }
    const history = state.timelines[0]?.history ?? [];
    expect(history.map(({ msn }) => msn)).toEqual(Array.from({ length: 64 }, (_, k) => 40 + k));
  });

  test("never changes the state it was given", () => {
    const state = run("auto", ab, [["a", { from: 0 }]]);
    const before = JSON.stringify(state);
    applyMarks(state, "auto", "b", list({ from: 1, name: "x" }));
    expect(JSON.stringify(state)).toBe(before);
  });
});

describe("compareMarks", () => {
  test.each([
    { name: "shared and equal", a: { from: 0 }, b: { from: 2 }, want: "same" },
    {
      name: "one of the shared differs",
      a: { from: 0, count: 5 },
      b: { from: 4, name: "x" },
      want: "different",
    },
    { name: "the next ones", a: { from: 0 }, b: { from: 3 }, want: "unrelated" },
    { name: "nothing known", a: { from: 0, count: 0 }, b: { from: 3 }, want: "unrelated" },
    { name: "nothing listed", a: { from: 0 }, b: { from: 3, count: 0 }, want: "unrelated" },
    { name: "older numbers, older dates", a: { from: 10 }, b: { from: 0 }, want: "unrelated" },
    {
      name: "older numbers, newer dates",
      a: { from: 10 },
      b: { from: 0, epochMs: 60_000 },
      want: "different",
    },
    {
      name: "older numbers, one side without dates",
      a: { from: 10 },
      b: { from: 0, epochMs: null },
      want: "different",
    },
    {
      name: "newer numbers, no dates",
      a: { from: 0, epochMs: null },
      b: { from: 10, epochMs: null },
      want: "unrelated",
    },
    {
      name: "newer numbers, the same moment",
      a: { from: 0 },
      b: { from: 10, epochMs: -20_000 },
      want: "different",
    },
    {
      name: "newer numbers, the last moment touches",
      a: { from: 0 },
      b: { from: 10, epochMs: -16_000 },
      want: "different",
    },
    {
      name: "newer numbers, just after",
      a: { from: 0 },
      b: { from: 10, epochMs: -15_999 },
      want: "unrelated",
    },
  ] as const)("$name", ({ a, b, want }) => expect(compareMarks(list(a), list(b))).toBe(want));
});
