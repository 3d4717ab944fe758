// What is ordered, lengthened and told, step by step: budgets hold, nothing is ordered twice, and
// only what came since counts.

import { describe, expect, test } from "vitest";
import type { HotRules } from "../../../workers/core/config/catalog.ts";
import type { TallyRow } from "../../../workers/core/contract/tally.ts";
import { toHitCounts, toHitSum, toHitsSince } from "../../../workers/core/warm/hit-counts.ts";
import {
  applyHotNews,
  applyOrder,
  applyOrderBytes,
  HOT_KEEPING_NONE,
  type HotEffect,
  type HotKeeping,
  toHotBudget,
  toLifetimeFactors,
} from "../../../workers/core/warm/hot-keeping.ts";

const RULES: HotRules = {
  filesPerHour: 3,
  bytesPerHour: 1_000,
  requestsPerSecond: 5,
  hitsMin: 5,
  everyMs: 60_000,
  windowMs: 300_000,
};
const MINUTE_MS = 60_000;
const row = (outcome: string, count: number, kind = "segment", channel = "lib"): TallyRow => ({
  family: "requests",
  labels: [channel, "v360", kind, outcome],
  count,
  bytes: 0,
  log2: [],
});

/** A keeper that does what it is told, and remembers what it was told. */
class Keeper {
  keeping: HotKeeping = HOT_KEEPING_NONE;
  nowMs = 1_000;
  readonly ordered: string[][] = [];

  step(hits: Readonly<Record<string, number>>, rows: readonly TallyRow[] = []): string[] {
    const news = {
      hits: Object.entries(hits).map(([name, count]) => ({ name, count })),
      counts: [{ region: "enam", of: toHitCounts(rows) }],
      channels: new Set(["lib", "other"]),
    };
    const { keeping, effects } = applyHotNews(this.keeping, news, RULES, this.nowMs);
    this.keeping = keeping;
    for (const effect of effects) this.#take(effect);
    this.nowMs += MINUTE_MS;
    return effects.flatMap((effect) => {
      if (effect.kind === "tell") return [effect.note.effect.kind];
      return effect.kind === "order" ? [`order ${effect.paths.join(" ")}`] : [];
    });
  }

  planned(bytes: number): void {
    for (const { eventId } of this.keeping.orders) {
      this.keeping = applyOrderBytes(this.keeping, eventId, bytes);
    }
  }

  #take(effect: HotEffect): void {
    if (effect.kind !== "order") return;
    const { channel, paths } = effect;
    const order = { eventId: `e${this.ordered.length}`, channel, atMs: this.nowMs };
    this.keeping = applyOrder(this.keeping, { ...order, files: paths.length }, paths);
    this.ordered.push([...paths]);
  }
}

describe("orders", () => {
  test("the hottest first, of one channel at a time, within the hour's files", () => {
    const keeper = new Keeper();
    expect(keeper.step({ "lib/a.ts": 9, "lib/b.ts": 7, "other/c.ts": 8, "lib/d.ts": 4 })).toEqual([
      "order a.ts b.ts",
    ]);
    keeper.planned(100);
    expect(keeper.step({})).toEqual(["order c.ts"]);
    keeper.planned(100);
    expect(toHotBudget(keeper.keeping, RULES, keeper.nowMs)).toEqual({ files: 0, bytes: 800 });
    expect(keeper.step({ "lib/e.ts": 50 })).toEqual([]);
    keeper.nowMs += 60 * MINUTE_MS;
    expect(keeper.step({})).toEqual(["order e.ts a.ts"]);
  });

  test("no second one while nobody knows what the first comes to", () => {
    const keeper = new Keeper();
    keeper.step({ "lib/a.ts": 9 });
    expect(keeper.step({ "lib/b.ts": 9 })).toEqual([]);
    keeper.planned(400);
    expect(keeper.step({})).toEqual(["order b.ts"]);
  });

  test("a plan that never comes holds nothing up for good", () => {
    const keeper = new Keeper();
    keeper.step({ "lib/a.ts": 9 });
    keeper.nowMs += 3 * MINUTE_MS;
    expect(keeper.step({ "lib/b.ts": 9 })).toEqual(["order b.ts"]);
  });

  test("when the bytes of the hour are used up there are no more", () => {
    const keeper = new Keeper();
    keeper.step({ "lib/a.ts": 9 });
    keeper.planned(1_000);
    expect(keeper.step({ "lib/b.ts": 9 })).toEqual([]);
  });

  test("what left the catalog is not ordered", () => {
    expect(new Keeper().step({ "gone/a.ts": 9, strange: 9 })).toEqual([]);
  });
});

