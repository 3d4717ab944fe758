// What is counted adds up, however it travels, and never grows without bound.

import { describe, expect, test } from "vitest";
import {
  LOG2_SLOTS,
  toLog2Percentile,
  toLog2Slot,
} from "../../../workers/core/telemetry/histogram.ts";
import { Tally } from "../../../workers/core/telemetry/tally.ts";

describe("slots", () => {
  test.each([
    { value: -1, slot: 0 },
    { value: Number.NaN, slot: 0 },
    { value: 0, slot: 0 },
    { value: 1.9, slot: 0 },
    { value: 2, slot: 1 },
    { value: 3.99, slot: 1 },
    { value: 4, slot: 2 },
    { value: 1_000, slot: 9 },
    { value: 1_024, slot: 10 },
    { value: 2 ** 40, slot: LOG2_SLOTS - 1 },
    { value: Number.POSITIVE_INFINITY, slot: LOG2_SLOTS - 1 },
  ])("$value", ({ value, slot }) => expect(toLog2Slot(value)).toBe(slot));

  test.each([
    { counts: [], share: 0.5, want: null },
    { counts: [0, 0], share: 0.5, want: null },
    { counts: [1], share: 0.99, want: 2 },
    { counts: [50, 49, 1], share: 0.5, want: 2 },
    { counts: [50, 49, 1], share: 0.99, want: 4 },
    { counts: [50, 49, 1], share: 1, want: 8 },
  ])("percentile $share of $counts", ({ counts, share, want }) => {
    expect(toLog2Percentile(counts, share)).toBe(want);
  });
});

describe("a tally", () => {
  test("adds up, over drains and merges, to what was counted", () => {
    const [isolate, other, gate] = [new Tally(), new Tally(), new Tally()];
    const labels = ["demo", "v360", "segment", "hit-l1"];
    for (const durationMs of [1, 3, 3, 900]) {
      isolate.add("requests", labels, { bytes: 10, durationMs });
      other.add("requests", labels, { bytes: 1, durationMs });
      gate.merge(isolate.drain());
    }
    gate.merge(other.drain());
    gate.merge(isolate.drain());
    expect(isolate.isEmpty).toBe(true);
    expect(gate.rows()).toEqual([
      {
        family: "requests",
        labels,
        count: 8,
        bytes: 44,
        log2: [2, 4, 0, 0, 0, 0, 0, 0, 0, 2],
        sumMs: 2 * (1 + 3 + 3 + 900),
      },
    ]);
  });

  test("keeps untimed counts and unknown families", () => {
    const tally = new Tally();
    tally.add("prefetches", ["demo", "announced", "begun"], { count: 3 });
    tally.merge([{ family: "tomorrow", labels: ["x"], count: 1, bytes: 0, log2: [] }]);
    expect(tally.rows().map(({ family, count, log2 }) => ({ family, count, log2 }))).toEqual([
      { family: "prefetches", count: 3, log2: [] },
      { family: "tomorrow", count: 1, log2: [] },
    ]);
  });

  test.each([
    { series: 10, over: 0 },
    { series: 11, over: 1 },
    { series: 10_000, over: 9_990 },
  ])("of ten series counts $over of $series together", ({ series, over }) => {
    const tally = new Tally(10);
    for (let index = 0; index < series; index++) {
      tally.add("requests", ["demo", `v${index}`, "segment", "hit-l1"], { bytes: 1 });
    }
    const rows = tally.rows();
    expect(rows.length).toBe(Math.min(series, 11));
    const other = rows.find(({ labels }) => labels[1] === "other");
    expect(other?.labels ?? ["demo"]).toContain("demo");
    expect(other?.count ?? 0).toBe(over);
    expect(rows.reduce((sum, { bytes }) => sum + bytes, 0)).toBe(series);
  });

  test("leaves room for the others beside the networks of strangers", () => {
    const tally = new Tally();
    for (let index = 1; index <= 5_000; index++) {
      tally.add("networks", ["a.example", String(index), "smooth"], {});
    }
    for (let index = 0; index < 500; index++) {
      tally.add("requests", ["demo", `v${index}`, "segment", "hit-l1"], {});
    }
    const rows = tally.rows();
    const ofNetworks = rows.filter(({ family }) => family === "networks");
    expect(ofNetworks).toHaveLength(401);
    expect(ofNetworks.at(-1)).toMatchObject({
      labels: ["a.example", "other", "other"],
      count: 4_600,
    });
    expect(rows.filter(({ family }) => family === "requests")).toHaveLength(500);
    tally.drain();
    tally.add("networks", ["a.example", "9999", "smooth"], {});
    expect(tally.rows()).toMatchObject([{ labels: ["a.example", "9999", "smooth"] }]);
  });

  test("is bounded in channels too, and in the length of labels", () => {
    const tally = new Tally(10);
    for (let index = 0; index < 1_000; index++) {
      tally.add("requests", [`c${index}`.repeat(100), "", "", ""], {});
    }
    const rows = tally.rows();
    expect(rows.length).toBeLessThanOrEqual(12);
    expect(rows.every(({ labels }) => labels.every((label) => label.length <= 64))).toBe(true);
    expect(rows.reduce((sum, { count }) => sum + count, 0)).toBe(1_000);
  });
});
