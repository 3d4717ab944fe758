// The rewriter, one row per place of the rewrite list and per rule, each on timelines 0 and 3.
// Every row is also rewritten a second time with the edge as its own origin, which must change
// nothing.

import { describe, expect, test } from "vitest";
import { parsePlaylist } from "../../../workers/core/hls/parse-playlist.ts";
import type { RewriteContext } from "../../../workers/core/transform/rewrite-context.ts";
import { rewritePlaylist } from "../../../workers/core/transform/rewrite-uris.ts";

const base: RewriteContext = {
  channel: "demo",
  playlistPath: "v360/index.m3u8",
  playlistUrl: "https://origin.example/live/v360/index.m3u8?x=1",
  prefixUrl: "https://origin.example/live/",
  timeline: 0,
  beyondPrefix: true,
  hosts: [{ alias: "cdn2", url: "https://cdn2.example/media/" }],
  unknownHosts: "keep",
  query: "",
};

function rewrite(text: string, context: RewriteContext) {
  const playlist = parsePlaylist(text);
  if (playlist.kind === "failure") throw new Error(`Line ${playlist.line}: ${playlist.detail}`);
  return rewritePlaylist(playlist, context);
}

function rewriteText(text: string, context: RewriteContext): string {
  const result = rewrite(text, context);
  if (result.kind === "refused") throw new Error(`${result.reason}: ${result.detail}`);
  return result.text;
}

function toEdge(context: RewriteContext): RewriteContext {
  return {
    ...context,
    playlistUrl: `https://edge.example/demo/${context.playlistPath}`,
    prefixUrl: "https://edge.example/demo/",
    hosts: [],
    originIsEdge: true,
  };
}

const mediaHead = "#EXTM3U\n#EXT-X-TARGETDURATION:6\n";
const segment = (uri: string) => `#EXTINF:6,\n${uri}`;

interface Row {
  readonly name: string;
  readonly line: string;
  /** Expected on timeline 0; left out: unchanged. */
  readonly zero?: string;
  /** Expected on timeline 3; left out: as on timeline 0. */
  readonly three?: string;
}

