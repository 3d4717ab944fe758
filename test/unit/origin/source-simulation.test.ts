// Minutes of live streaming on a simulated clock: how many requests a version costs and how late it
// is known, at origins that can block and at origins that cannot; and how soon another origin is
// asked when the followed one is in trouble.

import { describe, expect, test } from "vitest";
import { type SimulatedOrigin, simulate, toPercentile } from "./source-simulation.ts";

const MINUTES_MS = 240_000;
const polled: SimulatedOrigin = {
  id: "a",
  wayMs: 20,
  segmentMs: 2_000,
  jitter: 0.2,
  canBlock: false,
};

describe("an origin that cannot block", () => {
  const rows = [
    {
      name: "2 s, as the goals have it",
      origin: polled,
      requestsMax: 8,
      meanMs: 42,
      lateMsMax: 110,
    },
    {
      name: "no jitter",
      origin: { ...polled, jitter: 0 },
      requestsMax: 5,
      meanMs: 60,
      lateMsMax: 110,
    },
    {
      name: "4 s",
      origin: { ...polled, segmentMs: 4_000 },
      requestsMax: 8,
      meanMs: 80,
      lateMsMax: 210,
    },
    {
      name: "6 s",
      origin: { ...polled, segmentMs: 6_000 },
      requestsMax: 9,
      meanMs: 120,
      lateMsMax: 310,
    },
    {
      name: "1 s",
      origin: { ...polled, segmentMs: 1_000 },
      requestsMax: 6,
      meanMs: 40,
      lateMsMax: 110,
    },
    {
      name: "slower than the spacing: looks overlap",
      origin: { ...polled, wayMs: 120 },
      requestsMax: 11,
      meanMs: 80,
      lateMsMax: 200,
    },
    {
      name: "irregular",
      origin: { ...polled, jitter: 0.4 },
      requestsMax: 15,
      meanMs: 45,
      lateMsMax: 160,
    },
  ];
  test.each(rows)("$name", ({ origin, requestsMax, meanMs, lateMsMax }) => {
    for (const seed of [1, 2, 3]) {
      const { requests, versions, latenessMs, flightsMax } = simulate([origin], MINUTES_MS, seed);
      expect((requests.get("a") ?? 0) / versions).toBeLessThanOrEqual(requestsMax);
      expect(latenessMs.length).toBeGreaterThan(versions * 0.97);
      const sumMs = latenessMs.reduce((sum, each) => sum + each, 0);
      expect(sumMs / latenessMs.length).toBeLessThanOrEqual(meanMs);
      expect(toPercentile(latenessMs, 99)).toBeLessThanOrEqual(lateMsMax);
      expect(flightsMax).toBeLessThanOrEqual(2);
    }
  });
});

describe("an origin that can block", () => {
  test.each([0, 0.2, 0.4])("one request per version, at once; jitter %f", (jitter) => {
    const report = simulate([{ ...polled, canBlock: true, jitter }], MINUTES_MS);
    const { requests, versions, latenessMs, flightsMax } = report;
    expect(Math.abs((requests.get("a") ?? 0) - versions)).toBeLessThanOrEqual(1);
    expect(toPercentile(latenessMs, 100)).toBeLessThanOrEqual(1);
    expect(flightsMax).toBe(1);
  });
});

describe("with a standby", () => {
  const standby: SimulatedOrigin = { ...polled, id: "b" };

  test("it is read once per target duration", () => {
    const { requests, versions, flightsMax } = simulate([polled, standby], MINUTES_MS);
    const perVersion = (requests.get("b") ?? 0) / versions;
    expect(perVersion).toBeGreaterThan(0.8);
    expect(perVersion).toBeLessThan(1.2);
    expect(flightsMax).toBeLessThanOrEqual(2);
  });

  test.each([
    { name: "whole segments", each: {}, mostPerTarget: 1.6 },
    { name: "parts", each: { segmentMs: 400, targetMs: 2_000 }, mostPerTarget: 2.5 },
  ])("beside held requests it is not polled: $name", ({ each, mostPerTarget }) => {
    const blocking = { ...polled, canBlock: true, ...each };
    const { requests, told } = simulate([blocking, { ...blocking, id: "b" }], MINUTES_MS);
    const targets = (MINUTES_MS - 20_000) / 2_000;
    expect((requests.get("b") ?? 0) / targets).toBeLessThan(mostPerTarget);
    expect((requests.get("b") ?? 0) / targets).toBeGreaterThan(0.8);
    expect(told.length).toBeGreaterThan(targets);
  });

  test.each([
    { kind: "error" as const, canBlock: false, withinMs: 2_300 },
    { kind: "hang" as const, canBlock: false, withinMs: 2_600 },
    { kind: "freeze" as const, canBlock: false, withinMs: 3_200 },
    { kind: "freeze" as const, canBlock: true, withinMs: 3_200 },
    { kind: "hang" as const, canBlock: true, withinMs: 3_200 },
  ])("$kind (blocking: $canBlock): the other one is looked at", ({ kind, canBlock, withinMs }) => {
    const fault = { kind, fromMs: 60_000 };
    const { told } = simulate([{ ...polled, canBlock, fault }, standby], 70_000);
    const trouble = told.filter(
      ({ originId, news, atMs }) => originId === "a" && news.startsWith("tell-") && atMs >= 60_000,
    );
    expect(trouble[0]?.atMs).toBeLessThan(60_000 + withinMs);
    // In its own rhythm from then on: no version of it is missed.
    const bodies = told.filter(
      ({ originId, news, atMs }) => originId === "b" && news === "body" && atMs > 62_000,
    );
    expect(bodies.length).toBeGreaterThanOrEqual(3);
  });
});
