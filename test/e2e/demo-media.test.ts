// ffmpeg and ffprobe as real readers of the demo: the live channel and the VOD set, over HTTP.
//
// Needs ffmpeg and ffprobe on the PATH; run with the other e2e tests. The origin runs without S3
// chunk storage here: what is on show is what the clock says.

import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ALIGNED_SCHEME, UNALIGNED_SCHEME } from "../../infra/local/demo/demo.ts";
import { loadMediaLibrary, type MediaLibrary } from "../../infra/local/demo/media-library.ts";
import { makeOriginContent } from "../../infra/local/demo/origin-content.ts";
import { makeOriginServer, type OriginServer } from "../../infra/local/demo/origin-server.ts";
import type { LiveScheme } from "../../infra/local/demo/playlist-text.ts";
import { decideWindow, toSegmentPlace } from "../../infra/local/demo/segment-clock.ts";
import { makeSegmentShelf } from "../../infra/local/demo/segment-shelf.ts";
import { makeVodTree } from "../../infra/local/demo/vod-tree.ts";
import { probeStreams, READ_MS_MAX, readPackets, readWithFfmpeg } from "./kit/ffmpeg.ts";

const SECONDS = 20;

let library: MediaLibrary;
const origins: OriginServer[] = [];
beforeAll(async () => {
  library = await loadMediaLibrary();
});
afterAll(async () => {
  await Promise.all(origins.map((origin) => origin.stop()));
});

/** An origin whose clock is set so that the window crosses a loop joint while it is read. */
async function startOrigin(scheme: LiveScheme): Promise<OriginServer> {
  const shelf = makeSegmentShelf(scheme.clock);
  const content = makeOriginContent({ library, scheme, shelf, vod: makeVodTree(library) });
  const newest = decideWindow(scheme.clock, Date.now()).lastMsn;
  const { indexInLoop } = toSegmentPlace(scheme.clock, newest);
  // Readers begin three segments from the end, at segment 13 of 16 now.
  const aheadMs = ((15 - indexInLoop + 16) % 16) * scheme.clock.segmentMs;
  const shown = () => decideWindow(scheme.clock, Date.now() + aheadMs);
  const origin = await makeOriginServer({ content, shown });
  origins.push(origin);
  return origin;
}

async function readLadder(url: string): Promise<readonly string[]> {
  const streams = await probeStreams(url, ["codec_name", "width", "height", "r_frame_rate"]);
  return streams.map((s) => `${s["codec_name"]} ${s["width"] ?? ""}`.trim()).sort();
}

const LADDER_STREAMS = ["h264 640", "aac", "h264 426", "aac", "h264 256", "aac", "aac"];

// Reading a live channel is mostly waiting, so the readers wait side by side.
describe.concurrent.each([
  { name: "aligned", scheme: ALIGNED_SCHEME },
  { name: "unaligned", scheme: UNALIGNED_SCHEME },
])("the live channel, $name", ({ scheme }) => {
  let origin: OriginServer;
  beforeAll(async () => {
    origin = await startOrigin(scheme);
  });

  test(
    `ffmpeg reads ${SECONDS} s across a loop joint without a complaint`,
    async () => {
      expect(await readWithFfmpeg(`${origin.url}/master.m3u8`, SECONDS)).toEqual({
        complaints: [],
        decodedSeconds: SECONDS,
      });
    },
    READ_MS_MAX,
  );

  test.each([
    { path: "v360/index.m3u8", stream: "v:0", stepSeconds: 1 / 25 },
    { path: "v360/index.m3u8", stream: "a:0", stepSeconds: 1024 / 48_000 },
    { path: "audio/index.m3u8", stream: "a:0", stepSeconds: 1024 / 48_000 },
  ])(
    "packets of $path $stream join without a gap",
    async ({ path, stream, stepSeconds }) => {
      const times = await readPackets(`${origin.url}/${path}`, stream, 24);
      expect((times.at(-1) ?? 0) - (times[0] ?? 0)).toBeGreaterThan(SECONDS);
      for (const [index, time] of times.slice(1).entries()) {
        // ffprobe prints microseconds; a missing AAC frame would be 21,333 of them.
        expect(time - (times[index] ?? 0)).toBeCloseTo(stepSeconds, 4);
      }
    },
    READ_MS_MAX,
  );

  test(
    "ffprobe sees the whole ladder",
    async () => {
      const streams = await readLadder(`${origin.url}/master.m3u8`);
      expect(streams).toEqual([...LADDER_STREAMS].sort());
    },
    READ_MS_MAX,
  );
});

describe("the VOD set", () => {
  const rows = [
    { path: "master.m3u8", streams: LADDER_STREAMS },
    { path: "ts/master.m3u8", streams: ["h264 426", "aac"] },
  ];
  test.each(rows)(
    "ffmpeg reads all of $path without a complaint",
    async ({ path, streams }) => {
      const origin = await startOrigin(ALIGNED_SCHEME);
      const url = `${origin.vodUrl}/${path}`;
      const want = { complaints: [], decodedSeconds: 32 };
      expect(await readWithFfmpeg(url, 32, ["-map", "0"])).toEqual(want);
      expect(await readLadder(url)).toEqual([...streams].sort());
    },
    READ_MS_MAX,
  );
});
