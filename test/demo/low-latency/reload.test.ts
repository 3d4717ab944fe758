// Which request waits for what: the boundary tables of blocking reload, and the hinted part.

import { describe, expect, test } from "vitest";
import {
  decideLiveEdge,
  isOnShow,
  type LiveEdge,
  toFirstMsn,
  toPublicationMs,
} from "../../../infra/local/low-latency/part-clock.ts";
import {
  decidePartWait,
  decideReload,
  toPartsAheadMax,
  wantsDelta,
} from "../../../infra/local/low-latency/reload.ts";

const CLOCK = {
  epochMs: 1_000_000,
  segmentMs: 2000,
  windowCount: 10,
  publishDelayMs: 40,
  msnOffset: 100,
  loopCount: 16,
};
const LIMITS = { partsAheadMax: 8 };

describe("the clock", () => {
  const rows: readonly { readonly sinceMs: number; readonly want: LiveEdge }[] = [
    { sinceMs: -5000, want: { msn: 100, partCount: 0 } },
    { sinceMs: 439, want: { msn: 100, partCount: 0 } },
    { sinceMs: 440, want: { msn: 100, partCount: 1 } },
    { sinceMs: 839, want: { msn: 100, partCount: 1 } },
    { sinceMs: 1640, want: { msn: 100, partCount: 4 } },
    { sinceMs: 2039, want: { msn: 100, partCount: 4 } },
    { sinceMs: 2040, want: { msn: 101, partCount: 0 } },
    { sinceMs: 40_440, want: { msn: 120, partCount: 1 } },
  ];
  test.each(rows)("$sinceMs ms after the epoch", ({ sinceMs, want }) => {
    const edge = decideLiveEdge(CLOCK, CLOCK.epochMs + sinceMs);
    expect(edge).toEqual(want);
  });

  test("a part is on show from the moment of its publication, and not a moment before", () => {
    for (const [msn, part] of [
      [100, 0],
      [100, 4],
      [117, 3],
    ] as const) {
      const atMs = toPublicationMs(CLOCK, msn, part);
      expect(isOnShow(decideLiveEdge(CLOCK, atMs), msn, part)).toBe(true);
      expect(isOnShow(decideLiveEdge(CLOCK, atMs - 1), msn, part)).toBe(false);
    }
    expect(isOnShow({ msn: 117, partCount: 4 }, 117, null)).toBe(false);
    expect(isOnShow({ msn: 118, partCount: 0 }, 117, null)).toBe(true);
  });

  test("the window does not begin before the channel", () => {
    expect(toFirstMsn(CLOCK, { msn: 104, partCount: 0 })).toBe(100);
    expect(toFirstMsn(CLOCK, { msn: 134, partCount: 2 })).toBe(124);
  });
});

describe("blocking reload", () => {
  const OPEN: LiveEdge = { msn: 150, partCount: 3 };
  const CLOSED: LiveEdge = { msn: 150, partCount: 0 };
  const until = (msn: number, part: number) => toPublicationMs(CLOCK, msn, part);
  const rows: readonly {
    readonly edge: LiveEdge;
    readonly query: string;
    readonly want: "ready" | 400 | number;
  }[] = [
    { edge: OPEN, query: "", want: "ready" },
    { edge: OPEN, query: "token=1", want: "ready" },
    { edge: OPEN, query: "_HLS_skip=YES", want: "ready" },
    { edge: OPEN, query: "_HLS_msn=1", want: "ready" },
    { edge: OPEN, query: "_HLS_msn=149", want: "ready" },
    { edge: OPEN, query: "_HLS_msn=150", want: until(150, 4) },
    { edge: OPEN, query: "_HLS_msn=150&_HLS_part=2", want: "ready" },
    { edge: OPEN, query: "_HLS_msn=150&_HLS_part=3", want: until(150, 3) },
    { edge: OPEN, query: "_HLS_part=4&_HLS_msn=150", want: until(150, 4) },
    { edge: OPEN, query: "_HLS_msn=150&_HLS_part=5", want: until(151, 0) },
    { edge: OPEN, query: "_HLS_msn=149&_HLS_part=5", want: "ready" },
    { edge: OPEN, query: "_HLS_msn=149&_HLS_part=4", want: "ready" },
    { edge: OPEN, query: "_HLS_msn=151&_HLS_part=0", want: until(151, 0) },
    { edge: OPEN, query: "_HLS_msn=152", want: until(152, 4) },
    { edge: OPEN, query: "_HLS_msn=153", want: 400 },
    { edge: OPEN, query: "_HLS_msn=150&_HLS_part=10", want: until(151, 0) },
    { edge: OPEN, query: "_HLS_msn=150&_HLS_part=11", want: 400 },
    { edge: CLOSED, query: "_HLS_msn=149", want: "ready" },
    { edge: CLOSED, query: "_HLS_msn=149&_HLS_part=5", want: until(150, 0) },
    { edge: CLOSED, query: "_HLS_msn=151", want: until(151, 4) },
    { edge: CLOSED, query: "_HLS_msn=152", want: 400 },
    { edge: OPEN, query: "_HLS_part=1", want: 400 },
    { edge: OPEN, query: "_HLS_msn=x", want: 400 },
    { edge: OPEN, query: "_HLS_msn=", want: 400 },
    { edge: OPEN, query: "_HLS_msn=-1", want: 400 },
    { edge: OPEN, query: "_HLS_msn=150&_HLS_part=1.5", want: 400 },
  ];
  test.each(rows)("at $edge: ?$query → $want", ({ edge, query, want }) => {
    const hold = decideReload(query, edge, CLOCK, LIMITS);
    if (hold.kind === "wait") expect(hold).toEqual({ ...hold, untilMs: want, lateStatus: 503 });
    else expect(hold.kind === "ready" ? "ready" : hold.status).toBe(want);
  });

  test.each([
    { partTargetSeconds: 0.5, want: 6 },
    { partTargetSeconds: 1, want: 3 },
    { partTargetSeconds: 0.334, want: 9 },
    { partTargetSeconds: 0.406, want: 8 },
  ])("parts of $partTargetSeconds s: $want ahead", ({ partTargetSeconds, want }) => {
    expect(toPartsAheadMax(partTargetSeconds)).toBe(want);
  });
});

describe("the hinted part", () => {
  const EDGE: LiveEdge = { msn: 150, partCount: 3 };
  test.each([
    { msn: 150, part: 3, want: true },
    { msn: 150, part: 2, want: false },
    { msn: 150, part: 4, want: false },
    { msn: 151, part: 0, want: false },
    { msn: 149, part: 4, want: false },
  ])("$msn.$part waits: $want", ({ msn, part, want }) => {
    const hold = decidePartWait(msn, part, EDGE, CLOCK);
    expect(hold.kind === "wait").toBe(want);
  });

  test("behind a segment's end it is the next segment's first one", () => {
    const hold = decidePartWait(151, 0, { msn: 151, partCount: 0 }, CLOCK);
    expect(hold).toEqual({
      kind: "wait",
      untilMs: toPublicationMs(CLOCK, 151, 0),
      lateStatus: 404,
    });
  });
});

test.each([
  { query: "_HLS_skip=YES", want: true },
  { query: "_HLS_msn=4&_HLS_skip=v2", want: true },
  { query: "_HLS_skip=no", want: false },
  { query: "x_HLS_skip=YES", want: false },
  { query: "", want: false },
])("a delta for ?$query: $want", ({ query, want }) => {
  expect(wantsDelta(query)).toBe(want);
});
