// What an event may say of itself, and what becomes of it for the preload worker.

import { describe, expect, test } from "vitest";
import { EVENT_SCHEMA, toPreloadRequest } from "../../../workers/control/event-schema.ts";

const PLACE = { channel: "show", playlist: "index.m3u8", regions: ["enam"] };
const toRequest = (body: object) => toPreloadRequest(EVENT_SCHEMA.parse(body), PLACE);

describe("toPreloadRequest", () => {
  test("an order without wishes says nothing that was not said", () => {
    expect(toRequest({})).toEqual({ title: "Preload", ...PLACE });
  });

  test("moments and leads become milliseconds", () => {
    const body = { startsAt: "2026-11-20T18:00:00+01:00", leadSeconds: 90 };
    expect(toRequest(body)).toMatchObject({
      startsAtMs: Date.parse("2026-11-20T17:00:00Z"),
      leadMs: 90_000,
    });
    const window = { kind: "follow", until: "2026-11-20T19:00:00Z" };
    expect(toRequest({ window }).window).toEqual({
      kind: "follow",
      untilMs: Date.parse("2026-11-20T19:00:00Z"),
    });
  });

  test.each([
    ["event", { kind: "first", seconds: 120 }, 3_600_000],
    ["show", { kind: "whole" }, 7_200_000],
    ["commerce", { kind: "first", seconds: 15 }, 3_600_000],
    ["interactive", { kind: "last", seconds: 30 }, 600_000],
  ])("preset %s", (preset, window, leadMs) => {
    expect(toRequest({ preset })).toMatchObject({ window, leadMs });
  });

  test("what is said beside a preset wins", () => {
    const body = { preset: "show", window: { kind: "last", seconds: 5 }, leadSeconds: 1 };
    expect(toRequest(body)).toMatchObject({ window: { kind: "last", seconds: 5 }, leadMs: 1_000 });
  });
});

test.each([
  [{ window: { kind: "first" } }, "window.seconds"],
  [{ window: { kind: "middle" } }, "window.kind"],
  [{ startsAt: "tomorrow" }, "startsAt"],
  [{ regions: ["Europe!"] }, "regions.0"],
  [{ paths: ["/leading"] }, "paths.0"],
  [{ paths: [] }, "paths"],
  [{ budget: { requestsPerSecond: 0 } }, "budget.requestsPerSecond"],
  [{ verify: { coverage: 1.01 } }, "verify.coverage"],
  [{ surprise: 1 }, ""],
])("%j is refused at %s", (body, place) => {
  const parsed = EVENT_SCHEMA.safeParse(body);
  expect(parsed.success).toBe(false);
  const places = parsed.error?.issues.map(({ path }) => path.join("."));
  expect(places).toContain(place);
});
