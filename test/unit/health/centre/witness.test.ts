// What is heard of a witness over a bad network: order, lives, clocks. And to whom a policy is
// owed.

import { describe, expect, test } from "vitest";
import {
  applyHearing,
  type Hearing,
  type Witness,
} from "../../../../workers/core/health/centre/witness.ts";
import {
  applyConfirmed,
  applySent,
  type Deliveries,
  planDeliveries,
} from "../../../../workers/core/health/deliveries.ts";
import { decidePolicySuccession } from "../../../../workers/core/health/known-policy.ts";

/** `life seq seenAt nowAt`, and what comes of each: our moment, or "old". */
function play(lines: readonly (readonly [string, number, number, number])[]): string {
  let witness: Witness | undefined;
  return lines
    .map(([life, seq, seenAtMs, nowMs]) => {
      const hearing: Hearing = { witnessId: "w", region: "enam", life, seq, seenAtMs };
      const heard = applyHearing(witness, hearing, nowMs);
      witness = heard.witness;
      return heard.atMs === null ? "old" : String(heard.atMs);
    })
    .join(" ");
}

describe("hearing", () => {
  test.each([
    {
      name: "a clock that is an hour off",
      lines: [
        ["a", 1, 3_600_000, 10],
        ["a", 2, 3_602_000, 2_010],
      ],
      want: "10 2010",
    },
    {
      name: "a message that was held back: its own time counts",
      lines: [
        ["a", 1, 0, 10],
        ["a", 2, 2_000, 9_000],
      ],
      want: "10 2010",
    },
    {
      name: "two that change places: the older is old",
      lines: [
        ["a", 1, 0, 10],
        ["a", 3, 4_000, 4_010],
        ["a", 2, 2_000, 4_020],
      ],
      want: "10 4010 old",
    },
    {
      name: "twice the same",
      lines: [
        ["a", 1, 0, 10],
        ["a", 1, 0, 11],
      ],
      want: "10 old",
    },
    {
      name: "a new life counts anew",
      lines: [
        ["a", 9, 5_000, 5_010],
        ["b", 1, 77, 8_000],
      ],
      want: "5010 8000",
    },
    {
      name: "what the old life still says is old",
      lines: [
        ["a", 9, 5_000, 5_010],
        ["b", 1, 77, 8_000],
        ["a", 10, 6_000, 8_001],
      ],
      want: "5010 8000 old",
    },
    {
      name: "a clock that is set forward begins anew",
      lines: [
        ["a", 1, 0, 10],
        ["a", 2, 60_000, 2_010],
      ],
      want: "10 2010",
    },
    {
      name: "and one that is set back",
      lines: [
        ["a", 1, 60_000, 10],
        ["a", 2, 2_000, 2_010],
        ["a", 3, 4_000, 4_010],
      ],
      want: "10 2010 4010",
    },
    {
      name: "a first message that was late: five seconds are believed",
      lines: [
        ["a", 1, 0, 5_000],
        ["a", 2, 2_000, 2_001],
      ],
      want: "5000 7000",
    },
  ] as const)("$name", ({ lines, want }) => {
    expect(play(lines)).toBe(want);
  });
});

describe("deliveries", () => {
  const regions = ["enam", "weur"];
  test("at once, again until confirmed, and then now and then", () => {
    let held: Deliveries = new Map();
    const due = (version: number, nowMs: number) =>
      planDeliveries(held, regions, version, nowMs).join();
    expect(due(7, 0)).toBe("enam,weur");
    held = applySent(held, regions, 7, 0);
    expect(due(7, 499)).toBe("");
    held = applyConfirmed(held, "enam", 7);
    expect(due(7, 500)).toBe("weur");
    held = applySent(held, ["weur"], 7, 500);
    held = applyConfirmed(held, "weur", 7);
    expect(due(7, 4_999)).toBe("");
    expect(due(7, 5_000)).toBe("enam");
    expect(due(8, 501)).toBe("enam,weur");
  });

  test("a late word of an older policy confirms nothing", () => {
    let held = applySent(new Map(), regions, 8, 0);
    held = applyConfirmed(held, "enam", 8);
    held = applyConfirmed(held, "enam", 7);
    expect(held.get("enam")?.confirmedVersion).toBe(8);
    expect(applyConfirmed(held, "nowhere", 8)).toBe(held);
  });
});

describe("succession of policies", () => {
  test.each([
    { held: null, version: 1, contract: 1, want: "newer" },
    { held: 5, version: 6, contract: 1, want: "newer" },
    { held: 5, version: 5, contract: 1, want: "same" },
    { held: 5, version: 4, contract: 1, want: "refused" },
    { held: 5, version: 6, contract: 2, want: "newer" },
    { held: 5, version: 6, contract: 3, want: "refused" },
  ])("held $held, offered $version of contract $contract: $want", ({ held, want, ...offered }) => {
    expect(decidePolicySuccession(held, offered)).toBe(want);
  });
});