const mediaRows: readonly Row[] = [
  { name: "segment", line: segment("a.ts"), three: segment("../@t3/v360/a.ts") },
  {
    name: "blanks around a URI belong to nobody",
    line: '#EXT-X-MAP:URI=" init.mp4\t"',
    three: '#EXT-X-MAP:URI=" ../@t3/v360/init.mp4\t"',
  },
  {
    name: "blanks before another scheme",
    line: '#EXT-X-KEY:METHOD=SAMPLE-AES,URI=" skd://k "',
  },
  { name: "segment in a folder", line: segment("s/a.ts"), three: segment("../@t3/v360/s/a.ts") },
  {
    name: "segment with a query",
    line: segment("a.ts?k=%7a&b=c/d"),
    three: segment("../@t3/v360/a.ts?k=%7a&b=c/d"),
  },
  {
    name: "segment above the playlist",
    line: segment("../shared/a.ts"),
    three: segment("../@t3/shared/a.ts"),
  },
  {
    name: "absolute path",
    line: segment("/live/v360/a.ts"),
    zero: segment("a.ts"),
    three: segment("../@t3/v360/a.ts"),
  },
  {
    name: "absolute URL, other spelling of the host",
    line: segment("HTTPS://ORIGIN.example:443/live/v360/a.ts#t=1"),
    zero: segment("a.ts#t=1"),
    three: segment("../@t3/v360/a.ts#t=1"),
  },
  {
    name: "network path",
    line: segment("//origin.example/live/v720/a.ts"),
    zero: segment("../v720/a.ts"),
    three: segment("../@t3/v720/a.ts"),
  },
  {
    name: "one spelling for escapes",
    line: segment("%7a%2Ets%C3%A9é x"),
    zero: segment("z.ts%C3%A9%C3%A9%20x"),
    three: segment("../@t3/v360/z.ts%C3%A9%C3%A9%20x"),
  },
  {
    name: "dot segments, also escaped ones",
    line: segment("./x/%2e%2E/./a.ts"),
    zero: segment("a.ts"),
    three: segment("../@t3/v360/a.ts"),
  },
  {
    name: "names that look like labels and tokens",
    line: segment("@t1/~x/a@b~.ts"),
    zero: segment("%40t1/%7Ex/a@b~.ts"),
    three: segment("../@t3/v360/%40t1/%7Ex/a@b~.ts"),
  },
  {
    name: "a name with a colon is not a scheme",
    line: segment("10:00.ts"),
    zero: segment("./10:00.ts"),
    three: segment("../@t3/v360/10:00.ts"),
  },
  {
    name: "same host beyond the prefix",
    line: segment("/other/a.ts"),
    zero: segment("../@self/other/a.ts"),
    three: segment("../@t3/@self/other/a.ts"),
  },
  {
    name: "allowed host",
    line: segment("https://cdn2.example/media/x/a.ts"),
    zero: segment("../@cdn2/x/a.ts"),
    three: segment("../@t3/@cdn2/x/a.ts"),
  },
  { name: "allowed host, other folder", line: segment("https://cdn2.example/else/a.ts") },
  { name: "unknown host", line: segment("https://ads.example/a.ts") },
  { name: "a user name is another origin", line: segment("https://u@origin.example/live/a.ts") },
  {
    name: "a prefix is a folder, not a word",
    line: segment("https://origin.example.evil/live/a.ts"),
  },
  { name: "data: segment", line: segment("data:video/mp2t;base64,AAAA") },
  {
    name: "blanks around a URI",
    line: segment(" a.ts \t"),
    zero: segment(" a.ts \t"),
    three: segment(" ../@t3/v360/a.ts \t"),
  },
  {
    name: "MAP keeps its byte range",
    line: '#EXT-X-MAP:BYTERANGE="720@0",URI="init.mp4"',
    three: '#EXT-X-MAP:BYTERANGE="720@0",URI="../@t3/v360/init.mp4"',
  },
  {
    name: "KEY over https",
    line: '#EXT-X-KEY:METHOD=AES-128,URI="/live/keys/1.key",IV=0x0A',
    zero: '#EXT-X-KEY:METHOD=AES-128,URI="../keys/1.key",IV=0x0A',
    three: '#EXT-X-KEY:METHOD=AES-128,URI="../@t3/keys/1.key",IV=0x0A',
  },
  { name: "KEY skd:", line: '#EXT-X-KEY:METHOD=SAMPLE-AES,URI="skd://a/b?c"' },
  { name: "KEY data:", line: '#EXT-X-KEY:METHOD=SAMPLE-AES,URI="data:text/plain;base64,AA=="' },
  { name: "KEY urn:", line: '#EXT-X-KEY:METHOD=SAMPLE-AES,URI="urn:uuid:edef"' },
  { name: "KEY NONE", line: "#EXT-X-KEY:METHOD=NONE" },
  {
    name: "PART",
    line: '#EXT-X-PART:DURATION=0.50,URI="a.0.m4s",INDEPENDENT=YES',
    three: '#EXT-X-PART:DURATION=0.50,URI="../@t3/v360/a.0.m4s",INDEPENDENT=YES',
  },
  {
    name: "PRELOAD-HINT maps like PART",
    line: '#EXT-X-PRELOAD-HINT:TYPE=PART,URI="a.1.m4s",BYTERANGE-START=5',
    three: '#EXT-X-PRELOAD-HINT:TYPE=PART,URI="../@t3/v360/a.1.m4s",BYTERANGE-START=5',
  },
  {
    name: "RENDITION-REPORT stays relative and without label",
    line: '#EXT-X-RENDITION-REPORT:URI="/live/v720/index.m3u8",LAST-MSN=9,LAST-PART=1',
    zero: '#EXT-X-RENDITION-REPORT:URI="../v720/index.m3u8",LAST-MSN=9,LAST-PART=1',
  },
  {
    name: "interstitial on an unknown host",
    line: '#EXT-X-DATERANGE:ID="a",CLASS="com.apple.hls.interstitial",X-ASSET-URI="https://ads.example/a.m3u8"',
  },
  {
    name: "interstitial list below the prefix",
    line: '#EXT-X-DATERANGE:ID="a",X-ASSET-LIST="/live/ads.json",CLASS="com.apple.hls.interstitial"',
    zero: '#EXT-X-DATERANGE:ID="a",X-ASSET-LIST="../ads.json",CLASS="com.apple.hls.interstitial"',
  },
  {
    name: "preload date range",
    line: '#EXT-X-DATERANGE:ID="a",CLASS="com.apple.hls.preload",X-URI="/live/b.m3u8"',
    zero: '#EXT-X-DATERANGE:ID="a",CLASS="com.apple.hls.preload",X-URI="../b.m3u8"',
  },
  {
    name: "other date ranges are left",
    line: '#EXT-X-DATERANGE:ID="a",CLASS="x",X-URI="/live/b",X-BEACON="https://origin.example/live/c"',
  },
  {
    name: "prefetch",
    line: "#EXT-X-PREFETCH:/live/v360/next.ts",
    zero: "#EXT-X-PREFETCH:next.ts",
    three: "#EXT-X-PREFETCH:../@t3/v360/next.ts",
  },
  {
    name: "prefetch, another vendor",
    line: "#EXT-X-TWITCH-PREFETCH:https://cdn2.example/media/a,b.ts",
    zero: "#EXT-X-TWITCH-PREFETCH:../@cdn2/a,b.ts",
    three: "#EXT-X-TWITCH-PREFETCH:../@t3/@cdn2/a,b.ts",
  },
  { name: "FAXS-CM is left", line: '#EXT-X-FAXS-CM:URI="/live/drm"' },
  {
    name: "unknown tag of the same origin",
    line: '#EXT-X-NEW:A="1,2",URI="/live/new.bin"',
    zero: '#EXT-X-NEW:A="1,2",URI="../new.bin"',
  },
  { name: "unknown tag of another host", line: '#EXT-X-NEW:URI="https://cdn2.example/media/x"' },
  { name: "unknown tag that is no list", line: '#EXT-X-NEW:"/live/x' },
  {
    name: "tags without URI",
    line: `#EXT-X-CUE-OUT:URI="/live/x",30\n#EXT-X-TILES:RESOLUTION=1x1,LAYOUT=9x5,DURATION=2\n# /live/x`,
  },
  {
    name: "a value without quotes stays so while it can",
    line: "#EXT-X-MAP:URI=/live/v360/init.mp4,BYTERANGE=1@0",
    zero: "#EXT-X-MAP:URI=init.mp4,BYTERANGE=1@0",
    three: "#EXT-X-MAP:URI=../@t3/v360/init.mp4,BYTERANGE=1@0",
  },
  {
    name: "a comma in a value forces quotes",
    line: "#EXT-X-MAP:URI=/live/v360/a%2Cb.mp4",
    zero: '#EXT-X-MAP:URI="a,b.mp4"',
    three: '#EXT-X-MAP:URI="../@t3/v360/a,b.mp4"',
  },
  {
    name: "a word in another value is not an attribute",
    line: '#EXT-X-PART:X="a,URI=",URI="/live/v360/p.mp4",DURATION=1',
    zero: '#EXT-X-PART:X="a,URI=",URI="p.mp4",DURATION=1',
    three: '#EXT-X-PART:X="a,URI=",URI="../@t3/v360/p.mp4",DURATION=1',
  },
];

