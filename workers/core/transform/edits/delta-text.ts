// A delta update as text, for a playlist of our own making (bis-22 section 6.2.5.1; spec section
// 3.2, rules S2, S3 and S5): what delta-update.ts leaves, with the version that EXT-X-SKIP needs. A
// canonical playlist says the version that the rest of it needs already. Date ranges all stay,
// because the edge does not promise CAN-SKIP-DATERANGES.
//
// A window of hours is read from its end. Of everything that will be skipped but for the last few
// segments, only the lines that set something for later ones are looked at; the rest is counted.
// Reading 7,200 segments for the sake of ten took 50 ms, with every part.

import { parsePlaylist } from "../../hls/parse-playlist.ts";
import { applyDelta } from "./delta-update.ts";

const SKIP_VERSION = 9;
const VERSION_LINE = /^#EXT-X-VERSION:.*$/m;
const SKIP_COUNT = /^(#EXT-X-SKIP:SKIPPED-SEGMENTS=)\d+/m;

/** The delta update of a playlist; null where nothing may be left out. */
export function printDelta(text: string): string | null {
  const { thin, removed } = toThinned(text);
  const playlist = parsePlaylist(thin);
  if (playlist.kind !== "media") return null;
  const delta = applyDelta(playlist, { skip: "YES", nowMs: 0, restates: true });
  if (delta.kind !== "edited" || delta.playlist === playlist) return null;
  const count = delta.playlist.skippedSegmentCount + removed;
  const shorter = delta.playlist.text.replace(SKIP_COUNT, `$1${count}`);
  if (playlist.version >= SKIP_VERSION) return shorter;
  const line = `#EXT-X-VERSION:${SKIP_VERSION}`;
  if (VERSION_LINE.test(shorter)) return shorter.replace(VERSION_LINE, line);
  return shorter.replace("\n", `\n${line}\n`);
}

const EXTINF = "\n#EXTINF:";
const DATE = "\n#EXT-X-PROGRAM-DATE-TIME:";
const BOUNDARY = /CAN-SKIP-UNTIL=(\d+(?:\.\d+)?)/;
/** What a segment sets for those behind it (bis-22 sections 4.4.4.2 to 4.4.4.8). */
const LASTING = ["\n#EXT-X-KEY:", "\n#EXT-X-MAP:", "\n#EXT-X-BITRATE:", "\n#EXT-X-TILES:"];
/** Tags of the whole playlist, or of its neighbours, that a segment's block may hold. */
const STAYING = [
  "\n#EXT-X-DATERANGE:",
  "\n#EXT-X-DEFINE:",
  "\n#EXT-X-SKIP:",
  "\n#EXT-X-BYTERANGE:",
];

interface Thinned {
  readonly thin: string;
  /** Segments that are not in it any more. */
  readonly removed: number;
}

/** The playlist without segments that will be skipped in any case, but with what they set. */
function toThinned(text: string): Thinned {
  const whole = { thin: text, removed: 0 };
  const first = text.indexOf(EXTINF);
  const headEnd = first + 1;
  const boundary = BOUNDARY.exec(text.slice(0, headEnd))?.[1];
  if (first < 0 || boundary === undefined) return whole;
  const from = findKeptStart(text, headEnd, Number(boundary));
  if (from === null) return whole;
  // Tags are found by the line break in front of them.
  const end = from - 1;
  if (STAYING.some((tag) => isBetween(text, tag, first, end))) return whole;
  const lasting = LASTING.flatMap((tag) => listLines(text, tag, first, end));
  const lines = lasting.sort((a, b) => a.start - b.start).map(({ line }) => `${line}\n`);
  const removed = countBetween(text, EXTINF, first, end);
  return { thin: text.slice(0, headEnd) + lines.join("") + text.slice(from), removed };
}

/**
 * Start of a block that is skipped and dated, with everything that may have to stay behind it; null
 * if that is the first one.
 */
function findKeptStart(text: string, headEnd: number, boundarySeconds: number): number | null {
  const isDated = text.includes(DATE);
  let seconds = 0;
  let isBeyond = false;
  for (let at = text.lastIndexOf(EXTINF); at >= headEnd; at = text.lastIndexOf(EXTINF, at - 1)) {
    const start = findBlockStart(text, at);
    if (start === null || start <= headEnd) return null;
    if (isBeyond && (!isDated || text.startsWith(DATE, start - 1))) return start;
    // One more than the boundary asks for: the block that the search ends with is skipped.
    isBeyond = seconds >= boundarySeconds + 1;
    seconds += Number.parseFloat(text.slice(at + EXTINF.length, at + EXTINF.length + 20));
  }
  return null;
}

/** Where the block of the segment with its EXTINF at `at` begins: behind the URI before it. */
function findBlockStart(text: string, at: number): number | null {
  for (let end = at; end > 0; ) {
    const start = text.lastIndexOf("\n", end - 1) + 1;
    if (!text.startsWith("#", start)) return end + 1;
    end = start - 1;
  }
  return null;
}

function isBetween(text: string, tag: string, start: number, end: number): boolean {
  const at = text.indexOf(tag, start);
  return at >= 0 && at < end;
}

function countBetween(text: string, tag: string, start: number, end: number): number {
  let count = 0;
  for (let at = text.indexOf(tag, start); at >= 0 && at < end; at = text.indexOf(tag, at + 1)) {
    count += 1;
  }
  return count;
}

function listLines(text: string, tag: string, start: number, end: number) {
  const lines: { readonly start: number; readonly line: string }[] = [];
  for (let at = text.indexOf(tag, start); at >= 0 && at < end; at = text.indexOf(tag, at + 1)) {
    lines.push({ start: at, line: text.slice(at + 1, text.indexOf("\n", at + 1)) });
  }
  return lines;
}
