// Weights, lots and bounds: exact where a formula is promised, within four deviations where chance
// is, and few moves when an origin goes.

import { describe, expect, test } from "vitest";
import { planAssignments } from "../../../../workers/core/health/spread/assignment.ts";
import {
  applyCapacities,
  type DeclaredCapacity,
  toBandwidthShares,
} from "../../../../workers/core/health/spread/capacity.ts";
import { toPairHash, toUnit, toWordHash } from "../../../../workers/core/health/spread/hash.ts";
import { decideShares } from "../../../../workers/core/health/spread/headroom.ts";
import {
  decideRendezvous,
  findWinner,
  toLots,
} from "../../../../workers/core/health/spread/rendezvous.ts";
import {
  decidePanic,
  RAMP_MS,
  toHealthFactor,
  toWeight,
} from "../../../../workers/core/health/spread/weight.ts";
import type { Verdict } from "../../../../workers/core/health/verdict.ts";

describe("weight", () => {
  test.each([
    { name: "the best there is", latencyMs: 0, bandwidthShare: 1, health: 1, want: 100 },
    {
      name: "a hundred milliseconds cost a point",
      latencyMs: 100,
      bandwidthShare: 1,
      health: 1,
      want: 99,
    },
    { name: "half a point too", latencyMs: 50, bandwidthShare: 1, health: 1, want: 99.5 },
    {
      name: "a third of the bandwidth",
      latencyMs: 40,
      bandwidthShare: 1 / 3,
      health: 1,
      want: 33.2,
    },
    { name: "half well", latencyMs: 250, bandwidthShare: 0.25, health: 0.5, want: 12.1875 },
    { name: "out", latencyMs: 40, bandwidthShare: 0.5, health: 0, want: 0 },
    {
      name: "slower than ten seconds is no less than nothing",
      latencyMs: 12_000,
      bandwidthShare: 1,
      health: 1,
      want: 0,
    },
    { name: "never measured", latencyMs: null, bandwidthShare: 0.5, health: 1, want: 50 },
  ])("$name", ({ want, ...input }) => {
    expect(Math.abs(toWeight(input) - want)).toBeLessThanOrEqual(want * 0.001);
  });
});

describe("health factor", () => {
  const base = { redUntilMs: null, nodeShare: null, isPanic: false };
  test.each<{ name: string; given: object; verdict: Verdict; nowMs: number; want: number }>([
    { name: "green", verdict: "green", given: {}, nowMs: 0, want: 1 },
    { name: "yellow", verdict: "yellow", given: {}, nowMs: 0, want: 0.5 },
    { name: "unknown", verdict: "unknown", given: {}, nowMs: 0, want: 0.1 },
    { name: "red", verdict: "red", given: {}, nowMs: 0, want: 0 },
    { name: "red in a panic", verdict: "red", given: { isPanic: true }, nowMs: 0, want: 0.5 },
    {
      name: "two of three nodes",
      verdict: "green",
      given: { nodeShare: 2 / 3 },
      nowMs: 0,
      want: 2 / 3,
    },
    { name: "all nodes banned", verdict: "green", given: { nodeShare: 0 }, nowMs: 0, want: 0 },
    { name: "just back", verdict: "green", given: { redUntilMs: 1_000 }, nowMs: 1_000, want: 0.1 },
    {
      name: "half way up",
      verdict: "green",
      given: { redUntilMs: 1_000 },
      nowMs: 1_000 + RAMP_MS / 2,
      want: 0.55,
    },
    { name: "up", verdict: "green", given: { redUntilMs: 1_000 }, nowMs: 1_000 + RAMP_MS, want: 1 },
    {
      name: "a clock that goes back",
      verdict: "green",
      given: { redUntilMs: 1_000 },
      nowMs: 0,
      want: 0.1,
    },
  ])("$name", ({ given, verdict, nowMs, want }) => {
    expect(toHealthFactor({ ...base, ...given, verdict }, nowMs)).toBeCloseTo(want, 12);
  });

  test.each([
    { usable: 2, all: 2, want: false },
    { usable: 1, all: 2, want: false },
    { usable: 0, all: 2, want: true },
    { usable: 1, all: 3, want: true },
    { usable: 2, all: 4, want: false },
    { usable: 0, all: 0, want: false },
  ])("panic with $usable of $all", ({ usable, all, want }) => {
    expect(decidePanic(usable, all)).toBe(want);
  });
});