const multivariantRows: readonly Row[] = [
  { name: "variant", line: "#EXT-X-STREAM-INF:BANDWIDTH=1\nv720/index.m3u8" },
  {
    name: "absolute variant",
    line: "#EXT-X-STREAM-INF:BANDWIDTH=1\nhttps://origin.example/live/v720/index.m3u8?a=1",
    zero: "#EXT-X-STREAM-INF:BANDWIDTH=1\nv720/index.m3u8?a=1",
  },
  {
    name: "MEDIA",
    line: '#EXT-X-MEDIA:TYPE=AUDIO,URI="/live/a/en.m3u8",NAME="a"',
    zero: '#EXT-X-MEDIA:TYPE=AUDIO,URI="a/en.m3u8",NAME="a"',
  },
  {
    name: "I-FRAME-STREAM-INF",
    line: '#EXT-X-I-FRAME-STREAM-INF:BANDWIDTH=1,URI="/live/i.m3u8"',
    zero: '#EXT-X-I-FRAME-STREAM-INF:BANDWIDTH=1,URI="i.m3u8"',
  },
  {
    name: "IMAGE-STREAM-INF",
    line: '#EXT-X-IMAGE-STREAM-INF:BANDWIDTH=1,URI="/live/img.m3u8"',
    zero: '#EXT-X-IMAGE-STREAM-INF:BANDWIDTH=1,URI="img.m3u8"',
  },
  {
    name: "SESSION-DATA",
    line: '#EXT-X-SESSION-DATA:DATA-ID="com.apple.hls.chapters",URI="/live/chapters.json"',
    zero: '#EXT-X-SESSION-DATA:DATA-ID="com.apple.hls.chapters",URI="chapters.json"',
  },
  {
    name: "SESSION-KEY leads where KEY leads",
    line: '#EXT-X-SESSION-KEY:METHOD=AES-128,URI="keys/1.key"',
    three: '#EXT-X-SESSION-KEY:METHOD=AES-128,URI="@t3/keys/1.key"',
  },
  {
    name: "CONTENT-STEERING",
    line: '#EXT-X-CONTENT-STEERING:SERVER-URI="https://steer.example/x?y=1",PATHWAY-ID="a"',
    zero: '#EXT-X-CONTENT-STEERING:SERVER-URI="../_/steering/demo",PATHWAY-ID="a"',
  },
  {
    name: "CONTENT-STEERING data:",
    line: '#EXT-X-CONTENT-STEERING:SERVER-URI="data:application/json,{}"',
  },
];

