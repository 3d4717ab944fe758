// Age, max-age and the stale windows moment by moment (spec section 2, C2, C9; section 9, H1, H2).
import { describe, expect, it } from "vitest";
import {
  planClockHeaders,
  type VersionTimes,
} from "../../../workers/core/respond/clock-headers.ts";

const CONFIRMED_MS = Date.UTC(2026, 10, 20, 12, 0, 0, 250);

const times = (given: Partial<VersionTimes>): VersionTimes => ({
  confirmedAtMs: CONFIRMED_MS,
  freshUntilMs: CONFIRMED_MS + 3000,
  swrMs: 6000,
  sieMs: 15_000,
  storable: true,
  immutable: false,
  ...given,
});

function read(version: VersionTimes, nowMs: number): Record<string, string> {
  return Object.fromEntries(planClockHeaders(version, nowMs).headers);
}

describe("planClockHeaders", () => {
  const rows: {
    name: string;
    version?: Partial<VersionTimes>;
    afterMs: number;
    age: string;
    cacheControl: string;
  }[] = [
    {
      name: "just confirmed",
      afterMs: 0,
      age: "0",
      cacheControl: "public, max-age=3, stale-while-revalidate=6, stale-if-error=15",
    },
    {
      name: "a millisecond later a whole second less is left",
      afterMs: 1,
      age: "0",
      cacheControl: "public, max-age=2, stale-while-revalidate=6, stale-if-error=15",
    },
    {
      name: "one second old",
      afterMs: 1000,
      age: "1",
      cacheControl: "public, max-age=3, stale-while-revalidate=6, stale-if-error=15",
    },
    {
      name: "end of freshness",
      afterMs: 3000,
      age: "3",
      cacheControl: "public, max-age=3, stale-while-revalidate=6, stale-if-error=15",
    },
    {
      name: "stale: the windows shrink",
      afterMs: 4500,
      age: "4",
      cacheControl: "public, max-age=4, stale-while-revalidate=4, stale-if-error=13",
    },
    {
      name: "beyond the revalidation window",
      afterMs: 9001,
      age: "9",
      cacheControl: "public, max-age=9, stale-while-revalidate=0, stale-if-error=8",
    },
    {
      name: "beyond everything",
      afterMs: 60_000,
      age: "60",
      cacheControl: "public, max-age=60, stale-while-revalidate=0, stale-if-error=0",
    },
    {
      name: "half a second of freshness is max-age 0",
      version: { freshUntilMs: CONFIRMED_MS + 500, swrMs: 1000, sieMs: 2500 },
      afterMs: 0,
      age: "0",
      cacheControl: "public, max-age=0, stale-while-revalidate=1, stale-if-error=2",
    },
    {
      name: "a viewer's clock behind the confirmation",
      afterMs: -5000,
      age: "0",
      cacheControl: "public, max-age=8, stale-while-revalidate=6, stale-if-error=15",
    },
    {
      name: "immutable",
      version: {
        freshUntilMs: CONFIRMED_MS + 31_536_000_000,
        swrMs: 0,
        sieMs: 0,
        immutable: true,
      },
      afterMs: 0,
      age: "0",
      cacheControl:
        "public, max-age=31536000, stale-while-revalidate=0, stale-if-error=0, immutable",
    },
    {
      name: "not storable",
      version: { storable: false, immutable: true },
      afterMs: 1500,
      age: "1",
      cacheControl: "no-store",
    },
  ];
  for (const { name, version = {}, afterMs, age, cacheControl } of rows) {
    it(name, () => {
      const got = read(times(version), CONFIRMED_MS + afterMs);
      expect(got["Age"]).toBe(age);
      expect(got["Cache-Control"]).toBe(cacheControl);
    });
  }

  it("sends the reply's own Date", () => {
    expect(read(times({}), CONFIRMED_MS + 800)["Date"]).toBe("Fri, 20 Nov 2026 12:00:01 GMT");
  });

  it("never lets a downstream cache keep more than is left", () => {
    for (const freshMs of [0, 1, 500, 999, 1000, 1001, 3000, 36_000]) {
      const version = times({ freshUntilMs: CONFIRMED_MS + freshMs });
      for (let afterMs = 0; afterMs < freshMs + 3000; afterMs += 37) {
        const got = read(version, CONFIRMED_MS + afterMs);
        const maxAge = Number(/max-age=(\d+)/.exec(got["Cache-Control"] ?? "")?.[1]);
        const keptMs = (maxAge - Number(got["Age"])) * 1000;
        expect(keptMs).toBeLessThanOrEqual(Math.max(0, freshMs - afterMs));
        expect(keptMs).toBeGreaterThan(freshMs - afterMs - 1000);
      }
    }
  });

  it("holds until untilMs, in few steps", () => {
    const version = times({ freshUntilMs: CONFIRMED_MS + 1734, swrMs: 1111, sieMs: 2345 });
    let steps = 0;
    for (let nowMs = CONFIRMED_MS; nowMs < CONFIRMED_MS + 6000; ) {
      const { headers, untilMs } = planClockHeaders(version, nowMs);
      expect(untilMs).toBeGreaterThan(nowMs);
      for (let laterMs = nowMs; laterMs < untilMs; laterMs += 1) {
        expect(planClockHeaders(version, laterMs).headers).toEqual(headers);
      }
      nowMs = untilMs;
      steps += 1;
    }
    // Date, Age and what is left each step once a second, each stale window once a second after
    // that.
    expect(steps).toBeLessThanOrEqual(6 * 3 + 4);
  });
});
