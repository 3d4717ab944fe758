// What a live origin of a bench says: its playlists as text, and the meaning of its segments'
// names. A name tells the station and the place in its schedule, whatever numbers the playlist
// carries, so that an answer can be judged after any cache, any rewriting and any renumbering.
//
// Two stations with one `letter` and one schedule are replicas: equal names, numbers and bytes.
// Gaps against a packager: the media is noise, there are no parts, no keys and no init section.

import type { ScheduleOptions } from "./schedule.ts";

export interface StationOptions {
  readonly name: string;
  /** First letter of the names; stations that share it publish the same files. */
  readonly letter: string;
  readonly schedule: ScheduleOptions;
  /** How long after the schedule this station publishes, as a slower replica does. */
  readonly delayMs: number;
  /** Added to the index: the media sequence number. */
  readonly msnOffset: number;
  /** PROGRAM-DATE-TIME of segment 0, milliseconds since 1970. */
  readonly epochMs: number;
  readonly windowCount: number;
  /** A date before each segment, before the first only, or nowhere. */
  readonly dates: "each" | "first" | "none";
  /** Media playlists below the prefix: `{rendition}/index.m3u8`. */
  readonly renditions: readonly string[];
  /** Whether it offers and honours blocking reloads. */
  readonly blocking: boolean;
  /** Way of a request until the station looks at its playlist, and of the answer back. */
  readonly latencyMs: { readonly there: number; readonly back: number };
  readonly cacheControl: string;
}

/** A run of the packager: a restart begins a new one with new names and numbers from 0. */
export interface Epoch {
  readonly number: number;
  /** Index of its first segment. */
  readonly firstIndex: number;
}

export const FIRST_EPOCH: Epoch = { number: 0, firstIndex: 0 };
/** Segments that a packager has at once when it was restarted. */
const RESTART_COUNT = 3;

export function printMultivariant(station: StationOptions): string {
  const lines = ["#EXTM3U", "#EXT-X-VERSION:3", "#EXT-X-INDEPENDENT-SEGMENTS"];
  for (const [index, rendition] of station.renditions.entries()) {
    lines.push(
      `#EXT-X-STREAM-INF:BANDWIDTH=${(index + 1) * 400_000},CODECS="avc1.42c01e,mp4a.40.2"`,
      `${rendition}/index.m3u8`,
    );
  }
  return `${lines.join("\n")}\n`;
}

/** The media playlist whose newest segment is `newest`. */
export function printMedia(station: StationOptions, epoch: Epoch, newest: number): string {
  const { windowCount, dates, schedule, epochMs } = station;
  const first = Math.max(epoch.firstIndex, newest - windowCount + 1);
  const seconds = (schedule.segmentMs / 1000).toFixed(6);
  const lines = [
    "#EXTM3U",
    "#EXT-X-VERSION:3",
    `#EXT-X-TARGETDURATION:${Math.round(schedule.segmentMs / 1000)}`,
    `#EXT-X-MEDIA-SEQUENCE:${toMsn(station, epoch, first)}`,
  ];
  if (station.blocking) lines.push("#EXT-X-SERVER-CONTROL:CAN-BLOCK-RELOAD=YES");
  for (let index = first; index <= newest; index += 1) {
    if (dates === "each" || (dates === "first" && index === first)) {
      const date = new Date(epochMs + index * schedule.segmentMs).toISOString();
      lines.push(`#EXT-X-PROGRAM-DATE-TIME:${date}`);
    }
    lines.push(`#EXTINF:${seconds},`, printName(station.letter, epoch.number, index));
  }
  return `${lines.join("\n")}\n`;
}

export function toMsn({ msnOffset }: StationOptions, epoch: Epoch, index: number): number {
  return epoch.number === 0 ? index + msnOffset : index - epoch.firstIndex;
}

/** The epoch that a restart at this moment begins. */
export function toNextEpoch(epoch: Epoch, newest: number): Epoch {
  return { number: epoch.number + 1, firstIndex: Math.max(0, newest - RESTART_COUNT + 1) };
}

function printName(letter: string, epoch: number, index: number): string {
  return `${letter}${epoch}-${String(index).padStart(6, "0")}.ts`;
}

export interface SegmentName {
  readonly letter: string;
  readonly epoch: number;
  readonly index: number;
}

/** What a segment's URI says about where it came from; null if it is none of ours. */
export function parseName(uri: string): SegmentName | null {
  const found = /(?:^|\/)([a-z])(\d+)-(\d{6,})\.ts$/.exec(uri);
  if (found === null) return null;
  const [, letter = "", epoch, index] = found;
  return { letter, epoch: Number(epoch), index: Number(index) };
}
