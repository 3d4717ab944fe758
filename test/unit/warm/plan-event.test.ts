// A plan's numbers, and when it is refused with them.

import { describe, expect, test } from "vitest";
import { EVENT_TARGETS_MAX } from "../../../workers/core/warm/batches.ts";
import { planEvent, toFitting } from "../../../workers/core/warm/plan-event.ts";
import { REQUEST, toFiles } from "./sightings.ts";

const PRICES = {
  currency: "USD",
  source: "a bill",
  date: "2026-11-20",
  originRequestsPerMillion: 400_000,
  originBytesPerGb: 90_000_000,
  hotTierWritesPerMillion: 4_500_000,
  hotTierReadsPerMillion: 360_000,
  edgeRequestsPerMillion: 300_000,
};
const listing = (more: object = {}) => ({
  files: toFiles(10),
  hotTier: false,
  fault: null,
  prices: null,
  ...more,
});
const NOW = 1_000_000;

describe("numbers", () => {
  test("every region reads the origin for itself", () => {
    expect(planEvent(REQUEST, listing(), NOW)).toMatchObject({
      files: 10,
      places: ["enam", "weur"],
      objects: 20,
      bytes: 1_000,
      filesOfUnknownLength: 0,
      origin: { bytes: 2_000, requests: 20 },
      cost: null,
      runSecondsMin: null,
      refusals: [],
      conflicts: [],
    });
  });

  test("with the hot tier the origin is read once", () => {
    expect(planEvent(REQUEST, listing({ hotTier: true }), NOW)).toMatchObject({
      places: ["enam", "weur", "hot-tier"],
      objects: 30,
      origin: { bytes: 1_000, requests: 10 },
    });
  });

  test("cost is reckoned from the operator's own prices, and names them", () => {
    // 20 requests at 0.4, 2,000 bytes at 0.09 per 1,000, 40 looks at 0.3.
    expect(planEvent(REQUEST, listing({ prices: PRICES }), NOW).cost).toEqual({
      amount: expect.closeTo(20 * 0.4 + 2 * 90 + 40 * 0.3, 6),
      currency: "USD",
      source: "a bill",
      date: "2026-11-20",
    });
    // 10 requests, 1,000 bytes, 10 writes at 4.5, 40 reads at 0.36, 40 looks.
    expect(
      planEvent(REQUEST, listing({ prices: PRICES, hotTier: true }), NOW).cost?.amount,
    ).toBeCloseTo(10 * 0.4 + 90 + 10 * 4.5 + 40 * 0.36 + 40 * 0.3, 6);
  });
});

interface Row {
  readonly name: string;
  readonly request?: object;
  readonly listing?: object;
  readonly want: readonly string[];
}

const REFUSED: readonly Row[] = [
  {
    name: "unreadable",
    listing: { fault: "The edge answers 404." },
    want: ["The edge answers 404."],
  },
  { name: "empty", listing: { files: [] }, want: ["The playlists announce no files."] },
  {
    name: "too many",
    listing: { files: toFiles(EVENT_TARGETS_MAX + 1) },
    want: ["10001 objects are more than the limit of 10000."],
  },
  { name: "at the limit", listing: { files: toFiles(EVENT_TARGETS_MAX) }, want: [] },
  {
    name: "over the budget of bytes",
    request: { budget: { bytes: 1_999 } },
    want: ["The origins would send 2000 bytes, the budget is 1999."],
  },
  { name: "within the budget of bytes", request: { budget: { bytes: 2_000 } }, want: [] },
  {
    name: "over the budget of money",
    request: { budget: { cost: 199 } },
    listing: { prices: PRICES },
    want: ["It would cost 200.0000 USD, the budget is 199."],
  },
  {
    name: "a budget of money without prices",
    request: { budget: { cost: 1 } },
    want: ["A budget of money needs the table [prices] in the catalog."],
  },
  {
    name: "following what is over",
    request: { window: { kind: "follow", untilMs: NOW } },
    want: ["The window to follow is over already."],
  },
  {
    name: "following what has not begun",
    request: { window: { kind: "follow", untilMs: NOW + 1 } },
    listing: { files: [] },
    want: [],
  },
];

test.each(REFUSED)("$name", ({ request = {}, listing: given = {}, want }) => {
  const { refusals } = planEvent({ ...REQUEST, ...request }, listing(given), NOW);
  expect(refusals.map(({ detail }) => detail)).toEqual(want);
});

const unknown = toFiles(3).map((file) => ({ ...file, expected: null }));
test.each([
  {
    name: "nothing to compare with",
    listing: { files: unknown },
    want: ["No storage tells what the objects must be: they can be warm, not compared."],
  },
  {
    name: "a budget that cannot count everything",
    request: { budget: { bytes: 10_000 } },
    listing: { files: [...toFiles(1), ...unknown] },
    want: ["3 of 4 objects have no known length and count nothing in the budget."],
  },
  {
    name: "slower than the time that is left",
    request: { startsAtMs: NOW + 4_000, budget: { requestsPerSecond: 2 } },
    want: ["At 2 requests per second it takes 10 s, and begins in 4 s."],
  },
])("conflict: $name", ({ request = {}, listing: given = {}, want }) => {
  expect(planEvent({ ...REQUEST, ...request }, listing(given), NOW).conflicts).toEqual(want);
});

describe("as much as fits", () => {
  const count = (bytes: number, more: object = {}) =>
    toFitting({ ...REQUEST, budget: { bytes, fit: true } }, listing(more)).files.length;

  test("the first files, as far as the bytes go", () => {
    expect(count(2_000)).toBe(10);
    expect(count(1_999)).toBe(9);
    expect(count(199)).toBe(0);
    expect(count(999, { hotTier: true })).toBe(9);
  });

  test("what nobody knows the length of counts nothing", () => {
    const files = toFiles(10).map((file) => ({ ...file, expected: null }));
    expect(count(1, { files })).toBe(10);
  });

  test("only where that is wanted", () => {
    expect(toFitting({ ...REQUEST, budget: { bytes: 1 } }, listing()).files).toHaveLength(10);
    expect(toFitting(REQUEST, listing()).files).toHaveLength(10);
  });
});
