// When a prober looks: in its rhythm, again when nobody answers, at once on suspicion, and at the
// moment at which a standstill becomes a freeze.

import { describe, expect, test } from "vitest";
import {
  applyLookEvent,
  type LookEffect,
  type LookEvent,
  type Looks,
  SILENCE_MS,
  toLooks,
} from "../../../workers/core/health/looks.ts";

const answered = (id: number, isGood = true, frozenInMs: number | null = null): LookEvent => ({
  kind: "answered",
  id,
  isGood,
  frozenInMs,
});

const print = (effect: LookEffect) =>
  effect.kind === "silence"
    ? `silence ${effect.looks}/${effect.waitedMs}`
    : `${effect.kind} ${effect.id}`;

/** Plays events at their moments, with ticks whenever the machine asks for one. */
function play(events: readonly (readonly [atMs: number, event: LookEvent])[], endMs: number) {
  let looks: Looks = toLooks(2_000, 0);
  let wakeAtMs = 0;
  const queue = [...events];
  const seen: string[] = [];
  for (;;) {
    const [next] = queue;
    const atMs = Math.min(next?.[0] ?? Number.POSITIVE_INFINITY, wakeAtMs);
    if (atMs > endMs) return seen;
    const event = next !== undefined && next[0] <= wakeAtMs ? next[1] : ({ kind: "tick" } as const);
    if (event.kind !== "tick") queue.shift();
    const step = applyLookEvent(looks, event, atMs);
    looks = step.looks;
    expect(step.wakeAtMs).toBeGreaterThanOrEqual(atMs);
    wakeAtMs = Math.max(step.wakeAtMs, atMs + 1);
    for (const effect of step.effects) seen.push(`${atMs} ${print(effect)}`);
  }
}

describe("looks", () => {
  interface Row {
    readonly name: string;
    readonly events: readonly (readonly [number, LookEvent])[];
    readonly endMs: number;
    readonly want: readonly string[];
  }
  const rows: Row[] = [
    {
      name: "what was slept through is no silence",
      events: [
        [1_150, { kind: "stall", byMs: 400 }],
        [1_500, answered(1)],
      ],
      endMs: 1_900,
      want: ["0 fetch 1", "500 fetch 2", "1500 abort 2"],
    },
    {
      name: "silence goes on where it was left",
      events: [[1_150, { kind: "stall", byMs: 400 }]],
      endMs: 1_700,
      want: ["0 fetch 1", "500 fetch 2", "1600 abort 1", "1600 abort 2", "1600 silence 2/1200"],
    },
    {
      name: "in its rhythm, counted from when a look is sent",
      events: [
        [40, answered(1)],
        [2_060, answered(2)],
      ],
      endMs: 4_001,
      want: ["0 fetch 1", "2000 fetch 2", "4000 fetch 3"],
    },
    {
      name: "a second look beside a slow one; the first answer settles both",
      events: [[900, answered(1)]],
      endMs: 2_000,
      want: ["0 fetch 1", "500 fetch 2", "900 abort 2", "2000 fetch 3"],
    },
    {
      name: "the second one may be the one that answers",
      events: [[700, answered(2)]],
      endMs: 2_499,
      want: ["0 fetch 1", "500 fetch 2", "700 abort 1"],
    },
    {
      name: "an answer at the last moment is no silence",
      events: [[SILENCE_MS - 1, answered(1)]],
      endMs: SILENCE_MS + 1,
      want: ["0 fetch 1", "500 fetch 2", "1199 abort 2"],
    },
    {
      name: "silence: two failures at once, and the next look soon",
      events: [],
      endMs: 1_500,
      want: [
        "0 fetch 1",
        "500 fetch 2",
        "1200 abort 1",
        "1200 abort 2",
        "1200 silence 2/1200",
        "1450 fetch 3",
      ],
    },
    {
      name: "after a failure the next look comes soon, after a second one in its rhythm",
      events: [
        [10, answered(1, false)],
        [270, answered(2, false)],
      ],
      endMs: 2_300,
      want: ["0 fetch 1", "260 fetch 2", "2260 fetch 3"],
    },
    {
      name: "two failures at one moment are one: the next look comes soon all the same",
      events: [
        [40, answered(1)],
        [600, { kind: "suspect" }],
        [640, answered(2, false)],
        [650, answered(3, false)],
      ],
      endMs: 901,
      want: ["0 fetch 1", "600 fetch 2", "600 fetch 3", "900 fetch 4"],
    },
    {
      name: "suspicion brings two looks at once, with less patience",
      events: [
        [40, answered(1)],
        [600, { kind: "suspect" }],
      ],
      endMs: 1_700,
      want: [
        "0 fetch 1",
        "600 fetch 2",
        "600 fetch 3",
        "1600 abort 2",
        "1600 abort 3",
        "1600 silence 2/1000",
      ],
    },
    {
      name: "suspicion while a look is open adds one",
      events: [[300, { kind: "suspect" }]],
      endMs: 1_200,
      want: ["0 fetch 1", "300 fetch 2", "1200 abort 1", "1200 abort 2", "1200 silence 2/1200"],
    },
    {
      name: "a standstill is looked at when it becomes a freeze",
      events: [[40, answered(1, true, 700)]],
      endMs: 800,
      want: ["0 fetch 1", "760 fetch 2"],
    },
    {
      name: "a standstill that is a freeze to the millisecond is looked at once more",
      events: [[40, answered(1, true, -19)]],
      endMs: 100,
      want: ["0 fetch 1", "60 fetch 2"],
    },
    {
      name: "a freeze that is one already, in the rhythm",
      events: [[40, answered(1, true, -20)]],
      endMs: 2_000,
      want: ["0 fetch 1", "2000 fetch 2"],
    },
    {
      name: "an answer that nobody waits for any more",
      events: [[1_300, answered(1)]],
      endMs: 1_449,
      want: ["0 fetch 1", "500 fetch 2", "1200 abort 1", "1200 abort 2", "1200 silence 2/1200"],
    },
  ];
  test.each(rows)("$name", ({ events, endMs, want }) => {
    expect(play(events, endMs)).toEqual(want);
  });

  test.each([
    { name: "one", events: [[40, answered(1, false)]] as const, want: 1 },
    {
      name: "two at one moment",
      events: [
        [600, { kind: "suspect" }],
        [640, answered(1, false)],
        [650, answered(2, false)],
      ] as const,
      want: 1,
    },
    {
      name: "two, one after the other",
      events: [
        [40, answered(1, false)],
        [330, answered(2, false)],
      ] as const,
      want: 2,
    },
    { name: "silence is two", events: [] as const, want: 2 },
    {
      name: "a good answer ends the row",
      events: [
        [40, answered(1, false)],
        [330, answered(2)],
      ] as const,
      want: 0,
    },
  ])("failures in a row: $name", ({ events, want }) => {
    let looks: Looks = toLooks(2_000, 0);
    const all: (readonly [number, LookEvent])[] = [...events];
    for (const atMs of [0, 290, 500, 1_200]) all.push([atMs, { kind: "tick" }]);
    for (const [atMs, event] of all.sort((a, b) => a[0] - b[0])) {
      if (atMs > (events.at(-1)?.[0] ?? 1_200)) break;
      looks = applyLookEvent(looks, event, atMs).looks;
    }
    expect(looks.failures).toBe(want);
  });

  test("a dead origin is silent 3.2 s after the last good answer at the latest", () => {
    const seen = play([[20, answered(1)]], 3_200);
    expect(seen.at(-1)).toBe("3200 silence 2/1200");
  });
});
