// The choice under operators and over time: what beats what, who keeps the lead, and for how long.

import { describe, expect, test } from "vitest";
import type { ChannelChoice } from "../../../../workers/core/contract/policy.ts";
import {
  type ChoiceInput,
  type ChoiceJoin,
  decideChoice,
} from "../../../../workers/core/health/choice.ts";
import { NOTHING_IN_FORCE } from "../../../../workers/core/health/operators/override.ts";
import type { Verdict } from "../../../../workers/core/health/verdict.ts";

const TD = 2_000;
const PATIENCE = 15_000;

interface Step {
  readonly atMs: number;
  /** Letters of a, b, c, d: g, y, u, r; "v" is red by its hold-down only. */
  readonly verdicts: string;
  readonly given?: Partial<ChoiceInput>;
}

const VERDICTS: Readonly<Record<string, Verdict>> = {
  g: "green",
  y: "yellow",
  u: "unknown",
  r: "red",
  v: "red",
};
const IDS = ["a", "b", "c", "d"];

function play(timelines: readonly (readonly string[])[], steps: readonly Step[]): string[] {
  let choice: ChannelChoice | null = null;
  const changedAtMs = new Map<string, number>();
  let before = "";
  return steps.map(({ atMs, verdicts, given }) => {
    IDS.forEach((id, k) => {
      if (verdicts[k] !== before[k]) changedAtMs.set(id, atMs);
    });
    before = verdicts;
    const used = IDS.slice(0, verdicts.length);
    choice = decideChoice(
      {
        id: "demo",
        preference: used,
        timelines: timelines.map((origins, n) => ({ n, origins })),
        verdicts: new Map(used.map((id, k) => [id, VERDICTS[verdicts[k] ?? ""] ?? "unknown"])),
        recovering: new Set(used.filter((_, k) => verdicts[k] === "v")),
        stickiness: { returnMs: 10 * TD, patienceMs: PATIENCE, changedAtMs: new Map(changedAtMs) },
        ...given,
      },
      choice,
      atMs,
    );
    const order: readonly string[] =
      choice.timelines.find(({ n }) => n === choice?.current)?.origins ?? [];
    return `@${choice.current} ${order.join(">")} ${choice.reason}`;
  });
}

const force = (given: Partial<typeof NOTHING_IN_FORCE>) => ({
  inForce: { ...NOTHING_IN_FORCE, ...given },
});

describe("operators", () => {
  const one = [["a", "b"]];
  const two = [["a"], ["b"]];
  const rows: readonly {
    name: string;
    timelines: readonly (readonly string[])[];
    verdicts: string;
    given: Partial<ChoiceInput>;
    want: string;
  }[] = [
    {
      name: "a pin leads",
      timelines: one,
      verdicts: "gg",
      given: force({ pin: "b" }),
      want: "@0 b>a pinned",
    },
    {
      name: "even if it is red",
      timelines: one,
      verdicts: "gr",
      given: force({ pin: "b" }),
      want: "@0 b>a pinned",
    },
    {
      name: "across timelines",
      timelines: two,
      verdicts: "gg",
      given: force({ pin: "b" }),
      want: "@1 b pinned",
    },
    {
      name: "a pin beats a ban",
      timelines: one,
      verdicts: "gg",
      given: force({ pin: "b", banned: new Set(["b"]) }),
      want: "@0 b>a pinned",
    },
    {
      name: "a ban",
      timelines: one,
      verdicts: "gg",
      given: force({ banned: new Set(["a"]) }),
      want: "@0 b>a preferred-banned",
    },
    {
      name: "a ban is surer than a detector",
      timelines: one,
      verdicts: "gr",
      given: force({ banned: new Set(["a"]) }),
      want: "@0 a>b all-red",
    },
    {
      name: "a ban takes the channel to another timeline",
      timelines: two,
      verdicts: "gg",
      given: force({ banned: new Set(["a"]) }),
      want: "@1 b timeline-switch",
    },
    {
      name: "all are banned: nobody is",
      timelines: one,
      verdicts: "gg",
      given: force({ banned: new Set(["a", "b"]) }),
      want: "@0 a>b all-red",
    },
    {
      name: "a drain",
      timelines: one,
      verdicts: "gg",
      given: force({ drained: new Set(["a"]) }),
      want: "@0 b>a preferred-drained",
    },
    {
      name: "a drain moves behind a discontinuity",
      timelines: two,
      verdicts: "gg",
      given: force({ drained: new Set(["a"]) }),
      want: "@1 b timeline-switch",
    },
    {
      name: "but not in an event freeze",
      timelines: two,
      verdicts: "gg",
      given: force({ drained: new Set(["a"]), isFrozen: true }),
      want: "@0 a preferred",
    },
    {
      name: "drained is better than dead",
      timelines: one,
      verdicts: "gr",
      given: force({ drained: new Set(["a"]) }),
      want: "@0 a>b preferred",
    },
    {
      name: "what cannot be joined is as good as dead",
      timelines: one,
      verdicts: "gg",
      given: { joins: new Map<string, ChoiceJoin>([["a", "impossible"]]) },
      want: "@0 b>a preferred-unjoinable",
    },
  ];
  test.each(rows)("$name", ({ timelines, verdicts, given, want }) => {
    const green = "g".repeat(verdicts.length);
    expect(
      play(timelines, [
        { atMs: 0, verdicts: green },
        { atMs: 60_000, verdicts, given },
      ])[1],
    ).toBe(want);
  });
});

