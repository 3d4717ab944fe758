// JSON bodies: the limits of the walk, and odd but legal JSON. Whole outputs are golden cases.

import { describe, expect, test } from "vitest";
import { rewriteAssetList } from "../../../../workers/core/transform/edit-json-bodies.ts";
import {
  jsonCharsMax,
  jsonDepthMax,
  parseJsonTree,
} from "../../../../workers/core/transform/edits/json-tree.ts";

const context = {
  rewrite: {
    channel: "demo",
    playlistPath: "index.m3u8",
    playlistUrl: "https://origin.example/live/list.json",
    prefixUrl: "https://origin.example/live/",
    timeline: 3,
    beyondPrefix: false,
    hosts: [],
    unknownHosts: "drop",
    query: "",
  },
  edgeChannelUrl: "https://edge.example/demo/",
} as const;

const own = "https://origin.example/live/a.m3u8";
const foreign = "https://x.example/a.m3u8";

function list(text: string): string {
  const result = rewriteAssetList(text, context);
  return result.kind === "refused" ? result.reason : result.text;
}

const rows = [
  [
    "blanks and line breaks",
    `{ "ASSETS" :\r\n[\t{ "URI"\n:"${own}" } ] }`,
    `{ "ASSETS" :\r\n[\t{ "URI"\n:"https://edge.example/demo/a.m3u8" } ] }`,
  ],
  [
    "every asset goes",
    `{"ASSETS":[{"URI":"${foreign}"}, {"URI":"${foreign}"}],"X":1}`,
    '{"ASSETS":[],"X":1}',
  ],
  [
    "the first and the last go",
    `{"ASSETS":[{"URI":"${foreign}"},{"URI":"${own}"},{"URI":"${foreign}"}]}`,
    '{"ASSETS":[{"URI":"https://edge.example/demo/a.m3u8"}]}',
  ],
  [
    "an escaped key counts",
    `{"ASSET\\u0053":[{"UR\\u0049":"${own}"}]}`,
    `{"ASSET\\u0053":[{"UR\\u0049":"https://edge.example/demo/a.m3u8"}]}`,
  ],
  [
    "of a repeated key the last counts",
    `{"ASSETS":0,"ASSETS":[{"URI":"x:y","URI":"${own}"}]}`,
    '{"ASSETS":0,"ASSETS":[{"URI":"x:y","URI":"https://edge.example/demo/a.m3u8"}]}',
  ],
  [
    "assets that are none stay",
    '{"ASSETS":[1,null,"x",[],{},{"URI":5}]}',
    '{"ASSETS":[1,null,"x",[],{},{"URI":5}]}',
  ],
  [
    "a place outside the prefix is not ours",
    '{"ASSETS":[{"URI":"https://origin.example/secret"}]}',
    '{"ASSETS":[]}',
  ],
  [
    "other schemes are left alone",
    '{"ASSETS":[{"URI":"data:,x"}]}',
    '{"ASSETS":[{"URI":"data:,x"}]}',
  ],
  [
    "numbers keep their spelling",
    '{"ASSETS":[{"DURATION":1.50e+1,"X":-0}]}',
    '{"ASSETS":[{"DURATION":1.50e+1,"X":-0}]}',
  ],
  ["no object", '"ASSETS"', "not-an-asset-list"],
  ["cut short", '{"ASSETS":[', "not-json"],
] as const;

describe("asset lists", () => {
  test.each(rows)("%s", (_name, given, want) => {
    expect(list(given)).toBe(want);
    if (want.startsWith("{")) expect(list(want)).toBe(want);
  });
});

describe("limits: at, over", () => {
  const nested = (depth: number) => "[".repeat(depth) + "]".repeat(depth);
  test("depth", () => {
    expect(parseJsonTree(nested(jsonDepthMax + 1))).toMatchObject({ kind: "array" });
    expect(parseJsonTree(nested(jsonDepthMax + 2))).toBe("too-deep");
    expect(parseJsonTree(nested(100_000))).toBe("too-deep");
  });
  test("size", () => {
    const sized = (chars: number) => `"${"x".repeat(chars - 2)}"`;
    expect(parseJsonTree(sized(jsonCharsMax))).toMatchObject({ kind: "string" });
    expect(parseJsonTree(sized(jsonCharsMax + 1))).toBe("too-large");
  });
});
