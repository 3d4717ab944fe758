// A viewer's URL read as it stands on the wire: what it means, or the exact refusal. The bad inputs
// are the table of URL tricks.

import { describe, expect, test } from "vitest";
import { PROBLEMS } from "../../../workers/core/http/problem.ts";
import { VIEWER_HEADERS_NONE, type ViewerRequest } from "../../../workers/core/http/request.ts";
import {
  isSystemPath,
  PROBE_BYTES_MAX,
  parseRoute,
  type Route,
  TARGET_BYTES_MAX,
} from "../../../workers/core/route/route.ts";

function ask(target: string, method = "GET") {
  const [path = "", ...rest] = target.split("?");
  const request: ViewerRequest = {
    method,
    path,
    query: rest.join("?"),
    headers: VIEWER_HEADERS_NONE,
    nowMs: 0,
  };
  return parseRoute(request);
}

describe("an asset", () => {
  const asset = (
    rest: Partial<Route & { kind: "asset" }>,
    path: string,
    label: unknown = { kind: "timeline", n: 0 },
  ) => ({
    kind: "asset",
    channel: "demo",
    canary: 0,
    query: "",
    token: null,
    ...rest,
    asset: { kind: "asset-path", label, path },
  });
  test.each([
    { target: "/demo/master.m3u8", want: asset({}, "master.m3u8") },
    { target: "/demo/v/1/a.m4s?x=1&y", want: asset({ query: "x=1&y" }, "v/1/a.m4s") },
    { target: "/demo/a.ts?q=a?b", want: asset({ query: "q=a?b" }, "a.ts") },
    { target: "/a-9/x", want: asset({ channel: "a-9" }, "x") },
    { target: `/${"d".repeat(63)}/x`, want: asset({ channel: "d".repeat(63) }, "x") },
    { target: "/demo/@t1/a.ts", want: asset({}, "a.ts", { kind: "timeline", n: 1 }) },
    { target: "/demo/@c7/a.ts", want: asset({ canary: 7 }, "a.ts") },
    { target: "/demo/@self/a.ts", want: asset({}, "a.ts", { kind: "self", n: 0 }) },
    {
      target: "/demo/@t2/@cdn/a.ts",
      want: asset({}, "a.ts", { kind: "host", alias: "cdn", n: 2 }),
    },
    { target: "/demo/%40t1/a.ts", want: asset({}, "@t1/a.ts") },
    { target: "/demo/a%20b/%C3%BC.ts", want: asset({}, "a b/ü.ts") },
    { target: "/demo/%252e%252e/a", want: asset({}, "%2e%2e/a") },
    { target: "/demo/.../..a", want: asset({}, ".../..a") },
    { target: "/~t/demo/a.ts", want: asset({ token: "t" }, "a.ts") },
    { target: "/~exp=17~hmac=a.b-c_d+/==:/demo/a.ts", want: null },
    {
      target: "/~exp=17~hmac=a.b-c_d+==:/demo/a.ts",
      want: asset({ token: "exp=17~hmac=a.b-c_d+==:" }, "a.ts"),
    },
    { target: `/~${"t".repeat(4096)}/demo/a.ts`, want: asset({ token: "t".repeat(4096) }, "a.ts") },
  ])("$target", ({ target, want }) => {
    if (want === null) expect(ask(target).kind).toBe("refused");
    else expect(ask(target)).toEqual(want);
    expect(ask(target, "HEAD")).toEqual(ask(target));
  });
});

