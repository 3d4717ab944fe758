// What a viewer's path means to the preload worker: the same as to the edge, or nothing.

import { describe, expect, test } from "vitest";
import { toAsset, toFirstAttempt, toPathKey } from "../../../workers/preload/known-catalog.ts";
import { toSituation } from "../origin/situation.ts";

const known = toSituation({ mode: "vod" });

describe("toPathKey", () => {
  test.each([
    ["v360/12.m4s", "/demo/v360/12.m4s"],
    ["v 360/ü.m4s", "/demo/v%20360/%C3%BC.m4s"],
    ["v%20360/12.m4s", "/demo/v%20360/12.m4s"],
    ["v360/12.m4s?part=2", "/demo/v360/12.m4s?part=2"],
    // The mark of an announced query is no part of the file's name.
    ["v360/12.m4s?part=2&~h=abc", "/demo/v360/12.m4s?part=2"],
    ["../other/12.m4s", null],
    ["%2e%2e/other/12.m4s", null],
    ["v360/%2e%2e/%2e%2e/other/12.m4s", null],
    ["@t9/v360/12.m4s", null],
    ["@nowhere/12.m4s", null],
    ["", null],
  ])("%j: %j", (path, want) => {
    expect(toPathKey(path, known)).toBe(want);
  });
});

test("the first origin of the timeline is asked first", () => {
  const asset = toAsset("v360/12.m4s", known);
  expect(asset === null ? null : toFirstAttempt(asset, known)?.origin.id).toBe("east");
});
