// ffmpeg and ffprobe as readers of a presentation over HTTP: what they decoded, what they
// complained about, and which streams they found.

import { execFile } from "node:child_process";
import { promisify } from "node:util";

const run = promisify(execFile);
/** Longest wait for one reader; a live channel is read at the speed at which it is made. */
export const READ_MS_MAX = 90_000;

/**
 * Lines of ffmpeg that are about ffmpeg: it reads the init section of a live playlist again after
 * each reload and says so, and it counts lines that it did not repeat.
 */
const HARMLESS = /duplicated MOOV|Last message repeated|^\s*$/;

export interface Reading {
  readonly complaints: readonly string[];
  /** Rounded to whole seconds. */
  readonly decodedSeconds: number;
}

/** Decodes `seconds` of a presentation; throws when ffmpeg gives up. */
export async function readWithFfmpeg(
  url: string,
  seconds: number,
  maps: readonly string[] = [],
): Promise<Reading> {
  const input = ["-nostdin", "-v", "warning", "-i", url, "-t", `${seconds}`, ...maps];
  const output = ["-progress", "pipe:1", "-f", "null", "-"];
  const { stdout, stderr } = await run("ffmpeg", [...input, ...output], {
    timeout: READ_MS_MAX,
  }).catch((error: unknown) => {
    throw new Error(`ffmpeg could not read ${url}`, { cause: error });
  });
  const complaints = stderr.split("\n").filter((line) => !HARMLESS.test(line));
  const decoded = [...stdout.matchAll(/^out_time_us=(\d+)$/gm)].at(-1)?.[1];
  return { complaints, decodedSeconds: Math.round(Number(decoded) / 1e6) };
}

/** What ffprobe says about each stream, in its order; `entries` as in its `-show_entries`. */
export async function probeStreams(
  url: string,
  entries: readonly string[],
): Promise<readonly Readonly<Record<string, unknown>>[]> {
  const show = ["-show_entries", `stream=${entries.join(",")}`, "-of", "json"];
  const { stdout } = await run("ffprobe", ["-v", "error", ...show, url], { timeout: READ_MS_MAX });
  const { streams } = JSON.parse(stdout) as { streams: Record<string, unknown>[] };
  return streams;
}

/** The decoding times, in seconds, of the packets that are read in a while. */
export async function readPackets(
  url: string,
  stream: string,
  seconds: number,
): Promise<readonly number[]> {
  const input = ["-v", "error", "-select_streams", stream, "-read_intervals", `%+${seconds}`, url];
  const output = ["-show_entries", "packet=dts_time", "-of", "csv=p=0"];
  const { stdout } = await run("ffprobe", [...input, ...output], { timeout: READ_MS_MAX });
  return stdout.trim().split("\n").map(Number.parseFloat);
}
