// Canaries of live channels: who may be one, under which number, and what each of them is fed by.

import { describe, expect, test } from "vitest";
import type { ChannelChoice, LiveCanary } from "../../../../workers/core/contract/policy.ts";
import {
  applyCanaryOrder,
  decideCanaryChoice,
  decideCanaryOrder,
} from "../../../../workers/core/health/operators/live-canary.ts";
import {
  type InForce,
  NOTHING_IN_FORCE,
} from "../../../../workers/core/health/operators/override.ts";
import { isInShare } from "../../../../workers/core/health/operators/session-share.ts";

const ORDER = { id: "o1", originId: "b", share: 0.2 };

describe("an order holds", () => {
  const rows: readonly (readonly [string, Partial<InForce>, boolean, boolean])[] = [
    ["by itself", {}, false, true],
    ["not for an origin that is red", {}, true, false],
    ["not against a ban", { banned: new Set(["b"]) }, false, false],
    ["not against a drain", { drained: new Set(["b"]) }, false, false],
    ["not against another's pin", { pin: "a" }, false, false],
    ["with its own pin", { pin: "b" }, false, true],
    ["beside a ban of another", { banned: new Set(["a"]) }, false, true],
    ["in a freeze: what runs is not moved", { isFrozen: true }, false, true],
  ];
  test.each(rows)("%s", (_, more, isRed, want) => {
    const inForce = { ...NOTHING_IN_FORCE, canary: ORDER, ...more };
    expect(decideCanaryOrder(inForce, isRed) !== null).toBe(want);
  });
});

describe("numbers", () => {
  const play = (...orders: readonly (typeof ORDER | null)[]) => {
    let canaries: readonly LiveCanary[] = [];
    return orders.map((order, index) => {
      const news = applyCanaryOrder(canaries, order, index * 5_000);
      canaries = news.canaries ?? [];
      return `${news.canary?.n ?? "-"} of ${canaries.map(({ n }) => n).join("")}`;
    });
  };
  const next = (id: string, originId = "b") => ({ ...ORDER, id, originId });

  test("rise with every order, and stay with it", () => {
    const said = play(
      null,
      ORDER,
      { ...ORDER, share: 0.5 },
      null,
      next("o2"),
      null,
      next("o3", "c"),
    );
    expect(said).toEqual(["- of ", "1 of 1", "1 of 1", "- of 1", "2 of 12", "- of 12", "3 of 123"]);
  });

  test("come back when the order was suspended", () => {
    expect(play(ORDER, null, ORDER)).toEqual(["1 of 1", "- of 1", "1 of 1"]);
  });

  test("are known for three seconds before anybody is sent there", () => {
    const { canaries = [] } = applyCanaryOrder([], ORDER, 1_000);
    const shares = [1_000, 3_999, 4_000].map((nowMs) => {
      return applyCanaryOrder(canaries, ORDER, nowMs).canary?.share;
    });
    expect(shares).toEqual([0, 0, 0.2]);
    // One that was suspended is known already.
    expect(applyCanaryOrder(canaries, null, 9_000).canary).toBeUndefined();
    expect(applyCanaryOrder(canaries, ORDER, 9_000).canary?.share).toBe(0.2);
    for (const session of ["a", "b", "c"]) expect(isInShare("canary", session, 0)).toBe(false);
  });

  test("are kept for the last eight, and never given twice", () => {
    const orders = Array.from({ length: 12 }, (_, index) => next(`o${index}`));
    let canaries: readonly LiveCanary[] = [];
    for (const order of orders) canaries = applyCanaryOrder(canaries, order, 0).canaries ?? [];
    expect(canaries.map(({ n }) => n)).toEqual([5, 6, 7, 8, 9, 10, 11, 12]);
  });
});

describe("a canary's choice", () => {
  const stable: ChannelChoice = {
    id: "demo",
    timelines: [
      { n: 0, origins: ["c"] },
      { n: 3, origins: ["a", "b"] },
    ],
    current: 3,
    reason: "preferred",
    changedAtMs: 7,
    regionOrders: { weur: ["b", "a"] },
    regionAvoids: { apac: ["a"] },
  };
  const canaries = [
    { n: 4, originId: "b", orderId: "o4", sinceMs: 0 },
    { n: 5, originId: "c", orderId: "o5", sinceMs: 0 },
    { n: 6, originId: "a", orderId: "o6", sinceMs: 0 },
  ];
  const rows: readonly (readonly [string, number | null, number, string])[] = [
    ["its origin first while it is on", 5, 5, "cab stays"],
    ["the channel's order when it is over", null, 5, "abc leaves c"],
    ["the same while another is on", 5, 4, "abc leaves b"],
    ["nothing to leave where its origin has become the first", null, 6, "abc stays"],
    ["none that was never ordered", 5, 7, "none"],
    ["none that is too long ago", 5, 1, "none"],
    ["none without a number", 5, 0, "none"],
  ];
  test.each(rows)("%s", (_, on, n, want) => {
    const canary = on === null ? {} : { canary: { originId: "c", share: 0.2, n: on } };
    const found = decideCanaryChoice({ ...stable, ...canary, canaries }, n);
    const order = found?.choice.timelines[0]?.origins.join("");
    const left = found?.left.length === 0 ? "stays" : `leaves ${found?.left}`;
    expect(found === null ? "none" : `${order} ${left}`).toBe(want);
  });

  test("is a choice without a canary of its own, with the regions' trouble", () => {
    const canary = { originId: "c", share: 0.2, n: 5 };
    const found = decideCanaryChoice({ ...stable, canary, canaries }, 5);
    expect(found?.choice).toEqual({
      id: "demo",
      timelines: [{ n: 0, origins: ["c", "a", "b"] }],
      current: 0,
      reason: "preferred",
      changedAtMs: 7,
      regionAvoids: { apac: ["a"] },
    });
  });

  test("leaves whom its channel leaves, too", () => {
    const left = ["d"];
    const of = (n: number) => decideCanaryChoice({ ...stable, left, canaries }, n);
    expect([of(5)?.left, of(6)?.left]).toEqual([["d", "c"], ["d"]]);
    expect(of(5)?.choice).not.toHaveProperty("left");
  });

  test("nobody, where the channel has never had one", () => {
    expect(decideCanaryChoice(stable, 1)).toBeNull();
  });
});

test("of 100,000 sessions the share is drawn, within four deviations, and always the same", () => {
  const count = 100_000;
  const share = 0.2;
  let drawn = 0;
  for (let k = 0; k < count; k += 1) {
    const session = `sid viewer-${k.toString(36)}`;
    const isDrawn = isInShare("canary", session, share);
    if (isInShare("canary", session, share) !== isDrawn) throw new Error(session);
    if (isDrawn) drawn += 1;
  }
  expect(Math.abs(drawn - count * share)).toBeLessThan(4 * Math.sqrt(count * share * (1 - share)));
});
