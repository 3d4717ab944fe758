// What parsePlaylist accepts, refuses and learns. One row per fact or reason; every accepted text
// must also print back byte for byte.

import { describe, expect, test } from "vitest";
import {
  playlistFailureReasons,
  playlistRemedies,
  printPlaylistFailure,
} from "../../../workers/core/hls/failure.ts";
import { defaultPlaylistLimits } from "../../../workers/core/hls/limits.ts";
import { parsePlaylist } from "../../../workers/core/hls/parse-playlist.ts";
import type { MediaPlaylist } from "../../../workers/core/hls/playlist.ts";
import { printPlaylist } from "../../../workers/core/hls/print-playlist.ts";

const head = "#EXTM3U\n#EXT-X-TARGETDURATION:6\n";
const dated = "#EXT-X-PROGRAM-DATE-TIME:2026-11-20T10:00:00.500Z\n";

interface FactRow {
  readonly name: string;
  readonly text: string;
  readonly want: Partial<MediaPlaylist>;
}

const factRows: readonly FactRow[] = [
  {
    name: "plain VOD",
    text: `${head}#EXT-X-VERSION:3\n#EXT-X-PLAYLIST-TYPE:VOD\n#EXTINF:6.006,a,b\na.ts\n#EXTINF:4,\nb.ts\n#EXT-X-ENDLIST\n`,
    want: {
      version: 3,
      targetDurationSeconds: 6,
      mediaSequence: 0,
      playlistType: "VOD",
      ended: true,
      segmentCount: 2,
      lastMsn: 1,
      lastPart: null,
      lastSegmentDurationSeconds: 4,
      totalDurationSeconds: 10.006,
      lastProgramDateTimeMs: null,
    },
  },
  {
    name: "CRLF, no last line break, blanks behind values",
    text: "#EXTM3U\r\n#EXT-X-TARGETDURATION:6 \r\n#EXT-X-MEDIA-SEQUENCE: 41\r\n\r\n#EXTINF: 5.5 ,\r\na.ts\r\n#EXT-X-ENDLIST ",
    want: { targetDurationSeconds: 6, mediaSequence: 41, lastMsn: 41, ended: true, lineCount: 7 },
  },
  {
    name: "no segment yet",
    text: `${head}#EXT-X-MEDIA-SEQUENCE:7\n`,
    want: { segmentCount: 0, lastMsn: 6, lastSegmentDurationSeconds: null, ended: false },
  },
  {
    name: "the largest sequence number that a double holds",
    text: `${head}#EXT-X-MEDIA-SEQUENCE:9007199254740991\n`,
    want: { mediaSequence: 9007199254740991 },
  },
  {
    name: "low latency: parts behind the last segment",
    text: `${head}#EXT-X-SERVER-CONTROL:CAN-BLOCK-RELOAD=YES,CAN-SKIP-UNTIL=36.0,CAN-SKIP-DATERANGES=YES,HOLD-BACK=18,PART-HOLD-BACK=1.002\n#EXT-X-PART-INF:PART-TARGET=0.334\n#EXT-X-PART:DURATION=0.334,URI="a.0.m4s"\n#EXTINF:6,\na.m4s\n#EXT-X-PART:DURATION=0.334,URI="b.0.m4s",INDEPENDENT=YES\n#EXT-X-PART:DURATION=0.334,URI="b.1.m4s"\n#EXT-X-PRELOAD-HINT:TYPE=PART,URI="b.2.m4s"\n`,
    want: {
      canBlockReload: true,
      canSkipUntilSeconds: 36,
      canSkipDateRanges: true,
      holdBackSeconds: 18,
      partHoldBackSeconds: 1.002,
      partTargetSeconds: 0.334,
      partCount: 3,
      lastMsn: 0,
      lastPart: 1,
    },
  },
  {
    name: "a delta update counts its skipped segments",
    text: `${head}#EXT-X-VERSION:9\n#EXT-X-MEDIA-SEQUENCE:100\n#EXT-X-SKIP:SKIPPED-SEGMENTS=20\n#EXTINF:6,\na.ts\n`,
    want: { skippedSegmentCount: 20, segmentCount: 1, lastMsn: 120 },
  },
  {
    name: "a date is carried over the following segments",
    text: `${head}${dated}#EXTINF:6,\na.ts\n#EXTINF:5.5,\nb.ts\n#EXTINF:6,\nc.ts\n`,
    want: { lastProgramDateTimeMs: Date.UTC(2026, 10, 20, 10, 0, 12) },
  },
  {
    name: "a date behind the last segment belongs to the next one",
    text: `${head}#EXTINF:6,\na.ts\n${dated}`,
    want: { lastProgramDateTimeMs: null },
  },
  {
    name: "a discontinuity ends the date",
    text: `${head}${dated}#EXTINF:6,\na.ts\n#EXT-X-DISCONTINUITY\n#EXTINF:6,\nb.ts\n`,
    want: { lastProgramDateTimeMs: null, discontinuityCount: 1 },
  },
  {
    name: "a date of the segment behind the discontinuity counts, in any order",
    text: `${head}#EXTINF:6,\na.ts\n${dated}#EXT-X-DISCONTINUITY\n#EXTINF:6,\nb.ts\n`,
    want: { lastProgramDateTimeMs: Date.UTC(2026, 10, 20, 10, 0, 0, 500) },
  },
  {
    name: "a fraction in the target duration exists in the field",
    text: "#EXTM3U\n#EXT-X-TARGETDURATION:9.6\n",
    want: { targetDurationSeconds: 9.6 },
  },
  {
    name: "quotes around numbers and words, which players read",
    text: `${head}#EXT-X-SERVER-CONTROL:CAN-BLOCK-RELOAD="YES",CAN-SKIP-UNTIL="36",HOLD-BACK="18.5"\n#EXT-X-SKIP:SKIPPED-SEGMENTS="3"\n`,
    want: {
      canBlockReload: true,
      canSkipUntilSeconds: 36,
      holdBackSeconds: 18.5,
      skippedSegmentCount: 3,
    },
  },
  {
    name: "I-frames, images, sequences",
    text: `${head}#EXT-X-I-FRAMES-ONLY\n#EXT-X-IMAGES-ONLY\n#EXT-X-DISCONTINUITY-SEQUENCE:3\n#EXT-X-PLAYLIST-TYPE:EVENT\n`,
    want: {
      iframesOnly: true,
      imagesOnly: true,
      discontinuitySequence: 3,
      playlistType: "EVENT",
      version: 1,
    },
  },
];