function testRows(rows: readonly Row[], head: string, context: RewriteContext): void {
  describe.each([0, 3])("timeline %i", (timeline) => {
    const given = { ...context, timeline };
    test.each(rows)("$name", ({ line, zero, three }) => {
      const wanted = timeline === 0 ? (zero ?? line) : (three ?? zero ?? line);
      const once = rewriteText(`${head}${line}\n`, given);
      expect(once).toBe(`${head}${wanted}\n`);
      expect(rewriteText(once, toEdge(given))).toBe(once);
      const crlf = `${head}${line}`.replaceAll("\n", "\r\n");
      expect(rewriteText(crlf, given)).toBe(`${head}${wanted}`.replaceAll("\n", "\r\n"));
    });
  });
}

test("a canary is steered by its channel's manifest", () => {
  const head = "#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=9\nv.m3u8\n";
  const line = '#EXT-X-CONTENT-STEERING:SERVER-URI="https://steer.example/x"\n';
  const url = "https://origin.example/live/a/master.m3u8";
  const place = { channel: "demo/@c2", playlistPath: "a/master.m3u8", playlistUrl: url };
  const text = rewriteText(head + line, { ...base, ...place });
  expect(text).toBe(`${head}#EXT-X-CONTENT-STEERING:SERVER-URI="../../../_/steering/demo"\n`);
});

describe("media playlists", () => testRows(mediaRows, mediaHead, base));
describe("multivariant playlists", () => {
  const url = "https://origin.example/live/master.m3u8";
  const multivariantHead = "#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=9\nv.m3u8\n";
  testRows(multivariantRows, multivariantHead, {
    ...base,
    playlistPath: "master.m3u8",
    playlistUrl: url,
  });
});

describe("variables", () => {
  const define =
    '#EXT-X-DEFINE:NAME="host",VALUE="https://cdn2.example"\n#EXT-X-DEFINE:NAME="f",VALUE="a%20b"\n';
  const imported = '#EXT-X-DEFINE:IMPORT="dir"\n';
  const parameter = '#EXT-X-DEFINE:QUERYPARAM="t"\n';
  const rows = [
    { name: "by name", head: define, uri: "{$host}/media/{$f}.ts", want: "../@cdn2/a%20b.ts" },
    { name: "imported", head: imported, uri: "{$dir}/a.ts", want: "../shared/a.ts" },
    { name: "from the query", head: parameter, uri: "a.ts?t={$t}", want: "a.ts?t=x/y" },
    { name: "braces that are no reference", head: define, uri: "a{b}.ts", want: "a%7Bb%7D.ts" },
  ];
  const context = {
    ...base,
    query: "a=b&t=x%2Fy",
    definitions: new Map([["dir", "/live/shared"]]),
  };
  test.each(rows)("$name", ({ head, uri, want }) => {
    expect(rewriteText(`${mediaHead}${head}${segment(uri)}\n`, context)).toBe(
      `${mediaHead}${head}${segment(want)}\n`,
    );
  });
  test("a query reference without value is left to the player", () => {
    const text = `${mediaHead}${parameter}${segment("a.ts?t={$t}")}\n`;
    expect(rewriteText(text, base)).toBe(text);
  });
});

