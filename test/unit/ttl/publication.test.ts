// The estimate of when a version was published never drifts out of what was observed.

import { describe, expect, test } from "vitest";
import { applyLook, toFirstPublication } from "../../../workers/core/ttl/publication.ts";

/** Looks at [moment, new media]; gives the estimate after each. */
function watch(firstMs: number, looks: readonly (readonly [atMs: number, newMediaMs: number])[]) {
  let publication = toFirstPublication(firstMs);
  return looks.map(([atMs, newMediaMs]) => {
    publication = applyLook(publication, newMediaMs, atMs);
    return publication.publishedAtMs;
  });
}

describe("applyLook", () => {
  test("the first version: now", () => {
    expect(toFirstPublication(5000)).toEqual({ publishedAtMs: 5000, lastSeenAtMs: 5000 });
  });
  test.each([
    {
      name: "nothing new: only the look is noted",
      looks: [
        [1000, 0],
        [1500, 0],
      ],
      want: [0, 0],
    },
    {
      name: "the media's clock, if it lies within the looks",
      looks: [
        [1500, 0],
        [2500, 2000],
      ],
      want: [0, 2000],
    },
    {
      name: "not before the last look at the old version",
      looks: [
        [2200, 0],
        [2700, 2000],
      ],
      want: [0, 2200],
    },
    { name: "not after the look that shows it", looks: [[1900, 2000]], want: [1900] },
    { name: "exactly then", looks: [[2000, 2000]], want: [2000] },
    { name: "several segments at once", looks: [[6500, 6000]], want: [6000] },
    {
      name: "a late poller keeps the rhythm",
      looks: [
        [900, 0],
        [2900, 2000],
        [3800, 0],
        [4900, 2000],
        [6900, 2000],
      ],
      want: [0, 2000, 2000, 4000, 6000],
    },
    {
      name: "a poller that was early learns",
      looks: [
        [1000, 0],
        [2100, 0],
        [2300, 2000],
        [4500, 2000],
      ],
      want: [0, 0, 2100, 4100],
    },
    { name: "less than nothing new counts as nothing", looks: [[1000, -5]], want: [0] },
  ] as const)("$name", ({ looks, want }) => expect(watch(0, looks)).toEqual(want));

  test("each look is remembered", () => {
    const first = toFirstPublication(0);
    expect(applyLook(first, 0, 700).lastSeenAtMs).toBe(700);
    expect(applyLook(first, 2000, 2700).lastSeenAtMs).toBe(2700);
  });
});
