// A cost report against sums that were done by hand, and what must grow with what.

import { describe, expect, test } from "vitest";
import { type CostReport, toCostReport } from "../../../infra/cost/cost-report.ts";
import { PRICE_LIST, PRICED } from "../../../infra/cost/price-list.ts";
import {
  PROFILE_FIELDS,
  parseTrafficProfile,
  type TrafficProfile,
} from "../../../infra/cost/traffic-profile.ts";

function read(value: object): TrafficProfile {
  const reading = parseTrafficProfile(value);
  if (reading.kind === "failure") throw new Error(reading.detail);
  return reading.profile;
}

const of = (value: object) => toCostReport(read(value), PRICE_LIST);
const quantity = ({ lines }: CostReport, what: string) =>
  lines.find((line) => line.what === what)?.quantity;

/** One hour of one rendition, 100 viewers, segments of 6 s, two places with an isolate each. */
const SMALL = {
  viewerHours: 100,
  hours: 1,
  renditions: 1,
  ladderMegabitsPerSecond: 4,
  sessionMinutes: 60,
  dataCentres: 2,
  isolatesPerDataCentre: 1,
  regions: 1,
  origins: 1,
};

describe("a small live channel by hand", () => {
  const report = of(SMALL);
  test.each([
    // 600 segments and 600 reloads for each of 100 viewers, who begin once.
    ["workerRequest", 100 * (600 + 600 + 1)],
    ["workerCpuMs", 100 * (600 + 600 + 1)],
    // 600 files, each by two places.
    ["originRequest", 1_200],
    // 4 Mbit/s for an hour are 1.8 GB, twice.
    ["originGigabyte", 3.6],
    ["objectRowWritten", 2_400],
    // 600 versions over coordinator, source and one relay, 2 isolates' calls, 720 confirmations.
    ["objectRequest", 600 * 3 + 2 * 600 + 720],
    // Coordinator, source, relay; control's own, a gate, a prober.
    ["objectGigabyteSecond", 6 * 3_600 * 0.128],
  ])("%s", (what, want) => expect(quantity(report, what)).toBeCloseTo(want, 6));

  test("every line is quantity times price, and the sum is theirs", () => {
    for (const { quantity: many, dollars, price } of report.lines) {
      expect(dollars).toBeCloseTo((many * price.dollars) / price.per, 9);
    }
    expect(report.dollars).toBeCloseTo(
      report.lines.reduce((sum, { dollars }) => sum + dollars, 0),
      9,
    );
    expect(report.dollarsPerMillionViewerHours).toBeCloseTo(report.dollars * 10_000, 6);
    expect(report.originOffload).toBeCloseTo(1 - 1_200 / 60_000, 9);
  });
});

describe("what changes what", () => {
  test("the hot tier reads each file once, and pays R2 for it", () => {
    const [without, within] = [of(SMALL), of({ ...SMALL, hotTier: true })];
    expect(quantity(within, "originRequest")).toBe(600);
    expect(quantity(within, "hotTierWrite")).toBe(600);
    expect(quantity(within, "hotTierRead")).toBe(1_200);
    expect(quantity(without, "hotTierRead")).toBeUndefined();
    // 1.8 GB for a week.
    expect(quantity(within, "hotTierGigabyteMonth")).toBeCloseTo((1.8 * 7 * 24) / 730, 9);
  });

  test("a library has no sources and no versions", () => {
    const report = of({ ...SMALL, mode: "vod" });
    expect(quantity(report, "objectRowWritten")).toBe(0);
    expect(quantity(report, "workerRequest")).toBe(100 * (600 + 1 + 1));
  });

  test("parts make more requests and no more bytes", () => {
    const [whole, parts] = [of(SMALL), of({ ...SMALL, partSeconds: 1 })];
    expect(quantity(parts, "workerRequest")).toBe(100 * (3_600 + 3_600 + 1));
    expect(quantity(parts, "originGigabyte")).toBeCloseTo(
      quantity(whole, "originGigabyte") ?? 0,
      9,
    );
  });

  test("no more is read from origins than viewers asked for", () => {
    const report = of({ ...SMALL, viewerHours: 1, dataCentres: 400 });
    expect(quantity(report, "originRequest")).toBe(600);
    expect(report.originOffload).toBe(0);
  });
});

describe("a profile", () => {
  test("absent fields are usual", () => {
    const profile = read({});
    for (const [name, { usual }] of Object.entries(PROFILE_FIELDS)) {
      expect(profile[name as keyof typeof PROFILE_FIELDS]).toBe(usual);
    }
  });

  test.each([
    ["no object", [], "object"],
    ["an unknown field", { viewers: 3 }, "viewers is not known"],
    ["a text for a number", { hours: "1" }, "hours (how long the channels run, h)"],
    ["too little", { segmentSeconds: 0 }, "from 0.5 to 60"],
    ["not a number", { viewerHours: Number.NaN }, "viewerHours"],
    ["another mode", { mode: "radio" }, '"live" or "vod"'],
    ["a word for yes", { hotTier: "yes" }, "true or false"],
  ])("%s", (_name, value, words) => {
    expect(parseTrafficProfile(value)).toMatchObject({
      kind: "failure",
      detail: expect.stringContaining(words),
    });
  });
});

test("every price has a source and a day", () => {
  for (const name of PRICED) {
    const { dollars, per, source, readOn } = PRICE_LIST[name];
    expect(dollars / per).toBeGreaterThan(0);
    expect(source).toMatch(/\.(?:com)\//);
    expect(readOn).toMatch(/^20\d\d-\d\d-\d\d$/);
  }
});

describe("the table of infra/docs/cost.md", () => {
  const OBJECTS = ["objectRequest", "objectGigabyteSecond", "objectRowWritten"];
  const R2 = ["hotTierWrite", "hotTierRead", "hotTierGigabyteMonth"];
  test.each([
    ["without the hot tier", {}, [385, 162, 0, 42_094, 42_640]],
    ["with it", { hotTier: true }, [385, 162, 116, 351, 1_014]],
  ])("%s", (_name, profile, want) => {
    const { lines, dollars } = of(profile);
    const sum = (names: readonly string[]) =>
      lines.reduce((total, line) => total + (names.includes(line.what) ? line.dollars : 0), 0);
    const sums = [
      sum(["workerRequest", "workerCpuMs"]),
      sum(OBJECTS),
      sum(R2),
      sum(["originRequest", "originGigabyte"]),
      dollars,
    ];
    expect(sums.map(Math.round)).toEqual(want);
  });
});
