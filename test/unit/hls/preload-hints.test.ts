// Hints at the end of canonical playlists.

import { describe, expect, test } from "vitest";
import { readPreloadHints } from "../../../workers/core/hls/preload-hints.ts";

const HEAD = "#EXTM3U\n#EXT-X-TARGETDURATION:2\n#EXTINF:2,\n1.mp4\n";
const REPORT = '#EXT-X-RENDITION-REPORT:URI="../a.m3u8",LAST-MSN=1,LAST-PART=0\n';

describe("readPreloadHints", () => {
  test.each([
    { name: "none", text: HEAD, want: [] },
    { name: "reports only", text: HEAD + REPORT, want: [] },
    {
      name: "a part, in front of reports",
      text: `${HEAD}#EXT-X-PRELOAD-HINT:TYPE=PART,URI="2.0.mp4"\n${REPORT}${REPORT}`,
      want: [{ uri: "2.0.mp4", firstByte: null }],
    },
    {
      name: "a part and an init section",
      text:
        `${HEAD}#EXT-X-PRELOAD-HINT:TYPE=MAP,URI="i.mp4"\n` +
        '#EXT-X-PRELOAD-HINT:TYPE=PART,URI="@t1/2.0.mp4"',
      want: [
        { uri: "i.mp4", firstByte: null },
        { uri: "@t1/2.0.mp4", firstByte: null },
      ],
    },
    {
      name: "a range of a growing file",
      text: `${HEAD}#EXT-X-PRELOAD-HINT:URI="2.mp4",TYPE=PART,BYTERANGE-START=1000\n`,
      want: [{ uri: "2.mp4", firstByte: 1_000 }],
    },
    {
      name: "not at the end: not the ledger's",
      text: `#EXTM3U\n#EXT-X-PRELOAD-HINT:TYPE=PART,URI="x"\n${HEAD}`,
      want: [],
    },
    { name: "without a URI", text: `${HEAD}#EXT-X-PRELOAD-HINT:TYPE=PART\n`, want: [] },
    { name: "nothing at all", text: "", want: [] },
  ])("$name", ({ text, want }) => {
    expect(readPreloadHints(text)).toEqual(want);
  });
});
