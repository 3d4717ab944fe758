// Which timeline feeds the viewers, and in which order its origins are asked.

import { describe, expect, test } from "vitest";
import type { ChannelChoice, ChoiceReason } from "../../../workers/core/contract/policy.ts";
import {
  type ChoiceInput,
  type ChoiceJoin,
  decideChoice,
} from "../../../workers/core/health/choice.ts";
import type { Verdict } from "../../../workers/core/health/verdict.ts";

type Verdicts = Readonly<Record<string, Verdict>>;
type Timelines = readonly (readonly [n: number, ...origins: string[]])[];

function decide(
  timelines: Timelines,
  verdicts: Verdicts,
  previous: ChannelChoice | null = null,
  nowMs = 1000,
): ChannelChoice {
  const input = {
    id: "demo",
    preference: ["a", "b", "c", "d"],
    timelines: timelines.map(([n, ...origins]) => ({ n, origins, history: [] })),
    verdicts: new Map(Object.entries(verdicts)),
  };
  return decideChoice(input, previous, nowMs);
}

const print = ({ current, timelines, reason }: ChannelChoice) =>
  `@${current} ${timelines.map(({ n, origins }) => `${n}:${origins.join(">")}`).join(" ")} ${reason}`;

describe("the first choice", () => {
  interface Row {
    readonly name: string;
    readonly timelines: Timelines;
    readonly verdicts: Verdicts;
    readonly want: string;
  }
  const rows: Row[] = [
    {
      name: "nothing is known",
      timelines: [[0, "b", "a"]],
      verdicts: {},
      want: "@0 0:a>b unproven",
    },
    {
      name: "all green: the operator's preference",
      timelines: [[0, "c", "b", "a"]],
      verdicts: { a: "green", b: "green", c: "green" },
      want: "@0 0:a>b>c preferred",
    },
    {
      name: "green before yellow before unknown before red",
      timelines: [[0, "a", "b", "c", "d"]],
      verdicts: { a: "red", b: "unknown", c: "yellow", d: "green" },
      want: "@0 0:d>c>b>a preferred-not-green",
    },
    {
      name: "yellow, but nobody is better",
      timelines: [[0, "a", "b"]],
      verdicts: { a: "yellow", b: "yellow" },
      want: "@0 0:a>b preferred",
    },
    {
      name: "unknown stands behind yellow",
      timelines: [[0, "a", "b"]],
      verdicts: { b: "yellow" },
      want: "@0 0:b>a preferred-not-green",
    },
    {
      name: "all red: the panic floor keeps them all",
      timelines: [[0, "a", "b"]],
      verdicts: { a: "red", b: "red" },
      want: "@0 0:a>b all-red",
    },
    {
      name: "the better timeline",
      timelines: [
        [0, "a"],
        [1, "b"],
      ],
      verdicts: { a: "yellow", b: "green" },
      want: "@1 0:a 1:b preferred-not-green",
    },
    {
      name: "equal timelines: the lower number",
      timelines: [
        [3, "b"],
        [2, "a"],
      ],
      verdicts: { a: "green", b: "green" },
      want: "@2 3:b 2:a preferred",
    },
    {
      name: "a timeline is as good as its best member",
      timelines: [
        [0, "a", "b"],
        [1, "c"],
      ],
      verdicts: { a: "red", b: "green", c: "yellow" },
      want: "@0 0:b>a 1:c preferred-not-green",
    },
    { name: "no timelines", timelines: [], verdicts: {}, want: "@0  unproven" },
  ];
  test.each(rows)("$name", ({ timelines, verdicts, want }) => {
    expect(print(decide(timelines, verdicts))).toBe(want);
  });
});

