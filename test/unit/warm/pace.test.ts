// The pace at an origin: never more than was promised, and no burst after a wait.

import { describe, expect, test } from "vitest";
import { applyReservation, PACE_AHEAD_MS_MAX, PACE_NONE } from "../../../workers/core/warm/pace.ts";
import { makeChance } from "../../kit/chance.ts";

describe("applyReservation", () => {
  test("the first may go at once, the next when its place comes", () => {
    const first = applyReservation(PACE_NONE, { count: 10, requestsPerSecond: 100 }, 5_000);
    expect(first).toEqual({ state: { freeAtMs: 5_100 }, delayMs: 0, spacingMs: 10 });
    const second = applyReservation(first.state, { count: 1, requestsPerSecond: 100 }, 5_020);
    expect(second).toEqual({ state: { freeAtMs: 5_110 }, delayMs: 80, spacingMs: 10 });
  });

  test("a rest saves nothing up", () => {
    const { state } = applyReservation(PACE_NONE, { count: 1, requestsPerSecond: 1 }, 0);
    expect(applyReservation(state, { count: 5, requestsPerSecond: 1 }, 60_000)).toMatchObject({
      delayMs: 0,
      spacingMs: 1_000,
    });
  });

  test("nobody is sent further ahead than is promised", () => {
    const held = { freeAtMs: 10 * PACE_AHEAD_MS_MAX };
    const { delayMs } = applyReservation(held, { count: 1, requestsPerSecond: 1 }, 0);
    expect(delayMs).toBe(PACE_AHEAD_MS_MAX);
  });

  test.each([7, 50, 300])("%i per second is kept within 5 % in every second, by many", (rate) => {
    const chance = makeChance(rate);
    const starts: number[] = [];
    let state = PACE_NONE;
    for (let nowMs = 0; nowMs < 30_000; nowMs += Math.floor(chance() * 400)) {
      // Nobody reserves more than a few seconds ahead: batches under way are few.
      if (state.freeAtMs - nowMs > 3_000) continue;
      const count = 1 + Math.floor(chance() * 24);
      const granted = applyReservation(state, { count, requestsPerSecond: rate }, nowMs);
      state = granted.state;
      for (let index = 0; index < count; index++)
        starts.push(nowMs + granted.delayMs + index * granted.spacingMs);
    }
    const most = Math.max(
      ...starts.map((from) => starts.filter((at) => at >= from && at < from + 1_000).length),
    );
    expect(most).toBeLessThanOrEqual(Math.ceil(rate * 1.05));
    const seconds = (Math.max(...starts) - Math.min(...starts)) / 1_000;
    expect(starts.length / seconds).toBeLessThanOrEqual(rate * 1.05);
  });
});
