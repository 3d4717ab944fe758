// The shortened window against the law of section 6.2.2: the segments that stay are the same in
// every respect (number, date, discontinuity sequence, keys, init section, byte range), and enough
// of them stay.

import { describe, expect, test } from "vitest";
import { parsePlaylist } from "../../../../workers/core/hls/parse-playlist.ts";
import type { MediaPlaylist, Segment } from "../../../../workers/core/hls/playlist.ts";
import { applyWindow } from "../../../../workers/core/transform/edits/window.ts";

function read(text: string): MediaPlaylist {
  const playlist = parsePlaylist(text);
  if (playlist.kind !== "media") throw new Error(`No media playlist: ${text}`);
  return playlist;
}

function trim(text: string, windowSeconds: number) {
  const result = applyWindow(read(text), { windowSeconds });
  if (result.kind === "refused") throw new Error(result.detail);
  return result;
}

const head = "#EXTM3U\n#EXT-X-TARGETDURATION:2\n#EXT-X-MEDIA-SEQUENCE:100\n";
const date = "#EXT-X-PROGRAM-DATE-TIME:2026-11-20T10:00:00.250Z\n";
const fairPlay = 'KEYFORMAT="com.apple.streamingkeydelivery"';
const many = (count: number, block = "") => {
  return Array.from({ length: count }, (_, index) => `${block}#EXTINF:2,\ns${index}.ts\n`).join("");
};

/** Everything of a segment that a viewer depends on; lines and offsets may move. */
function toEssence(segment: Segment): unknown {
  const { line: _line, blockStart: _start, blockEnd: _end, parts, ...rest } = segment;
  return { ...rest, parts: parts.map(({ line: _own, ...part }) => part) };
}

const rows = [
  { name: "dated once", text: `${head}${date}${many(20)}`, kept: 5 },
  { name: "with a final cut", text: `${head}${date}${many(18)}#EXT-X-DISCONTINUITY\n${many(2)}` },
  {
    name: "cuts among those that leave",
    text: `${head}${many(9)}#EXT-X-DISCONTINUITY\n${many(9)}`,
  },
  {
    name: "a cut on the first that stays",
    text: `${head}${many(5)}#EXT-X-DISCONTINUITY\n${many(5)}`,
  },
  { name: "cut before the very first", text: `${head}#EXT-X-DISCONTINUITY\n${date}${many(9)}` },
  {
    name: "keys of two formats, then one changes",
    text: `${head}#EXT-X-KEY:METHOD=AES-128,URI="a"\n#EXT-X-KEY:METHOD=SAMPLE-AES,URI="skd://b",${fairPlay}\n${many(4)}#EXT-X-KEY:METHOD=AES-128,URI="c"\n${many(6)}`,
  },
  {
    name: "the first that stays brings one of two keys",
    text: `${head}#EXT-X-KEY:METHOD=AES-128,URI="a"\n#EXT-X-KEY:METHOD=SAMPLE-AES,URI="skd://b",${fairPlay}\n${many(5)}#EXT-X-KEY:METHOD=AES-128,URI="c"\n${many(5)}`,
  },
  {
    name: "encryption ended",
    text: `${head}#EXT-X-KEY:METHOD=AES-128,URI="a"\n${many(3)}#EXT-X-KEY:METHOD=NONE\n${many(7)}`,
  },
  {
    name: "encryption ends on the first that stays",
    text: `${head}#EXT-X-KEY:METHOD=AES-128,URI="a"\n${many(5)}#EXT-X-KEY:METHOD=NONE\n${many(5)}`,
  },
  {
    name: "map, then clear, then another key",
    text: `${head}#EXT-X-KEY:METHOD=AES-128,URI="a"\n#EXT-X-MAP:URI="i"\n${many(2)}#EXT-X-KEY:METHOD=NONE\n${many(2)}#EXT-X-KEY:METHOD=AES-128,URI="b"\n${many(6)}`,
  },
  {
    name: "implicit byte ranges",
    text: `${head}#EXT-X-BYTERANGE:10@5\n#EXTINF:2,\nall.ts\n${"#EXT-X-BYTERANGE:10\n#EXTINF:2,\nall.ts\n".repeat(9)}`,
  },
  {
    name: "implicit byte ranges of parts, too",
    text: `${head}#EXT-X-PART:DURATION=1,URI="p",BYTERANGE="10@5"\n#EXTINF:2,\np\n${'#EXT-X-PART:DURATION=1,URI="p",BYTERANGE="10"\n#EXT-X-PART:URI="p",BYTERANGE="20",DURATION=1\n#EXTINF:2,\np\n'.repeat(9)}`,
  },
  {
    name: "two cuts before the first that stays",
    text: `${head}${many(5)}#EXT-X-DISCONTINUITY\n#EXT-X-DISCONTINUITY\n${many(5)}`,
  },
  { name: "a date on every segment", text: `${head}${many(12, date)}` },
  { name: "gaps", text: `${head}${many(12, "#EXT-X-GAP\n")}` },
  { name: "CRLF", text: `${head}${date}${many(20)}`.replaceAll("\n", "\r\n") },
  { name: "no MEDIA-SEQUENCE", text: `#EXTM3U\n#EXT-X-TARGETDURATION:2\n${many(9)}` },
] as const;

