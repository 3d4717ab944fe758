// The demo's playlists, read back by a strict parser, and their arithmetic.

import * as hls from "hls-parser";
import { beforeAll, describe, expect, test } from "vitest";
import { ALIGNED_SCHEME, UNALIGNED_SCHEME } from "../../infra/local/demo/demo.ts";
import { loadMediaLibrary, type MediaLibrary } from "../../infra/local/demo/media-library.ts";
import { printLivePlaylist } from "../../infra/local/demo/playlist-text.ts";
import { parseSegmentName, printSegmentName } from "../../infra/local/demo/segment-naming.ts";
import { makeVodTree } from "../../infra/local/demo/vod-tree.ts";

let library: MediaLibrary;
beforeAll(async () => {
  hls.setOptions({ strictMode: true });
  library = await loadMediaLibrary();
});

function parseMedia(text: string) {
  const playlist = hls.parse(text);
  if (playlist.isMasterPlaylist) throw new Error("not a media playlist");
  return playlist as hls.types.MediaPlaylist;
}

function printWindow(name: string, scheme = ALIGNED_SCHEME, firstMsn = 13_967_482) {
  const rendition = library.ladder.find(({ facts }) => facts.name === name);
  if (rendition === undefined) throw new Error(`no ${name}`);
  return printLivePlaylist(rendition, scheme, { firstMsn, lastMsn: firstMsn + 9 });
}

test("a live window, word for word", () => {
  const text = printWindow("v360");
  expect(text.split("\n").slice(0, 12)).toEqual([
    "#EXTM3U",
    "#EXT-X-VERSION:7",
    "#EXT-X-INDEPENDENT-SEGMENTS",
    "#EXT-X-TARGETDURATION:2",
    "#EXT-X-MEDIA-SEQUENCE:13967482",
    `#EXT-X-MAP:URI="init.mp4"`,
    "#EXT-X-PROGRAM-DATE-TIME:2026-11-20T07:42:44.000Z",
    "#EXTINF:2.000000,",
    "13967482.m4s",
    "#EXT-X-PROGRAM-DATE-TIME:2026-11-20T07:42:46.000Z",
    "#EXTINF:2.000000,",
    "13967483.m4s",
  ]);
  expect(text).not.toMatch(/DISCONTINUITY|ENDLIST|PLAYLIST-TYPE/);
  expect(text.endsWith("13967491.m4s\n")).toBe(true);
});

test("an unaligned window has its own numbers, names and moments", () => {
  const text = printWindow("v360", UNALIGNED_SCHEME, 13_967_482 + 517_000);
  expect(text).toContain("#EXT-X-MEDIA-SEQUENCE:14484482\n");
  expect(text).toContain(`#EXT-X-MAP:URI="w/init.mp4"\n`);
  expect(text).toContain("PROGRAM-DATE-TIME:2026-11-20T07:42:44.700Z\n#EXTINF:2.000000,\n");
  expect(text).toContain("\nw/seg_14484482.m4s\n");
});

describe("a strict parser accepts", () => {
  test.each(["v360", "v240", "v144", "audio"])("the live window of %s", (name) => {
    const { segments } = parseMedia(printWindow(name));
    expect(segments).toHaveLength(10);
    for (const [index, segment] of segments.entries()) {
      const next = segments[index + 1];
      if (next?.programDateTime === undefined || segment.programDateTime === undefined) continue;
      // Dates have whole milliseconds, durations do not.
      const stepMs = next.programDateTime.getTime() - segment.programDateTime.getTime();
      expect(Math.abs(stepMs - segment.duration * 1000)).toBeLessThanOrEqual(1);
    }
  });

  test("every playlist of the VOD set", () => {
    for (const [path, file] of makeVodTree(library)) {
      if (!path.endsWith(".m3u8")) continue;
      const text = Buffer.from(file.bytes).toString();
      const playlist = hls.parse(text);
      if (playlist.isMasterPlaylist) continue;
      const { segments, endlist } = parseMedia(text);
      const seconds = segments.reduce((sum, segment) => sum + segment.duration, 0);
      expect([path, segments.length, endlist]).toEqual([path, 16, true]);
      expect(seconds).toBeCloseTo(32, 4);
    }
  });

  test("the multivariant playlist: a rendition each, audio last", () => {
    const file = makeVodTree(library).get("master.m3u8");
    const playlist = hls.parse(Buffer.from(file?.bytes ?? []).toString());
    const { variants } = playlist as hls.types.MasterPlaylist;
    expect(variants.map((v) => [v.uri, v.resolution?.width, v.frameRate])).toEqual([
      ["v360/index.m3u8", 640, 25],
      ["v240/index.m3u8", 426, 25],
      ["v144/index.m3u8", 256, 25],
      ["audio/index.m3u8", undefined, undefined],
    ]);
    for (const [index, { facts }] of library.ladder.entries()) {
      expect(variants[index]?.bandwidth).toBe(facts.bandwidth);
      expect(variants[index]?.averageBandwidth).toBe(facts.averageBandwidth);
      expect(variants[index]?.codecs).toBe(facts.codecs);
    }
  });

  test("every file that a VOD playlist names is in the tree", () => {
    const tree = makeVodTree(library);
    for (const [path, file] of tree) {
      if (!path.endsWith(".m3u8")) continue;
      const folder = path.slice(0, path.lastIndexOf("/") + 1);
      const text = Buffer.from(file.bytes).toString();
      const uris = [...text.matchAll(/^[^#\n].*|(?<=URI=")[^"]+/gm)].map(([uri]) => uri);
      expect(uris.length).toBeGreaterThan(0);
      for (const uri of uris) expect(tree.has(`${folder}${uri}`)).toBe(true);
    }
  });
});

describe("segment names have one spelling", () => {
  const plain = ALIGNED_SCHEME.naming;
  const padded = UNALIGNED_SCHEME.naming;
  const rows = [
    { naming: plain, name: "7.m4s", want: 7 },
    { naming: plain, name: "07.m4s", want: undefined },
    { naming: plain, name: "7.mp4", want: undefined },
    { naming: plain, name: "x/7.m4s", want: undefined },
    { naming: plain, name: "-7.m4s", want: undefined },
    { naming: plain, name: "9999999999999999.m4s", want: undefined },
    { naming: padded, name: "w/seg_00123.m4s", want: 123 },
    { naming: padded, name: "w/seg_123.m4s", want: undefined },
    { naming: padded, name: "w/seg_1234567.m4s", want: 1_234_567 },
    { naming: padded, name: "seg_00123.m4s", want: undefined },
  ];
  test.each(rows)("$name → $want", ({ naming, name, want }) => {
    expect(parseSegmentName(naming, name)).toBe(want);
    if (want !== undefined) expect(printSegmentName(naming, want)).toBe(name);
  });
});