describe("refusals", () => {
  const rows = [
    { uri: "/other/a.ts", change: { beyondPrefix: false }, reason: "beyond-prefix" },
    { uri: "../../a.ts", change: { beyondPrefix: false }, reason: "beyond-prefix" },
    { uri: "{$x}/a.ts", change: {}, reason: "undefined-variable" },
    { uri: "a%2Fb.ts", change: {}, reason: "bad-uri" },
    { uri: "a%5cb.ts", change: {}, reason: "bad-uri" },
    { uri: "a\\b.ts", change: {}, reason: "bad-uri" },
    { uri: "a%00.ts", change: {}, reason: "bad-uri" },
    { uri: "a%zz.ts", change: {}, reason: "bad-uri" },
    { uri: "a%ff.ts", change: {}, reason: "bad-uri" },
    { uri: "a\rb.ts", change: {}, reason: "bad-uri" },
    { uri: "a//b.ts", change: {}, reason: "bad-uri" },
    { uri: "http:a.ts", change: {}, reason: "bad-uri" },
    { uri: "https:///a.ts", change: {}, reason: "bad-uri" },
    { uri: "./a:b.ts", change: { playlistUrl: "nonsense" }, reason: "bad-context" },
  ];
  test.each(rows)("$uri: $reason", ({ uri, change, reason }) => {
    const result = rewrite(`${mediaHead}${segment(uri)}\n`, { ...base, ...change });
    expect(result).toMatchObject({ kind: "refused", reason, line: 4 });
  });
  test("the remedy names the setting", () => {
    const result = rewrite(`${mediaHead}${segment("/x")}\n`, { ...base, beyondPrefix: false });
    expect(result).toMatchObject({ remedy: expect.stringContaining("beyond_prefix = true") });
  });
  test("an attribute list that two players could read differently", () => {
    const result = rewrite(`${mediaHead}#EXT-X-MAP:URI="x\n${segment("a.ts")}\n`, base);
    expect(result).toMatchObject({ kind: "refused", reason: "bad-attribute-list", line: 3 });
  });
});