describe("facts of a media playlist", () => {
  test.each(factRows)("$name", ({ text, want }) => {
    const playlist = parsePlaylist(text);
    expect(playlist).toMatchObject({ kind: "media", ...want });
    expect(playlist.kind !== "failure" && printPlaylist(playlist)).toBe(text);
  });
});

const refusals = [
  { name: "empty body", text: "", want: ["not-a-playlist", 1] },
  { name: "an error page", text: "<!doctype html>\n<p>oops", want: ["not-a-playlist", 1] },
  { name: "a word that begins alike", text: "#EXTM3U8\n", want: ["not-a-playlist", 1] },
  { name: "a blank line first", text: "\n#EXTM3U\n", want: ["not-a-playlist", 1] },
  {
    name: "lines that end with carriage returns alone",
    text: head.replaceAll("\n", "\r"),
    want: ["control-character", 1],
  },
  { name: "byte order mark", text: `\ufeff${head}`, want: ["byte-order-mark", 1] },
  { name: "U+0000", text: `${head}#x\0\n`, want: ["control-character", 3] },
  {
    name: "both kinds",
    text: `${head}#EXT-X-STREAM-INF:BANDWIDTH=1\na.m3u8\n`,
    want: ["mixed-kinds", 3],
  },
  {
    name: "both kinds, the other way round",
    text: "#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=1\na.m3u8\n#EXTINF:6,\n",
    want: ["mixed-kinds", 4],
  },
  {
    name: "both kinds, the last letter is a tag's colon",
    text: "#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=1\na.m3u8\n#EXTINF:",
    want: ["mixed-kinds", 4],
  },
  { name: "a duration that was cut off", text: `${head}#EXTINF:`, want: ["bad-number", 3] },
  {
    name: "two versions",
    text: "#EXTM3U\n#EXT-X-VERSION:3\n#EXT-X-VERSION:3\n",
    want: ["duplicate-version", 3],
  },
  { name: "duration is a word", text: `${head}#EXTINF:six,\na.ts\n`, want: ["bad-number", 3] },
  { name: "negative duration", text: `${head}#EXTINF:-1,\na.ts\n`, want: ["bad-number", 3] },
  { name: "no duration at the end of the text", text: `${head}#EXTINF:`, want: ["bad-number", 3] },
  {
    name: "target duration is a word",
    text: "#EXTM3U\n#EXT-X-TARGETDURATION:\n",
    want: ["bad-number", 2],
  },
  {
    name: "sequence beyond 2^53 - 1",
    text: `${head}#EXT-X-MEDIA-SEQUENCE:9007199254740992\n`,
    want: ["number-too-large", 3],
  },
  {
    name: "no target duration",
    text: "#EXTM3U\n#EXTINF:6,\na.ts\n",
    want: ["missing-target-duration", 1],
  },
  { name: "segment without EXTINF", text: `${head}a.ts\n`, want: ["missing-duration", 3] },
  {
    name: "a body that was cut behind the first EXT-X-STREAM-INF",
    text: "#EXTM3U\n#EXT-X-VERSION:6\n#EXT-X-STREAM-INF:BANDWIDTH=1",
    want: ["missing-uri", 3],
  },
  {
    name: "unclosed quote in a list that states facts",
    text: `${head}#EXT-X-SERVER-CONTROL:X="\n`,
    want: ["bad-attribute-list", 3],
  },
] as const;

