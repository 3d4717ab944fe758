// What operators said, and which of it holds: reach, time, and sessions of a share.

import { describe, expect, test } from "vitest";
import {
  applyExpiry,
  decideInForce,
  findOverrideFault,
  type Override,
} from "../../../../workers/core/health/operators/override.ts";
import { isInShare } from "../../../../workers/core/health/operators/session-share.ts";

const base = { id: "1", channelId: null, by: "kim", atMs: 100 } as const;
const pin = (originId: string, given: Partial<Override> = {}): Override =>
  ({ ...base, kind: "pin", originId, untilMs: null, ...given }) as Override;
const ban = (originId: string, untilMs = 200, given: Partial<Override> = {}): Override =>
  ({ ...base, kind: "ban", originId, untilMs, ...given }) as Override;

function print(overrides: readonly Override[], channelId = "demo", nowMs = 150): string {
  const {
    pin: pinned,
    banned,
    drained,
    canary,
    isFrozen,
    isShadow,
  } = decideInForce(overrides, channelId, nowMs);
  return [
    pinned === null ? "" : `pin ${pinned}`,
    banned.size === 0 ? "" : `ban ${[...banned].join("+")}`,
    drained.size === 0 ? "" : `drain ${[...drained].join("+")}`,
    canary === null ? "" : `canary ${canary.originId} ${canary.share}`,
    isFrozen ? "frozen" : "",
    isShadow ? "shadow" : "",
  ]
    .filter((word) => word !== "")
    .join(", ");
}

describe("in force", () => {
  const rows: readonly {
    name: string;
    overrides: readonly Override[];
    channel?: string;
    nowMs?: number;
    want: string;
  }[] = [
    { name: "nothing", overrides: [], want: "" },
    { name: "a pin for all", overrides: [pin("a")], want: "pin a" },
    { name: "of another channel", overrides: [pin("a", { channelId: "other" })], want: "" },
    {
      name: "a channel's word beats one for all, however old",
      overrides: [pin("b", { atMs: 140 }), pin("a", { channelId: "demo" })],
      want: "pin a",
    },
    {
      name: "the later of equals",
      overrides: [pin("a", { atMs: 120 }), pin("b", { atMs: 110 })],
      want: "pin a",
    },
    { name: "not before its time", overrides: [pin("a", { atMs: 151 })], want: "" },
    { name: "to the millisecond before its end", overrides: [ban("a", 151)], want: "ban a" },
    { name: "and no longer", overrides: [ban("a", 150)], want: "" },
    {
      name: "bans add up",
      overrides: [ban("a"), ban("b", 200, { channelId: "demo" })],
      want: "ban a+b",
    },
    {
      name: "all kinds side by side",
      overrides: [
        { ...base, kind: "drain", originId: "c", untilMs: null },
        { ...base, kind: "canary", originId: "b", share: 0.1, untilMs: 900 },
        { ...base, kind: "freeze", untilMs: 900 },
        { ...base, kind: "shadow", untilMs: null },
      ],
      want: "drain c, canary b 0.1, frozen, shadow",
    },
  ];
  test.each(rows)("$name", ({ overrides, channel, nowMs, want }) => {
    expect(print(overrides, channel, nowMs)).toBe(want);
  });

  test("what is over is taken out, and only that", () => {
    const all = [pin("a"), ban("b", 200), ban("c", 300)];
    expect(applyExpiry(all, 199)).toBe(all);
    expect(applyExpiry(all, 200).map((each) => each.untilMs)).toEqual([null, 300]);
  });
});

describe("faults", () => {
  const canary = (share: number): Override => ({
    ...base,
    kind: "canary",
    originId: "a",
    share,
    untilMs: 200,
  });
  test.each([
    { name: "as it should be", override: pin("a"), isFaulty: false },
    { name: "ends before it begins", override: ban("a", 100), isFaulty: true },
    { name: "a canary of nothing", override: canary(0), isFaulty: true },
    { name: "a canary of all", override: canary(1), isFaulty: false },
    { name: "of more than all", override: canary(1.01), isFaulty: true },
    { name: "of no number", override: canary(Number.NaN), isFaulty: true },
  ])("$name", ({ override, isFaulty }) => {
    expect(findOverrideFault(override) !== null).toBe(isFaulty);
  });
});

describe("sessions", () => {
  const sessions = Array.from({ length: 20_000 }, (_, k) => `session-${k}`);
  test.each([0, 0.01, 0.2, 0.5, 1])("a share of %d is one", (share) => {
    const count = sessions.filter((each) => isInShare("canary", each, share)).length;
    const deviation = Math.sqrt(sessions.length * share * (1 - share));
    expect(Math.abs(count - sessions.length * share)).toBeLessThanOrEqual(4 * deviation);
  });

  test("a share that grows only takes in", () => {
    for (const session of sessions.slice(0, 2_000)) {
      if (isInShare("shed", session, 0.1)) expect(isInShare("shed", session, 0.4)).toBe(true);
    }
  });

  test("purposes draw apart", () => {
    const both = sessions.filter(
      (each) => isInShare("shed", each, 0.5) && isInShare("canary", each, 0.5),
    );
    expect(Math.abs(both.length / sessions.length - 0.25)).toBeLessThan(0.02);
  });
});
