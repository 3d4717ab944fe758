// Laws of weights, lots, shares, quorum, shedding, steering and incidents over any input:
// fast-check makes the inputs, and prints seed and smallest counter-example when a law is broken.

import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { toCentre } from "../../workers/core/health/centre/centre.ts";
import { toRegionWeights } from "../../workers/core/health/centre/region-orders.ts";
import {
  AUDIT_EMPTY,
  AUDIT_KINDS,
  type AuditEntry,
  type AuditRecord,
  applyAudit,
} from "../../workers/core/health/incidents/audit.ts";
import {
  applyCalm,
  applyRecord,
  type IncidentBook,
} from "../../workers/core/health/incidents/incident.ts";
import { printPostMortem } from "../../workers/core/health/incidents/post-mortem.ts";
import { type InForce, NOTHING_IN_FORCE } from "../../workers/core/health/operators/override.ts";
import { decideShed, SHED_LOAD } from "../../workers/core/health/overload/shed.ts";
import { decideQuorum, type RegionView } from "../../workers/core/health/quorum.ts";
import { planAssignments } from "../../workers/core/health/spread/assignment.ts";
import { decideShares } from "../../workers/core/health/spread/headroom.ts";
import { decideRendezvous } from "../../workers/core/health/spread/rendezvous.ts";
import { toWeight } from "../../workers/core/health/spread/weight.ts";
import { VERDICTS, type Verdict } from "../../workers/core/health/verdict.ts";
import { decidePathways } from "../../workers/core/steer/pathways.ts";

const verdict = fc.constantFrom<Verdict>(...VERDICTS);
const id = fc.constantFrom("a", "b", "c", "d", "e");
/** None, or something that a share or a latency can make. */
const weight = fc.oneof(fc.constant(0), fc.double({ min: 1e-6, max: 100, noNaN: true }));
const weighted = fc.uniqueArray(fc.record({ id, weight }), {
  selector: (each) => each.id,
  minLength: 1,
});

describe("weights", () => {
  /** The formula in whole numbers, as exact as one likes. */
  function toExactWeight(latencyMs: number, share: number, health: number): number {
    const points = 10_000n - BigInt(latencyMs);
    return Number((points > 0n ? points : 0n) * BigInt(share) * BigInt(health)) / 1e10;
  }

  test("are the formula, to a thousandth", () => {
    const parts = fc.tuple(
      fc.integer({ min: 0, max: 12_000 }),
      fc.integer({ min: 0, max: 10_000 }),
      fc.integer({ min: 0, max: 10_000 }),
    );
    fc.assert(
      fc.property(parts, ([latencyMs, share, health]) => {
        const input = { latencyMs, bandwidthShare: share / 10_000, health: health / 10_000 };
        const want = toExactWeight(latencyMs, share, health);
        expect(Math.abs(toWeight(input) - want)).toBeLessThanOrEqual(want * 0.001);
      }),
    );
  });

  test("somebody always has one, whatever the verdicts, bans and drains", () => {
    const world = fc.record({
      verdicts: fc.array(verdict, { minLength: 1, maxLength: 5 }),
      banned: fc.array(fc.nat(4)),
    });
    fc.assert(
      fc.property(world, ({ verdicts, banned }) => {
        const origins = verdicts.map((_, k) => `o${k}`);
        const rows = verdicts.map((each, k) => {
          const regions = { enam: each };
          const row = { channelId: "c", originId: `o${k}`, verdict: each, regions };
          return [`o${k}`, { ...row, reasons: [], changedAtMs: 0, redUntilMs: null }] as const;
        });
        const centre = { ...toCentre(["enam"]), world: new Map([["c", new Map(rows)]]) };
        const inForce: InForce = {
          ...NOTHING_IN_FORCE,
          banned: new Set(banned.map((k) => `o${k}`)),
        };
        const found = toRegionWeights(centre, "c", "enam", origins, inForce, 0);
        expect(found.some(({ weight }) => weight > 0)).toBe(true);
        expect(found.every(({ weight }) => weight >= 0)).toBe(true);
      }),
    );
  });
});

