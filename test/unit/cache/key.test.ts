// One key for every spelling of the same thing, and never one key for two things. The laws over
// all inputs are in test/property/cache-key.test.ts.

import { describe, expect, test } from "vitest";
import { toCacheKey } from "../../../workers/core/cache/key.ts";
import { type Given, resolveAsset } from "../origin/situation.ts";

const GIVEN: Given = {
  policy: { beyondPrefix: true, query: ["a", "b"] },
  hosts: [{ alias: "cdn", url: "https://cdn.example/" }],
  timelines: [
    { n: 0, origins: ["east"] },
    { n: 2, origins: ["west"] },
  ],
};
const keyOf = (target: string) => toCacheKey(resolveAsset(target, GIVEN));

describe("the key", () => {
  test.each([
    { target: "/demo/a.m3u8", want: "/demo/a.m3u8" },
    { target: "/demo/v/%7a%2Ets?x=1", want: "/demo/v/z.ts?x=1" },
    { target: "/demo/@t2/a.ts", want: "/demo/@t2/a.ts" },
    { target: "/demo/@t2/@cdn/a.ts", want: "/demo/@t2/@cdn/a.ts" },
    { target: "/demo/@self/a.ts", want: "/demo/@self/a.ts" },
    { target: "/demo/%40self/a.ts", want: "/demo/%40self/a.ts" },
    { target: "/demo/a%3Fb.ts", want: "/demo/a%3Fb.ts" },
    { target: "/demo/a%23b.ts", want: "/demo/a%23b.ts" },
    { target: "/demo/a.m3u8?b=2&c=3&a=1", want: "/demo/a.m3u8?a=1&b=2" },
  ])("$target", ({ target, want }) => expect(keyOf(target)).toBe(want));
});

describe("the same thing", () => {
  test.each([
    ["/demo/a.ts", "/~token/demo/a.ts"],
    ["/demo/a.ts", "/demo/%61%2E%74%73"],
    ["/demo/ü.ts", "/demo/%C3%BC.ts"],
    ["/demo/%C3%BC.ts", "/demo/%c3%bc.ts"],
    ["/demo/a!b.ts", "/demo/a%21b.ts"],
    ["/demo/a+b.ts", "/demo/a%2Bb.ts"],
    ["/demo/a.m3u8?a=1&b=2", "/demo/a.m3u8?b=2&x=9&a=1&a=5"],
    ["/demo/a.ts?x=1", "/demo/a.ts?CMCD=sid%3D1&x=1&_HLS_msn=4"],
  ])("%s = %s", (one, other) => expect(keyOf(one)).toBe(keyOf(other)));
});

describe("not the same thing", () => {
  test.each([
    ["/demo/a.ts", "/demo/A.ts"],
    ["/demo/a.ts", "/demo/@t2/a.ts"],
    ["/demo/@self/a.ts", "/demo/%40self/a.ts"],
    ["/demo/@cdn/a.ts", "/demo/@self/a.ts"],
    ["/demo/a.ts?x=1", "/demo/a.ts%3Fx=1"],
    ["/demo/a.ts?x=1", "/demo/a.ts"],
    ["/demo/a.ts?x=1&y=2", "/demo/a.ts?y=2&x=1"],
    ["/demo/a%25.ts", "/demo/a%2525.ts"],
    ["/demo/a b.ts", "/demo/a+b.ts"],
  ])("%s and %s", (one, other) => expect(keyOf(one)).not.toBe(keyOf(other)));
});
