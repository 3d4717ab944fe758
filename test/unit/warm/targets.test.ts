// What a delivered playlist makes worth warming, as viewers name it.

import { describe, expect, test } from "vitest";
import { readPlannedPlaylist } from "../../../workers/core/warm/targets.ts";

const LADDER = `#EXTM3U
#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="a",NAME="en",URI="audio/en.m3u8"
#EXT-X-MEDIA:TYPE=CLOSED-CAPTIONS,GROUP-ID="c",NAME="cc",INSTREAM-ID="CC1"
#EXT-X-STREAM-INF:BANDWIDTH=1000,AUDIO="a"
v1/index.m3u8
#EXT-X-STREAM-INF:BANDWIDTH=2000,AUDIO="a"
v2/index.m3u8?lang=de
#EXT-X-STREAM-INF:BANDWIDTH=3000,AUDIO="a"
v1/index.m3u8
#EXT-X-I-FRAME-STREAM-INF:BANDWIDTH=100,URI="iframes.m3u8"
`;
const media = (lines: string) => `#EXTM3U
#EXT-X-VERSION:7
#EXT-X-TARGETDURATION:2
${lines}`;

describe("readPlannedPlaylist", () => {
  test("multivariant: every playlist once", () => {
    expect(readPlannedPlaylist(LADDER, "demo", "master.m3u8")).toEqual({
      kind: "multivariant",
      playlists: ["v1/index.m3u8", "v2/index.m3u8?lang=de", "iframes.m3u8", "audio/en.m3u8"],
      files: [],
    });
  });

  const rows: { name: string; path?: string; lines: string; want: string[] }[] = [
    {
      name: "segments, in order",
      lines: "#EXTINF:2,\n0.ts\n#EXTINF:2,\n1.ts\n",
      want: ["v/0.ts", "v/1.ts"],
    },
    { name: "with a query", lines: "#EXTINF:2,\n0.ts?k=1\n", want: ["v/0.ts?k=1"] },
    {
      name: "an init section, once",
      lines: '#EXT-X-MAP:URI="i.mp4"\n#EXTINF:2,\n0.m4s\n#EXTINF:2,\n1.m4s\n',
      want: ["v/i.mp4", "v/0.m4s", "v/1.m4s"],
    },
    {
      name: "every init section",
      lines:
        '#EXT-X-MAP:URI="i.mp4"\n#EXTINF:2,\n0.m4s\n#EXT-X-DISCONTINUITY\n#EXT-X-MAP:URI="j.mp4"\n#EXTINF:2,\n1.m4s\n',
      want: ["v/i.mp4", "v/j.mp4", "v/0.m4s", "v/1.m4s"],
    },
    { name: "labels stay", lines: "#EXTINF:2,\n../@t3/v/0.ts\n", want: ["@t3/v/0.ts"] },
    {
      name: "a label of the playlist's own is left behind by ../",
      path: "@t3/v/index.m3u8",
      lines: "#EXTINF:2,\n0.ts\n#EXTINF:2,\n../../@t4/v/1.ts\n",
      want: ["@t3/v/0.ts", "@t4/v/1.ts"],
    },
    {
      name: "ranges of one file, once",
      lines:
        "#EXTINF:2,\n#EXT-X-BYTERANGE:10@0\nall.mp4\n#EXTINF:2,\n#EXT-X-BYTERANGE:10@10\nall.mp4\n",
      want: ["v/all.mp4"],
    },
    {
      name: "no gaps: they do not exist",
      lines: "#EXTINF:2,\n#EXT-X-GAP\n0.ts\n#EXTINF:2,\n1.ts\n",
      want: ["v/1.ts"],
    },
    {
      name: "no keys: they are not kept",
      lines: '#EXT-X-KEY:METHOD=AES-128,URI="k.key"\n#EXTINF:2,\n0.ts\n',
      want: ["v/0.ts"],
    },
    {
      name: "nothing of another host or channel",
      lines:
        "#EXTINF:2,\nhttps://other.example/0.ts\n#EXTINF:2,\n/else/1.ts\n#EXTINF:2,\n/demo/v/2.ts\n",
      want: ["v/2.ts"],
    },
    {
      name: "escapes are kept as viewers write them",
      lines: "#EXTINF:2,\na%20b/%40x.ts\n",
      want: ["v/a%20b/%40x.ts"],
    },
    { name: "an empty window", lines: "", want: [] },
  ];
  test.each(rows)("media: $name", ({ path = "v/index.m3u8", lines, want }) => {
    expect(readPlannedPlaylist(media(lines), "demo", path)).toEqual({
      kind: "media",
      playlists: [],
      files: want,
    });
  });

  test.each([
    { name: "HTML", text: "<html>" },
    { name: "an empty body", text: "" },
    { name: "no target duration", text: "#EXTM3U\n#EXTINF:2,\n0.ts\n" },
  ])("refused, with file and line: $name", ({ text }) => {
    const reading = readPlannedPlaylist(text, "demo", "v/index.m3u8");
    expect(reading.kind).toBe("failure");
    expect(reading.kind === "failure" && reading.detail).toMatch(/^v\/index\.m3u8, line \d+: \S/);
  });
});