describe("the remedy", () => {
  const windows = (keeper: Keeper, rows: (n: number) => readonly TallyRow[], count: number) => {
    const told: string[] = [];
    for (let n = 1; n <= count; n++) told.push(...keeper.step({}, rows(n)));
    return told;
  };

  test("misses by age: longer, as far as it may be, and back when it is over", () => {
    const keeper = new Keeper();
    const bad = (n: number) => [row("hit-l1", 10 * n), row("stale", 40 * n)];
    expect(windows(keeper, bad, 21)).toEqual(["analyse", "lengthen", "lengthen", "preload"]);
    expect(toLifetimeFactors(keeper.keeping)).toEqual({ lib: 4 });
    const good = (n: number) => [row("hit-l1", 210 + 100 * n), row("stale", 840)];
    expect(windows(keeper, good, 10)).toEqual(["lengthen", "recovered", "lengthen"]);
    expect(toLifetimeFactors(keeper.keeping)).toEqual({});
  });

  test("misses of what is new: preloaded, then told", () => {
    const keeper = new Keeper();
    const cold = (n: number) => [row("miss-cold", 50 * n), row("hit-l0", n)];
    expect(windows(keeper, cold, 30)).toEqual(["analyse", "preload", "report"]);
  });

  test("a fallen ratio makes fainter files worth a request", () => {
    const keeper = new Keeper();
    const cold = (n: number) => [row("miss-cold", 50 * n)];
    keeper.step({ "lib/a.ts": 2 });
    expect(windows(keeper, cold, 12)).toEqual(["analyse", "order a.ts", "preload"]);
  });

  test("what was counted before anybody looked belongs to no window", () => {
    const keeper = new Keeper();
    const old = () => [row("miss-cold", 5_000)];
    expect(windows(keeper, old, 12)).toEqual([]);
  });
});

describe("counts", () => {
  test.each([
    ["hit-l0", { hits: 7, requests: 7, misses: {} }],
    ["stale-l1", { hits: 7, requests: 7, misses: {} }],
    ["miss-expired", { hits: 0, requests: 7, misses: { expired: 7 } }],
    ["stale", { hits: 0, requests: 7, misses: { stale: 7 } }],
    ["collapsed", { hits: 0, requests: 7, misses: { collapsed: 7 } }],
    ["http-404", undefined],
    ["through-cache", undefined],
  ])("%s", (outcome, want) => {
    expect(toHitCounts([row(outcome, 7)]).get("lib")).toEqual(want);
  });

  test("playlists and other families say nothing", () => {
    const rows = [row("hit-l0", 7, "playlist"), { ...row("hit-l0", 7), family: "egress" }];
    expect(toHitCounts(rows).size).toBe(0);
  });

  test("since, and together", () => {
    const before = { hits: 10, requests: 30, misses: { cold: 20 } };
    const now = { hits: 15, requests: 45, misses: { cold: 24, expired: 6 } };
    const since = { hits: 5, requests: 15, misses: { cold: 4, expired: 6 } };
    expect(toHitsSince(now, before)).toEqual(since);
    expect(toHitsSince(before, now), "a gate that began anew").toEqual(before);
    expect(toHitSum(before, since)).toEqual(now);
  });
});