describe("refusals name a reason and a line", () => {
  test.each(refusals)("$name", ({ text, want: [reason, line] }) => {
    expect(parsePlaylist(text)).toMatchObject({ kind: "failure", reason, line });
  });
});

describe("the words of a failure name what was expected, what was found and the remedy", () => {
  const page = `<!doctype html>\n<p>\u0007${"long ".repeat(20)}`;
  test.each([
    ["", "line 1: The first line must be #EXTM3U, but the body is empty. Check that the origin's"],
    [
      "<p>\u00e9",
      "line 1: The first line must be #EXTM3U, but the body begins: <p>?. Check that the origin's",
    ],
    [page, `the body begins: <!doctype html>?<p>?${"long ".repeat(8)}... Check that the origin's`],
    [
      `${head}#EXTINF:six,\na.ts\n`,
      "line 3: EXTINF has no decimal duration: six,. Let the packager",
    ],
    [
      `${head}a.ts\n`,
      "line 3: A segment without EXTINF. Let the packager write EXTINF before each",
    ],
  ])("%j", (text, want) => {
    const failure = parsePlaylist(text);
    if (failure.kind !== "failure") throw new Error("The text must be refused.");
    expect(printPlaylistFailure(failure)).toContain(want);
  });
  test("every reason has a remedy", () => {
    for (const reason of playlistFailureReasons) {
      expect(playlistRemedies[reason]).toMatch(/^[A-Z].+\.$/);
    }
  });
});

describe("limits: at, over, overridden", () => {
  const many = "A=1,".repeat(64);
  const rows = [
    {
      name: "characters",
      at: "#EXTM3U\n#123",
      over: "#EXTM3U\n#1234",
      limits: { ...defaultPlaylistLimits, playlistCharsMax: 12 },
      reason: "too-large",
    },
    {
      name: "lines",
      at: "#EXTM3U\n\n\n",
      over: "#EXTM3U\n\n\n\n",
      limits: { ...defaultPlaylistLimits, linesMax: 3 },
      reason: "too-many-lines",
    },
    {
      name: "line length",
      at: "#EXTM3U\n#123456789\n",
      over: "#EXTM3U\n#1234567890\n",
      limits: { ...defaultPlaylistLimits, lineCharsMax: 10 },
      reason: "line-too-long",
    },
    {
      name: "attributes",
      at: `${head}#EXT-X-SERVER-CONTROL:${many}\n`,
      over: `${head}#EXT-X-SERVER-CONTROL:${many}A=1\n`,
      limits: defaultPlaylistLimits,
      reason: "too-many-attributes",
    },
  ];
  test.each(rows)("$name", ({ at, over, limits, reason }) => {
    expect(parsePlaylist(at, limits).kind).not.toBe("failure");
    expect(parsePlaylist(over, limits)).toMatchObject({ kind: "failure", reason });
    const wider = {
      ...limits,
      attributesMax: 65,
      linesMax: 9,
      lineCharsMax: 999,
      playlistCharsMax: 9999,
    };
    expect(parsePlaylist(over, wider).kind).not.toBe("failure");
  });
});