describe("lots", () => {
  test("an order names everybody once, and does not depend on how they are listed", () => {
    fc.assert(
      fc.property(weighted, fc.string(), (origins, key) => {
        const order = decideRendezvous(key, origins);
        expect([...order].sort()).toEqual(origins.map((each) => each.id).sort());
        const able = (ids: readonly string[]) =>
          ids.filter((each) => origins.some((one) => one.id === each && one.weight > 0));
        expect(able(decideRendezvous(key, [...origins].reverse()))).toEqual(able(order));
      }),
    );
  });

  test("one more origin only takes keys, one less only gives its own", () => {
    fc.assert(
      fc.property(weighted, fc.string(), (origins, key) => {
        const [gone, ...rest] = origins;
        if (gone === undefined || rest.length === 0) return;
        const before = decideRendezvous(key, origins).filter((each) => each !== gone.id);
        expect(decideRendezvous(key, rest)).toEqual(before);
      }),
    );
  });
});

describe("shares", () => {
  const bounded = fc.uniqueArray(
    fc.record({
      id,
      weight,
      capacity: fc.option(fc.double({ min: 1, max: 1_000, noNaN: true })),
    }),
    { selector: (each) => each.id, minLength: 1 },
  );
  test("add up to one, and nobody is above four fifths unless all are", () => {
    fc.assert(
      fc.property(bounded, fc.double({ min: 0, max: 5_000, noNaN: true }), (origins, demand) => {
        const { shares, excess } = decideShares(origins, demand);
        const sum = [...shares.values()].reduce((total, share) => total + share, 0);
        const isAnybody = origins.some(({ weight }) => weight > 0);
        expect(sum).toBeCloseTo(isAnybody ? 1 : 0, 9);
        for (const origin of origins) {
          const share = shares.get(origin.id) ?? Number.NaN;
          expect(share).toBeGreaterThanOrEqual(0);
          if (excess > 0 || origin.capacity === null) continue;
          expect(share * demand).toBeLessThanOrEqual(0.8 * origin.capacity * (1 + 1e-9));
        }
      }),
    );
  });

  test("assignments place every channel, on somebody with a weight", () => {
    const channels = fc.array(fc.nat(20), { minLength: 1, maxLength: 60 });
    fc.assert(
      fc.property(weighted, channels, (origins, loads) => {
        const given = loads.map((load, k) => ({ id: `c${k}`, load }));
        const placed = planAssignments("enam", given, origins);
        const able = origins.filter(({ weight }) => weight > 0).map((each) => each.id);
        expect(placed.size).toBe(able.length === 0 ? 0 : given.length);
        for (const origin of placed.values()) expect(able).toContain(origin);
      }),
    );
  });
});

describe("quorum", () => {
  const view: fc.Arbitrary<RegionView> = fc.record({
    region: fc.constant("r"),
    verdict,
    reasons: fc.constantFrom([], ["failing"], ["recovering"], ["slow"]),
    seenAgoMs: fc.constantFrom(0, 6_000, 7_000, 700_000),
  });
  const views = fc.array(view, { maxLength: 9 });
  const toVoices = (all: readonly RegionView[]) =>
    all.filter(({ seenAgoMs }) => seenAgoMs <= 6_500);

  test("a new red needs most of the members, and so does the end of one", () => {
    fc.assert(
      fc.property(views, verdict, (all, previous) => {
        const members = all.filter(({ seenAgoMs }) => seenAgoMs <= 600_000).length;
        const found = decideQuorum(all, previous);
        const reds = toVoices(all).filter((each) => each.verdict === "red").length;
        const fit = toVoices(all).filter(
          (each) => each.verdict === "green" || each.verdict === "yellow",
        ).length;
        if (previous !== "red" && found.verdict === "red")
          expect(reds * 2).toBeGreaterThan(members);
        if (previous === "red" && found.verdict !== "red") expect(fit * 2).toBeGreaterThan(members);
      }),
    );
  });

  test("silence never changes a verdict", () => {
    fc.assert(
      fc.property(fc.array(view, { minLength: 1, maxLength: 9 }), verdict, (all, previous) => {
        const silent = all.map((each) => ({ ...each, seenAgoMs: 7_000 }));
        expect(decideQuorum(silent, previous).verdict).toBe(previous);
      }),
    );
  });
});

