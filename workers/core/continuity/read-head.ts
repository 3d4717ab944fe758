// Finds the two ends of what the ledger has to read of a media playlist: the head, and the tail
// that holds the newest segments. Nothing between them is looked at, so a version of a twelve-hour
// window costs as much as one of a minute.
//
// Where does the head end? Tags that stand in front of the first segment may be the playlist's or
// the segment's. Known tags say it themselves; an unknown one is the head's if another tag of the
// whole playlist follows it, else the first segment's.

import { seekLineFeed, trimLine } from "../hls/lines.ts";
import { isPlaylistTag, toTagName } from "./tag-lines.ts";

export interface HeadReading {
  /** Lines of the head in order, without blank ones and date ranges. */
  readonly lines: readonly string[];
  readonly dateRanges: readonly string[];
  /** Offset of the first line of the first block. */
  readonly end: number;
}

/** The tags that open a block. */
const blockTags: ReadonlySet<string> = new Set([
  "EXTINF",
  "EXT-X-PROGRAM-DATE-TIME",
  "EXT-X-PART",
  "EXT-X-BYTERANGE",
  "EXT-X-DISCONTINUITY",
  "EXT-X-GAP",
  "EXT-X-KEY",
  "EXT-X-MAP",
  "EXT-X-BITRATE",
  "EXT-X-TILES",
]);

export function readHead(text: string): HeadReading {
  const lines: string[] = [];
  const dateRanges: string[] = [];
  let kept = 0;
  let end = 0;
  for (let from = 0; from < text.length; ) {
    const lineFeedAt = seekLineFeed(text, from);
    const line = trimLine(text.slice(from, lineFeedAt));
    if (line !== "") {
      if (!line.startsWith("#")) break;
      const name = toTagName(line);
      if (blockTags.has(name)) break;
      if (name === "EXT-X-DATERANGE") {
        dateRanges.push(line);
        end = lineFeedAt + 1;
      } else {
        lines.push(line);
      }
      if (isPlaylistTag(name)) {
        kept = lines.length;
        end = lineFeedAt + 1;
      }
    }
    from = lineFeedAt + 1;
  }
  return { lines: lines.slice(0, kept), dateRanges, end: Math.min(end, text.length) };
}

/** Offset behind the segment that stands `count` segments before the end; -1 if there is none. */
export function seekTail(text: string, count: number): number {
  let left = count;
  for (let end = text.length; end > 0; ) {
    const lineFeedAt = text.lastIndexOf("\n", end - 1);
    if (isUriLine(text, lineFeedAt + 1, end)) {
      if (left === 0) return Math.min(end + 1, text.length);
      left -= 1;
    }
    end = lineFeedAt;
  }
  return -1;
}

function isUriLine(text: string, start: number, end: number): boolean {
  let at = start;
  while (at < end && text.charCodeAt(at) <= 32) at += 1;
  return at < end && text.charCodeAt(at) !== 35;
}

/** A string of its own: a slice would keep the whole text that it was cut from in memory. */
export function copyText(text: string): string {
  return text.length < 32 ? text : [text.slice(0, 8), text.slice(8)].join("");
}
