// The judges of the live bench, held against sights and verdicts whose faults are known.

import { describe, expect, test } from "vitest";
import { findStall } from "../live/lag-meter.ts";
import { tryUntilQuiet } from "../live/quiet-tries.ts";
import { toFigures, toQuantile } from "./figures.ts";
import type { Verdict } from "./player.ts";
import { findRegression, parseSight } from "./sight.ts";

/** A window of a station's segments, as a cache may have renumbered and relabelled it. */
function print(first: number, names: readonly string[], more = ""): string {
  const head = `#EXTM3U\n#EXT-X-TARGETDURATION:2\n#EXT-X-MEDIA-SEQUENCE:${first}\n${more}`;
  return head + names.map((name) => `#EXTINF:2.000,\n${name}\n`).join("");
}
const window = (from: number, to: number, prefix = "a0-") =>
  Array.from(
    { length: to - from + 1 },
    (_, at) => `${prefix}${String(from + at).padStart(6, "0")}.ts`,
  );
const see = (text: string) => {
  const sight = parseSight(text);
  if (sight === null) throw new Error("no sight");
  return sight;
};

test("a sight knows its window and its newest segment through any labels", () => {
  const text = print(
    7,
    ["a0-000010.ts", "../@t3/v0/b1-000012.ts"],
    "#EXT-X-DISCONTINUITY-SEQUENCE:4\n",
  );
  expect(see(text)).toMatchObject({
    mediaSequence: 7,
    lastMsn: 8,
    discontinuitySequence: 4,
    newest: { letter: "b", epoch: 1, index: 12 },
    lastDurationMs: 2_000,
    targetDurationMs: 2_000,
    canBlock: false,
  });
});

test.each(["", "<!doctype html>", "#EXTM3U\n", print(1, ["strange.ts"])])(
  "no sight in %j",
  (text) => {
    expect(parseSight(text)).toBeNull();
  },
);

describe("a regression", () => {
  const before = see(print(10, window(10, 14)));
  const rows = [
    { name: "the same again", now: print(10, window(10, 14)), want: null },
    { name: "one further", now: print(11, window(11, 15)), want: null },
    {
      name: "a cut to another origin",
      now: print(11, [...window(11, 14), "b0-000003.ts"]),
      want: null,
    },
    { name: "the whole window over", now: print(15, window(15, 19)), want: null },
    { name: "the start sinks", now: print(9, window(9, 14)), want: "media sequence went back" },
    {
      name: "the end sinks",
      now: print(10, window(10, 13)),
      want: "the newest segment was taken back",
    },
    {
      name: "a new name",
      now: print(11, window(11, 15, "a1-")),
      want: "a segment changed its name",
    },
    { name: "a hole", now: print(16, window(16, 20)), want: "numbers leapt ahead" },
    {
      name: "another origin's numbers",
      now: print(3, window(3, 20)),
      want: "media sequence went back",
    },
  ];
  test.each(rows)("$name", ({ now, want }) => {
    expect(findRegression(before, see(now))).toBe(want);
  });
  test("discontinuity sequence", () => {
    const head = "#EXT-X-DISCONTINUITY-SEQUENCE:";
    const was = see(print(10, window(10, 14), `${head}2\n`));
    const now = see(print(11, window(11, 15), `${head}1\n`));
    expect(findRegression(was, now)).toBe("discontinuity sequence went back");
  });
});

test("figures", () => {
  const verdict: Verdict = {
    atMs: 0,
    tookMs: 5,
    lateMs: 0,
    fromPublicationMs: null,
    failure: null,
    regression: null,
    edge: 0,
    playlist: "",
    letter: "a",
  };
  const late = Array.from({ length: 3 }, (_, at) => ({ ...verdict, lateMs: 100 * (at + 1) }));
  const good = Array.from({ length: 96 }, () => verdict);
  const failed = { ...verdict, failure: "cut", letter: null };
  const figures = toFigures([...late, ...good, failed, { ...verdict, regression: "x" }]);
  expect(figures).toMatchObject({
    count: 101,
    outdatedPercent: 3,
    lateMsP99: 200,
    lateMsMax: 300,
    failureCount: 1,
    failures: { cut: 1 },
    regressionCount: 1,
  });
});

test.each([
  { values: [3, 1, 2], share: 0.5, want: 2 },
  { values: [3, 1, 2], share: 1, want: 3 },
  { values: [5], share: 0.99, want: 5 },
])("quantile $share of $values", ({ values, share, want }) => {
  expect(toQuantile(values, share)).toBe(want);
});

test.each([
  { name: "calm", report: { worstMs: 40, share: 0.002 }, want: null },
  {
    name: "one long stall",
    report: { worstMs: 250, share: 0.002 },
    want: "x stood still for 250 ms",
  },
  {
    name: "many",
    report: { worstMs: 40, share: 0.03 },
    want: "x stood still for 3.0 % of the time",
  },
])("a machine that is $name", ({ report, want }) => {
  expect(findStall({ x: report })?.words ?? null).toBe(want);
});

test.each([
  { name: "the first quiet run", shares: [0.05, null, 0.02], want: 2 },
  { name: "the calmest where none is quiet", shares: [0.05, 0.02, 0.03], want: 2 },
])("takes $name", async ({ shares, want }) => {
  const tried = await tryUntilQuiet("test", async (tries) => {
    const share = shares[tries - 1] ?? null;
    return { value: tries, stall: share === null ? null : { words: "slow", share } };
  });
  expect(tried.value).toBe(want);
});
