// Laws of the timeline and choice machines over any course of events: fast-check makes the courses,
// and prints seed and smallest counter-example when a law is broken.

import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { ReplicaMode } from "../../workers/core/config/catalog.ts";
import type { ChannelChoice } from "../../workers/core/contract/policy.ts";
import { decideChoice } from "../../workers/core/health/choice.ts";
import { applySighting, toUnknownHealth } from "../../workers/core/health/detector.ts";
import type { SegmentMark, SightingOutcome } from "../../workers/core/health/sighting.ts";
import {
  applyMarks,
  type TimelineState,
  toInitialTimelines,
} from "../../workers/core/health/timelines.ts";
import { VERDICTS, type Verdict } from "../../workers/core/health/verdict.ts";

const ORIGINS = ["a", "b", "c"];

interface Listing {
  readonly origin: string;
  readonly from: number;
  readonly count: number;
  readonly epochMs: number | null;
  readonly name: string;
}

/** Few values, so that listings meet, contradict and start over often. */
const listing: fc.Arbitrary<Listing> = fc.record({
  origin: fc.constantFrom(...ORIGINS),
  from: fc.integer({ min: 0, max: 12 }),
  count: fc.integer({ min: 0, max: 5 }),
  epochMs: fc.constantFrom(null, 0, 1, 2000, 60_000),
  name: fc.constantFrom("s", "x"),
});
const mode = fc.constantFrom<ReplicaMode>("auto", "identical", "independent");
const verdict = fc.constantFrom<Verdict>(...VERDICTS);

function toMarks({ from, count, epochMs, name }: Listing): SegmentMark[] {
  return Array.from({ length: count }, (_, index) => ({
    msn: from + index,
    pdtMs: epochMs === null ? null : epochMs + (from + index) * 2000,
    durationMs: 2000,
    name: `${name}${from + index}.ts`,
  }));
}

function runTimelines(replicas: ReplicaMode, listings: readonly Listing[]): TimelineState[] {
  const states = [toInitialTimelines(replicas, ORIGINS)];
  for (const each of listings) {
    const last = states.at(-1) ?? toInitialTimelines(replicas, ORIGINS);
    states.push(applyMarks(last, replicas, each.origin, toMarks(each)));
  }
  return states;
}

describe("timelines", () => {
  test("a number that is gone never comes back, and no number is given twice", () => {
    fc.assert(
      fc.property(mode, fc.array(listing, { maxLength: 40 }), (replicas, listings) => {
        const gone = new Set<number>();
        let known = new Set<number>();
        for (const { timelines, nextN } of runTimelines(replicas, listings)) {
          const numbers = timelines.map(({ n }) => n);
          expect(new Set(numbers).size).toBe(numbers.length);
          for (const n of numbers) {
            expect(gone.has(n)).toBe(false);
            expect(n).toBeLessThan(nextN);
          }
          for (const n of known) if (!numbers.includes(n)) gone.add(n);
          known = new Set(numbers);
        }
      }),
    );
  });

  test("every timeline has members, each once; who was seen with segments is in one", () => {
    fc.assert(
      fc.property(mode, fc.array(listing, { maxLength: 40 }), (replicas, listings) => {
        const state = runTimelines(replicas, listings).at(-1);
        for (const { origins } of state?.timelines ?? []) {
          expect(origins.length).toBeGreaterThan(0);
          expect(new Set(origins).size).toBe(origins.length);
        }
        const placed = state?.timelines.flatMap(({ origins }) => origins) ?? [];
        for (const { origin, count } of listings) {
          if (count > 0) expect(placed).toContain(origin);
        }
      }),
    );
  });

  test("what the operator declared stays as declared", () => {
    const declared = fc.constantFrom<ReplicaMode>("identical", "independent");
    fc.assert(
      fc.property(declared, fc.array(listing, { maxLength: 20 }), (replicas, listings) => {
        const states = runTimelines(replicas, listings);
        expect(states.at(-1)).toEqual(states[0]);
      }),
    );
  });

  test("the same again changes no membership", () => {
    fc.assert(
      fc.property(fc.array(listing, { minLength: 1, maxLength: 20 }), (listings) => {
        const state = runTimelines("auto", listings).at(-1);
        const last = listings.at(-1);
        if (state === undefined || last === undefined) return;
        const again = applyMarks(state, "auto", last.origin, toMarks(last));
        const members = ({ timelines }: TimelineState) =>
          timelines.map(({ n, origins }) => [n, ...origins]);
        expect(members(again)).toEqual(members(state));
      }),
    );
  });
});

/** A course of a channel: sets of timelines and verdicts, one after the other. */
const verdicts = fc.tuple(verdict, verdict, verdict).map((each) => {
  return new Map(ORIGINS.map((id, index) => [id, each[index] ?? "unknown"]));
});
const course = fc.array(
  fc.record({
    timelines: fc.uniqueArray(
      fc.record({
        n: fc.integer({ min: 0, max: 3 }),
        origins: fc.shuffledSubarray(ORIGINS, { minLength: 1 }),
        history: fc.constant([]),
      }),
      { selector: ({ n }) => n, minLength: 1, maxLength: 3 },
    ),
    verdicts,
  }),
  { minLength: 1, maxLength: 12 },
);