describe("multivariant playlists", () => {
  const text = `#EXTM3U
#EXT-X-INDEPENDENT-SEGMENTS
#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="a",NAME="English, US",LANGUAGE="en",DEFAULT=YES,URI="a/en.m3u8"
#EXT-X-MEDIA:TYPE=CLOSED-CAPTIONS,GROUP-ID="c",NAME="CC",INSTREAM-ID="CC1"
# a comment
#EXT-X-STREAM-INF:BANDWIDTH=800000,CODECS="avc1.4d401e,mp4a.40.2",RESOLUTION=640x360,FRAME-RATE=29.970,AUDIO="a"

v360/index.m3u8
#EXT-X-STREAM-INF:BANDWIDTH=18446744073709551615,PATHWAY-ID="west"
v720/index.m3u8
#EXT-X-I-FRAME-STREAM-INF:BANDWIDTH=1,URI="i.m3u8"
#EXT-X-IMAGE-STREAM-INF:BANDWIDTH=2,RESOLUTION=320x180,URI="img.m3u8"
`;
  const playlist = parsePlaylist(text);
  if (playlist.kind !== "multivariant") throw new Error("The playlist must be accepted.");

  test("variants", () => {
    const [low, high, ...others] = playlist.variants();
    expect(low).toMatchObject({
      uri: "v360/index.m3u8",
      bandwidth: 800000,
      codecs: "avc1.4d401e,mp4a.40.2",
      resolution: { width: 640, height: 360 },
      frameRate: 29.97,
      pathwayId: ".",
      line: 8,
    });
    expect(low?.attributes.get("FRAME-RATE")).toBe("29.970");
    expect(high).toMatchObject({ uri: "v720/index.m3u8", bandwidth: null, pathwayId: "west" });
    expect(high?.attributes.get("BANDWIDTH")).toBe("18446744073709551615");
    expect(others).toEqual([]);
    expect(playlist.variantCount).toBe(2);
  });

  test("renditions, I-frames and images", () => {
    expect(playlist.renditions()).toMatchObject([
      {
        type: "AUDIO",
        groupId: "a",
        name: "English, US",
        language: "en",
        uri: "a/en.m3u8",
        isDefault: true,
        line: 3,
      },
      { type: "CLOSED-CAPTIONS", groupId: "c", uri: null, isDefault: false },
    ]);
    expect(playlist.iframeVariants()).toMatchObject([{ uri: "i.m3u8", bandwidth: 1 }]);
    expect(playlist.imageVariants()).toMatchObject([{ uri: "img.m3u8", bandwidth: 2 }]);
  });

  test("a playlist with neither kind of tag is an empty multivariant one", () => {
    expect(parsePlaylist("#EXTM3U")).toMatchObject({ kind: "multivariant", variantCount: 0 });
  });
});

test("a last segment beyond 2^53 - 1 is refused at the tag that says so", () => {
  const head = "#EXTM3U\n#EXT-X-TARGETDURATION:6\n#EXT-X-MEDIA-SEQUENCE:";
  const three = "#EXTINF:6,\na.ts\n".repeat(3);
  expect(parsePlaylist(`${head}9007199254740989\n${three}`).kind).toBe("media");
  expect(parsePlaylist(`${head}9007199254740990\n${three}`)).toMatchObject({
    reason: "number-too-large",
    line: 3,
  });
  const late = `${head}1\n${three}#EXT-X-MEDIA-SEQUENCE:9007199254740990\n`;
  expect(parsePlaylist(late)).toMatchObject({ reason: "number-too-large", line: 10 });
});
