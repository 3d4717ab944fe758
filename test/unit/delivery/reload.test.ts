// Blocking reloads at their boundaries (bis-22 section 6.2.5.2; rules B2 to B10).

import { describe, expect, test } from "vitest";
import { parseDirectives } from "../../../workers/core/delivery/directives.ts";
import {
  decideReload,
  type ReloadFacts,
  toAdvancePartLimit,
  toGiveUpAtMs,
} from "../../../workers/core/delivery/reload.ts";

/** Segment 10 is complete, with four parts; of segment 11 parts 0 and 1 are there. */
const PARTS: ReloadFacts = {
  lastMsn: 10,
  lastPart: 1,
  lastSegmentParts: 4,
  targetDurationSeconds: 2,
  partTargetSeconds: 0.5,
  ended: false,
  canBlock: true,
};
const WHOLE: ReloadFacts = {
  ...PARTS,
  lastPart: null,
  lastSegmentParts: 0,
  partTargetSeconds: null,
};
const FRESH: ReloadFacts = { ...PARTS, lastPart: null };

function decide(query: string, facts: ReloadFacts): string {
  const asked = parseDirectives(query);
  if (asked === null) throw new Error("No directives.");
  const verdict = decideReload(asked, facts);
  return verdict.kind === "refuse" ? verdict.reason : verdict.kind;
}

describe("without parts", () => {
  test.each([
    ["_HLS_msn=0", "answer"],
    ["_HLS_msn=10", "answer"],
    ["_HLS_msn=11", "wait"],
    ["_HLS_msn=12", "wait"],
    ["_HLS_msn=13", "msn-too-far"],
    ["_HLS_msn=99999999999999999999", "msn-too-far"],
    ["_HLS_msn=10&_HLS_part=99", "answer"],
    ["_HLS_msn=11&_HLS_part=99", "wait"],
    ["_HLS_part=0", "malformed"],
    ["_HLS_msn=x", "malformed"],
    ["_HLS_skip=YES", "plain"],
  ])("%s: %s", (query, want) => {
    expect(decide(query, WHOLE)).toBe(want);
  });
});

describe("with parts of half a second", () => {
  test.each([
    ["_HLS_msn=10", "answer"],
    ["_HLS_msn=11", "wait"],
    ["_HLS_msn=11&_HLS_part=0", "answer"],
    ["_HLS_msn=11&_HLS_part=1", "answer"],
    ["_HLS_msn=11&_HLS_part=2", "wait"],
    ["_HLS_msn=11&_HLS_part=7", "wait"],
    ["_HLS_msn=11&_HLS_part=8", "part-too-far"],
    ["_HLS_msn=10&_HLS_part=3", "answer"],
    // Behind the last part of segment 10 comes part 0 of segment 11, and that is there.
    ["_HLS_msn=10&_HLS_part=4", "answer"],
    ["_HLS_msn=10&_HLS_part=400", "answer"],
    ["_HLS_msn=9&_HLS_part=400", "answer"],
    ["_HLS_msn=12&_HLS_part=0", "wait"],
    ["_HLS_msn=12&_HLS_part=5", "wait"],
    ["_HLS_msn=12&_HLS_part=6", "part-too-far"],
    ["_HLS_msn=13&_HLS_part=0", "msn-too-far"],
  ])("%s: %s", (query, want) => {
    expect(decide(query, PARTS)).toBe(want);
  });

  test.each([
    ["_HLS_msn=10&_HLS_part=3", "answer"],
    ["_HLS_msn=10&_HLS_part=4", "wait"],
    ["_HLS_msn=11&_HLS_part=0", "wait"],
    ["_HLS_msn=11&_HLS_part=5", "wait"],
    ["_HLS_msn=11&_HLS_part=6", "part-too-far"],
  ])("while nothing of the next segment is there, %s: %s", (query, want) => {
    expect(decide(query, FRESH)).toBe(want);
  });

  test("a segment that lists no parts has had all there could be", () => {
    const facts = { ...FRESH, lastSegmentParts: 0 };
    expect(decide("_HLS_msn=10&_HLS_part=9", facts)).toBe("answer");
  });
});

describe("ignored, whatever it says", () => {
  const queries = ["_HLS_msn=99", "_HLS_part=1", "_HLS_msn=x"];
  test.each(queries)("%s of a finished list", (query) => {
    expect(decide(query, { ...PARTS, ended: true })).toBe("plain");
  });
  test.each(queries)("%s of a list that does not block", (query) => {
    expect(decide(query, { ...PARTS, canBlock: false })).toBe("plain");
  });
});

test.each([
  [0.334, 9],
  [0.5, 6],
  [0.32, 10],
  [0.999, 4],
  [1, 3],
  [2.5, 3],
  [0, 150],
])("the advance part limit for parts of %s s is %i", (seconds, want) => {
  expect(toAdvancePartLimit(seconds)).toBe(want);
});

describe("toGiveUpAtMs", () => {
  const wait = {
    startedAtMs: 10_000,
    expectedAtMs: 11_000,
    shownAtMs: 9_500,
    lastSegmentDurationSeconds: 2,
  };
  test.each([
    { name: "a target duration after the expected moment", given: {}, want: 13_000 },
    {
      name: "nobody knows when: a part after the last",
      given: { expectedAtMs: null },
      want: 12_000,
    },
    {
      name: "overdue already: as long as a 503 says",
      given: { expectedAtMs: 5_000, shownAtMs: 4_000 },
      want: 11_000,
    },
    {
      name: "expected before the last one came: a part after that",
      given: { expectedAtMs: 5_000 },
      want: 12_000,
    },
    { name: "three target durations at most", given: { expectedAtMs: 99_000 }, want: 16_000 },
  ])("$name", ({ given, want }) => {
    expect(toGiveUpAtMs({ ...wait, ...given }, PARTS)).toBe(want);
  });
  test("behind a switch to an origin without parts, a segment is waited for", () => {
    const facts = { ...PARTS, lastPart: null, lastSegmentParts: 0 };
    expect(toGiveUpAtMs({ ...wait, expectedAtMs: 9_900 }, facts)).toBe(13_500);
  });
  test("without parts the last segment's duration is the step", () => {
    expect(toGiveUpAtMs({ ...wait, expectedAtMs: null }, WHOLE)).toBe(13_500);
    const given = { ...wait, expectedAtMs: null, lastSegmentDurationSeconds: null };
    expect(toGiveUpAtMs(given, { ...WHOLE, targetDurationSeconds: 4 })).toBe(17_500);
  });
});