describe("unknown hosts dropped", () => {
  const drop: RewriteContext = { ...base, unknownHosts: "drop" };
  const foreign = "https://x.example/a";
  const rows = [
    {
      name: "a segment becomes a gap, so that numbers stay",
      text: `${mediaHead}${segment(foreign)}\n${segment("b.ts")}\n`,
      want: `${mediaHead}#EXTINF:6,\n#EXT-X-GAP\n${foreign}\n${segment("b.ts")}\n`,
    },
    {
      name: "also one that is indented",
      text: `${mediaHead}#EXTINF:6,\r\n \t${foreign}\r\n`,
      want: `${mediaHead}#EXTINF:6,\r\n#EXT-X-GAP\r\n \t${foreign}\r\n`,
    },
    {
      name: "a part becomes a gap",
      text: `${mediaHead}#EXT-X-PART:DURATION=1,URI="${foreign}"\r\n`,
      want: `${mediaHead}#EXT-X-PART:DURATION=1,URI="${foreign}",GAP=YES\r\n`,
    },
    {
      name: "a hint goes",
      text: `${mediaHead}#EXT-X-PRELOAD-HINT:TYPE=PART,URI="${foreign}"\n${segment("b.ts")}`,
      want: `${mediaHead}${segment("b.ts")}`,
    },
    {
      name: "a variant goes with its tag",
      text: `#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=1\n# c\n${foreign}\n#EXT-X-STREAM-INF:BANDWIDTH=2\nb.m3u8`,
      want: "#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=2\nb.m3u8",
    },
    {
      name: "the name of the tag in another one's value is not the tag",
      text: `#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=1,NAME="#EXT-X-STREAM-INF"\n${foreign}\n#EXT-X-STREAM-INF:BANDWIDTH=2\nb.m3u8`,
      want: "#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=2\nb.m3u8",
    },
    {
      name: "a part that only names a gap in its URI becomes one",
      text: `${mediaHead}#EXT-X-PART:DURATION=1,URI="${foreign},GAP=YES"\n`,
      want: `${mediaHead}#EXT-X-PART:DURATION=1,URI="${foreign},GAP=YES",GAP=YES\n`,
    },
    {
      name: "a date range goes whole",
      text: `${mediaHead}#EXT-X-DATERANGE:CLASS="com.apple.hls.interstitial",X-ASSET-LIST="/live/a",X-ASSET-URI="${foreign}"\n#EXT-X-ENDLIST`,
      want: `${mediaHead}#EXT-X-ENDLIST`,
    },
  ];
  test.each(rows)("$name", ({ text, want }) => {
    expect(rewriteText(text, drop)).toBe(want);
    expect(rewriteText(want, drop)).toBe(want);
  });
  test("a map cannot go", () => {
    const result = rewrite(`${mediaHead}#EXT-X-MAP:URI="${foreign}"\n`, drop);
    expect(result).toMatchObject({ kind: "refused", reason: "unknown-host", line: 3 });
  });
  test("a variant that other tags have come into cannot go", () => {
    const media =
      '#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="a",NAME="a",URI="https://origin.example/live/a"';
    const text = `#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=1\n${media}\n${foreign}\n#EXT-X-STREAM-INF:BANDWIDTH=2\nb`;
    expect(rewrite(text, drop)).toMatchObject({ reason: "unknown-host", line: 4 });
  });
  const media = (type: string, uri: string) =>
    `#EXT-X-MEDIA:TYPE=${type},GROUP-ID="g",NAME="n",URI="${uri}"\n`;
  const stream = (list: string) => `#EXT-X-STREAM-INF:BANDWIDTH=1${list}\nv.m3u8\n`;
  const groupRows = [
    {
      name: "a variant goes with the sound it needs",
      text: media("AUDIO", foreign) + stream(',AUDIO="g"') + stream(""),
      want: stream(""),
    },
    {
      name: "but not if the group has other members",
      text: media("AUDIO", foreign) + media("AUDIO", "a.m3u8") + stream(',AUDIO="g"'),
      want: media("AUDIO", "a.m3u8") + stream(',AUDIO="g"'),
    },
    {
      name: "nor for subtitles, which are no longer named",
      text: stream(',SUBTITLES="g",CODECS="avc1"') + media("SUBTITLES", foreign),
      want: stream(',CODECS="avc1"'),
    },
    {
      name: "the initial pathway is one that is left",
      text: `#EXT-X-CONTENT-STEERING:SERVER-URI="data:,",PATHWAY-ID="A"\n${stream(',PATHWAY-ID="A"').replace("v.m3u8", foreign)}${stream(',PATHWAY-ID="B"')}`,
      want: `#EXT-X-CONTENT-STEERING:SERVER-URI="data:,",PATHWAY-ID="B"\n${stream(',PATHWAY-ID="B"')}`,
    },
  ];
  test.each(groupRows)("$name", ({ text, want }) => {
    expect(rewriteText(`#EXTM3U\n${text}`, drop)).toBe(`#EXTM3U\n${want}`);
    expect(rewriteText(`#EXTM3U\n${want}`, drop)).toBe(`#EXTM3U\n${want}`);
  });
  test("no variant is left without its sound", () => {
    const text = `#EXTM3U\n${media("AUDIO", foreign)}${stream(',AUDIO="g"')}`;
    expect(rewrite(text, drop)).toMatchObject({ kind: "refused", reason: "nothing-left" });
  });
  test("the last variant cannot go", () => {
    const result = rewrite(`#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=1\n${foreign}\n`, drop);
    expect(result).toMatchObject({ kind: "refused", reason: "nothing-left" });
  });
});

describe("where the playlist lies", () => {
  test("after a redirect inside the prefix", () => {
    const context = { ...base, playlistUrl: "https://origin.example/live/node7/v360/index.m3u8" };
    const text = `${mediaHead}${segment("a.ts")}\n`;
    expect(rewriteText(text, context)).toContain("\n../node7/v360/a.ts\n");
    expect(rewriteText(text, { ...context, timeline: 2 })).toContain("\n../@t2/node7/v360/a.ts\n");
  });
  test("after a redirect to a host that is not ours, nothing is left relative", () => {
    const context = { ...base, playlistUrl: "https://x.example/p/index.m3u8" };
    expect(rewriteText(`${mediaHead}${segment("a.ts")}\n`, context)).toContain(
      "\nhttps://x.example/p/a.ts\n",
    );
  });
  test("below an alias", () => {
    const context: RewriteContext = {
      ...base,
      playlistPath: "p/index.m3u8",
      playlistLabel: { kind: "host", alias: "cdn2", n: 0 },
      playlistUrl: "https://cdn2.example/media/p/index.m3u8",
    };
    const text = `${mediaHead}${segment("a.ts")}\n${segment("https://origin.example/live/b.ts")}\n`;
    expect(rewriteText(text, context)).toBe(
      `${mediaHead}${segment("a.ts")}\n${segment("../../b.ts")}\n`,
    );
    const labelled = rewriteText(text, { ...context, timeline: 1 });
    expect(labelled).toBe(
      `${mediaHead}${segment("../../@t1/@cdn2/p/a.ts")}\n${segment("../../@t1/b.ts")}\n`,
    );
  });
});

