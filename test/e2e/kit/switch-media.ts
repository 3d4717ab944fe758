// The demo's loop as separate tracks: picture without sound, sound, and subtitles, as most services
// publish them. The picture is the smallest rendition of the committed media, copied out of its
// fragments by ffmpeg without encoding anything; the sound is the committed audio rendition.

import { execFileSync } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseTimescales } from "../../../infra/local/demo/iso-boxes.ts";
import { loadMediaLibrary, type Rendition } from "../../../infra/local/demo/media-library.ts";
import { FFMPEG, requireProgram } from "./programs.ts";

export interface SwitchMedia {
  readonly video: Rendition;
  readonly audio: Rendition;
}

const SEGMENT_SECONDS = 2;

/** Reads and splits the demo's media; `folder` is for the files in between. */
export async function loadSwitchMedia(folder: string): Promise<SwitchMedia> {
  const { ladder } = await loadMediaLibrary();
  const source = ladder.findLast(({ facts }) => facts.kind === "fmp4");
  const audio = ladder.find(({ facts }) => facts.kind === "fmp4-audio");
  if (source?.init === undefined || audio === undefined) {
    throw new Error("The demo media has no picture or no sound.");
  }
  return { video: splitVideo(source, source.init, folder), audio };
}

function splitVideo(source: Rendition, init: Uint8Array, folder: string): Rendition {
  mkdirSync(folder, { recursive: true });
  const input = join(folder, "loop.mp4");
  writeFileSync(input, Buffer.concat([init, ...source.segments]));
  execFileSync(requireProgram(FFMPEG), [
    ...["-nostdin", "-v", "error", "-y", "-i", input, "-map", "0:v", "-c", "copy"],
    ...["-f", "hls", "-hls_time", `${SEGMENT_SECONDS}`, "-hls_list_size", "0"],
    ...["-hls_segment_type", "fmp4", "-hls_fmp4_init_filename", "init.mp4"],
    ...["-hls_segment_filename", join(folder, "%d.m4s"), join(folder, "index.m3u8")],
  ]);
  const read = (name: string) => new Uint8Array(readFileSync(join(folder, name)));
  const videoInit = read("init.mp4");
  const timescales = parseTimescales(videoInit);
  const segments = source.segments.map((_, index) => read(`${index}.m4s`));
  const [timescale] = timescales?.values() ?? [];
  if (timescales === undefined || timescale === undefined) throw new Error("No track was copied.");
  const durationTicks = SEGMENT_SECONDS * timescale;
  const facts = {
    ...source.facts,
    codecs: source.facts.codecs.split(",")[0] ?? "",
    timescale,
    segments: segments.map(({ byteLength }, index) => ({
      startTicks: index * durationTicks,
      durationTicks,
      byteSize: byteLength,
    })),
  };
  return { facts, init: videoInit, timescales, segments };
}
