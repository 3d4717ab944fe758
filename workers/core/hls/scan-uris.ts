// Notes where the URIs of segments, variants and parts stand, in the form that costs the rewriter
// least: a plain URI, a plain name in a known folder, or a URI for a second look. A part that is
// not written as packagers write it is noted as a whole tag.
//
// Picture: a postman remembers how the last address began. Packagers write the same letters before
// every name: `#EXT-X-PART:DURATION=1.00000,URI="` of a part, `https://origin.example/live/v720/`
// of an absolute URI. A line that begins with the remembered letters needs no second reading of
// them; only the name behind them is looked at.

import { isSame, isSpelt, toLetters, toWords } from "../http/letters.ts";
import { notPlain, seekPlainEnd, seekPlainNameEnd } from "../http/plain-reference.ts";
import { isNamed, makeAttributeCursor, nextAttribute } from "./attribute-list.ts";
import { seekLineFeed, toLineEnd } from "./lines.ts";
import type { Scan } from "./scan.ts";
import { noteSlot, proveKind } from "./scan.ts";
import type { SlotCode } from "./tags.ts";
import { plainSlot, scopeMedia, siblingSlot, slot, toPlace, uriSlot } from "./tags.ts";

const lineFeed = 10;
const space = 32;
const quote = 34;
const hash = 35;
const comma = 44;
const dot = 46;
const slash = 47;
const zero = 48;
const nine = 57;
const question = 63;

/** Notes a URI line while a folder is remembered; answers where the line ends. */
export function scanUri(scan: Scan, start: number): number {
  const found = noteUri(scan, slot.line, start, lineFeed);
  return found === notPlain ? scanOddUri(scan, start) : found;
}

/**
 * Notes a URI that is plain, or a plain name in the remembered folder, and ends with the letter
 * `stop`; answers where that stands, or `notPlain`.
 */
function noteUri(
  scan: Scan,
  code: typeof slot.line | typeof slot.part,
  start: number,
  stop: number,
): number {
  const { folderChars, letters } = scan;
  const { length } = letters;
  if (folderChars !== 0 && isRepeated(scan, start, scan.folderStart, folderChars)) {
    const nameStart = start + folderChars;
    const nameEnd = seekPlainNameEnd(letters, nameStart);
    if (nameEnd === notPlain || nameEnd === length || letters[nameEnd] !== stop) return notPlain;
    noteSlot(scan, nameStart, toPlace(code | siblingSlot, nameStart, nameEnd));
    return nameEnd;
  }
  const end = seekPlainEnd(letters, start);
  if (end === notPlain || end === length || letters[end] !== stop) return notPlain;
  noteSlot(scan, start, toPlace(code | plainSlot, start, end));
  return end;
}

/** True if the letters at `start` are those at `before`. */
export function isRepeated(scan: Scan, start: number, before: number, count: number): boolean {
  const { letters } = scan;
  if (start + count > letters.length) return false;
  scan.words ??= toWords(letters);
  return isSame(scan.words, start, before, count);
}

/**
 * Notes a URI line that is not simply a plain URI and a line feed. Blank lines are nothing; a URI
 * with blanks before it is still a URI; an indented tag is none (bis-22 4.1). Answers where the
 * line ends.
 */
export function scanOddUri(scan: Scan, lineStart: number): number {
  const { letters, text } = scan;
  const lineFeedAt = seekLineFeed(text, lineStart);
  let start = lineStart;
  let end = lineFeedAt;
  while (start < end && (letters[start] as number) <= space) start += 1;
  while (end > start && (letters[end - 1] as number) <= space) end -= 1;
  if (start === end || letters[start] === hash) return lineFeedAt;
  if (seekPlainEnd(letters, start) === end) {
    noteSlot(scan, start, toPlace(slot.line | plainSlot, start, end));
    return lineFeedAt;
  }
  // Variants have a folder each; only segments have siblings that are worth remembering.
  noteOddUri(scan, slot.line, start, end, scan.pendingDurationSeconds >= 0);
  return lineFeedAt;
}

function noteOddUri(
  scan: Scan,
  code: typeof slot.line | typeof slot.part,
  start: number,
  end: number,
  hasSiblings: boolean,
): void {
  noteSlot(scan, start, toPlace(code | uriSlot, start, end));
  scan.folderStart = start;
  scan.folderChars = hasSiblings ? seekNameStart(scan.letters, start, end) - start : 0;
}

/** Where the last segment of a reference's path begins; `start` if it has only one. */
export function seekNameStart(letters: Uint8Array, start: number, end: number): number {
  let nameStart = start;
  for (let position = start; position < end; position += 1) {
    const code = letters[position];
    if (code === slash) nameStart = position + 1;
    else if (code === question || code === hash) break;
  }
  return nameStart;
}