describe("choice", () => {
  test("the laws of every step", () => {
    fc.assert(
      fc.property(course, (steps) => {
        let previous: ChannelChoice | null = null;
        steps.forEach((step, index) => {
          const input = { id: "demo", preference: ORIGINS, ...step };
          const choice = decideChoice(input, previous, index * 1000);
          checkChoice(choice, previous, step.verdicts, step.timelines, index * 1000);
          // Asked again with nothing new, it says the same.
          const again = decideChoice(input, choice, index * 1000 + 500);
          expect({ ...again, reason: null }).toEqual({ ...choice, reason: null });
          previous = choice;
        });
      }),
    );
  });
});

function checkChoice(
  choice: ChannelChoice,
  previous: ChannelChoice | null,
  verdictOf: ReadonlyMap<string, Verdict>,
  timelines: readonly { readonly n: number; readonly origins: readonly string[] }[],
  nowMs: number,
): void {
  // Never an empty order while the timeline has origins: nobody is banned, only put behind.
  for (const timeline of timelines) {
    const order = choice.timelines.find(({ n }) => n === timeline.n)?.origins ?? [];
    expect([...order].sort()).toEqual([...timeline.origins].sort());
  }
  const orderOf = (n: number | undefined) => choice.timelines.find((each) => each.n === n)?.origins;
  expect(orderOf(choice.current)).toBeDefined();
  // Nobody red before somebody who is not.
  for (const { origins } of choice.timelines) {
    const isRed = origins.map((id) => verdictOf.get(id) === "red");
    expect(isRed).toEqual([...isRed].sort((a, b) => Number(a) - Number(b)));
  }
  // A switch is a seam for every player: only when all of the current timeline are red, and only
  // to where somebody is not.
  const held = orderOf(previous?.current);
  if (previous !== null && held !== undefined && choice.current !== previous.current) {
    expect(held.every((id) => verdictOf.get(id) === "red")).toBe(true);
    expect(orderOf(choice.current)?.some((id) => verdictOf.get(id) !== "red")).toBe(true);
  }
  const isChanged =
    previous === null ||
    previous.current !== choice.current ||
    previous.timelines.find(({ n }) => n === previous.current)?.origins.join() !==
      orderOf(choice.current)?.join();
  expect(choice.changedAtMs).toBe(isChanged ? nowMs : previous.changedAtMs);
}

const outcome: fc.Arbitrary<SightingOutcome> = fc.oneof(
  fc.record({
    kind: fc.constant("playlist" as const),
    latencyMs: fc.integer({ min: 0, max: 3000 }),
    targetDurationMs: fc.integer({ min: 1000, max: 10_000 }),
    ended: fc.boolean(),
    lastMsn: fc.integer({ min: 0, max: 4 }),
    marks: fc.constant([]),
  }),
  fc.record({ kind: fc.constant("object" as const), latencyMs: fc.integer({ min: 0, max: 3000 }) }),
  fc.record({
    kind: fc.constant("failed" as const),
    latencyMs: fc.integer({ min: 0, max: 3000 }),
    failure: fc.constantFrom("timeout" as const, "refused" as const),
    detail: fc.constant("detail"),
  }),
);

describe("detector", () => {
  test("red needs a reason, and out of red leads only a proof", () => {
    const looks = fc.array(fc.tuple(fc.integer({ min: 0, max: 4000 }), outcome), { maxLength: 40 });
    fc.assert(
      fc.property(looks, fc.constantFrom("live" as const, "vod" as const), (steps, kind) => {
        let nowMs = 0;
        let health = toUnknownHealth(nowMs);
        let goodInRow = 0;
        for (const [waitMs, seen] of steps) {
          nowMs += waitMs;
          const before = health;
          health = applySighting(before, seen, kind, nowMs);
          const isGood = seen.kind !== "failed" && !health.reasons.includes("frozen");
          goodInRow = isGood ? goodInRow + 1 : 0;
          expect(health.verdict === "green").toBe(health.reasons.length === 0);
          if (health.verdict !== before.verdict) expect(health.changedAtMs).toBe(nowMs);
          else expect(health.changedAtMs).toBe(before.changedAtMs);
          if (before.verdict === "red" && health.verdict !== "red") {
            expect(goodInRow).toBeGreaterThanOrEqual(3);
            expect(nowMs - before.changedAtMs).toBeGreaterThanOrEqual(5000);
          }
          if (seen.kind === "failed") expect(health.verdict).not.toBe("green");
          if (kind === "vod") expect(health.reasons).not.toContain("frozen");
        }
      }),
    );
  });
});
