// The walk over a playlist's lines. Live playlists are made of four kinds of lines: URIs, EXTINF,
// EXT-X-PART and EXT-X-PROGRAM-DATE-TIME. These are told by their letters and most of their letters
// are read once: the walk that proves a plain URI finds its end, the walk that reads a duration
// finds the comma. What does not fit the quick form (blanks, long numbers, escapes) takes a second,
// slower look; the answer never depends on which one was taken. All other tags go to scan-tags.ts.

import { isSpelt, toLetters } from "../http/letters.ts";
import { notPlain, seekPlainEnd } from "../http/plain-reference.ts";
import { seekLineFeed, toLineEnd } from "./lines.ts";
import type { Scan } from "./scan.ts";
import { applySegment, noDate, noteSlot, proveKind, refuse } from "./scan.ts";
import { scanDuration } from "./scan-duration.ts";
import { applyTag } from "./scan-tags.ts";
import { isRepeated, scanOddUri, scanPart, scanUri } from "./scan-uris.ts";
import { plainSlot, scopeMedia, slot, toPlace } from "./tags.ts";

const lineFeed = 10;
const hash = 35;
const plainLine = slot.line | plainSlot;

/** Walks all lines behind the first one; facts, places and the first refusal end up in `scan`. */
export function scanLines(scan: Scan): void {
  const { letters, text } = scan;
  const { length } = letters;
  const { linesMax, lineCharsMax } = scan.limits;
  let position = seekLineFeed(text, 0) + 1;
  while (position < length && scan.failure === null) {
    scan.line += 1;
    const start = position;
    let lineFeedAt: number;
    if (letters[start] !== hash) {
      const slotCount = scan.slotCount;
      lineFeedAt = scan.folderChars === 0 ? seekPlainEnd(letters, start) : notPlain;
      if (lineFeedAt !== notPlain && lineFeedAt < length && letters[lineFeedAt] === lineFeed) {
        noteSlot(scan, start, toPlace(plainLine, start, lineFeedAt));
      } else {
        lineFeedAt = scan.folderChars === 0 ? scanOddUri(scan, start) : scanUri(scan, start);
      }
      if (scan.slotCount > slotCount) applyUri(scan);
    } else if (start + durationOpeningChars <= length && isDurationTag(letters, start)) {
      lineFeedAt = scanDuration(scan, start + durationOpeningChars);
    } else {
      lineFeedAt = scanTag(scan, start);
    }
    position = lineFeedAt + 1;
    if (position - start > lineCharsMax + 1 || scan.line > linesMax) refuseExcess(scan, start);
  }
  // A date behind the last segment belongs to the next one.
  if (scan.pendingDateStart !== noDate) scan.dateStart = noDate;
}

/** A URI line that is no blank one. */
function applyUri(scan: Scan): void {
  if (scan.pendingDurationSeconds >= 0) applySegment(scan);
  else if (scan.awaitsVariantUri) scan.awaitsVariantUri = false;
  else if (scan.bareUriLine === 0) scan.bareUriLine = scan.line;
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

const durationOpeningChars = 8;
const dateOpening = toLetters("#EXT-X-PROGRAM-DATE-TIME:");
/** Behind "#EXT-X-": the letters that tell the frequent tags apart. */
const tellingPlace = 7;
const letterA = 65;
const letterP = 80;
const letterR = 82;

/** A line whose first letter is a hash; answers where it ends. */
function scanTag(scan: Scan, start: number): number {
  const { letters, text } = scan;
  if (start + durationOpeningChars < letters.length) {
    if (letters[start + tellingPlace] === letterP) {
      const letter = letters[start + tellingPlace + 1];
      if (letter === letterA) {
        const lineFeedAt = scanPart(scan, start);
        if (lineFeedAt !== notPlain) return lineFeedAt;
      } else if (letter === letterR && isDateTag(scan, start)) {
        scan.dateTagStart = start;
        scan.pendingDateStart = start + dateOpening.length;
        if (scan.mediaProof === "") proveKind(scan, "EXT-X-PROGRAM-DATE-TIME", scopeMedia);
        return seekLineFeed(text, scan.pendingDateStart);
      }
    }
  }
  const lineFeedAt = seekLineFeed(text, start);
  applyTag(scan, start, toLineEnd(text, start, lineFeedAt));
  return lineFeedAt;
}

/** `#EXTINF:`. */
function isDurationTag(letters: Uint8Array, start: number): boolean {
  return (
    letters[start + 4] === 73 &&
    letters[start + 5] === 78 &&
    letters[start + 6] === 70 &&
    letters[start + 7] === 58 &&
    letters[start + 1] === 69 &&
    letters[start + 2] === 88 &&
    letters[start + 3] === 84
  );
}

function isDateTag(scan: Scan, start: number): boolean {
  const { dateTagStart } = scan;
  if (dateTagStart === 0) return isSpelt(scan.letters, start, dateOpening);
  return isRepeated(scan, start, dateTagStart, dateOpening.length);
}
