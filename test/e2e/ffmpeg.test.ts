// ffmpeg as a third player, through the edge: it reads the live channel and the VOD without a
// complaint, and finds at the edge exactly the streams that the origin offers.

import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { probeStreams, readWithFfmpeg } from "./kit/ffmpeg.ts";
import { type DemoStack, startFreeStack, toEdgeUrl } from "./kit/free-stack.ts";

const SECONDS = 20;

let stack: DemoStack;
beforeAll(async () => {
  stack = await startFreeStack();
});
afterAll(async () => {
  await stack?.stop();
});

/** What makes two streams the same to a player. */
const ENTRIES = [
  "index,codec_type,codec_name,codec_tag_string,profile,level,pix_fmt,width,height",
  "r_frame_rate,avg_frame_rate,time_base,has_b_frames,sample_aspect_ratio,color_range",
  "sample_rate,sample_fmt,channels,channel_layout:stream_tags=variant_bitrate",
];

const rows = [
  {
    name: "the live channel",
    path: "/demo/master.m3u8",
    toOriginUrl: () => `${stack.demo.origins.east.url}/master.m3u8`,
    streamCount: 7,
  },
  {
    name: "the VOD in fMP4",
    path: "/demo-vod/master.m3u8",
    toOriginUrl: () => `${stack.demo.origins.east.vodUrl}/master.m3u8`,
    streamCount: 7,
  },
  {
    name: "the VOD in MPEG-TS",
    path: "/demo-vod/ts/master.m3u8",
    toOriginUrl: () => `${stack.demo.origins.east.vodUrl}/ts/master.m3u8`,
    streamCount: 2,
  },
];

describe.each(rows)("$name", ({ path, toOriginUrl, streamCount }) => {
  test(`ffmpeg reads ${SECONDS} s of every stream without a complaint`, async () => {
    const reading = await readWithFfmpeg(toEdgeUrl(stack, path), SECONDS, ["-map", "0"]);
    expect(reading).toEqual({ complaints: [], decodedSeconds: SECONDS });
  });

  test("ffprobe finds the origin's streams", async () => {
    const streams = await probeStreams(toEdgeUrl(stack, path), ENTRIES);
    expect(streams).toHaveLength(streamCount);
    expect(streams).toEqual(await probeStreams(toOriginUrl(), ENTRIES));
  });
});
