// Measures freshly encoded demo media and prints its manifest as JSON on stdout.
//
// Run by encode.sh with the folder to measure. Nothing is taken from the encoder's settings: sizes,
// durations, codecs and rates come out of the files. Media that would not play as an endless loop
// is refused with a message: every A/V segment must start at index × 2 s with a keyframe and hold
// exactly 2 s of video; all audio must join without a gap and add up to 32 s.
// It needs ffprobe for keyframes and for MPEG-TS. It does not judge how the picture looks.

import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parseFragments } from "../demo/fragment-tracks.ts";
import { parseTimescales } from "../demo/iso-boxes.ts";
import type { MediaManifest, RenditionFacts, SegmentFacts } from "../demo/media-library.ts";

const SEGMENT_SECONDS = 2;
const LOOP_SECONDS = 32;
const MPEGTS_TICKS_PER_SECOND = 90_000;

interface ProbedStream {
  readonly index: number;
  readonly codec_type: string;
  readonly profile: string;
  readonly width?: number;
  readonly height?: number;
  readonly avg_frame_rate: string;
}

interface ProbedPacket {
  readonly stream_index: number;
  readonly pts: number;
  readonly duration: number;
  readonly flags: string;
}

interface Probe {
  readonly streams: readonly ProbedStream[];
  readonly packets: readonly ProbedPacket[];
}

function check(holds: boolean, message: string): asserts holds {
  if (!holds) throw new Error(`The encoded media is not usable: ${message}.`);
}

/** What ffprobe sees in a playable piece of media: the streams, and the packets of one kind. */
function probe(bytes: Uint8Array, type: "video" | "audio"): Probe {
  const fields = [
    "stream=index,codec_type,profile,width,height,avg_frame_rate",
    "packet=stream_index,pts,duration,flags",
  ];
  const args = ["-v", "error", "-of", "json", "-show_entries", fields.join(":"), "-i", "pipe:0"];
  const seen = JSON.parse(execFileSync("ffprobe", args, { input: bytes }).toString()) as Probe;
  const index = seen.streams.find((stream) => stream.codec_type === type)?.index;
  const packets = seen.packets.filter((packet) => packet.stream_index === index);
  return { streams: seen.streams, packets };
}

/** avc1.PPCCLL: profile, constraints and level are three bytes in a row (RFC 6381 section 3.3). */
function toAvcCodec(bytes: Uint8Array, at: number): string {
  return `avc1.${Buffer.from(bytes.subarray(at, at + 3)).toString("hex")}`;
}

/** The codecs of an init section, from its decoder configurations. */
function parseInitCodecs(init: Uint8Array): string {
  const codecs: string[] = [];
  const avcAt = Buffer.from(init).indexOf("avcC");
  // The record begins with its version; profile, constraints and level follow.
  if (avcAt >= 0) codecs.push(toAvcCodec(init, avcAt + 5));
  let at = Buffer.from(init).indexOf("esds") + 8;
  check(at >= 8, "no audio in an init section");
  // Descriptors: a tag, a length of up to four bytes, then the body. 3 holds 4 holds 5.
  const enter = (tag: number) => {
    check(init[at] === tag, `audio descriptor ${tag} is missing`);
    do at += 1;
    while ((init[at] ?? 0) & 0x80);
    at += 1;
  };
  enter(3);
  at += 3;
  enter(4);
  const objectType = init[at] ?? 0;
  at += 13;
  enter(5);
  codecs.push(`mp4a.${objectType.toString(16)}.${(init[at] ?? 0) >> 3}`);
  return codecs.join(",");
}

function measureFragments(name: string, folder: string, count: number): RenditionFacts {
  const init = readFileSync(join(folder, "init.mp4"));
  const timescales = parseTimescales(init);
  check(timescales?.has(1) === true, `${name}/init.mp4 has no track 1`);
  const files = Array.from({ length: count }, (_, at) => readFileSync(join(folder, `${at}.m4s`)));
  const ends = new Map([...timescales.keys()].map((id) => [id, 0]));
  const segments = files.map((file, index): SegmentFacts => {
    const fragments = parseFragments(file);
    const [fragment] = fragments ?? [];
    check(fragments?.length === 1 && fragment !== undefined, `${name}/${index} has no one moof`);
    check(fragment.sequenceNumber === index + 1, `${name}/${index} is not numbered ${index + 1}`);
    for (const track of fragment.tracks) {
      check(track.startTicks === ends.get(track.trackId), `${name}/${index} leaves a gap`);
      ends.set(track.trackId, track.startTicks + track.durationTicks);
    }
    const lead = fragment.tracks.find((track) => track.trackId === 1);
    check(lead !== undefined, `${name}/${index} lacks its first track`);
    const { startTicks, durationTicks } = lead;
    return { startTicks, durationTicks, byteSize: file.byteLength };
  });
  for (const [id, ticks] of timescales) {
    check(ends.get(id) === LOOP_SECONDS * ticks, `track ${id} of ${name} is not a whole loop`);
  }
  const timescale = timescales.get(1) ?? 0;
  const first = probe(Buffer.concat([init, ...files]), timescales.size > 1 ? "video" : "audio");
  const video = first.streams.find((stream) => stream.codec_type === "video");
  if (video !== undefined) checkKeyframes(name, first.packets, timescale);
  return {
    name,
    kind: video === undefined ? "fmp4-audio" : "fmp4",
    codecs: parseInitCodecs(init),
    ...toVideoFacts(video),
    ...toBandwidths(segments, timescale),
    timescale,
    initByteSize: init.byteLength,
    segments,
  };
}

