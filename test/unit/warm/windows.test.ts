// Which segments a window takes, and which playlists a choice of renditions leads to.

import { describe, expect, test } from "vitest";
import type { EventWindow, RenditionChoice } from "../../../workers/core/contract/events.ts";
import { readPlannedPlaylist } from "../../../workers/core/warm/targets.ts";

const MEDIA = `#EXTM3U
#EXT-X-VERSION:7
#EXT-X-TARGETDURATION:10
#EXT-X-MAP:URI="a.mp4"
#EXTINF:4,
0.m4s
#EXTINF:4,
1.m4s
#EXT-X-DISCONTINUITY
#EXT-X-MAP:URI="b.mp4"
#EXTINF:4,
2.m4s
#EXT-X-GAP
#EXTINF:4,
3.m4s
#EXTINF:10,
4.m4s
`;

const files = (window: EventWindow) => {
  const reading = readPlannedPlaylist(MEDIA, "demo", "v/index.m3u8", window);
  return reading.kind === "media" ? reading.files.map((path) => path.slice(2)) : reading;
};

describe("windows", () => {
  test.each<{ name: string; window: EventWindow; want: readonly string[] }>([
    {
      name: "whole",
      window: { kind: "whole" },
      want: ["a.mp4", "b.mp4", "0.m4s", "1.m4s", "2.m4s", "4.m4s"],
    },
    {
      name: "first: part of a segment",
      window: { kind: "first", seconds: 1 },
      want: ["a.mp4", "0.m4s"],
    },
    { name: "first: to its end", window: { kind: "first", seconds: 4 }, want: ["a.mp4", "0.m4s"] },
    {
      name: "first: over a cut, with both init sections",
      window: { kind: "first", seconds: 8.1 },
      want: ["a.mp4", "b.mp4", "0.m4s", "1.m4s", "2.m4s"],
    },
    { name: "last: one segment", window: { kind: "last", seconds: 10 }, want: ["b.mp4", "4.m4s"] },
    {
      name: "last: a gap has no file",
      window: { kind: "last", seconds: 15 },
      want: ["b.mp4", "2.m4s", "4.m4s"],
    },
    {
      name: "follow: the last minute",
      window: { kind: "follow", untilMs: 1 },
      want: ["a.mp4", "b.mp4", "0.m4s", "1.m4s", "2.m4s", "4.m4s"],
    },
  ])("$name", ({ window, want }) => {
    expect(files(window)).toEqual(want);
  });
});

const LADDER = `#EXTM3U
#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="a",NAME="en",URI="audio/en.m3u8"
#EXT-X-STREAM-INF:BANDWIDTH=1000,RESOLUTION=640x360,AUDIO="a"
v360/index.m3u8
#EXT-X-STREAM-INF:BANDWIDTH=3000,RESOLUTION=1280x720,AUDIO="a"
v720/index.m3u8
#EXT-X-STREAM-INF:BANDWIDTH=6000,RESOLUTION=1280x720,AUDIO="a"
v720hi/index.m3u8
#EXT-X-I-FRAME-STREAM-INF:BANDWIDTH=100,RESOLUTION=640x360,URI="iframes.m3u8"
`;

describe("renditions", () => {
  const AUDIO = "audio/en.m3u8";
  test.each<{ name: string; choice: RenditionChoice; want: readonly string[] }>([
    {
      name: "all",
      choice: {},
      want: ["v360/index.m3u8", "v720/index.m3u8", "v720hi/index.m3u8", "iframes.m3u8", AUDIO],
    },
    {
      name: "by height",
      choice: { heightMax: 360 },
      want: ["v360/index.m3u8", "iframes.m3u8", AUDIO],
    },
    {
      name: "by height and bandwidth",
      choice: { heightMax: 720, bandwidthMax: 3_000 },
      want: ["v360/index.m3u8", "v720/index.m3u8", "iframes.m3u8", AUDIO],
    },
    { name: "by name", choice: { playlists: ["v720/index.m3u8"] }, want: ["v720/index.m3u8"] },
    { name: "by a name that is not there", choice: { playlists: ["v9/index.m3u8"] }, want: [] },
  ])("$name", ({ choice, want }) => {
    const window = { kind: "whole" } as const;
    const reading = readPlannedPlaylist(LADDER, "demo", "master.m3u8", window, choice);
    expect(reading).toMatchObject({ kind: "multivariant", playlists: want });
  });
});
