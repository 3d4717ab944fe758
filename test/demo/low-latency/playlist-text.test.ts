// The low-latency playlists: word for word, by our rules of the standard, and by a strict parser.

import * as hls from "hls-parser";
import { describe, expect, test } from "vitest";
import { loadMediaLibrary } from "../../../infra/local/demo/media-library.ts";
import { PART_SCHEME, UNALIGNED_PART_SCHEME } from "../../../infra/local/low-latency/origins.ts";
import type { LiveEdge } from "../../../infra/local/low-latency/part-clock.ts";
import { makePartLadder } from "../../../infra/local/low-latency/part-ladder.ts";
import {
  type PartScheme,
  printPartMultivariant,
  printPartPlaylist,
} from "../../../infra/local/low-latency/playlist-text.ts";
import { parsePlaylist } from "../../../workers/core/hls/parse-playlist.ts";
import { decideFindings } from "../../../workers/core/hls/validate.ts";
import { applyDeltaMerge } from "../../../workers/core/transform/edits/delta-merge.ts";

const ladder = makePartLadder(await loadMediaLibrary());
const renditions = [...ladder.videos, ladder.audio];
const MSN = 13_967_488;
const PLAIN_SCHEME: PartScheme = { ...PART_SCHEME, hasParts: false };

function printAt(name: string, edge: LiveEdge, scheme = PART_SCHEME, isDelta = false): string {
  const rendition = renditions.find((each) => each.name === name);
  if (rendition === undefined) throw new Error(`no ${name}`);
  return printPartPlaylist(ladder, rendition, scheme, edge, isDelta);
}

function parse(text: string) {
  const playlist = parsePlaylist(text);
  if (playlist.kind !== "media") throw new Error("not a media playlist");
  return playlist;
}

test("an open segment, word for word", () => {
  const lines = printAt("v360", { msn: MSN, partCount: 2 }).split("\n");
  expect(lines.slice(0, 11)).toEqual([
    "#EXTM3U",
    "#EXT-X-VERSION:9",
    "#EXT-X-INDEPENDENT-SEGMENTS",
    "#EXT-X-TARGETDURATION:2",
    "#EXT-X-SERVER-CONTROL:CAN-BLOCK-RELOAD=YES,CAN-SKIP-UNTIL=12.0,HOLD-BACK=6.0,PART-HOLD-BACK=1.421",
    "#EXT-X-PART-INF:PART-TARGET=0.406",
    `#EXT-X-MEDIA-SEQUENCE:${MSN - 30}`,
    '#EXT-X-MAP:URI="init.mp4"',
    "#EXT-X-PROGRAM-DATE-TIME:2026-11-20T07:41:56.000Z",
    "#EXTINF:2.000000,",
    `${MSN - 30}.m4s`,
  ]);
  expect(lines.slice(-15)).toEqual([
    `#EXT-X-PART:DURATION=0.400000,URI="${MSN - 1}.0.m4s",INDEPENDENT=YES`,
    `#EXT-X-PART:DURATION=0.400000,URI="${MSN - 1}.1.m4s"`,
    `#EXT-X-PART:DURATION=0.400000,URI="${MSN - 1}.2.m4s"`,
    `#EXT-X-PART:DURATION=0.400000,URI="${MSN - 1}.3.m4s"`,
    `#EXT-X-PART:DURATION=0.400000,URI="${MSN - 1}.4.m4s"`,
    "#EXTINF:2.000000,",
    `${MSN - 1}.m4s`,
    "#EXT-X-PROGRAM-DATE-TIME:2026-11-20T07:42:56.000Z",
    `#EXT-X-PART:DURATION=0.400000,URI="${MSN}.0.m4s",INDEPENDENT=YES`,
    `#EXT-X-PART:DURATION=0.400000,URI="${MSN}.1.m4s"`,
    `#EXT-X-PRELOAD-HINT:TYPE=PART,URI="${MSN}.2.m4s"`,
    `#EXT-X-RENDITION-REPORT:URI="../v240/index.m3u8",LAST-MSN=${MSN},LAST-PART=1`,
    `#EXT-X-RENDITION-REPORT:URI="../v144/index.m3u8",LAST-MSN=${MSN},LAST-PART=1`,
    `#EXT-X-RENDITION-REPORT:URI="../audio/index.m3u8",LAST-MSN=${MSN},LAST-PART=1`,
    "",
  ]);
});

