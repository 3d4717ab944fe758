// Variables of EXT-X-DEFINE, where their references stand and what their values may hold: values
// that refer to others, URIs of other schemes, and values from the query that could break a tag.

import { describe, expect, test } from "vitest";
import { parsePlaylist } from "../../../workers/core/hls/parse-playlist.ts";
import type { RewriteContext } from "../../../workers/core/transform/rewrite-context.ts";
import { rewritePlaylist } from "../../../workers/core/transform/rewrite-uris.ts";

const base: RewriteContext = {
  channel: "demo",
  playlistPath: "v360/index.m3u8",
  playlistUrl: "https://origin.example/live/v360/index.m3u8",
  prefixUrl: "https://origin.example/live/",
  timeline: 0,
  beyondPrefix: true,
  hosts: [],
  unknownHosts: "keep",
  query: "t=abc&quote=x%22,GAP=YES,Y=%22&line=x%0A%23EXT-X-ENDLIST&scheme=skd",
  definitions: new Map([["imported", "shared"]]),
};
const edge: RewriteContext = {
  ...base,
  playlistUrl: "https://edge.example/demo/v360/index.m3u8",
  prefixUrl: "https://edge.example/demo/",
  originIsEdge: true,
  query: "",
  definitions: new Map(),
};

const head = "#EXTM3U\n#EXT-X-TARGETDURATION:6\n";
const byName = (name: string, value: string) => `#EXT-X-DEFINE:NAME="${name}",VALUE="${value}"\n`;
const byQuery = (name: string) => `#EXT-X-DEFINE:QUERYPARAM="${name}"\n`;
const segment = (uri: string) => `#EXTINF:6,\n${uri}\n`;
const key = (uri: string) => `#EXT-X-KEY:METHOD=SAMPLE-AES,URI="${uri}"\n`;

function rewrite(text: string, context: RewriteContext) {
  const playlist = parsePlaylist(text);
  if (playlist.kind === "failure") throw new Error(`Line ${playlist.line}: ${playlist.detail}`);
  const result = rewritePlaylist(playlist, context);
  return result.kind === "refused" ? `${result.line}: ${result.reason}` : result.text;
}

describe("written out, the same the second time and without the query", () => {
  const rows = [
    {
      name: "a value that refers to an earlier one",
      head: byName("a", "v1") + byName("b", "{$a}/x"),
      line: segment("{$b}/s.ts"),
      want: segment("v1/x/s.ts"),
    },
    {
      name: "a value that refers to one from the query",
      head: byQuery("t") + byName("b", "{$t}/x"),
      line: segment("{$b}/s.ts"),
      want: segment("abc/x/s.ts"),
    },
    {
      name: "an imported value",
      head: `#EXT-X-DEFINE:IMPORT="imported"\n`,
      line: segment("../{$imported}/s.ts"),
      want: segment("../shared/s.ts"),
    },
    {
      name: "the first definition of a name counts",
      head: byName("a", "v1") + byName("a", "v2"),
      line: segment("{$a}.ts"),
      want: segment("v1.ts"),
    },
    {
      name: "names differ by case",
      head: byName("a", "v1") + byName("A", "v2"),
      line: segment("{$A}.ts"),
      want: segment("v2.ts"),
    },
    {
      name: "a key of another scheme keeps its references",
      head: "",
      line: key("skd://{$id}"),
      want: key("skd://{$id}"),
    },
    {
      name: "so does what only reads like a scheme",
      head: byQuery("t"),
      line: `#EXT-X-MAP:URI="init.data:,t={$t}"\n`,
      want: `#EXT-X-MAP:URI="init.data:,t={$t}"\n`,
    },
    {
      name: "a scheme that comes from a variable",
      head: byQuery("scheme"),
      line: key("{$scheme}://k"),
      want: key("skd://k"),
    },
    {
      name: "a quote from the query ends no attribute of our own URI",
      head: byQuery("quote"),
      line: `#EXT-X-PART:DURATION=1,URI="{$quote}.m4s"\n`,
      want: `#EXT-X-PART:DURATION=1,URI="x%22,GAP=YES,Y=%22.m4s"\n`,
    },
    {
      name: "nor of a URI on another host",
      head: byQuery("quote"),
      line: `#EXT-X-PART:DURATION=1,URI="https://x.example/{$quote}?{$quote}"\n`,
      want: `#EXT-X-PART:DURATION=1,URI="https://x.example/x%22,GAP=YES,Y=%22?x%22,GAP=YES,Y=%22"\n`,
    },
  ];
  test.each(rows)("$name", ({ head: defines, line, want }) => {
    const once = rewrite(head + defines + line, base);
    expect(once).toBe(head + defines + want);
    expect(rewrite(once, edge)).toBe(once);
  });
});

describe("refused", () => {
  const rows = [
    { name: "a value that refers to nothing", line: byName("b", "{$a}") + segment("{$b}.ts") },
    { name: "a reference before its definition", line: segment("{$a}.ts") + byName("a", "v") },
    { name: "a host from nothing", line: segment("https://{$a}/s.ts") },
  ];
  test.each(rows)("$name", ({ line }) => {
    expect(rewrite(head + line, base)).toMatch(/: undefined-variable$/);
  });
  test.each([
    ["a line break from the query", byQuery("line") + segment("{$line}.ts")],
    ["one behind another scheme", byQuery("scheme") + byQuery("line") + key("{$scheme}:{$line}")],
    [
      "a quote behind another scheme",
      byQuery("scheme") + byQuery("quote") + key("{$scheme}:{$quote}"),
    ],
    ["a quote in a host", byQuery("quote") + key("https://{$quote}/k")],
  ])("%s", (_name, line) => {
    expect(rewrite(head + line, base)).toMatch(/: bad-uri$/);
  });
});

test("a query of many parameters is read once", () => {
  const query = Array.from({ length: 2_000 }, (_, index) => `p${index}=${index}`).join("&");
  const asked = Array.from({ length: 3 }, (_, index) => byQuery(`p${index * 999}`)).join("");
  const text = head + asked + segment("{$p0}/{$p999}/{$p1998}.ts");
  expect(rewrite(text, { ...base, query })).toBe(head + asked + segment("0/999/1998.ts"));
});

describe("values that grow by referring to each other", () => {
  const doubling = (count: number) => {
    const lines = [byName("v0", "0123456789")];
    for (let index = 1; index <= count; index += 1) {
      lines.push(byName(`v${index}`, `{$v${index - 1}}{$v${index - 1}}`));
    }
    return lines.join("");
  };
  test.each([
    ["at the limit of one value", doubling(9), "#EXTM3U"],
    ["over it", doubling(10), "13: bad-uri"],
    [
      "over the limit of all values",
      byName("a", "x".repeat(8_000)) + byName("b", "{$a}").repeat(600),
      "528: bad-uri",
    ],
  ])("%s", (_name, defines, want) => {
    expect(rewrite(head + defines, base).slice(0, want.length)).toBe(want);
  });
});