function measureTransport(name: string, folder: string, count: number): RenditionFacts {
  const files = Array.from({ length: count }, (_, at) =>
    readFileSync(join(folder, `${at}.mpegts`)),
  );
  const whole = probe(Buffer.concat(files), "video");
  const video = whole.streams.find((stream) => stream.codec_type === "video");
  const audio = whole.streams.find((stream) => stream.codec_type === "audio");
  check(video !== undefined && audio?.profile === "LC", `${name} lacks H.264 or AAC-LC`);
  checkKeyframes(name, whole.packets, MPEGTS_TICKS_PER_SECOND);
  const segments = files.map((file, index): SegmentFacts => {
    const { packets } = probe(file, "video");
    const ticks = packets.reduce((sum, packet) => sum + packet.duration, 0);
    check(packets[0]?.flags.startsWith("K") === true, `${name}/${index} begins without keyframe`);
    check(ticks === SEGMENT_SECONDS * MPEGTS_TICKS_PER_SECOND, `${name}/${index} is not 2 s long`);
    return { startTicks: index * ticks, durationTicks: ticks, byteSize: file.byteLength };
  });
  const parameterSetAt = files[0]?.indexOf(Buffer.from([0, 0, 1, 0x67])) ?? -1;
  check(parameterSetAt >= 0, `${name} has no sequence parameter set`);
  return {
    name,
    kind: "mpegts",
    codecs: `${toAvcCodec(files[0] as Buffer, parameterSetAt + 4)},mp4a.40.2`,
    ...toVideoFacts(video),
    ...toBandwidths(segments, MPEGTS_TICKS_PER_SECOND),
    timescale: MPEGTS_TICKS_PER_SECOND,
    segments,
  };
}

function checkKeyframes(name: string, packets: readonly ProbedPacket[], timescale: number): void {
  const keys = packets.filter((packet) => packet.flags.startsWith("K"));
  const origin = packets[0]?.pts ?? 0;
  check(keys.length === LOOP_SECONDS / SEGMENT_SECONDS, `${name} has ${keys.length} keyframes`);
  for (const [index, key] of keys.entries()) {
    const wanted = index * SEGMENT_SECONDS * timescale;
    check(key.pts - origin === wanted, `keyframe ${index} of ${name} is not where it should be`);
  }
}

function toVideoFacts(video: ProbedStream | undefined) {
  if (video === undefined) return {};
  const [frames, seconds] = video.avg_frame_rate.split("/").map(Number);
  const frameRate = (frames ?? 0) / (seconds ?? 0);
  return { resolution: { width: video.width ?? 0, height: video.height ?? 0 }, frameRate };
}

function toBandwidths(segments: readonly SegmentFacts[], timescale: number) {
  const rates = segments.map((s) => (s.byteSize * 8 * timescale) / s.durationTicks);
  const bits = segments.reduce((sum, segment) => sum + segment.byteSize * 8, 0);
  const averageBandwidth = Math.ceil(bits / LOOP_SECONDS);
  return { bandwidth: Math.ceil(Math.max(...rates)), averageBandwidth };
}

const root = process.argv[2];
check(root !== undefined, "say which folder to measure");
const renditions = ["v360", "v240", "v144", "audio", "ts"].map((name) => {
  const folder = join(root, name);
  const count = readdirSync(folder).filter((file) => /^\d+\.(m4s|mpegts)$/.test(file)).length;
  check(count === LOOP_SECONDS / SEGMENT_SECONDS, `${name} has ${count} segments`);
  const measure = name === "ts" ? measureTransport : measureFragments;
  return measure(name, folder, count);
});
const manifest: MediaManifest = {
  segmentSeconds: SEGMENT_SECONDS,
  loopSeconds: LOOP_SECONDS,
  renditions,
};
// One segment per line keeps the file readable and its diffs short.
const text = JSON.stringify(manifest, null, 2).replace(
  /\{\s+"startTicks": (\d+),\s+"durationTicks": (\d+),\s+"byteSize": (\d+)\s+\}/g,
  '{ "startTicks": $1, "durationTicks": $2, "byteSize": $3 }',
);
process.stdout.write(`${text}\n`);