describe("what stays is the same", () => {
  test.each(rows)("$name", ({ text }) => {
    const full = read(text).segments();
    for (const windowSeconds of [6, 9, 10, 12]) {
      const { playlist, notes } = trim(text, windowSeconds);
      const kept = playlist.segments();
      expect(notes).toEqual([]);
      expect(kept.map(toEssence)).toEqual(full.slice(-kept.length).map(toEssence));
      const seconds = kept.length * 2;
      expect(seconds >= windowSeconds && seconds < windowSeconds + 2).toBe(true);
      expect(trim(playlist.text, windowSeconds).playlist.text).toBe(playlist.text);
      const breaks = (all: string) => all.split(/\r\n/).length - 1;
      if (text.includes("\r\n")) expect(breaks(playlist.text)).toBe(playlist.lineCount);
    }
  });
});

test("the keys of an encrypted map come first, then the end of them, then the keys in effect", () => {
  const text = rows.find(({ name }) => name === "map, then clear, then another key")?.text ?? "";
  const lines = trim(text, 8).playlist.text.split("\n");
  expect(lines.filter((line) => /KEY|MAP/.test(line))).toEqual([
    '#EXT-X-KEY:METHOD=AES-128,URI="a"',
    '#EXT-X-MAP:URI="i"',
    "#EXT-X-KEY:METHOD=NONE",
    '#EXT-X-KEY:METHOD=AES-128,URI="b"',
  ]);
});

const notDone = [
  {
    name: "VOD",
    text: `${head}#EXT-X-PLAYLIST-TYPE:VOD\n${many(9)}#EXT-X-ENDLIST\n`,
    note: "not-live",
  },
  {
    name: "a delta update",
    text: `${head}#EXT-X-SKIP:SKIPPED-SEGMENTS=3\n${many(9)}`,
    note: "is-delta",
  },
  {
    name: "numbers at the end of what a double holds",
    text: `${head}#EXT-X-DISCONTINUITY-SEQUENCE:9007199254740991\n#EXT-X-DISCONTINUITY\n${many(9)}`,
    note: "sequence-too-large",
  },
] as const;

test.each(notDone)("left alone: $name", ({ text, note }) => {
  const result = trim(text, 6);
  expect(result.playlist.text).toBe(text);
  expect(result.notes).toEqual([{ edit: "window", reason: note }]);
});

test("a sequence that stands twice stands once afterwards", () => {
  const text = head.replace(":100\n", ":0\n#EXT-X-MEDIA-SEQUENCE:100\n") + many(9);
  const { playlist } = trim(text, 6);
  expect(playlist.mediaSequence).toBe(106);
  expect(playlist.text.match(/MEDIA-SEQUENCE/g)).toHaveLength(1);
});

test.each([Number.NaN, -1])("a window of %s s is refused", (windowSeconds) => {
  const result = applyWindow(read(`${head}${many(9)}`), { windowSeconds });
  expect(result).toMatchObject({ kind: "refused", edit: "window", reason: "bad-options" });
});
