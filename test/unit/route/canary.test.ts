// The labels and ids of a live channel's canaries.

import { expect, test } from "vitest";
import {
  parseCanaryId,
  parseCanaryLabel,
  printCanaryId,
} from "../../../workers/core/route/canary.ts";
import { parseRoute } from "../../../workers/core/route/route.ts";

test.each([
  ["@c1", 1],
  ["@c20", 20],
  ["@c999999", 999_999],
  ["@c0", 0],
  ["@c01", 0],
  ["@c1000000", 0],
  ["@c", 0],
  ["@c1x", 0],
  ["@c-1", 0],
  ["@C1", 0],
  ["c1", 0],
  ["%40c1", 0],
  ["@t1", 0],
  ["", 0],
])("%s is canary %d", (segment, want) => {
  expect(parseCanaryLabel(segment)).toBe(want);
});

test.each([
  ["demo", 0, "demo"],
  ["demo", 1, "demo/@c1"],
  ["c1", 12, "c1/@c12"],
])("%s and %d make one id", (channelId, canary, id) => {
  expect(printCanaryId(channelId, canary)).toBe(id);
  expect(parseCanaryId(id)).toEqual({ channelId, canary });
});

const none = { acceptEncoding: null, ifNoneMatch: null, range: null } as never;
const read = (path: string) => {
  const route = parseRoute({ method: "GET", path, query: "", headers: none, nowMs: 0 });
  if (route.kind === "refused") return route.reason;
  if (route.kind !== "asset") return route.kind;
  const { channel, canary, asset, token } = route;
  return `${token ?? "-"} ${printCanaryId(channel, canary)} ${asset.label.n} ${asset.path}`;
};

test.each([
  ["/demo/@c1/low/1.ts", "- demo/@c1 0 low/1.ts"],
  ["/demo/@c1/@t2/low/1.ts", "- demo/@c1 2 low/1.ts"],
  ["/demo/@c1/@self/1.ts", "- demo/@c1 0 1.ts"],
  ["/demo/@c3/@t2/@parts/low/7.m4s", "- demo/@c3 2 low/7.m4s"],
  ["/~tok/demo/@c1/low/1.ts", "tok demo/@c1 0 low/1.ts"],
  ["/demo/%40c1/1.ts", "- demo 0 @c1/1.ts"],
  ["/demo/low/@c1/1.ts", "bad-path"],
  ["/demo/@t2/@c1/1.ts", "bad-path"],
  ["/demo/@c1/@c1/1.ts", "bad-path"],
  ["/demo/@c0/1.ts", "bad-path"],
  // An alias may begin with a "c"; the catalog knows.
  ["/demo/@cdn/1.ts", "- demo 0 1.ts"],
  ["/demo/@c1/", "bad-path"],
  ["/demo/@c1", "bad-path"],
  ["/@c1/1.ts", "not-found"],
])("%s is %s", (path, want) => {
  expect(read(path)).toBe(want);
});
