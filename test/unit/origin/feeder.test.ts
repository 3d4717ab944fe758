// Which origin should feed a channel: at once where nobody can tell, after proof of trouble where a
// switch shows, and back only to somebody who has been good for a while.

import { describe, expect, test } from "vitest";
import {
  applySight,
  decideFeeder,
  EVIDENCE_NONE,
  type FeederInput,
  type OriginEvidence,
  type Sight,
} from "../../../workers/core/origin/feeder.ts";

const PROGRESS: Sight = { kind: "progress" };
const SAME: Sight = { kind: "same" };
const failed = (count: number): Sight => ({ kind: "failed", count });
const late = (lateMs: number, isOverdue = true): Sight => ({ kind: "late", lateMs, isOverdue });

/** What was seen of an origin, as [moment, sight]. */
function see(...sights: readonly (readonly [number, Sight])[]): OriginEvidence {
  return sights.reduce((before, [atMs, sight]) => applySight(before, sight, atMs), EVIDENCE_NONE);
}

function decide(
  a: OriginEvidence,
  b: OriginEvidence,
  more: Partial<FeederInput> & { readonly join?: "invisible" | "visible" | "impossible" } = {},
) {
  return decideFeeder({
    current: "a",
    wish: ["a", "b"],
    evidence: new Map([
      ["a", a],
      ["b", b],
    ]),
    joins: () => new Map([["b", more.join ?? "visible"]]),
    targetMs: 2_000,
    nowMs: 10_000,
    ...more,
  });
}

const good = see([7_000, PROGRESS], [9_500, PROGRESS]);
const TO_B = { origin: "b", cause: "failure" };

describe("from a failing origin", () => {
  test.each([
    { name: "once, invisibly", a: see([9_900, failed(1)]), join: "invisible", want: TO_B },
    { name: "once, visibly: not yet", a: see([9_900, failed(1)]), join: "visible", want: null },
    { name: "three times, visibly", a: see([9_900, failed(3)]), join: "visible", want: TO_B },
    {
      name: "once and overdue",
      a: see([9_800, late(600)], [9_900, failed(1)]),
      join: "visible",
      want: TO_B,
    },
    {
      name: "for ever, to nobody who can",
      a: see([9_900, failed(99)]),
      join: "impossible",
      want: null,
    },
    {
      name: "went far back, invisibly",
      a: see([9_900, { kind: "back" }]),
      join: "invisible",
      want: TO_B,
    },
    {
      name: "went far back, visibly: not yet",
      a: see([9_900, { kind: "back" }]),
      join: "visible",
      want: null,
    },
  ] as const)("$name", ({ a, join, want }) => {
    expect(decide(a, good, { join })).toEqual(want);
  });

  test("numbers that stay back are a failure", () => {
    const back: Sight = { kind: "back" };
    expect(decide(see([9_700, back], [9_800, back], [9_900, back]), good)).toEqual(TO_B);
    expect(decide(see([9_700, back], [9_800, PROGRESS], [9_900, back]), good)).toBeNull();
  });

  test.each([
    { name: "to one that fails too", b: see([9_500, PROGRESS], [9_900, failed(1)]) },
    { name: "to one that nobody has read of late", b: see([5_000, PROGRESS]) },
    { name: "to one that nobody has ever read", b: EVIDENCE_NONE },
    { name: "to one that is late itself", b: see([9_500, SAME], [9_900, late(500)]) },
  ])("not $name", ({ b }) => {
    expect(decide(see([9_900, failed(5)]), b)).toBeNull();
  });
});

describe("from an overdue origin", () => {
  test("to one that has gone on since", () => {
    const frozen = see([7_000, PROGRESS], [9_800, SAME], [9_900, late(700)]);
    expect(decide(frozen, see([8_000, PROGRESS]))).toEqual(TO_B);
  });

  test("not to one that has stood still for longer", () => {
    const frozen = see([7_000, PROGRESS], [9_900, late(700)]);
    expect(decide(frozen, see([6_500, PROGRESS], [9_500, SAME]))).toBeNull();
  });

  test("not once it has gone on itself", () => {
    expect(decide(see([9_800, late(700)], [9_900, PROGRESS]), good)).toBeNull();
  });
});

