// How far a playlist reaches, and how much came since the look before.

import { expect, test } from "vitest";
import { parsePlaylist } from "../../../workers/core/hls/parse-playlist.ts";
import { type Reach, toMediaLook } from "../../../workers/core/origin/look.ts";

function look(body: string, before: Reach | null = null) {
  const playlist = parsePlaylist(`#EXTM3U\n#EXT-X-TARGETDURATION:4\n${body}`);
  if (playlist.kind !== "media") throw new Error("The test's playlist is none.");
  return toMediaLook(playlist, before);
}

const reach = (lastMsn: number, lastPart: number | null = null, openMs = 0): Reach => ({
  lastMsn,
  lastPart,
  openMs,
});
const PARTS = "#EXT-X-PART-INF:PART-TARGET=1\n";
const part = (uri: string) => `#EXT-X-PART:DURATION=1,URI="${uri}"\n`;

test.each([
  {
    name: "the first look of all",
    body: "#EXTINF:3.5,\n0.ts\n",
    before: null,
    want: { progress: "ahead", lastMsn: 0, addedMs: 0, addedCount: 0, stepMs: 3_500 },
  },
  {
    name: "two more segments",
    body: "#EXTINF:4,\n0.ts\n#EXTINF:3.5,\n1.ts\n#EXTINF:3,\n2.ts\n",
    before: reach(0),
    want: { progress: "ahead", addedMs: 6_500, addedCount: 2, stepMs: 3_000 },
  },
  {
    name: "nothing new",
    body: "#EXTINF:4,\n0.ts\n",
    before: reach(0),
    want: { progress: "same", addedMs: 0, addedCount: 0 },
  },
  {
    name: "less than before",
    body: "#EXTINF:4,\n0.ts\n",
    before: reach(7),
    want: { progress: "back", addedMs: 0 },
  },
  {
    name: "one more part",
    body: `${PARTS}#EXTINF:4,\n0.ts\n${part("1a")}${part("1b")}`,
    before: reach(0, 0, 1_000),
    want: { progress: "ahead", addedMs: 1_000, addedCount: 1, stepMs: 1_000, hasParts: true },
  },
  {
    name: "a segment closes over its parts",
    body: `${PARTS}#EXTINF:4,\n0.ts\n#EXTINF:4,\n1.ts\n`,
    before: reach(0, 2, 3_000),
    want: { progress: "ahead", addedMs: 1_000, addedCount: 1 },
  },
  {
    name: "parts taken back",
    body: `${PARTS}#EXTINF:4,\n0.ts\n${part("1a")}`,
    before: reach(0, 2, 3_000),
    want: { progress: "back", addedMs: 0 },
  },
])("$name", ({ body, before, want }) => {
  expect(look(body, before)).toMatchObject(want);
});