describe("the lead", () => {
  const one = [["a", "b", "c"]];
  const rows: readonly {
    name: string;
    timelines?: readonly (readonly string[])[];
    steps: readonly Step[];
    want: string;
  }[] = [
    {
      name: "is lost at once by who is red",
      steps: [
        { atMs: 0, verdicts: "ggg" },
        { atMs: 1, verdicts: "rgg" },
      ],
      want: "@0 b>c>a preferred-not-green",
    },
    {
      name: "is not given back within ten target durations",
      steps: [
        { atMs: 0, verdicts: "ggg" },
        { atMs: 1, verdicts: "rgg" },
        { atMs: 100, verdicts: "ggg" },
        { atMs: 10 * TD, verdicts: "ggg" },
      ],
      want: "@0 b>a>c preferred-not-green",
    },
    {
      name: "nor to who has been well for less",
      steps: [
        { atMs: 0, verdicts: "ggg" },
        { atMs: 1, verdicts: "rgg" },
        { atMs: 15_000, verdicts: "ggg" },
        { atMs: 34_999, verdicts: "ggg" },
      ],
      want: "@0 b>a>c preferred-not-green",
    },
    {
      name: "it is given back after that",
      steps: [
        { atMs: 0, verdicts: "ggg" },
        { atMs: 1, verdicts: "rgg" },
        { atMs: 15_000, verdicts: "ggg" },
        { atMs: 35_000, verdicts: "ggg" },
      ],
      want: "@0 a>b>c preferred",
    },
    {
      name: "but not to the second best, which is only liked better",
      steps: [
        { atMs: 0, verdicts: "ggg" },
        { atMs: 1, verdicts: "rrg" },
        { atMs: 2, verdicts: "rgg" },
        { atMs: 90_000, verdicts: "rgg" },
      ],
      want: "@0 c>b>a preferred-not-green",
    },
    {
      name: "not in an event freeze",
      steps: [
        { atMs: 0, verdicts: "ggg" },
        { atMs: 1, verdicts: "rgg" },
        { atMs: 15_000, verdicts: "ggg" },
        { atMs: 90_000, verdicts: "ggg", given: force({ isFrozen: true }) },
      ],
      want: "@0 b>a>c preferred-not-green",
    },
    {
      name: "yellow keeps it for a while",
      steps: [
        { atMs: 0, verdicts: "ggg" },
        { atMs: 50_000, verdicts: "ygg" },
        { atMs: 50_000 + PATIENCE - 1, verdicts: "ygg" },
      ],
      want: "@0 a>b>c preferred",
    },
    {
      name: "and loses it then",
      steps: [
        { atMs: 0, verdicts: "ggg" },
        { atMs: 50_000, verdicts: "ygg" },
        { atMs: 50_000 + PATIENCE, verdicts: "ygg" },
      ],
      want: "@0 b>c>a preferred-not-green",
    },
    {
      name: "all red: nobody moves, even if another was liked better",
      steps: [
        { atMs: 0, verdicts: "ggg" },
        { atMs: 1, verdicts: "rgg" },
        { atMs: 2, verdicts: "rrr" },
      ],
      want: "@0 b>a>c all-red",
    },
    {
      name: "and stays while it recovers, though another was quicker",
      steps: [
        { atMs: 0, verdicts: "ggg" },
        { atMs: 1, verdicts: "rgg" },
        { atMs: 2, verdicts: "rrr" },
        { atMs: 3, verdicts: "gvr" },
      ],
      want: "@0 b>a>c preferred-not-green",
    },
    {
      name: "but not if it goes on being dead",
      steps: [
        { atMs: 0, verdicts: "ggg" },
        { atMs: 1, verdicts: "rgg" },
        { atMs: 2, verdicts: "rrr" },
        { atMs: 3, verdicts: "grr" },
      ],
      want: "@0 a>b>c preferred",
    },
    {
      name: "a timeline is kept while its leader recovers",
      timelines: [["a"], ["b"]],
      steps: [
        { atMs: 0, verdicts: "gg" },
        { atMs: 1, verdicts: "rr" },
        { atMs: 2, verdicts: "vg" },
      ],
      want: "@0 a all-red",
    },
  ];
  test.each(rows)("$name", ({ timelines = one, steps, want }) => {
    expect(play(timelines, steps).at(-1)).toBe(want);
  });
});
