// The verdict on one origin: every rule, at its boundary and one step past it.

import { describe, expect, test } from "vitest";
import {
  applySighting,
  HOLD_DOWN_MS,
  type OriginHealth,
  toUnknownHealth,
} from "../../../workers/core/health/detector.ts";
import type { SightingOutcome } from "../../../workers/core/health/sighting.ts";
import type { Verdict, VerdictReason } from "../../../workers/core/health/verdict.ts";

const T0 = 1_800_000_000_000;

interface Look {
  readonly atMs: number;
  /** Last sequence number; null: the look failed; "object": a storage has the newest segment. */
  readonly msn: number | null | "object";
  readonly latencyMs?: number;
  readonly targetMs?: number;
  readonly ended?: boolean;
}

function toOutcome({ msn, latencyMs = 50, targetMs = 2000, ended = false }: Look): SightingOutcome {
  if (msn === null)
    return { kind: "failed", latencyMs, failure: "timeout", detail: "east is silent" };
  if (msn === "object") return { kind: "object", latencyMs };
  return {
    kind: "playlist",
    latencyMs,
    targetDurationMs: targetMs,
    ended,
    lastMsn: msn,
    marks: [],
  };
}

function watch(looks: readonly Look[], mode: "live" | "vod" = "live"): OriginHealth {
  return looks.reduce(
    (health, look) => applySighting(health, toOutcome(look), mode, T0 + look.atMs),
    toUnknownHealth(T0),
  );
}

const good = (atMs: number, msn: number, rest: Partial<Look> = {}): Look => ({
  atMs,
  msn,
  ...rest,
});
const bad = (atMs: number): Look => ({ atMs, msn: null });

describe("verdict and reasons", () => {
  interface Row {
    readonly name: string;
    readonly looks: readonly Look[];
    readonly mode?: "live" | "vod";
    readonly want: readonly [Verdict, ...VerdictReason[]];
  }
  const rows: Row[] = [
    { name: "nobody has looked", looks: [], want: ["unknown", "never-seen"] },
    { name: "one good look", looks: [good(0, 1)], want: ["green"] },
    { name: "first look fails: still unknown", looks: [bad(0)], want: ["unknown", "failed-once"] },
    { name: "first two looks fail", looks: [bad(0), bad(1000)], want: ["red", "failing"] },
    { name: "one failure", looks: [good(0, 1), bad(1000)], want: ["yellow", "failed-once"] },
    { name: "two in a row", looks: [good(0, 1), bad(1000), bad(2000)], want: ["red", "failing"] },
    {
      name: "two, not in a row",
      looks: [good(0, 1), bad(1000), good(2000, 2), bad(3000)],
      want: ["yellow", "failed-once"],
    },
    {
      name: "one failure is forgotten by one good look",
      looks: [good(0, 1), bad(1000), good(2000, 2)],
      want: ["green"],
    },
    // RFC 8216bis section 6.3.4: no change for 1.5 target durations.
    { name: "no advance for exactly 1.5 TD", looks: [good(0, 1), good(3000, 1)], want: ["green"] },
    { name: "no advance for longer", looks: [good(0, 1), good(3001, 1)], want: ["red", "frozen"] },
    {
      name: "the target duration is the newest one",
      looks: [good(0, 1), good(3001, 1, { targetMs: 4000 })],
      want: ["green"],
    },
    {
      name: "an advance counts from when it was seen",
      looks: [good(0, 1), good(2000, 2), good(5000, 2)],
      want: ["green"],
    },
    {
      name: "frozen stays frozen",
      looks: [good(0, 1), good(3001, 1), good(9000, 1), good(20_000, 1)],
      want: ["red", "frozen"],
    },
    {
      name: "a failure between equal looks does not hide the freeze",
      looks: [good(0, 1), bad(2000), good(3001, 1)],
      want: ["red", "frozen"],
    },
    {
      name: "VOD never freezes",
      mode: "vod",
      looks: [good(0, 9, { ended: true }), good(86_400_000, 9, { ended: true })],
      want: ["green"],
    },
    {
      name: "VOD without ENDLIST does not freeze either",
      mode: "vod",
      looks: [good(0, 9), good(86_400_000, 9)],
      want: ["green"],
    },
    {
      name: "VOD fails like others",
      mode: "vod",
      looks: [good(0, 9), bad(1), bad(2)],
      want: ["red", "failing"],
    },
    {
      name: "a live channel that ends is odd, not frozen",
      looks: [good(0, 1), good(60_000, 1, { ended: true })],
      want: ["yellow", "ended"],
    },
    {
      name: "sequence goes back",
      looks: [good(0, 100), good(2000, 3)],
      want: ["yellow", "sequence-restart"],
    },
    {
      name: "and goes on from there",
      looks: [good(0, 100), good(2000, 3), good(4000, 4)],
      want: ["green"],
    },
    {
      name: "exactly four times the usual latency",
      looks: [good(0, 1, { latencyMs: 100 }), good(2000, 2, { latencyMs: 400 })],
      want: ["green"],
    },
    {
      name: "more than four times",
      looks: [good(0, 1, { latencyMs: 100 }), good(2000, 2, { latencyMs: 401 })],
      want: ["yellow", "slow"],
    },
    {
      name: "many times, but still quick",
      looks: [good(0, 1, { latencyMs: 5 }), good(2000, 2, { latencyMs: 200 })],
      want: ["green"],
    },
    {
      name: "many times and no longer quick",
      looks: [good(0, 1, { latencyMs: 5 }), good(2000, 2, { latencyMs: 201 })],
      want: ["yellow", "slow"],
    },
    {
      name: "slow from the first look is its usual",
      looks: [good(0, 1, { latencyMs: 3000 })],
      want: ["green"],
    },
    {
      name: "two reasons at once",
      looks: [good(0, 100, { latencyMs: 100 }), good(2000, 3, { latencyMs: 900 })],
      want: ["yellow", "sequence-restart", "slow"],
    },
    {
      name: "a storage that has the segment",
      looks: [{ atMs: 0, msn: "object" }],
      want: ["green"],
    },
    {
      name: "a storage never freezes",
      looks: [
        { atMs: 0, msn: "object" },
        { atMs: 60_000, msn: "object" },
      ],
      want: ["green"],
    },
    {
      name: "a storage fails like others",
      looks: [{ atMs: 0, msn: "object" }, bad(1), bad(2)],
      want: ["red", "failing"],
    },
  ];
  test.each(rows)("$name", ({ looks, mode = "live", want }) => {
    const health = watch(looks, mode);
    expect([health.verdict, ...health.reasons]).toEqual(want);
  });
});

