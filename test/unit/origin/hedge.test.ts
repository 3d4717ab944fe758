// The purse of hedges: at most a tenth more requests, whatever comes.

import { describe, expect, test } from "vitest";
import {
  applySpending,
  type HedgePurse,
  mayHedge,
  NEW_PURSE,
  toHedgeMs,
  toUsualLatencyMs,
} from "../../../workers/core/origin/hedge.ts";

/** Hedges that a run of requests can pay for, if every one of them would like one. */
function countHedges(requests: number): number {
  let purse: HedgePurse = NEW_PURSE;
  let hedges = 0;
  for (let count = 0; count < requests; count++) {
    purse = applySpending(purse, "request");
    if (!mayHedge(purse)) continue;
    purse = applySpending(purse, "hedge");
    hedges += 1;
  }
  return hedges;
}

describe("the purse", () => {
  test.each([
    [1, 1],
    [100, 11],
    [1_000, 101],
  ])("%i requests pay for at most %i hedges", (requests, most) => {
    const hedges = countHedges(requests);
    expect(hedges).toBeLessThanOrEqual(most);
    expect(hedges).toBeGreaterThanOrEqual(Math.floor(requests / 10));
  });

  test("a quiet hour does not pay for a storm", () => {
    let purse = NEW_PURSE;
    for (let count = 0; count < 10_000; count++) purse = applySpending(purse, "request");
    let hedges = 0;
    while (mayHedge(purse)) {
      purse = applySpending(purse, "hedge");
      hedges += 1;
    }
    expect(hedges).toBe(5);
  });

  test("rescues are never refused, and nobody hedges on top of them", () => {
    let purse = NEW_PURSE;
    for (let count = 0; count < 100; count++) purse = applySpending(purse, "rescue");
    expect(mayHedge(purse)).toBe(false);
    for (let count = 0; count < 70; count++) purse = applySpending(purse, "request");
    expect(mayHedge(purse)).toBe(true);
  });
});

test.each([
  [null, 500],
  [1, 150],
  [50, 200],
  [900, 1_000],
])("an origin that usually takes %s ms is hedged against after %i ms", (usual, want) => {
  expect(toHedgeMs(usual)).toBe(want);
});

test("the usual latency follows the newest by a fifth", () => {
  expect(toUsualLatencyMs(null, 80)).toBe(80);
  expect(toUsualLatencyMs(80, 180)).toBeCloseTo(100);
});
