// The walk over a playlist's lines. Live playlists are made of four kinds of lines: URIs, EXTINF,
// EXT-X-PART and EXT-X-PROGRAM-DATE-TIME. These are told by their letters and most of their letters
// are read once: the walk that proves a plain URI finds its end, the walk that reads a duration
// finds the comma. What does not fit the quick form (blanks, long numbers, escapes) takes a second,
// slower look; the answer never depends on which one was taken. All other tags go to scan-tags.ts.
//
// The counters are variables of one long function and not fields of the state, because fields and a
// call per line were measured to cost a third more.

import { notPlain, seekPlainEnd } from "../http/plain-reference.ts";
import { seekLineFeed, toLineEnd } from "./lines.ts";
import { notANumber } from "./number.ts";
import type { Scan } from "./scan.ts";
import { proveKind, refuse } from "./scan.ts";
import { scanDuration } from "./scan-duration.ts";
import { applyTag } from "./scan-tags.ts";
import { scanOddUri, scanPart } from "./scan-uris.ts";
import { plainSlot, scopeMedia, slot, toPlace } from "./tags.ts";

const space = 32;
const hash = 35;
const noDate = -1;
const plainLine = slot.line | plainSlot;

/** Walks all lines behind the first one; facts, places and the first refusal end up in `scan`. */
export function scanLines(scan: Scan): void {
  const { text, slots } = scan;
  const { length } = text;
  const { linesMax, lineCharsMax } = scan.limits;
  let segmentCount = 0;
  let totalSeconds = 0;
  let lastSeconds = 0;
  let partCount = 0;
  let openPartCount = 0;
  /** Start of the date before the last segment, and the seconds from it to that segment's start. */
  let dateStart = noDate;
  let elapsedSeconds = 0;
  let pendingDateStart = noDate;
  let position = seekLineFeed(text, 0) + 1;
  while (position < length && scan.failure === null) {
    scan.line += 1;
    const start = position;
    let lineFeedAt: number;
    if (text.charCodeAt(start) !== hash) {
      const slotCount = slots.length;
      lineFeedAt = seekPlainEnd(text, start, length);
      if (lineFeedAt !== notPlain && text.startsWith("\n", lineFeedAt)) {
        slots.push(start, toPlace(plainLine, start, lineFeedAt));
      } else {
        lineFeedAt = scanOddLine(scan, start);
      }
      if (scan.pendingDurationSeconds < 0) {
        if (slots.length > slotCount) applyBareUri(scan);
      } else if (slots.length > slotCount) {
        elapsedSeconds = pendingDateStart === noDate ? elapsedSeconds + lastSeconds : 0;
        if (pendingDateStart !== noDate || scan.pendingDiscontinuity) dateStart = pendingDateStart;
        pendingDateStart = noDate;
        scan.pendingDiscontinuity = false;
        lastSeconds = scan.pendingDurationSeconds;
        scan.pendingDurationSeconds = notANumber;
        totalSeconds += lastSeconds;
        segmentCount += 1;
        openPartCount = 0;
      }
    } else if (isDurationTag(text, start)) {
      lineFeedAt = scanDuration(scan, start + durationOpeningChars);
    } else if (isPartTag(text, start)) {
      lineFeedAt = scanPart(scan, start);
      partCount += 1;
      openPartCount += 1;
    } else if (isDateTag(text, start)) {
      pendingDateStart = start + dateOpeningChars;
      lineFeedAt = seekLineFeed(text, pendingDateStart);
      if (scan.mediaProof === "") proveKind(scan, "EXT-X-PROGRAM-DATE-TIME", scopeMedia);
    } else {
      lineFeedAt = seekLineFeed(text, start);
      applyTag(scan, start, toLineEnd(text, start, lineFeedAt));
    }
    position = lineFeedAt + 1;
    if (position - start > lineCharsMax + 1 || scan.line > linesMax) refuseExcess(scan, start);
  }
  scan.segmentCount = segmentCount;
  scan.totalDurationSeconds = totalSeconds;
  scan.lastDurationSeconds = lastSeconds;
  scan.partCount = partCount;
  scan.openPartCount = openPartCount;
  // A date behind the last segment belongs to the next one.
  scan.dateStart = pendingDateStart === noDate ? dateStart : noDate;
  scan.dateElapsedSeconds = elapsedSeconds;
}

/** A line too long, or one too many. */
function refuseExcess(scan: Scan, start: number): void {
  const { linesMax, lineCharsMax } = scan.limits;
  if (scan.line > linesMax) {
    refuse(scan, "too-many-lines", `At most ${linesMax} lines are read.`);
  } else if (seekLineFeed(scan.text, start) - start > lineCharsMax) {
    refuse(scan, "line-too-long", `A line may have at most ${lineCharsMax} characters.`);
  }
}

/**
 * A line whose first letter is no hash and that is not simply a plain URI. Blank lines are nothing;
 * a URI with blanks before it is still a URI; an indented tag is none (bis-22 4.1). Answers where
 * the line ends.
 */
function scanOddLine(scan: Scan, start: number): number {
  const { text } = scan;
  if (text.charCodeAt(start) > space) return scanOddUri(scan, start);
  const lineFeedAt = seekLineFeed(text, start);
  let position = start;
  while (position < lineFeedAt && text.charCodeAt(position) <= space) position += 1;
  if (position === lineFeedAt || text.charCodeAt(position) === hash) return lineFeedAt;
  return scanOddUri(scan, position);
}

/** The URI of a variant, or of nobody. */
function applyBareUri(scan: Scan): void {
  if (scan.awaitsVariantUri) scan.awaitsVariantUri = false;
  else if (scan.bareUriLine === 0) scan.bareUriLine = scan.line;
}

// A comparison with up to three constant letters is compiled to plain instructions, a longer one to
// a loop or a call; the three names below are read often enough for that to show.

const durationOpeningChars = 8;
const dateOpeningChars = 25;

/** `#EXTINF:`. */
function isDurationTag(text: string, start: number): boolean {
  return (
    text.startsWith("INF", start + 4) &&
    text.startsWith("EXT", start + 1) &&
    text.startsWith(":", start + 7)
  );
}

/** `#EXT-X-PART:`. */
function isPartTag(text: string, start: number): boolean {
  return (
    text.startsWith("ART", start + 8) &&
    text.startsWith(":", start + 11) &&
    text.startsWith("EXT", start + 1) &&
    text.startsWith("-X-", start + 4) &&
    text.startsWith("P", start + 7)
  );
}

/** `#EXT-X-PROGRAM-DATE-TIME:`. */
function isDateTag(text: string, start: number): boolean {
  return (
    text.startsWith("ROG", start + 8) &&
    text.startsWith("RAM", start + 11) &&
    text.startsWith("-DA", start + 14) &&
    text.startsWith("TE-", start + 17) &&
    text.startsWith("TIM", start + 20) &&
    text.startsWith("E:", start + 23) &&
    text.startsWith("EXT", start + 1) &&
    text.startsWith("-X-", start + 4) &&
    text.startsWith("P", start + 7)
  );
}
