// Where an entry stands, to the millisecond.

import { describe, expect, test } from "vitest";
import { decideStanding } from "../../../workers/core/cache/freshness.ts";

const UNTIL_MS = 1_800_000_000_000;

describe("decideStanding", () => {
  test.each([
    { swrMs: 500, sieMs: 2000, atMs: -1, want: "fresh" },
    { swrMs: 500, sieMs: 2000, atMs: 0, want: "revalidate" },
    { swrMs: 500, sieMs: 2000, atMs: 499, want: "revalidate" },
    { swrMs: 500, sieMs: 2000, atMs: 500, want: "if-error" },
    { swrMs: 500, sieMs: 2000, atMs: 1999, want: "if-error" },
    { swrMs: 500, sieMs: 2000, atMs: 2000, want: "expired" },
    { swrMs: 0, sieMs: 2000, atMs: 0, want: "if-error" },
    { swrMs: 0, sieMs: 0, atMs: 0, want: "expired" },
    { swrMs: 0, sieMs: 0, atMs: -1, want: "fresh" },
    { swrMs: 2000, sieMs: 500, atMs: 1999, want: "revalidate" },
    { swrMs: 2000, sieMs: 500, atMs: 2000, want: "expired" },
  ])("$atMs ms after, swr $swrMs, sie $sieMs: $want", ({ swrMs, sieMs, atMs, want }) => {
    const lifetime = { confirmedAtMs: UNTIL_MS - 1000, freshUntilMs: UNTIL_MS, swrMs, sieMs };
    expect(decideStanding(lifetime, UNTIL_MS + atMs)).toBe(want);
  });
});