describe("the next choice", () => {
  const two: Timelines = [
    [0, "a", "c"],
    [1, "b"],
  ];
  interface Row {
    readonly name: string;
    readonly timelines?: Timelines;
    /** One after the other, each choice being the previous of the next. */
    readonly verdicts: readonly Verdicts[];
    readonly want: readonly [current: number, reason: ChoiceReason];
  }
  const green: Verdicts = { a: "green", b: "green", c: "green" };
  const lost: Verdicts = { a: "red", b: "green", c: "red" };
  const rows: Row[] = [
    {
      name: "one origin dies: its replica, same timeline",
      verdicts: [green, { ...green, a: "red" }],
      want: [0, "preferred-not-green"],
    },
    {
      name: "it comes back: it is preferred again",
      verdicts: [green, { ...green, a: "red" }, green],
      want: [0, "preferred"],
    },
    {
      name: "yellow does not switch timelines",
      verdicts: [green, { ...green, a: "yellow", c: "red" }],
      want: [0, "preferred"],
    },
    {
      name: "unknown does not switch timelines",
      verdicts: [green, { b: "green", a: "red" }],
      want: [0, "unproven"],
    },
    {
      name: "the whole timeline dies: the other one",
      verdicts: [green, lost],
      want: [1, "timeline-switch"],
    },
    { name: "and it stays there", verdicts: [green, lost, green], want: [1, "timeline-switch"] },
    {
      name: "even if it is worse",
      verdicts: [green, lost, { ...green, b: "yellow" }],
      want: [1, "timeline-switch"],
    },
    {
      name: "until it dies too",
      verdicts: [green, lost, { ...green, b: "red" }],
      want: [0, "timeline-switch"],
    },
    {
      name: "everybody dies: no move",
      verdicts: [green, { a: "red", b: "red", c: "red" }],
      want: [0, "all-red"],
    },
    {
      name: "everybody dies after a switch: no move",
      verdicts: [green, lost, { a: "red", b: "red", c: "red" }],
      want: [1, "all-red"],
    },
    {
      name: "the other timeline is unknown, which beats dead",
      verdicts: [green, { a: "red", c: "red" }],
      want: [1, "timeline-switch"],
    },
  ];
  test.each(rows)("$name", ({ timelines = two, verdicts, want }) => {
    let choice: ChannelChoice | null = null;
    for (const each of verdicts) choice = decide(timelines, each, choice);
    expect([choice?.current, choice?.reason]).toEqual(want);
  });

  test("the current timeline is gone: the best of the rest", () => {
    const before = decide(two, green);
    expect(
      print(
        decide(
          [
            [1, "b"],
            [4, "a"],
          ],
          green,
          before,
        ),
      ),
    ).toBe("@1 1:b 4:a timeline-switch");
  });
});

describe("changedAtMs", () => {
  const timelines: Timelines = [
    [0, "a", "b"],
    [1, "c", "d"],
  ];
  const green: Verdicts = { a: "green", b: "green", c: "green", d: "green" };
  test.each([
    { name: "nothing changes", next: green, want: 1000 },
    {
      name: "a verdict without effect",
      next: { ...green, a: "yellow", b: "red" } as Verdicts,
      want: 1000,
    },
    { name: "the order changes", next: { ...green, a: "yellow" } as Verdicts, want: 2000 },
    {
      name: "the order of another timeline changes",
      next: { ...green, c: "red" } as Verdicts,
      want: 1000,
    },
    {
      name: "the timeline changes",
      next: { ...green, a: "red", b: "red" } as Verdicts,
      want: 2000,
    },
  ])("$name", ({ next, want }) => {
    const before = decide(timelines, green, null, 1000);
    expect(decide(timelines, next, before, 2000).changedAtMs).toBe(want);
  });

  test("who cannot be joined is asked after everybody who can, and the reason says so", () => {
    const input = (join: ChoiceJoin): ChoiceInput => ({
      id: "demo",
      preference: ["a", "b"],
      timelines: [{ n: 0, origins: ["a", "b"] }],
      verdicts: new Map(Object.entries({ a: "green", b: "green" } as const)),
      joins: new Map([["a", join]]),
    });
    const orderOf = (join: ChoiceJoin) => {
      const { timelines, reason } = decideChoice(input(join), null, 1_000);
      return `${timelines[0]?.origins.join(">")} ${reason}`;
    };
    expect(orderOf("impossible")).toBe("b>a preferred-unjoinable");
    expect(orderOf("visible")).toBe("a>b preferred");
  });

  test("a member joins the current timeline", () => {
    const before = decide([[0, "a"]], green, null, 1000);
    expect(decide([[0, "a", "b"]], green, before, 2000).changedAtMs).toBe(2000);
  });
});
