// Segments and parts as read on demand: numbering, dates, byte ranges, keys and maps in effect.

import { expect, test } from "vitest";
import { parsePlaylist } from "../../../workers/core/hls/parse-playlist.ts";
import type { MediaPlaylist } from "../../../workers/core/hls/playlist.ts";

function parseMedia(text: string): MediaPlaylist {
  const playlist = parsePlaylist(`#EXTM3U\n#EXT-X-TARGETDURATION:6\n${text}`);
  if (playlist.kind !== "media") throw new Error("The playlist must be accepted.");
  return playlist;
}

test("numbers, dates and discontinuities", () => {
  const playlist = parseMedia(`#EXT-X-MEDIA-SEQUENCE:10
#EXT-X-DISCONTINUITY-SEQUENCE:4
#EXTINF:6,
a.ts
#EXT-X-PROGRAM-DATE-TIME:2026-11-20T12:00:00+02:00
#EXTINF:5.5,title
b.ts
#EXTINF:6,
c.ts
#EXT-X-DISCONTINUITY
#EXT-X-GAP
#EXTINF:6,
d.ts
`);
  const noon = Date.UTC(2026, 10, 20, 10);
  const found = playlist.segments();
  expect(found.map((s) => [s.msn, s.uri, s.durationSeconds, s.programDateTimeMs])).toEqual([
    [10, "a.ts", 6, null],
    [11, "b.ts", 5.5, noon],
    [12, "c.ts", 6, noon + 5500],
    [13, "d.ts", 6, null],
  ]);
  expect(found.map((s) => [s.discontinuitySequence, s.discontinuity, s.gap, s.line])).toEqual([
    [4, false, false, 6],
    [4, false, false, 9],
    [4, false, false, 11],
    [5, true, true, 15],
  ]);
  const [first, second] = found;
  expect(playlist.text.slice(first?.blockStart, first?.blockEnd)).toBe("#EXTINF:6,\na.ts");
  expect(playlist.text.slice(second?.blockStart, second?.blockEnd)).toMatch(
    /^#EXT-X-PROGRAM[\s\S]*b\.ts$/,
  );
});

test("implicit byte range offsets continue the range just before of the same resource only", () => {
  const playlist = parseMedia(`#EXTINF:6,
#EXT-X-BYTERANGE:100@50
all.ts
#EXTINF:6,
#EXT-X-BYTERANGE:200
all.ts
#EXTINF:6,
#EXT-X-BYTERANGE:10
other.ts
#EXTINF:6,
#EXT-X-BYTERANGE:20
all.ts
#EXTINF:6,
last.ts
`);
  expect(playlist.segments().map((segment) => segment.byteRange)).toEqual([
    { lengthBytes: 100, offsetBytes: 50 },
    { lengthBytes: 200, offsetBytes: 150 },
    { lengthBytes: 10, offsetBytes: null },
    { lengthBytes: 20, offsetBytes: null },
    null,
  ]);
});

test("keys and maps in effect", () => {
  const playlist = parseMedia(`#EXT-X-MAP:URI="one.mp4"
#EXT-X-KEY:METHOD=AES-128,URI="k1"
#EXT-X-KEY:METHOD=SAMPLE-AES,URI="skd://x",KEYFORMAT="com.apple.streamingkeydelivery"
#EXTINF:6,
a.m4s
#EXT-X-KEY:METHOD=AES-128,URI="k2"
#EXTINF:6,
b.m4s
#EXT-X-KEY:METHOD=NONE
#EXT-X-MAP:URI="two.mp4",BYTERANGE="700@0"
#EXTINF:6,
c.m4s
`);
  const skd = 'METHOD=SAMPLE-AES,URI="skd://x",KEYFORMAT="com.apple.streamingkeydelivery"';
  expect(playlist.segments().map((segment) => [segment.map, segment.keys])).toEqual([
    ['URI="one.mp4"', ['METHOD=AES-128,URI="k1"', skd]],
    ['URI="one.mp4"', [skd, 'METHOD=AES-128,URI="k2"']],
    ['URI="two.mp4",BYTERANGE="700@0"', []],
  ]);
});

test("parts belong to the segment that follows; the last ones are open", () => {
  const playlist = parseMedia(`#EXT-X-PART-INF:PART-TARGET=1
#EXT-X-PART:DURATION=1,URI="a.mp4",BYTERANGE="10@0",INDEPENDENT=YES
#EXT-X-PART:DURATION=0.5,URI="a.mp4",BYTERANGE="20"
#EXTINF:1.5,
a.mp4
#EXT-X-PART:DURATION=1,URI="b.mp4",GAP=YES
`);
  expect(playlist.segments()[0]?.parts).toEqual([
    {
      uri: "a.mp4",
      durationSeconds: 1,
      byteRange: { lengthBytes: 10, offsetBytes: 0 },
      independent: true,
      gap: false,
      line: 4,
    },
    {
      uri: "a.mp4",
      durationSeconds: 0.5,
      byteRange: { lengthBytes: 20, offsetBytes: 10 },
      independent: false,
      gap: false,
      line: 5,
    },
  ]);
  expect(playlist.openParts()).toMatchObject([{ uri: "b.mp4", gap: true, byteRange: null }]);
});

test("of more key formats than any player knows the newest stay", () => {
  const key = (n: number) => `#EXT-X-KEY:METHOD=SAMPLE-AES,URI="skd://${n}",KEYFORMAT="f${n}"\n`;
  const keys = Array.from({ length: 20 }, (_, n) => key(n)).join("");
  const [segment] = parseMedia(`${keys}${key(10)}#EXTINF:6,\na.ts\n`).segments();
  const formats = segment?.keys.map((list) => /"f(\d+)"/.exec(list)?.[1]);
  const kept = [4, 5, 6, 7, 8, 9, 11, 12, 13, 14, 15, 16, 17, 18, 19, 10];
  expect(formats).toEqual(kept.map(String));
});

test("two discontinuities before one segment count twice", () => {
  const two = "#EXT-X-DISCONTINUITY\n".repeat(2);
  const playlist = parseMedia(`#EXTINF:6,\na.ts\n${two}#EXTINF:6,\nb.ts\n`);
  expect(playlist.segments().map((segment) => segment.discontinuitySequence)).toEqual([0, 2]);
});
