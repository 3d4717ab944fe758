// Marks behind the queries that a library announces: what the rewriter writes, resolve accepts, and
// nothing else.

import { describe, expect, test } from "vitest";
import { parsePlaylist } from "../../../workers/core/hls/parse-playlist.ts";
import { toMediaQuery } from "../../../workers/core/resolve/query.ts";
import {
  isSameMark,
  parseMarkedQuery,
  printMarkedQuery,
} from "../../../workers/core/resolve/query-mark.ts";
import { rewritePlaylist } from "../../../workers/core/transform/rewrite-uris.ts";
import { makeQueryMarks } from "../../../workers/platform/query-marks.ts";

describe("the last parameter is the mark", () => {
  test.each([
    { query: "", want: { query: "", mark: null } },
    { query: "a=1", want: { query: "a=1", mark: null } },
    { query: "a=1&~h=x", want: { query: "a=1", mark: "x" } },
    { query: "~h=x", want: { query: "", mark: "x" } },
    { query: "a=1&~h=", want: { query: "a=1", mark: "" } },
    { query: "~h=x&a=1", want: { query: "~h=x&a=1", mark: null } },
    { query: "a=1&~h=theirs&~h=ours", want: { query: "a=1&~h=theirs", mark: "ours" } },
    { query: "a=~h=x", want: { query: "a=~h=x", mark: null } },
  ])("$query", ({ query, want }) => {
    expect(parseMarkedQuery(query)).toEqual(want);
    if (want.mark !== null && want.query !== "") {
      expect(printMarkedQuery(want.query, want.mark)).toBe(query);
    }
  });
});

test.each([
  { a: "", b: "", want: true },
  { a: "abc", b: "abc", want: true },
  { a: "abc", b: "abd", want: false },
  { a: "abc", b: "ab", want: false },
  { a: "ab", b: "abc", want: false },
])("$a and $b", ({ a, b, want }) => expect(isSameMark(a, b)).toBe(want));

describe("a mark", () => {
  const marks = makeQueryMarks("secret");
  const mark = marks.print("demo", "v/1.ts", "a=1");

  test("is 128 bits that stand in a query as they are", () => {
    expect(mark).toMatch(/^[A-Za-z0-9_-]{22}$/);
    expect(makeQueryMarks("secret").print("demo", "v/1.ts", "a=1")).toBe(mark);
  });

  test.each([
    { what: "another secret", other: makeQueryMarks("Secret").print("demo", "v/1.ts", "a=1") },
    { what: "another channel", other: marks.print("dem", "v/1.ts", "a=1") },
    { what: "another path", other: marks.print("demo", "v/2.ts", "a=1") },
    { what: "another query", other: marks.print("demo", "v/1.ts", "a=2") },
  ])("is another one under $what", ({ other }) => expect(other).not.toBe(mark));
});

describe("a playlist", () => {
  const marks = makeQueryMarks("secret");
  const strip = ["sid"];
  const rewrite = (...lines: string[]) => {
    const text = `#EXTM3U\n#EXT-X-TARGETDURATION:6\n${lines.join("\n")}\n`;
    const playlist = parsePlaylist(text);
    if (playlist.kind === "failure") throw new Error(playlist.detail);
    const result = rewritePlaylist(playlist, {
      channel: "demo",
      playlistPath: "v/index.m3u8",
      playlistUrl: "https://origin.example/live/v/index.m3u8",
      prefixUrl: "https://origin.example/live/",
      timeline: 0,
      beyondPrefix: false,
      hosts: [],
      unknownHosts: "keep",
      query: "",
      toMarkedQuery(path, query) {
        const identity = toMediaQuery(query, strip);
        if (identity === "") return query;
        return printMarkedQuery(query, marks.print("demo", path, identity));
      },
    });
    if (result.kind === "refused") throw new Error(result.detail);
    return result.text.split("\n").slice(2, -1);
  };
  const marked = (path: string, query: string) => marks.print("demo", path, query);

  test.each([
    { uri: "1.ts", want: "1.ts" },
    { uri: "1.ts?a=1", want: `1.ts?a=1&~h=${marked("v/1.ts", "a=1")}` },
    { uri: "../1.ts?a=1", want: `../1.ts?a=1&~h=${marked("1.ts", "a=1")}` },
    {
      uri: "https://origin.example/live/v/1.ts?a=1",
      want: `1.ts?a=1&~h=${marked("v/1.ts", "a=1")}`,
    },
    { uri: "1.ts?sid=5", want: "1.ts?sid=5" },
    { uri: "1.ts?sid=5&a=1", want: `1.ts?sid=5&a=1&~h=${marked("v/1.ts", "a=1")}` },
    { uri: "1.ts?a=1#t=2", want: `1.ts?a=1&~h=${marked("v/1.ts", "a=1")}#t=2` },
    { uri: "1.ts?a=1&~h=up", want: `1.ts?a=1&~h=up&~h=${marked("v/1.ts", "a=1&~h=up")}` },
    { uri: "https://other.example/1.ts?a=1", want: "https://other.example/1.ts?a=1" },
  ])("announces $uri as $want", ({ uri, want }) => {
    expect(rewrite("#EXTINF:6,", uri)).toEqual(["#EXTINF:6,", want]);
  });

  test("marks each of many siblings, in all forms", () => {
    for (const folder of ["", "https://origin.example/live/v/", "/live/v/", "./"]) {
      const lines = Array.from({ length: 8 }, (_, at) => [
        "#EXTINF:6,",
        `${folder}${at}.ts?n=${at}`,
      ]);
      const want = Array.from({ length: 8 }, (_, at) => [
        "#EXTINF:6,",
        `${at}.ts?n=${at}&~h=${marked(`v/${at}.ts`, `n=${at}`)}`,
      ]);
      expect(rewrite(...lines.flat())).toEqual(want.flat());
    }
  });

  test("marks what tags name", () => {
    expect(rewrite('#EXT-X-MAP:URI="i.mp4?a=1"', "#EXTINF:6,", "1.m4s")).toEqual([
      `#EXT-X-MAP:URI="i.mp4?a=1&~h=${marked("v/i.mp4", "a=1")}"`,
      "#EXTINF:6,",
      "1.m4s",
    ]);
  });
});
