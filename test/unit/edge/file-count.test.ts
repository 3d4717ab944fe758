// Which answers count for the hot tracker, and under which name.

import { expect, test } from "vitest";
import type { Asset } from "../../../workers/core/resolve/asset.ts";
import { countFile } from "../../../workers/edge/file-count.ts";

/** As much of an asset as is looked at. */
const asset = (more: object = {}) =>
  ({ kind: "segment", query: "", channel: { mode: "vod" }, ...more }) as unknown as Asset;

test.each([
  ["a segment", "/lib/v360/1.ts", asset(), ["lib/v360/1.ts"]],
  ["an init section", "/lib/i.mp4", asset({ kind: "init-or-segment" }), ["lib/i.mp4"]],
  ["without the viewer's token", "/~abc.def/lib/1.ts", asset(), ["lib/1.ts"]],
  ["with its timeline", "/lib/@t3/1.ts", asset(), ["lib/@t3/1.ts"]],
  ["not what is live", "/demo/1.ts", asset({ channel: { mode: "live" } }), []],
  ["not a playlist", "/lib/a.m3u8", asset({ kind: "playlist" }), []],
  ["not with a query", "/lib/1.ts", asset({ query: "a=1" }), []],
  ["not what is nothing", "/lib/1.ts", undefined, []],
])("%s", (_, path, told, want) => {
  const files = new Map<string, number>();
  countFile(path, told, files);
  expect([...files.keys()]).toEqual(want);
});

test("counts, and takes no more names than it may", () => {
  const files = new Map<string, number>();
  for (let n = 0; n < 600; n++) countFile(`/lib/${n}.ts`, asset(), files);
  expect(files.size).toBe(512);
  countFile("/lib/0.ts", asset(), files);
  countFile("/lib/599.ts", asset(), files);
  expect([files.get("lib/0.ts"), files.get("lib/599.ts")]).toEqual([2, undefined]);
});
