// Asset paths: what the router reads is what the rewriter prints, and nothing that could climb or
// hide is read.

import { describe, expect, test } from "vitest";
import {
  isHostAlias,
  parseAssetPath,
  printAssetPath,
} from "../../../workers/core/route/asset-path.ts";

const zero = { kind: "timeline", n: 0 };

describe("read and printed back", () => {
  test.each([
    { path: "a.ts", want: { label: zero, path: "a.ts" } },
    { path: "v/%7a%2Em3u8", want: { label: zero, path: "v/z.m3u8" }, printed: "v/z.m3u8" },
    { path: "@t12/v/a.ts", want: { label: { kind: "timeline", n: 12 }, path: "v/a.ts" } },
    { path: "@self/x/a.ts", want: { label: { kind: "self", n: 0 }, path: "x/a.ts" } },
    { path: "@cdn2/a.ts", want: { label: { kind: "host", alias: "cdn2", n: 0 }, path: "a.ts" } },
    { path: "@t3/@self/a.ts", want: { label: { kind: "self", n: 3 }, path: "a.ts" } },
    {
      path: "@t3/@cdn2/a.ts",
      want: { label: { kind: "host", alias: "cdn2", n: 3 }, path: "a.ts" },
    },
    { path: "@parts/v/1.mp4", want: { label: { kind: "parts", n: 0 }, path: "v/1.mp4" } },
    { path: "@t3/@parts/v/1.mp4", want: { label: { kind: "parts", n: 3 }, path: "v/1.mp4" } },
    { path: "%40t1/%7Ex/a@~.ts", want: { label: zero, path: "@t1/~x/a@~.ts" } },
    { path: "a%20b/%C3%A9,$&+;=:!*'().ts", want: { label: zero, path: "a b/é,$&+;=:!*'().ts" } },
    { path: "100%25.ts", want: { label: zero, path: "100%.ts" } },
    { path: ".hidden/...", want: { label: zero, path: ".hidden/..." } },
  ])("$path", ({ path, want, printed }) => {
    const found = parseAssetPath(path);
    expect(found).toEqual({ kind: "asset-path", ...want });
    expect(found.kind === "asset-path" && printAssetPath(found)).toBe(printed ?? path);
  });
});

describe("refused", () => {
  test.each([
    ["", "empty-segment"],
    ["/a", "empty-segment"],
    ["a//b", "empty-segment"],
    ["a/", "empty-segment"],
    ["@t1", "empty-segment"],
    ["@t1/", "empty-segment"],
    [".", "dot-segment"],
    ["a/../b", "dot-segment"],
    ["a/%2e%2E/b", "dot-segment"],
    ["a/..;/b", "dot-segment"],
    ["a/.%3Bx/b", "dot-segment"],
    ["@self/..", "dot-segment"],
    ["a%2fb", "encoded-separator"],
    ["a%5Cb", "encoded-separator"],
    ["a\\b", "encoded-separator"],
    ["a%00", "control-character"],
    ["a\nb", "control-character"],
    ["a%7F", "control-character"],
    ["a%", "bad-escape"],
    ["a%g0", "bad-escape"],
    ["a%c3", "bad-escape"],
    ["a%ed%a0%80", "bad-escape"],
    ["@t0/a", "unknown-label"],
    ["@t01/a", "unknown-label"],
    ["@t/%61", null],
    ["@t1x/a", "unknown-label"],
    ["@c1/a", "unknown-label"],
    ["@/a", "unknown-label"],
    ["@Self/a", "unknown-label"],
    ["@parts/@t1/1.mp4", "unknown-label"],
    ["@t1/@t2/a", "unknown-label"],
    ["@self/@t1/a", "unknown-label"],
    ["a/@t1/b", "unknown-label"],
    ["~token/a", "unknown-label"],
  ])("%j", (path, reason) => {
    const found = parseAssetPath(path);
    if (reason === null)
      expect(found).toMatchObject({ label: { kind: "host", alias: "t" }, path: "a" });
    else expect(found).toMatchObject({ kind: "failure", reason });
  });
});

test("aliases that would read as another label", () => {
  expect(["cdn2", "east", "t", "c-1"].every(isHostAlias)).toBe(true);
  expect(["self", "parts", "t1", "c2", "T", "", "-a", "a.b"].some(isHostAlias)).toBe(false);
});
