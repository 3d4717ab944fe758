// From counts to a share of new sessions that is turned away, over many windows of ten seconds.

import { describe, expect, test } from "vitest";
import type { RegionTraffic } from "../../../../workers/core/contract/report.ts";
import {
  applyRegionTraffic,
  applyWindow,
  type DeclaredEvent,
  findEventFault,
  OVERLOAD_NONE,
  type Overload,
  WINDOW_MS,
} from "../../../../workers/core/health/overload/overload.ts";

const T0 = 1_800_000_000_000;
const NONE: RegionTraffic = {
  requests: 0,
  serverErrors: 0,
  sessions: 0,
  shed: 0,
  extraAsks: 0,
  asks: 0,
  egressBytes: 0,
  relayRequests: 0,
  tookLog2: [],
  playlists: {},
};
const EVENT: DeclaredEvent = {
  id: "final",
  channelId: null,
  fromMs: T0,
  untilMs: T0 + 3_600_000,
  requestsPerSecond: 1_000,
  deviation: null,
  by: "kim",
};

/** One window of the same traffic after the other. */
function play(
  overload: Overload,
  windows: readonly Partial<RegionTraffic>[],
  egressBps: number | null = null,
): Overload {
  let state = overload;
  let nowMs = T0;
  for (const given of windows) {
    state = applyRegionTraffic(state, "weur", { ...NONE, ...given }, nowMs);
    nowMs += WINDOW_MS;
    state = applyWindow(state, egressBps, nowMs).overload;
  }
  return state;
}
const calm = Array.from({ length: 40 }, () => ({ requests: 1_000, sessions: 10 }));

describe("the share of new sessions that is turned away", () => {
  const crowd = { requests: 20_000, sessions: 1_000, asks: 100, egressBytes: 200_000_000 };
  const rows: readonly {
    name: string;
    windows: readonly Partial<RegionTraffic>[];
    bps: number | null;
    share: number;
  }[] = [
    { name: "a usual day", windows: calm, bps: 100e6, share: 0 },
    { name: "a crowd that fits", windows: [...calm, crowd], bps: 1_000e6, share: 0 },
    { name: "a crowd that nobody can measure", windows: [...calm, crowd], bps: null, share: 0 },
    { name: "a full house without a crowd", windows: calm, bps: 1, share: 0 },
    { name: "a crowd that does not fit", windows: [...calm, crowd], bps: 170e6, share: 0.3 },
    {
      name: "errors count like load",
      windows: [...calm, { ...crowd, egressBytes: 0, serverErrors: 2_000 }],
      bps: null,
      share: 0.95,
    },
    {
      name: "it ends with the crowd",
      windows: [...calm, crowd, { requests: 1_000, sessions: 10 }],
      bps: 170e6,
      share: 0,
    },
  ];
  test.each(rows)("$name", ({ windows, bps, share }) => {
    expect(play(OVERLOAD_NONE, windows, bps).share).toBe(share);
  });

  test("whom it turned away is still part of what is offered", () => {
    const first = play(OVERLOAD_NONE, [...calm, crowd], 170e6);
    // Half of the sessions were kept out, and asked once each.
    const relieved = { ...crowd, requests: 15_500, shed: 500, egressBytes: 155_000_000 };
    const second = play(first, [relieved], 170e6);
    expect(first.share).toBeGreaterThan(0);
    expect(second.share).toBeGreaterThan(0);
  });
});

describe("an event that was announced", () => {
  const on = { ...OVERLOAD_NONE, events: [EVENT] };
  test("expects its crowd", () => {
    const { last, share } = play(on, [{ requests: 11_000, sessions: 500, egressBytes: 1e9 }], 1e6);
    expect(last?.surge).toBeLessThan(1);
    expect(share).toBe(0);
  });

  test("does not expect four times its crowd", () => {
    const given = { requests: 40_000, sessions: 2_000, egressBytes: 1e9 };
    expect(play(on, [given], 1e6).share).toBeGreaterThan(0.5);
  });

  test("is over when it is over", () => {
    const over = { ...on, events: [{ ...EVENT, untilMs: T0 + 1 }] };
    expect(play(over, [{ requests: 1 }]).events).toEqual([]);
  });

  const faults: readonly (readonly [Partial<DeclaredEvent>, string | null])[] = [
    [{}, null],
    [{ requestsPerSecond: null }, null],
    [{ untilMs: T0 }, "it ends before it begins"],
    [
      { requestsPerSecond: 0 },
      "the requests that are expected must be more than 0 a second, or left out",
    ],
    [{ deviation: -1 }, "the deviation must be more than 0"],
  ];
  test.each(faults)("%j", (given, want) => {
    expect(findEventFault({ ...EVENT, ...given })).toBe(want);
  });
});

test("a window is judged once it is over, and not before", () => {
  const counted = applyRegionTraffic(OVERLOAD_NONE, "weur", { ...NONE, requests: 5 }, T0);
  expect(applyWindow(counted, null, T0 + WINDOW_MS - 1).playlists).toBeNull();
  const { overload, playlists } = applyWindow(counted, null, T0 + WINDOW_MS);
  expect(playlists).toEqual({});
  expect(overload.last?.requestsPerSecond).toBe(0.5);
  expect(overload.sums.requests).toBe(0);
});
