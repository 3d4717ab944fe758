// The version table of bis-22 section 8 (spec.md rule F6): one row per feature, raised to exactly
// that version, and nothing raised that needs nothing.

import { describe, expect, test } from "vitest";
import { parsePlaylist } from "../../../../workers/core/hls/parse-playlist.ts";
import type { VersionFeature } from "../../../../workers/core/hls/validate-version.ts";
import { versionByFeature } from "../../../../workers/core/hls/validate-version.ts";
import { applyVersion } from "../../../../workers/core/transform/edits/version.ts";

const media = "#EXTM3U\n#EXT-X-TARGETDURATION:6\n";
const end = "#EXTINF:6,\na.ts\n";
const multivariant = "#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=1\na.m3u8\n";

const texts: Record<VersionFeature, string> = {
  "key-iv": `${media}#EXT-X-KEY:METHOD=AES-128,URI="k",IV=0x1\n${end}`,
  "decimal-duration": `${media}#EXTINF:5.5,\na.ts\n`,
  "byte-range": `${media}#EXT-X-BYTERANGE:1@0\n${end}`,
  "iframes-only": `${media}#EXT-X-I-FRAMES-ONLY\n${end}`,
  "sample-aes": `${media}#EXT-X-KEY:METHOD=SAMPLE-AES,URI="k"\n${end}`,
  "key-format": `${media}#EXT-X-KEY:METHOD=AES-128,URI="k",KEYFORMAT="identity"\n${end}`,
  "map-in-iframes": `${media}#EXT-X-I-FRAMES-ONLY\n#EXT-X-MAP:URI="i"\n${end}`,
  map: `${media}#EXT-X-MAP:URI="i"\n${end}`,
  "service-instream-id": `${multivariant}#EXT-X-MEDIA:TYPE=CLOSED-CAPTIONS,GROUP-ID="c",NAME="c",INSTREAM-ID="SERVICE1"\n`,
  variables: `${media}#EXT-X-DEFINE:NAME="a",VALUE="b"\n${end}`,
  skip: `${media}#EXT-X-SKIP:SKIPPED-SEGMENTS=1\n${end}`,
  "skip-date-ranges": `${media}#EXT-X-SKIP:SKIPPED-SEGMENTS=1,RECENTLY-REMOVED-DATERANGES=""\n${end}`,
  "query-parameter": `${media}#EXT-X-DEFINE:QUERYPARAM="t"\n${end}`,
  "required-attribute": `#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=1,REQ-VIDEO-LAYOUT="CH-STEREO"\na.m3u8\n`,
  "instream-id-beyond-captions": `${multivariant}#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="c",NAME="c",INSTREAM-ID="1"\n`,
};

function raise(text: string): string {
  const playlist = parsePlaylist(text);
  if (playlist.kind === "failure") throw new Error(playlist.detail);
  const result = applyVersion(playlist);
  if (result.kind === "refused") throw new Error(result.detail);
  return result.playlist.text;
}

describe("features", () => {
  test.each(Object.entries(texts))("%s", (feature, text) => {
    const version = versionByFeature[feature as VersionFeature];
    const want = text.replace("#EXTM3U\n", `#EXTM3U\n#EXT-X-VERSION:${version}\n`);
    expect(raise(text)).toBe(want);
    expect(raise(want)).toBe(want);
    const lower = want.replace(`VERSION:${version}`, `VERSION:${version - 1}`);
    expect(raise(lower)).toBe(want);
    const higher = want.replace(`VERSION:${version}`, `VERSION:${version + 1}`);
    expect(raise(higher)).toBe(higher);
  });
});

const needNothing = [
  [
    "parts, hints, reports, server control",
    `${media}#EXT-X-SERVER-CONTROL:CAN-BLOCK-RELOAD=YES,PART-HOLD-BACK=3\n#EXT-X-PART-INF:PART-TARGET=1\n${end}#EXT-X-PART:DURATION=1,URI="p"\n#EXT-X-PRELOAD-HINT:TYPE=PART,URI="q"\n#EXT-X-RENDITION-REPORT:URI="r"\n`,
  ],
  ["a point in a title", `${media}#EXTINF:6,1.5\na.ts\n`],
  [
    "letters of a REQ- attribute inside a value",
    '#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=1,NAME="a,REQ-X=1"\na.m3u8\n',
  ],
  [
    "steering, pathways, stable IDs",
    '#EXTM3U\n#EXT-X-CONTENT-STEERING:SERVER-URI="s"\n#EXT-X-STREAM-INF:BANDWIDTH=1,PATHWAY-ID=".",STABLE-VARIANT-ID="v"\na.m3u8\n',
  ],
  [
    "closed captions CC1",
    `${multivariant}#EXT-X-MEDIA:TYPE=CLOSED-CAPTIONS,GROUP-ID="c",NAME="c",INSTREAM-ID="CC1"\n`,
  ],
] as const;

test.each(needNothing)("needs no version: %s", (_name, text) => expect(raise(text)).toBe(text));

test("CRLF and a missing last line break", () => {
  const text = '#EXTM3U\r\n#EXT-X-TARGETDURATION:6\r\n#EXT-X-MAP:URI="i"\r\n#EXTINF:6,\r\na.ts';
  expect(raise(text)).toBe(text.replace("#EXTM3U\r\n", "#EXTM3U\r\n#EXT-X-VERSION:6\r\n"));
});
