// Which lines go when segments leave the front of a playlist, be it for good (window.ts) or for one
// answer (delta-update.ts). Tags of the whole playlist stay wherever they stand; tags and comments
// inside a block go with their segment, because left behind they would attach to the next one. Of
// unknown tags only those inside a block are known to belong to a segment.

import { HEAD_TAGS } from "../../hls/head-tags.ts";
import type { MediaPlaylist, Segment } from "../../hls/playlist.ts";
import type { TextLine } from "./text-lines.ts";

/** Tags of no segment (bis-22 sections 4.4.1 to 4.4.3 and 4.4.5): a cut keeps them. */
const playlistTags: ReadonlySet<string> = new Set([
  ...HEAD_TAGS,
  "EXT-X-DATERANGE",
  "EXT-X-PRELOAD-HINT",
  "EXT-X-RENDITION-REPORT",
  "EXT-X-FAXS-CM",
]);

/** Vendors' cues: they belong to the segment that follows, wherever its block begins. */
const cueTags: ReadonlySet<string> = new Set([
  "EXT-X-CUE",
  "EXT-X-CUE-OUT",
  "EXT-X-CUE-OUT-CONT",
  "EXT-X-CUE-IN",
  "EXT-X-CUE-SPAN",
  "EXT-X-SPLICEPOINT-SCTE35",
  "EXT-X-SCTE35",
  "EXT-SCTE35",
  "EXT-OATCLS-SCTE35",
  "EXT-X-OATCLS-SCTE35",
  "EXT-X-ASSET",
]);

export interface FrontBlocks {
  /** The lines that go. */
  readonly gone: readonly TextLine[];
  /** The lines in front of the first segment that stays, in order, those that go included. */
  readonly before: readonly TextLine[];
  /** Offset of the first line behind the last segment that goes. */
  readonly end: number;
}

/** Sorts out the lines of the first `count` segments; `count` is at least 1. */
export function toFrontBlocks(
  lines: readonly TextLine[],
  segments: readonly Segment[],
  count: number,
): FrontBlocks {
  const last = segments[count - 1];
  if (last === undefined) throw new Error(`No segment ${count} of ${segments.length}.`);
  const firstStart = segments[0]?.blockStart ?? 0;
  const before = lines.filter((line) => line.start <= last.blockEnd);
  const gone = before.filter((line) => {
    if (line.kind === "uri" || cueTags.has(line.tag)) return true;
    return line.start >= firstStart && !playlistTags.has(line.tag);
  });
  return { gone, before, end: before.at(-1)?.next ?? 0 };
}

/** True if this text stands for a part of a playlist only. */
export function isDelta(playlist: MediaPlaylist): boolean {
  return playlist.skippedSegmentCount > 0;
}