describe("shedding", () => {
  test("settles where the load is 80, if new sessions can bring that about", () => {
    const world = fc.tuple(
      fc.double({ min: 81, max: 1_000, noNaN: true }),
      fc.double({ min: 0.05, max: 1, noNaN: true }),
    );
    fc.assert(
      fc.property(world, ([offered, fresh]) => {
        let share = 0;
        let load = offered;
        for (let turn = 0; turn < 40; turn += 1) {
          share = decideShed(share, { load, surge: 9, newShare: fresh });
          expect(share).toBeGreaterThanOrEqual(0);
          expect(share).toBeLessThanOrEqual(0.95);
          load = offered * (1 - share * fresh);
        }
        const isEnough = (offered - SHED_LOAD) / offered / fresh <= 0.95;
        if (isEnough) expect(load).toBeCloseTo(SHED_LOAD, 3);
        else expect(share).toBeCloseTo(0.95, 9);
      }),
    );
  });
});

describe("steering", () => {
  test("names every pathway once, and never leaves a good one", () => {
    const pathways = fc.uniqueArray(
      fc.record({ id, verdict, weight: fc.nat(5), isDrained: fc.boolean() }),
      { selector: (each) => each.id },
    );
    fc.assert(
      fc.property(pathways, fc.string(), fc.option(id), (all, session, current) => {
        const order = decidePathways({ pathways: all, session, current, own: "a" });
        expect([...order].sort()).toEqual(all.map((each) => each.id).sort());
        const held = all.find((each) => each.id === current);
        if (held === undefined || held.isDrained || held.weight === 0) return;
        if (held.verdict !== "red") expect(order[0]).toBe(current);
      }),
    );
  });
});

describe("incidents", () => {
  const name = (...names: readonly string[]) => fc.constantFrom<string | null>(null, ...names);
  const entry: fc.Arbitrary<AuditEntry> = fc.record({
    kind: fc.constantFrom(...AUDIT_KINDS),
    actor: fc.constantFrom("health", "kim"),
    channelId: name("x", "y", "z"),
    originId: name("a", "b", "c"),
    region: name("enam"),
    from: name("red", "green", "all-red"),
    to: name("red", "green", "all-red", "none", "alarm", "banned"),
    reason: fc.string(),
    inputs: fc.dictionary(fc.string(), fc.oneof(fc.string(), fc.integer(), fc.boolean())),
  });
  const steps = fc.array(fc.tuple(fc.nat(400_000), entry), { maxLength: 40 });

  test("no two that are open share anything; every adverse record is in exactly one", () => {
    fc.assert(
      fc.property(steps, (all) => {
        let [log, nowMs]: [typeof AUDIT_EMPTY, number] = [AUDIT_EMPTY, 1_800_000_000_000];
        let book: IncidentBook = [];
        for (const [waitMs, each] of all) {
          nowMs += waitMs;
          log = applyAudit(log, each, nowMs);
          book = applyCalm(applyRecord(book, log.records.at(-1) as AuditRecord), nowMs);
          const open = book.filter(({ closedAtMs }) => closedAtMs === null);
          for (const list of [
            open.flatMap((one) => one.origins),
            open.flatMap((one) => one.channels),
          ]) {
            expect(new Set(list).size).toBe(list.length);
          }
        }
        const seqs = book.flatMap(({ entries }) => entries.map(({ seq }) => seq));
        expect(new Set(seqs).size).toBe(seqs.length);
        for (const incident of book) {
          const text = printPostMortem(incident, nowMs);
          expect(text.endsWith("\n")).toBe(true);
          expect(text.split("\n").filter((line) => line.startsWith("# "))).toHaveLength(1);
        }
      }),
    );
  });
});