test("counts and announced URIs", () => {
  const text = `${mediaHead}#EXT-X-MAP:URI="init.mp4"
#EXT-X-KEY:METHOD=SAMPLE-AES,URI="skd://k"
#EXT-X-NEW:URI="https://x.example/n"
${segment("a%7e.ts?q=1")}
${segment("https://x.example/b.ts")}
#EXT-X-RENDITION-REPORT:URI="../v720/index.m3u8"
`;
  const result = rewrite(text, { ...base, timeline: 3 });
  if (result.kind === "refused") throw new Error(result.detail);
  expect(result.counts).toEqual({ rewritten: 3, opaque: 1, kept: 1, dropped: 0, unknownTags: 1 });
  expect(result.uris()).toEqual([
    { role: "map", path: "@t3/v360/init.mp4", query: "", line: 3 },
    { role: "segment", path: "@t3/v360/a~.ts", query: "?q=1", line: 7 },
    { role: "playlist", path: "v720/index.m3u8", query: "", line: 10 },
  ]);
});

describe("a path of a thousand folders", () => {
  const playlistPath = `${"x/".repeat(1000)}index.m3u8`;
  const context: RewriteContext = {
    ...base,
    playlistPath,
    playlistUrl: `https://origin.example/live/${playlistPath}`,
    timeline: 3,
  };
  /** "../" and "x/" for each folder, the label, and what the playlist itself has. */
  const charsOf = (count: number) => 32 + count * (5000 + 4 + "#EXTINF:6,\na.ts\n".length);
  const limit = 32 * 1024 * 1024;
  const most = Math.floor((limit - 32) / (charsOf(1) - 32));
  test("at the limit", () => {
    const text = rewriteText(mediaHead + `${segment("a.ts")}\n`.repeat(most), context);
    expect(text.length).toBe(charsOf(most));
  });
  test.each(["a.ts", "../y z.ts", "https://origin.example/live/a.ts"])("over it: %s", (uri) => {
    const text = mediaHead + `${segment(uri)}\n`.repeat(most * 2);
    expect(rewrite(text, context)).toMatchObject({ kind: "refused", reason: "too-large" });
  });
});

describe("variables that grow", () => {
  const define = (chars: number) => `#EXT-X-DEFINE:NAME="a",VALUE="${"x".repeat(chars)}"\n`;
  const rewrite = (body: string) => {
    const playlist = parsePlaylist(`#EXTM3U\n#EXT-X-VERSION:8\n#EXT-X-TARGETDURATION:2\n${body}`);
    if (playlist.kind === "failure") throw new Error(playlist.detail);
    return rewritePlaylist(playlist, base);
  };

  test.each([
    ["one URI at the limit", `${define(8_188)}#EXTINF:2,\n{$a}.m4s\n`, "rewritten"],
    ["one past it", `${define(8_189)}#EXTINF:2,\n{$a}.m4s\n`, "bad-uri"],
    ["a bomb in one line", `${define(10_000)}#EXTINF:2,\n${"{$a}".repeat(1_000)}\n`, "bad-uri"],
    ["a bomb in many lines", define(8_000) + "#EXTINF:2,\n{$a}.ts\n".repeat(600), "bad-uri"],
    ["as many short ones", define(20) + "#EXTINF:2,\n{$a}.ts\n".repeat(600), "rewritten"],
  ])("%s", (_name, body, want) => {
    const result = rewrite(body);
    expect(result.kind === "refused" ? result.reason : result.kind).toBe(want);
  });
});