describe("out of red", () => {
  const dead = [good(0, 1), bad(1000), bad(2000)];
  interface Row {
    readonly name: string;
    readonly looks: readonly Look[];
    readonly mode?: "live" | "vod";
    readonly want: readonly [Verdict, ...VerdictReason[]];
  }
  const rows: Row[] = [
    { name: "one good look", looks: [...dead, good(9000, 5)], want: ["red", "recovering"] },
    {
      name: "two good looks",
      looks: [...dead, good(8000, 5), good(9000, 5)],
      want: ["red", "recovering"],
    },
    {
      name: "three, with an advance, after the hold-down to the millisecond",
      looks: [...dead, good(3000, 2), good(5000, 3), good(2000 + HOLD_DOWN_MS, 4)],
      want: ["green"],
    },
    {
      name: "three, with an advance, a millisecond too early",
      looks: [...dead, good(3000, 2), good(5000, 3), good(1999 + HOLD_DOWN_MS, 4)],
      want: ["red", "recovering"],
    },
    {
      name: "the fourth then does it",
      looks: [...dead, good(3000, 2), good(5000, 3), good(6000, 3), good(7000, 4)],
      want: ["green"],
    },
    {
      name: "three without an advance within 1.5 TD of the last one",
      looks: [
        ...dead,
        good(2100, 1, { targetMs: 6000 }),
        good(4000, 1, { targetMs: 6000 }),
        good(8000, 1, { targetMs: 6000 }),
      ],
      want: ["red", "recovering"],
    },
    {
      name: "a failure in between starts the count again",
      looks: [...dead, good(7000, 4), good(8000, 5), bad(9000), good(10_000, 6), good(11_000, 6)],
      want: ["red", "recovering"],
    },
    {
      name: "one failure while red is enough to be failing",
      looks: [...dead, good(7000, 4), bad(8000)],
      want: ["red", "failing"],
    },
    {
      name: "frozen, then advancing again",
      looks: [good(0, 1), good(4000, 1), good(6000, 2), good(8000, 3), good(10_000, 4)],
      want: ["green"],
    },
    {
      name: "recovered, but slow",
      looks: [...dead, good(3000, 2), good(5000, 3), good(8000, 4, { latencyMs: 1000 })],
      want: ["yellow", "slow"],
    },
    {
      name: "VOD needs no advance",
      mode: "vod",
      looks: [...dead, good(3000, 1), good(5000, 1), good(7000, 1)],
      want: ["green"],
    },
  ];
  test.each(rows)("$name", ({ looks, mode = "live", want }) => {
    const health = watch(looks, mode);
    expect([health.verdict, ...health.reasons]).toEqual(want);
  });
});

describe("what is remembered", () => {
  test("a failure is told until the origin is out of it", () => {
    const failure = { failure: "timeout", detail: "east is silent" };
    expect(watch([good(0, 1), bad(1000)]).lastFailure).toEqual(failure);
    expect(watch([bad(0), bad(1000), good(2000, 2)]).lastFailure).toEqual(failure);
    expect(watch([good(0, 1), bad(1000), good(2000, 2)]).lastFailure).toBeNull();
  });

  test("changedAtMs moves with the verdict only", () => {
    expect(watch([]).changedAtMs).toBe(T0);
    expect(watch([good(500, 1)]).changedAtMs).toBe(T0 + 500);
    expect(watch([good(500, 1), good(2500, 2)]).changedAtMs).toBe(T0 + 500);
    expect(watch([bad(0), bad(1000), bad(2000), good(3000, 1)]).changedAtMs).toBe(T0 + 1000);
  });

  test("latency: the last one, and a slow average of good answers", () => {
    const health = watch([good(0, 1, { latencyMs: 100 }), good(2000, 2, { latencyMs: 200 })]);
    expect(health.latencyMs).toBe(200);
    expect(health.latency.usualMs).toBeCloseTo(110, 9);
    const failed = watch([good(0, 1, { latencyMs: 100 }), { atMs: 1, msn: null, latencyMs: 1500 }]);
    expect(failed.latency.usualMs).toBe(100);
    expect(failed.latencyMs).toBe(1500);
  });

  test("the moment of the last advance, not of the last look", () => {
    const health = watch([good(0, 1), good(2000, 2), good(4000, 2)]);
    expect(health).toMatchObject({ advancedAtMs: T0 + 2000, seenAtMs: T0 + 4000, lastMsn: 2 });
  });
});