const partOpening = toLetters("#EXT-X-PART:");
const durationOpening = toLetters("DURATION=");
const uriOpening = toLetters('URI="');
const independentTail = toLetters(",INDEPENDENT=YES\n");

/**
 * Notes the part whose line begins at `start`; answers where the line ends, or `notPlain` if the
 * line is no part or no usual one.
 */
export function scanPart(scan: Scan, start: number): number {
  const { folderChars, letters, text } = scan;
  const uriStart = seekPartUri(scan, start);
  if (uriStart === notPlain) return notPlain;
  if (scan.mediaProof === "") proveKind(scan, "EXT-X-PART", scopeMedia);
  const slotCount = scan.slotCount;
  let uriEnd = folderChars === 0 ? seekPlainEnd(letters, uriStart) : notPlain;
  if (uriEnd !== notPlain && letters[uriEnd] === quote) {
    noteSlot(scan, uriStart, toPlace(plainPart, uriStart, uriEnd));
  } else {
    uriEnd = noteUri(scan, slot.part, uriStart, quote);
    if (uriEnd === notPlain) {
      uriEnd = text.indexOf('"', uriStart);
      if (uriEnd === -1 || seekLineFeed(text, uriStart) < uriEnd) return notPlain;
    }
  }
  const next = uriEnd + 1;
  const lineFeedAt = letters[next] === lineFeed ? next : seekListEnd(scan, next);
  if (lineFeedAt === notPlain) {
    scan.slotCount = slotCount;
    return notPlain;
  }
  if (scan.slotCount === slotCount) noteOddUri(scan, slot.part, uriStart, uriEnd, true);
  scan.partCount += 1;
  scan.openPartCount += 1;
  return lineFeedAt;
}

const plainPart = slot.part | plainSlot;

const hintOpening = toLetters('TYPE=PART,URI="');

/** Notes a tag, or the plain URI of a map or of a part's hint whose list is nothing else. */
export function noteTag(
  scan: Scan,
  code: SlotCode,
  start: number,
  listStart: number,
  end: number,
): void {
  const { letters } = scan;
  const usual = code === slot.map ? uriOpening : code === slot.hint ? hintOpening : null;
  if (usual !== null && letters[end - 1] === quote && isSpelt(letters, listStart, usual)) {
    const uriStart = listStart + usual.length;
    if (seekPlainEnd(letters, uriStart) === end - 1) {
      noteSlot(scan, uriStart, toPlace(code | plainSlot, uriStart, end - 1));
      return;
    }
  }
  noteSlot(scan, start, toPlace(code, start, end));
}

/** Where the URI of a part begins whose line begins as usual; else `notPlain`. */
function seekPartUri(scan: Scan, start: number): number {
  const { letters, partHeadChars } = scan;
  if (partHeadChars !== 0 && isRepeated(scan, start, scan.partHeadStart, partHeadChars)) {
    return start + partHeadChars;
  }
  if (!isSpelt(letters, start, partOpening)) return notPlain;
  let position = start + partOpening.length;
  if (isSpelt(letters, position, durationOpening)) {
    position = seekNumberEnd(letters, position + durationOpening.length);
    if (position === letters.length || letters[position] !== comma) return notPlain;
    position += 1;
  }
  if (!isSpelt(letters, position, uriOpening)) return notPlain;
  scan.partHeadStart = start;
  scan.partHeadChars = position + uriOpening.length - start;
  return start + scan.partHeadChars;
}

function seekNumberEnd(letters: Uint8Array, start: number): number {
  let position = start;
  for (; position < letters.length; position += 1) {
    const code = letters[position] as number;
    if ((code < zero || code > nine) && code !== dot) break;
  }
  return position;
}

/**
 * Where the line ends if what follows a closing quote is a sound rest of the list without another
 * URI; notPlain if it is not.
 */
function seekListEnd({ letters, text }: Scan, start: number): number {
  if (isSpelt(letters, start, independentTail)) return start + independentTail.length - 1;
  const lineFeedAt = seekLineFeed(text, start);
  const end = toLineEnd(text, start, lineFeedAt);
  let position = start;
  while (position < end && (letters[position] as number) <= space) position += 1;
  if (position < end && letters[position] !== comma) return notPlain;
  const cursor = makeAttributeCursor(letters, position, end);
  for (;;) {
    const step = nextAttribute(cursor);
    if (step === "end") return lineFeedAt;
    if (step === "bad" || isNamed(cursor, "URI")) return notPlain;
  }
}
