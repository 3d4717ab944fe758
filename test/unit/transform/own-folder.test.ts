// What is remembered of a playlist's addresses must never be taken for others.

import { describe, expect, test } from "vitest";
import { toOwnFolder } from "../../../workers/core/transform/own-folder.ts";
import type { RewriteContext } from "../../../workers/core/transform/rewrite-context.ts";

const base: RewriteContext = {
  channel: "demo",
  playlistPath: "v720/index.m3u8",
  playlistUrl: "https://origin.example/live/v720/index.m3u8",
  prefixUrl: "https://origin.example/live/",
  timeline: 3,
  beyondPrefix: false,
  hosts: [],
  unknownHosts: "keep",
  query: "",
};

const rows: readonly {
  readonly name: string;
  readonly given: Partial<RewriteContext>;
  readonly want: { readonly path: string; readonly mediaHead: string } | null;
}[] = [
  { name: "the first time", given: {}, want: { path: "v720/", mediaHead: "../@t3/v720/" } },
  { name: "the second time", given: {}, want: { path: "v720/", mediaHead: "../@t3/v720/" } },
  { name: "no timeline", given: { timeline: 0 }, want: { path: "v720/", mediaHead: "" } },
  {
    name: "another timeline",
    given: { timeline: 4 },
    want: { path: "v720/", mediaHead: "../@t4/v720/" },
  },
  {
    name: "a shorter prefix",
    given: { prefixUrl: "https://origin.example/", playlistPath: "live/v720/index.m3u8" },
    want: { path: "live/v720/", mediaHead: "../../@t3/live/v720/" },
  },
  {
    name: "a longer prefix",
    given: { prefixUrl: `${base.prefixUrl}v720/`, playlistPath: "index.m3u8" },
    want: { path: "", mediaHead: "@t3/" },
  },
  { name: "a path that is not the URL's", given: { playlistPath: "v360/index.m3u8" }, want: null },
  { name: "another prefix", given: { prefixUrl: "https://other.example/live/" }, want: null },
  {
    name: "a label that is no timeline",
    given: { playlistLabel: { kind: "self", n: 1 } },
    want: null,
  },
];

describe("the folder of a playlist, each asked for after all others", () => {
  test.each([...rows, ...rows])("$name", ({ given, want }) => {
    const folder = toOwnFolder({ ...base, ...given });
    const found = folder === null ? null : { path: folder.path, mediaHead: folder.mediaHead };
    expect(found).toEqual(want);
  });

  test("more playlists than are remembered", () => {
    const toHead = (index: number) =>
      toOwnFolder({
        ...base,
        playlistPath: `v${index}/index.m3u8`,
        playlistUrl: `${base.prefixUrl}v${index}/index.m3u8`,
      })?.mediaHead;
    for (let index = 0; index < 600; index += 1) expect(toHead(index)).toBe(`../@t3/v${index}/`);
    expect(toHead(0)).toBe("../@t3/v0/");
  });
});
