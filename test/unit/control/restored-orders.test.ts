// Orders of a lost account: which of them are given again.

import { describe, expect, test } from "vitest";
import { planRestoredOrders } from "../../../workers/control/centre/restored-orders.ts";
import type { Override } from "../../../workers/core/health/operators/override.ts";
import type { DeclaredEvent } from "../../../workers/core/health/overload/overload.ts";
import { toSituation } from "../origin/situation.ts";

const NOW_MS = 1_800_000_000_000;
const { catalog } = toSituation({}).index;

const order = (given: object): Override =>
  ({
    ...{ id: "o1", kind: "drain", channelId: "demo", originId: "west", by: "kim" },
    ...{ atMs: NOW_MS - 60_000, untilMs: null },
    ...given,
  }) as Override;
const event = (given: object = {}): DeclaredEvent => ({
  ...{ id: "e1", channelId: "demo", by: "kim", requestsPerSecond: 900, deviation: null },
  ...{ fromMs: NOW_MS - 1_000, untilMs: NOW_MS + 60_000 },
  ...given,
});
const plan = (
  overrides: readonly Override[],
  events: readonly DeclaredEvent[] = [],
  known: readonly string[] = [],
) => planRestoredOrders({ overrides, events }, catalog, (id) => known.includes(id), NOW_MS);

describe("an order", () => {
  test.each([
    { name: "that does not end", given: {}, want: 1 },
    { name: "that has not ended", given: { untilMs: NOW_MS + 1 }, want: 1 },
    { name: "that has ended", given: { untilMs: NOW_MS }, want: 0 },
    { name: "of every channel", given: { channelId: null }, want: 1 },
    { name: "about a channel that is gone", given: { channelId: "past" }, want: 0 },
    { name: "about an origin that is gone", given: { originId: "past" }, want: 0 },
    { name: "of no meaning", given: { kind: "canary", share: 7, untilMs: NOW_MS + 1 }, want: 0 },
  ])("$name", ({ given, want }) => {
    expect(plan([order(given)])).toHaveLength(want);
  });

  test("that this account has had is not given again", () => {
    expect(plan([order({})], [event()], ["o1"])).toEqual([{ kind: "event", event: event() }]);
    expect(plan([order({})], [event()], ["o1", "event:e1"])).toEqual([]);
  });

  test("comes in its turn, for the later of two holds", () => {
    const [old, young] = [order({ id: "old" }), order({ id: "young", atMs: NOW_MS - 1 })];
    expect(plan([young, old])).toEqual([
      { kind: "override", override: old },
      { kind: "override", override: young },
    ]);
  });

  test("of no catalog is none", () => {
    const lost = { overrides: [order({})], events: [event()] };
    expect(planRestoredOrders(lost, null, () => false, NOW_MS)).toEqual([]);
  });
});

test("an event that is over, or of a channel that is gone, is not declared again", () => {
  expect(plan([], [event({ untilMs: NOW_MS }), event({ channelId: "past" })])).toEqual([]);
});