describe("bandwidth shares", () => {
  const declare = (
    originId: string,
    cpu: number | null,
    memory: number | null,
    bandwidth: number | null,
  ): DeclaredCapacity => ({ originId, cpu, memory, bandwidth });
  test.each([
    { name: "equals", given: [declare("a", 8, 32, 10), declare("b", 8, 32, 10)], want: [0.5, 0.5] },
    {
      name: "bandwidth counts three of six",
      given: [declare("a", 1, 1, 3), declare("b", 1, 1, 1)],
      want: [0.625, 0.375],
    },
    {
      name: "CPU counts two of six",
      given: [declare("a", 3, 1, 1), declare("b", 1, 1, 1)],
      want: [7 / 12, 5 / 12],
    },
    {
      name: "memory counts one of six",
      given: [declare("a", 1, 3, 1), declare("b", 1, 1, 1)],
      want: [13 / 24, 11 / 24],
    },
    {
      name: "only bandwidth is declared",
      given: [declare("a", null, null, 30), declare("b", null, null, 10)],
      want: [0.75, 0.25],
    },
    {
      name: "who says nothing is average",
      given: [
        declare("a", null, null, 30),
        declare("b", null, null, 10),
        declare("c", null, null, null),
      ],
      want: [0.5, 1 / 6, 1 / 3],
    },
    {
      name: "nobody says anything",
      given: [declare("a", null, null, null), declare("b", null, null, null)],
      want: [0.5, 0.5],
    },
  ])("$name", ({ given, want }) => {
    const shares = [...toBandwidthShares(given).values()];
    expect(shares).toHaveLength(want.length);
    shares.forEach((share, index) => {
      expect(share).toBeCloseTo(want[index] ?? Number.NaN, 12);
    });
  });

  test("refreshed after a day, and at once for other origins", () => {
    const [a, b] = [declare("a", null, null, 1), declare("b", null, null, 1)];
    const first = applyCapacities(null, [a, b], 0);
    const grown = { ...b, bandwidth: 3 };
    expect(applyCapacities(first, [a, grown], 86_399_999)).toBe(first);
    expect(applyCapacities(first, [a, grown], 86_400_000).shares.get("b")).toBeCloseTo(0.75, 12);
    expect([...applyCapacities(first, [a], 1).shares]).toEqual([["a", 1]]);
  });
});

describe("headroom", () => {
  const two = (a: number | null, b: number | null) => [
    { id: "a", weight: 3, capacity: a },
    { id: "b", weight: 1, capacity: b },
  ];
  test.each([
    {
      name: "nothing declared",
      origins: two(null, null),
      demand: 100,
      want: [0.75, 0.25],
      excess: 0,
    },
    { name: "it fits", origins: two(1000, 1000), demand: 100, want: [0.75, 0.25], excess: 0 },
    {
      name: "a would be over four fifths",
      origins: two(75, 1000),
      demand: 100,
      want: [0.6, 0.4],
      excess: 0,
    },
    {
      name: "exactly four fifths",
      origins: two(93.75, 1000),
      demand: 100,
      want: [0.75, 0.25],
      excess: 0,
    },
    {
      name: "all are full: as full as each other",
      origins: two(50, 50),
      demand: 100,
      want: [0.5, 0.5],
      excess: 20,
    },
    { name: "nobody asks", origins: two(1, 1), demand: 0, want: [0.75, 0.25], excess: 0 },
  ])("$name", ({ origins, demand, want, excess }) => {
    const found = decideShares(origins, demand);
    expect(found.shares.get("a")).toBeCloseTo(want[0] ?? Number.NaN, 9);
    expect(found.shares.get("b")).toBeCloseTo(want[1] ?? Number.NaN, 9);
    expect(found.excess).toBeCloseTo(excess, 9);
  });
});

