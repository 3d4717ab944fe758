// A message's way to its receiver: what counts as delivered, when it is tried again, when it is
// given up.

import { describe, expect, test } from "vitest";
import {
  type AttemptOutcome,
  applyAttempt,
  type Delivery,
  RETRY_SECONDS,
  toDelivery,
} from "../../../workers/core/alert/delivery.ts";

const T0 = 1_700_000_000_000;
const answered = (status: number, retryAfter: string | null = null): AttemptOutcome => ({
  kind: "answered",
  status,
  retryAfter,
});
const FAILED: AttemptOutcome = { kind: "failed", detail: "cannot be reached" };

/** Plays the same outcome until the message is settled, always at the moment it is due. */
function play(outcome: AttemptOutcome): readonly Delivery[] {
  const steps = [toDelivery("msg_1", T0)];
  for (let now = steps[0] as Delivery; now.state === "waiting"; now = steps.at(-1) as Delivery) {
    steps.push(applyAttempt(now, outcome, now.dueAtMs));
  }
  return steps;
}

describe("one attempt", () => {
  test.each([
    { name: "200", outcome: answered(200), state: "delivered", detail: null },
    { name: "204", outcome: answered(204), state: "delivered", detail: null },
    { name: "a redirect", outcome: answered(302), state: "waiting", detail: "status 302" },
    { name: "404", outcome: answered(404), state: "waiting", detail: "status 404" },
    { name: "410", outcome: answered(410), state: "given-up", detail: "status 410" },
    { name: "500", outcome: answered(500), state: "waiting", detail: "status 500" },
    { name: "no answer", outcome: FAILED, state: "waiting", detail: "cannot be reached" },
  ])("$name", ({ outcome, state, detail }) => {
    const after = applyAttempt(toDelivery("msg_1", T0), outcome, T0 + 100);
    expect(after).toMatchObject({ state, detail, attempts: 1 });
    expect(after.settledAtMs).toBe(state === "waiting" ? null : T0 + 100);
  });
});

describe("repeats", () => {
  test("come later each time, a fifth late at the most, and end", () => {
    const steps = play(FAILED);
    expect(steps).toHaveLength(RETRY_SECONDS.length + 2);
    expect(steps.at(-1)).toMatchObject({ state: "given-up", detail: "cannot be reached" });
    RETRY_SECONDS.forEach((seconds, index) => {
      const waitMs = (steps[index + 1]?.dueAtMs ?? 0) - (steps[index]?.dueAtMs ?? 0);
      expect(waitMs).toBeGreaterThanOrEqual(seconds * 1_000);
      expect(waitMs).toBeLessThanOrEqual(seconds * 1_200);
    });
  });

  test("of many messages are spread", () => {
    const dues = Array.from({ length: 50 }, (_, index) => {
      return applyAttempt(toDelivery(`msg_${index}`, T0), FAILED, T0).dueAtMs;
    });
    expect(new Set(dues).size).toBeGreaterThan(40);
  });

  test.each([
    { name: "429 that says when", outcome: answered(429, "120"), waitMs: 120_000 },
    { name: "503 that says when", outcome: answered(503, "120"), waitMs: 120_000 },
    { name: "503 that asks for years", outcome: answered(503, "99999999"), waitMs: 3_600_000 },
  ])("$name", ({ outcome, waitMs }) => {
    expect(applyAttempt(toDelivery("m", T0), outcome, T0).dueAtMs).toBe(T0 + waitMs);
  });

  test.each([
    { name: "503 that asks for less", outcome: answered(503, "1") },
    { name: "500 is not asked", outcome: answered(500, "3000") },
    { name: "a date is not read", outcome: answered(503, "Fri, 20 Nov 2026 10:00:00 GMT") },
  ])("$name", ({ outcome }) => {
    const { dueAtMs } = applyAttempt(toDelivery("m", T0), outcome, T0);
    expect(dueAtMs - T0).toBeLessThanOrEqual((RETRY_SECONDS[0] ?? 0) * 1_200);
  });

  test("a receiver that recovers ends them", () => {
    const late = applyAttempt(toDelivery("m", T0), FAILED, T0);
    const done = applyAttempt(late, answered(202), late.dueAtMs);
    expect(done).toMatchObject({ state: "delivered", attempts: 2, settledAtMs: late.dueAtMs });
  });
});
