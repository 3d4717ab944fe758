// The segment clock as tables: what is on show when, and where an MSN lies.

import { describe, expect, test } from "vitest";
import { ALIGNED_SCHEME, UNALIGNED_SCHEME } from "../../infra/local/demo/demo.ts";
import {
  type ChannelClock,
  decideWindow,
  toSegmentPlace,
} from "../../infra/local/demo/segment-clock.ts";

const EPOCH_MS = Date.UTC(2026, 0, 1);
const clock: ChannelClock = {
  epochMs: EPOCH_MS,
  segmentMs: 2000,
  windowCount: 10,
  publishDelayMs: 100,
  msnOffset: 0,
  loopCount: 16,
};

describe("decideWindow", () => {
  const rows = [
    { name: "at the epoch nothing is finished", afterMs: 0, want: [0, -2] },
    { name: "before the epoch the window is empty", afterMs: -9000, want: [0, -6] },
    { name: "a finished segment waits for its publication", afterMs: 2099, want: [0, -1] },
    { name: "the first segment is published", afterMs: 2100, want: [0, 0] },
    { name: "the second follows after one duration", afterMs: 4100, want: [0, 1] },
    { name: "a full window", afterMs: 20_100, want: [0, 9] },
    { name: "the window slides", afterMs: 22_100, want: [1, 10] },
    { name: "across the loop joint numbers go on", afterMs: 2 * 17_000 + 100, want: [7, 16] },
    { name: "after 323 days", afterMs: 323 * 86_400_000 + 100, want: [13_953_590, 13_953_599] },
  ];
  test.each(rows)("$name", ({ afterMs, want: [firstMsn, lastMsn] }) => {
    expect(decideWindow(clock, EPOCH_MS + afterMs)).toEqual({ firstMsn, lastMsn });
  });

  test("another epoch and offset move the jumps and the numbers", () => {
    const other = { ...clock, epochMs: EPOCH_MS + 700, msnOffset: 517_000 };
    expect(decideWindow(other, EPOCH_MS + 2799).lastMsn).toBe(516_999);
    expect(decideWindow(other, EPOCH_MS + 2800)).toEqual({ firstMsn: 517_000, lastMsn: 517_000 });
  });
});

describe("toSegmentPlace", () => {
  const rows = [
    { msn: 0, indexInLoop: 0, loopIndex: 0, startAfterMs: 0, shiftSeconds: 0 },
    { msn: 15, indexInLoop: 15, loopIndex: 0, startAfterMs: 30_000, shiftSeconds: 0 },
    { msn: 16, indexInLoop: 0, loopIndex: 1, startAfterMs: 32_000, shiftSeconds: 32 },
    {
      msn: 13_967_494,
      indexInLoop: 6,
      loopIndex: 872_968,
      startAfterMs: 27_934_988_000,
      shiftSeconds: 27_934_976,
    },
  ];
  test.each(rows)("MSN $msn", ({ msn, startAfterMs, ...want }) => {
    const place = toSegmentPlace(clock, msn);
    expect(place).toMatchObject({ ...want, startMs: EPOCH_MS + startAfterMs });
    expect(place.publishAtMs).toBe(EPOCH_MS + startAfterMs + 2100);
    expect(place.shiftSegmentCount * 2).toBe(want.shiftSeconds);
  });

  test("an offset numbers the same picture differently", () => {
    const place = toSegmentPlace({ ...clock, msnOffset: 517_000 }, 517_018);
    expect(place).toMatchObject({ indexInLoop: 2, loopIndex: 1, shiftSegmentCount: 517_016 });
    expect(place.startMs).toBe(EPOCH_MS + 36_000);
  });

  test.each([-1, 0.5, Number.NaN])("%s is no MSN", (msn) => {
    expect(() => toSegmentPlace(clock, msn)).toThrow(RangeError);
  });

  test("a segment is on show from its publication for exactly one window", () => {
    const { publishAtMs } = toSegmentPlace(clock, 40);
    expect(decideWindow(clock, publishAtMs - 1).lastMsn).toBe(39);
    expect(decideWindow(clock, publishAtMs).lastMsn).toBe(40);
    expect(decideWindow(clock, publishAtMs + 19_999).firstMsn).toBe(40);
    expect(decideWindow(clock, publishAtMs + 20_000).firstMsn).toBe(41);
  });
});

test("the two schemes of the demo share nothing but the picture", () => {
  const nowMs = EPOCH_MS + 27_000_000_500;
  const east = decideWindow(ALIGNED_SCHEME.clock, nowMs).lastMsn;
  const west = decideWindow(UNALIGNED_SCHEME.clock, nowMs).lastMsn;
  expect(west - east).toBe(516_999);
  const eastPlace = toSegmentPlace(ALIGNED_SCHEME.clock, east - 1);
  const westPlace = toSegmentPlace(UNALIGNED_SCHEME.clock, west);
  expect(westPlace.startMs - eastPlace.startMs).toBe(700);
  expect(westPlace.indexInLoop).toBe(eastPlace.indexInLoop);
});