describe("lots", () => {
  const DRAWS = 100_000;
  test.each([
    { name: "equals", weights: [1, 1, 1] },
    { name: "one to nine", weights: [1, 9] },
    { name: "real weights", weights: [33.2, 12.1875, 49.9, 4.7] },
    { name: "fifty of them", weights: Array.from({ length: 50 }, (_, k) => 1 + k) },
  ])("the realised share is within four deviations: $name", ({ weights }) => {
    const lots = toLots(weights.map((weight, k) => ({ id: `origin-${k}`, weight })));
    const total = weights.reduce((sum, weight) => sum + weight, 0);
    const wins = new Map<string, number>();
    for (let draw = 0; draw < DRAWS; draw += 1) {
      const winner = findWinner(toWordHash(`session ${draw}`), lots) ?? "nobody";
      wins.set(winner, (wins.get(winner) ?? 0) + 1);
    }
    for (const [k, weight] of weights.entries()) {
      const share = weight / total;
      const deviation = Math.sqrt(DRAWS * share * (1 - share));
      const off = Math.abs((wins.get(`origin-${k}`) ?? 0) - DRAWS * share);
      expect(off / deviation).toBeLessThan(4);
    }
  });

  const four = ["a", "b", "c", "d"].map((id, k) => ({ id, weight: 1 + k }));
  test("when an origin goes, only its keys move, each to the next in its own order", () => {
    for (let key = 0; key < 2_000; key += 1) {
      const before = decideRendezvous(`channel-${key} enam`, four);
      const after = decideRendezvous(
        `channel-${key} enam`,
        four.filter(({ id }) => id !== "c"),
      );
      expect(after).toEqual(before.filter((id) => id !== "c"));
    }
  });

  test("when a weight falls, keys only leave that origin", () => {
    const less = four.map((each) => (each.id === "d" ? { ...each, weight: 1 } : each));
    for (let key = 0; key < 2_000; key += 1) {
      const [before] = decideRendezvous(`channel-${key}`, four);
      const [after] = decideRendezvous(`channel-${key}`, less);
      if (after !== before) expect(before).toBe("d");
    }
  });

  test("who has no weight comes last, in the order given", () => {
    const given = [
      { id: "z", weight: 0 },
      { id: "y", weight: 0 },
      { id: "x", weight: 1 },
    ];
    expect(decideRendezvous("k", given)).toEqual(["x", "z", "y"]);
    expect(findWinner(toWordHash("k"), toLots(given.slice(0, 2)))).toBeNull();
  });

  test("pairs do not commute, words and lengths count", () => {
    const [a, b] = [toWordHash("a"), toWordHash("b")];
    const all = [a, b, toWordHash(""), toWordHash("aa"), toPairHash(a, b), toPairHash(b, a)];
    expect(new Set(all.map(toUnit)).size).toBe(all.length);
  });

  test("a hash is the same for ever", () => {
    expect(toWordHash("demo enam")).toEqual({ a: -1145945737, b: -705560444 });
  });
});

describe("assignments", () => {
  const toChannels = (count: number) =>
    Array.from({ length: count }, (_, k) => ({ id: `channel-${k}`, load: 1 }));
  const toOrigins = (count: number) =>
    Array.from({ length: count }, (_, k) => ({ id: `origin-${k}`, weight: 25 }));

  test.each([2, 3, 5, 10])("%i equals: loads within 15 %% of each other's mean", (count) => {
    for (const region of ["enam", "weur", "apac"]) {
      const loads = new Map<string, number>();
      for (const origin of planAssignments(region, toChannels(1_000), toOrigins(count)).values()) {
        loads.set(origin, (loads.get(origin) ?? 0) + 1);
      }
      const mean = 1_000 / count;
      expect([...loads.values()].reduce((sum, load) => sum + load, 0)).toBe(1_000);
      for (const load of loads.values()) expect(Math.abs(load / mean - 1)).toBeLessThan(0.15);
    }
  });

  test.each([2, 3, 5, 10])("%i equals: also by lots alone, over nine regions", (count) => {
    const lots = toLots(toOrigins(count));
    const loads = new Map<string, number>();
    for (let region = 0; region < 9; region += 1) {
      for (const { id } of toChannels(1_000)) {
        const winner = findWinner(toWordHash(`${id} region-${region}`), lots) ?? "";
        loads.set(winner, (loads.get(winner) ?? 0) + 1);
      }
    }
    for (const load of loads.values()) {
      expect(Math.abs((load * count) / 9_000 - 1)).toBeLessThan(0.15);
    }
  });

  test("few channels move that did not have to", () => {
    const before = planAssignments("enam", toChannels(1_000), toOrigins(5));
    const after = planAssignments("enam", toChannels(1_000), toOrigins(5).slice(1));
    const moved = [...before].filter(([id, origin]) => after.get(id) !== origin);
    const forced = moved.filter(([, origin]) => origin === "origin-0");
    expect(forced.length).toBe([...before.values()].filter((id) => id === "origin-0").length);
    expect(moved.length - forced.length).toBeLessThan(1_000 * 0.05);
  });

  test("heavy channels are bounded too; a weight of three carries three times as much", () => {
    const channels = Array.from({ length: 1_200 }, (_, k) => ({ id: `c${k}`, load: 1 + (k % 20) }));
    const origins = [
      { id: "small", weight: 1 },
      { id: "large", weight: 3 },
      { id: "dead", weight: 0 },
    ];
    const loads = new Map<string, number>();
    const placed = planAssignments("weur", channels, origins);
    for (const { id, load } of channels) {
      const origin = placed.get(id) ?? "";
      loads.set(origin, (loads.get(origin) ?? 0) + load);
    }
    const total = channels.reduce((sum, { load }) => sum + load, 0);
    expect([...loads.keys()].sort()).toEqual(["large", "small"]);
    expect(Math.abs((loads.get("large") ?? 0) / total - 0.75)).toBeLessThan(0.05);
  });

  test("one channel that is larger than any fair part is placed all the same", () => {
    const placed = planAssignments("enam", [{ id: "final", load: 9 }], toOrigins(3));
    expect(placed.size).toBe(1);
  });
});