describe("back to the better-liked one", () => {
  const more = { current: "b", joins: () => new Map([["a", "invisible" as const]]) };
  test("after it has been good for five target durations", () => {
    const since = (ms: number) => see([ms, PROGRESS], [9_900, PROGRESS]);
    expect(decide(since(500), good, { ...more, nowMs: 10_000 })).toBeNull();
    expect(decide(since(500), good, { ...more, nowMs: 10_500 })).toEqual({
      origin: "a",
      cause: "preference",
    });
  });

  test("a failure in between begins the count anew", () => {
    const evidence = see([0, PROGRESS], [5_000, failed(1)], [9_900, PROGRESS]);
    expect(decide(evidence, good, { ...more, nowMs: 11_000 })).toBeNull();
  });
});

test("a little late is enough where nobody can tell, and not where a switch shows", () => {
  for (const a of [late(100), late(700, false), late(450)].map((l) =>
    see([7_000, PROGRESS], [9_900, l]),
  )) {
    expect(decide(a, good, { join: "invisible" })).toEqual(TO_B);
    expect(decide(a, good, { join: "visible" })).toBeNull();
  }
});

describe("from one that an operator wants left", () => {
  const TO_B_ORDERED = { origin: "b", cause: "operator" };
  const lasting = see([0, PROGRESS], [9_900, PROGRESS]);
  test.each([
    { name: "to one that has been good for a while", b: lasting, want: TO_B_ORDERED },
    { name: "not to one that was away a moment ago", b: good, want: null },
    { name: "not to one that nobody has read of late", b: see([0, PROGRESS]), want: null },
    { name: "not to one that cannot be joined", b: lasting, join: "impossible", want: null },
  ] as const)("$name", ({ b, want, ...more }) => {
    const wish = ["b", "a"];
    const given = { left: ["a"], wish, nowMs: 10_000, targetMs: 1_000, ...more };
    expect(decide(see([0, PROGRESS], [9_950, PROGRESS]), b, given)).toEqual(want);
  });

  test("at once if it fails", () => {
    expect(decide(see([9_900, failed(3)]), good, { left: ["a"], wish: ["b", "a"] })).toEqual(TO_B);
  });

  test("who is first in control's order is not left", () => {
    expect(decide(lasting, lasting, { left: ["a"] })).toBeNull();
  });

  /** Three origins: what is ordered, how b and c can be joined, how they fare. */
  const among = (
    { left, wish }: { readonly left: readonly string[]; readonly wish: string },
    [b, c]: readonly ["invisible" | "visible", "invisible" | "visible"],
    evidence: Readonly<Record<string, OriginEvidence>> = {},
  ) => {
    const choice = decideFeeder({
      current: "a",
      wish: [...wish],
      left,
      evidence: new Map(Object.entries({ a: lasting, b: lasting, c: lasting, ...evidence })),
      joins: () => new Map(Object.entries({ b, c })),
      targetMs: 1_000,
      nowMs: 10_000,
    });
    return choice === null ? "stay" : `${choice.cause} ${choice.origin}`;
  };
  const pinned = { left: ["a", "c"], wish: "bac" };
  const late = see([0, PROGRESS], [9_950, { kind: "late", lateMs: 100, isOverdue: false }]);
  test.each([
    ["by control's order", among({ left: ["a"], wish: "cba" }, ["visible", "visible"]), "c"],
    ["unseen first", among({ left: ["a"], wish: "bca" }, ["visible", "invisible"]), "c"],
    ["not to another who is left", among(pinned, ["visible", "invisible"]), "b"],
    ["not even if nobody else is good", among(pinned, ["visible", "visible"], { b: good }), null],
    [
      "nor from one to the other",
      among({ left: ["a", "b", "c"], wish: "bca" }, ["visible", "visible"]),
      null,
    ],
    [
      "a little late itself",
      among({ left: ["a"], wish: "bca" }, ["visible", "visible"], { a: late }),
      "b",
    ],
  ])("%s", (_, said, want) => {
    expect(said).toBe(want === null ? "stay" : `operator ${want}`);
  });

  test("once the word is taken back, order alone wishes and does not order", () => {
    expect(among({ left: [], wish: "bac" }, ["visible", "visible"])).toBe("preference b");
  });
});
