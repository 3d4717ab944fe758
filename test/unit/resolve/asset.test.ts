// From a route to the asset that it means, or the reason why there is none.

import { describe, expect, test } from "vitest";
import { type Given, resolve, resolveAsset } from "../origin/situation.ts";

describe("kinds", () => {
  test.each([
    { path: "master.m3u8", want: "playlist" },
    { path: "a.M3U8", want: "playlist" },
    { path: "a.m3u", want: "playlist" },
    { path: "v/1.m4s", want: "segment" },
    { path: "v/1.ts", want: "segment" },
    { path: "subs/1.vtt", want: "segment" },
    { path: "v/init.mp4", want: "init-or-segment" },
    { path: "k.key", want: "key" },
    { path: "data.json", want: "side" },
    { path: "noextension", want: "side" },
    { path: "a.m3u8.exe", want: "side" },
  ])("$path", ({ path, want }) => expect(resolve(`/demo/${path}`).kind).toBe(want));
});

describe("timelines", () => {
  const two: Given = {
    current: 3,
    timelines: [
      { n: 0, origins: ["east"] },
      { n: 3, origins: ["west"] },
    ],
  };
  const gone: Given = { current: 3, timelines: [{ n: 3, origins: ["west"] }] };
  test.each([
    {
      name: "a playlist without label is the present",
      target: "/demo/a.m3u8",
      given: two,
      want: 3,
    },
    { name: "a playlist of timeline 3", target: "/demo/@t3/a.m3u8", given: two, want: 3 },
    { name: "a file without label is timeline 0's", target: "/demo/a.ts", given: two, want: 0 },
    { name: "a file of the current timeline", target: "/demo/@t3/a.ts", given: two, want: 3 },
    {
      name: "a file of another host",
      target: "/demo/@t3/@cdn/a.ts",
      given: { ...two, hosts: [{ alias: "cdn", url: "https://cdn.example/" }] },
      want: 3,
    },
    {
      name: "a file of a timeline that never was",
      target: "/demo/@t7/a.ts",
      given: two,
      want: null,
    },
    {
      name: "a playlist of a timeline that never was",
      target: "/demo/@t7/a.m3u8",
      given: two,
      want: null,
    },
    {
      name: "a playlist goes on when timeline 0 has ended",
      target: "/demo/a.m3u8",
      given: gone,
      want: 3,
    },
    { name: "its files do not", target: "/demo/a.ts", given: gone, want: null },
    {
      name: "no timeline at all, current 0",
      target: "/demo/a.ts",
      given: { timelines: [] },
      want: 0,
    },
  ])("$name", ({ target, given, want }) => {
    const asset = resolve(target, given);
    if (want !== null) {
      expect(asset).toMatchObject({ timeline: want });
      return;
    }
    const n = /@t(\d+)/.exec(target)?.[1] ?? "0";
    expect(asset).toEqual({
      kind: "refused",
      reason: "unknown-timeline",
      detail: `Channel demo has no timeline @t${n}.`,
    });
  });
});

describe("outside the prefix", () => {
  const hosts = [{ alias: "cdn", url: "https://cdn.example/v/" }];
  test("@self is refused without the policy, which is named", () => {
    expect(resolve("/demo/@self/a.ts")).toEqual({
      kind: "refused",
      reason: "beyond-prefix",
      detail: "Channel demo does not serve files outside its prefix (policy beyond_prefix).",
    });
  });
  test("@self with the policy", () => {
    const asset = resolve("/demo/@self/x/a.ts", { policy: { beyondPrefix: true } });
    expect(asset).toMatchObject({ beyondPrefix: true, host: null, path: "x/a.ts", timeline: 0 });
  });
  test("an allowed host", () => {
    const asset = resolve("/demo/@cdn/a.ts", { hosts });
    expect(asset).toMatchObject({ host: hosts[0], beyondPrefix: false, path: "a.ts" });
  });
  test("a host that nobody allowed", () => {
    expect(resolve("/demo/@other/a.ts", { hosts })).toEqual({
      kind: "refused",
      reason: "unknown-host-alias",
      detail: "@other is not a host of the catalog.",
    });
  });
});

describe("put together from parts", () => {
  test("a segment of a live channel", () => {
    const asset = resolve("/demo/@parts/v/7.mp4");
    expect(asset).toMatchObject({ kind: "init-or-segment", host: null, path: "v/7.mp4" });
  });
  test("never a playlist, which would be an alias of the origin's", () => {
    expect(resolve("/demo/@parts/v/a.m3u8")).toMatchObject({ reason: "not-found" });
  });
});

describe("queries", () => {
  const policy = { query: ["lang"] };
  test.each([
    { target: "/demo/a.m3u8?x=1&lang=de", want: "lang=de" },
    { target: "/demo/a.ts?x=1&lang=de&CMCD=br%3D5", want: "x=1&lang=de" },
    { target: "/demo/k.key?id=7&_HLS_msn=3", want: "id=7" },
  ])("$target", ({ target, want }) => {
    expect(resolveAsset(target, { policy }).query).toBe(want);
  });
});

test("the viewer's token leaves no trace", () => {
  expect(resolve("/~secret/demo/@t0x/a.ts".replace("@t0x/", ""))).toEqual(resolve("/demo/a.ts"));
});