describe("URL tricks", () => {
  const segment = (piece: string) => `The path segment "${piece}" is refused.`;
  const NO_CHANNEL = "A URL begins with a channel: /{channel}/{path}.";
  const TOKEN = "The token after /~ is empty or holds other characters.";
  const long = (count: number) => `/demo/${"a".repeat(count - 6)}`;
  const rows: readonly (readonly [target: string, reason: string, detail: string])[] = [
    ["/demo/../other/a.ts", "bad-path", segment("..")],
    ["/demo/./a.ts", "bad-path", segment(".")],
    ["/demo/a/..", "bad-path", segment("..")],
    ["/demo/%2e%2e/a.ts", "bad-path", segment("%2e%2e")],
    ["/demo/.%2E/a.ts", "bad-path", segment(".%2E")],
    ["/demo/@self/%2e%2e/a.ts", "bad-path", segment("%2e%2e")],
    ["/demo/a%2f..%2fb", "bad-path", segment("a%2f..%2fb")],
    ["/demo/a%5cb", "bad-path", segment("a%5cb")],
    ["/demo/a\\b", "bad-path", segment("a\\b")],
    ["/demo/a%00.ts", "bad-path", segment("a%00.ts")],
    ["/demo/a%0d%0aSet-Cookie:x", "bad-path", segment("a%0d%0aSet-Cookie:x")],
    ["/demo/a\u0000b", "bad-path", segment("a?b")],
    ["/demo/a%", "bad-path", segment("a%")],
    ["/demo/a%c0%ae", "bad-path", segment("a%c0%ae")],
    ["/demo/a%ff", "bad-path", segment("a%ff")],
    ["/demo//a.ts", "bad-path", segment("")],
    ["/demo/a//b.ts", "bad-path", segment("")],
    ["/demo/a/", "bad-path", segment("")],
    ["/demo/", "bad-path", segment("")],
    ["/demo", "bad-path", segment("")],
    ["/demo/@t0/a.ts", "bad-path", '"@t0" is no label.'],
    ["/demo/@t01/a.ts", "bad-path", '"@t01" is no label.'],
    ["/demo/@T1/a.ts", "bad-path", '"@T1" is no label.'],
    ["/demo/@t9999999999999999/a.ts", "bad-path", '"@t9999999999999999" is no label.'],
    ["/demo/@t1", "bad-path", "A label without a path."],
    ["/demo/@t1/@t2/a.ts", "bad-path", '"@t2" is no label.'],
    ["/demo/a/@t1/b.ts", "bad-path", segment("@t1")],
    ["/demo/~token/b.ts", "bad-path", segment("~token")],
    ["/~/demo/a.ts", "bad-path", TOKEN],
    ["/~a b/demo/a.ts", "bad-path", TOKEN],
    ["/~a%2Fb/demo/a.ts", "bad-path", TOKEN],
    [`/~${"t".repeat(4097)}/demo/a.ts`, "bad-path", TOKEN],
    ["/~a/~b/demo/a.ts", "not-found", NO_CHANNEL],
    ["/~token", "not-found", NO_CHANNEL],
    ["/", "not-found", NO_CHANNEL],
    ["//demo/a.ts", "not-found", NO_CHANNEL],
    ["/Demo/a.ts", "not-found", NO_CHANNEL],
    ["/demo%2Fa.ts", "not-found", NO_CHANNEL],
    ["/d%65mo/a.ts", "not-found", NO_CHANNEL],
    ["/-demo/a.ts", "not-found", NO_CHANNEL],
    ["/../demo/a.ts", "not-found", NO_CHANNEL],
    ["/%2e%2e/a.ts", "not-found", NO_CHANNEL],
    ["/de\\mo/a.ts", "not-found", NO_CHANNEL],
    [`/${"d".repeat(64)}/a.ts`, "not-found", NO_CHANNEL],
    ["/_", "not-found", NO_CHANNEL],
    ["/_/", "not-found", "Below /_/ there are healthz, probe and steering."],
    ["/_/healthz/", "not-found", "Below /_/ there are healthz, probe and steering."],
    ["/_/../demo/a.ts", "not-found", "Below /_/ there are healthz, probe and steering."],
    [long(TARGET_BYTES_MAX + 1), "uri-too-long", "The URL is longer than 8192 bytes."],
    [`${long(TARGET_BYTES_MAX)}?a`, "uri-too-long", "The URL is longer than 8192 bytes."],
  ];
  test.each(rows)("%s", (target, reason, detail) => {
    expect(ask(target)).toEqual({ kind: "refused", reason, detail });
    expect(Object.keys(PROBLEMS)).toContain(reason);
  });

  test("the longest URL is read", () => {
    expect(ask(long(TARGET_BYTES_MAX)).kind).toBe("asset");
    expect(ask(`${long(TARGET_BYTES_MAX - 2)}?a`).kind).toBe("asset");
  });
});

describe("methods", () => {
  test.each(["POST", "PUT", "DELETE", "PATCH", "TRACE", "get", "PURGE", ""])("%j", (method) => {
    const detail = `${method} is not served; use GET or HEAD.`;
    const want = { kind: "refused", reason: "method-not-allowed", detail };
    expect(ask("/demo/a.ts", method)).toEqual(want);
    expect(ask("/_/healthz", method)).toEqual(want);
  });

  test("OPTIONS is a preflight wherever it goes", () => {
    for (const target of ["/demo/a.ts", "/_/probe", "/demo/../x", "/"]) {
      expect(ask(target, "OPTIONS")).toEqual({ kind: "preflight" });
    }
  });
});

test.each([
  { path: "/_/healthz", want: true },
  { path: "/~to.k/_/steering/demo", want: true },
  { path: "/demo/_/steering/demo", want: false },
  { path: "/~to.k/demo/_/a.ts", want: false },
  { path: "/_x/a.ts", want: false },
])("$path is the edge's own: $want", ({ path, want }) => expect(isSystemPath(path)).toBe(want));

describe("below /_/", () => {
  const unsteered = {
    kind: "refused",
    reason: "not-found",
    detail: "A steering manifest is at /_/steering/{channel}.",
  };
  const refused = {
    kind: "refused",
    reason: "bad-query",
    detail: "Ask for /_/probe?bytes=N with N from 1 to 16777216.",
  };
  test.each([
    { target: "/_/healthz", want: { kind: "health" } },
    { target: "/_/steering/demo", want: { kind: "steering", channel: "demo", token: null } },
    {
      target: "/~to.k/_/steering/demo?_HLS_pathway=x",
      want: { kind: "steering", channel: "demo", token: "to.k" },
    },
    { target: "/_/steering/", want: unsteered },
    { target: "/_/steering/Demo", want: unsteered },
    { target: "/_/steering/demo/x", want: unsteered },
    { target: "/~to.k/_/steering", want: unsteered },
    { target: "/_/healthz?x", want: { kind: "health" } },
    { target: "/_/probe?bytes=1", want: { kind: "bandwidth-probe", bytes: 1 } },
    {
      target: "/_/probe?bytes=16777216",
      want: { kind: "bandwidth-probe", bytes: PROBE_BYTES_MAX },
    },
    { target: "/_/probe?bytes=16777217", want: refused },
    { target: "/_/probe?bytes=0", want: refused },
    { target: "/_/probe?bytes=-1", want: refused },
    { target: "/_/probe?bytes=1e3", want: refused },
    { target: "/_/probe?bytes=1.5", want: refused },
    { target: "/_/probe?bytes=9999999999", want: refused },
    { target: "/_/probe?bytes=", want: refused },
    { target: "/_/probe?bytes=1&bytes=2", want: refused },
    { target: "/_/probe", want: refused },
  ])("$target", ({ target, want }) => expect(ask(target)).toEqual(want));
});