test("behind a segment's end the hint names the next segment's first part", () => {
  const text = printAt("audio", { msn: MSN, partCount: 0 });
  const tail = `${MSN - 1}.m4s\n#EXT-X-PRELOAD-HINT:TYPE=PART,URI="${MSN}.0.m4s"\n`;
  expect(text).toContain(tail);
  const report = `URI="../v360/index.m3u8",LAST-MSN=${MSN - 1},LAST-PART=4`;
  expect(text).toContain(`#EXT-X-RENDITION-REPORT:${report}\n`);
});

const EDGES = [0, 1, 2, 3, 4].map((partCount) => ({ msn: MSN + partCount, partCount }));
const SCHEMES = { aligned: PART_SCHEME, unaligned: UNALIGNED_PART_SCHEME, plain: PLAIN_SCHEME };

describe.each(Object.entries(SCHEMES))("%s", (_name, scheme) => {
  const edges = EDGES.map((edge) => ({
    msn: edge.msn + scheme.clock.msnOffset,
    partCount: scheme.hasParts ? edge.partCount : 0,
  }));
  const names = renditions.map(({ name }) => name);

  test.each(names)("%s breaks no rule of the standard, whole or as a delta", (name) => {
    for (const edge of edges) {
      for (const isDelta of [false, true]) {
        expect(decideFindings(parse(printAt(name, edge, scheme, isDelta)))).toEqual([]);
      }
    }
  });

  test.each(names)("a strict parser accepts %s", (name) => {
    hls.setOptions({ strictMode: true });
    for (const edge of edges) {
      const text = printAt(name, edge, scheme);
      const playlist = hls.parse(text) as hls.types.MediaPlaylist;
      expect(playlist.mediaSequenceBase).toBe(edge.msn - 30);
    }
  });

  test("what was announced as a hint is later a part, and parts make their segment", () => {
    const first = { msn: (EDGES[0]?.msn ?? 0) + scheme.clock.msnOffset, partCount: 0 };
    const { msn } = first;
    if (!scheme.hasParts) {
      expect(printAt("v360", first, scheme)).not.toMatch(/PART|SERVER|HINT|REPORT/);
      return;
    }
    for (let partCount = 0; partCount < 5; partCount += 1) {
      const hint = /PRELOAD-HINT:TYPE=PART,URI="([^"]+)"/.exec(
        printAt("audio", { msn, partCount }, scheme),
      )?.[1];
      const next =
        partCount === 4 ? { msn: msn + 1, partCount: 0 } : { msn, partCount: partCount + 1 };
      expect(printAt("audio", next, scheme)).toContain(`URI="${hint}",INDEPENDENT=YES\n`);
    }
    for (const { parts, durationSeconds } of parse(printAt("audio", first, scheme)).segments()) {
      if (parts.length === 0) continue;
      const sum = parts.reduce((seconds, part) => seconds + part.durationSeconds, 0);
      expect(sum).toBeCloseTo(durationSeconds, 4);
    }
  });
});

test("a delta with the playlist before it is the whole one", () => {
  for (const edge of EDGES) {
    const whole = printAt("v240", edge);
    const delta = printAt("v240", edge, PART_SCHEME, true);
    const skipped = Number(/SKIPPED-SEGMENTS=(\d+)/.exec(delta)?.[1]);
    // 12 s from the end stay, whatever is open.
    expect(skipped).toBe(edge.partCount === 0 ? 23 : 24);
    const before = printAt("v240", { msn: edge.msn - 1, partCount: 0 });
    const merged = applyDeltaMerge(parse(before), parse(delta));
    expect(merged).toMatchObject({ kind: "merged" });
    if (merged.kind === "merged") expect(merged.playlist.text).toBe(whole);
  }
});

test("the multivariant playlist announces pictures with their sound apart", () => {
  const text = printPartMultivariant(ladder);
  const playlist = parsePlaylist(text);
  if (playlist.kind !== "multivariant") throw new Error("not a multivariant playlist");
  expect(decideFindings(playlist)).toEqual([]);
  expect(text.match(/^#EXT-X-STREAM-INF/gm)).toHaveLength(3);
  expect(text).toMatch(/TYPE=AUDIO,GROUP-ID="sound",.*URI="audio\/index\.m3u8"/);
  expect(text).toMatch(/BANDWIDTH=\d{6},CODECS="avc1\.4d401e,mp4a\.40\.2",RESOLUTION=640x360/);
});
