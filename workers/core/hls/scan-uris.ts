// Notes where the URIs of segments, variants and parts stand, in the form that costs the rewriter
// least: a plain URI, a plain name in a known folder, or the whole line for a second look.
//
// Picture: a postman remembers how the last address began. Packagers write the same letters before
// every name: `DURATION=1.00000,URI="` of a part, `https://origin.example/live/v720/` of a segment
// that is absolute. A line that begins with the remembered letters needs no second reading of them;
// only the name behind them is looked at.

import { isPlainReference, notPlain, seekPlainNameEnd } from "../http/plain-reference.ts";
import { isNamed, makeAttributeCursor, nextAttribute } from "./attribute-list.ts";
import { seekLineFeed, toLineEnd } from "./lines.ts";
import type { Scan } from "./scan.ts";
import { proveKind } from "./scan.ts";
import { plainSlot, scopeMedia, siblingSlot, slot, toPlace } from "./tags.ts";

const space = 32;
const quote = 34;
const hash = 35;
const comma = 44;
const slash = 47;
const question = 63;

/** Notes a URI line that is not simply a plain URI and a line feed; answers where it ends. */
export function scanOddUri(scan: Scan, start: number): number {
  const { text, folder, slots } = scan;
  const nameStart = start + folder.length;
  // A slice compares eight letters at a time, startsWith one.
  if (folder !== "" && text.slice(start, nameStart) === folder) {
    const nameEnd = seekPlainNameEnd(text, nameStart, text.length);
    const isLast = nameEnd !== notPlain && text.startsWith("\n", nameEnd);
    const lineFeedAt = isLast ? nameEnd : seekLineFeed(text, nameStart);
    if (nameEnd === toLineEnd(text, start, lineFeedAt)) {
      slots.push(nameStart, toPlace(slot.line | siblingSlot, nameStart, nameEnd));
      return lineFeedAt;
    }
  }
  const lineFeedAt = seekLineFeed(text, start);
  const end = toLineEnd(text, start, lineFeedAt);
  if (isPlainReference(text, start, end)) {
    slots.push(start, toPlace(slot.line | plainSlot, start, end));
    return lineFeedAt;
  }
  slots.push(start, toPlace(slot.line, start, end));
  // Variants have a folder each; only segments have siblings that are worth remembering.
  const isSegment = scan.pendingDurationSeconds >= 0;
  scan.folder = isSegment ? text.slice(start, seekNameStart(text, start, end)) : "";
  return lineFeedAt;
}

/** Where the last segment of a reference's path begins; `start` if it has only one. */
export function seekNameStart(text: string, start: number, end: number): number {
  let nameStart = start;
  for (let position = start; position < end; position += 1) {
    const code = text.charCodeAt(position);
    if (code === slash) nameStart = position + 1;
    else if (code === question || code === hash) break;
  }
  return nameStart;
}

/** Letters of "#EXT-X-PART:". */
const partOpeningChars = 12;

/**
 * What follows the colon of nearly all parts, with a plain URI. One run of this expression costs
 * half of what reading the letters one by one does. Linear, for each letter fits only one place;
 * the count of folders is bounded because an unbounded group can exhaust the engine's stack.
 */
const plainSegment = "[\\w!$&'()*+,;=-][\\w!$&'()*+,;=.~@-]*";
const usualPart = new RegExp(
  `(?:DURATION=[\\d.]+,)?URI="${plainSegment}(?:/${plainSegment}){0,15}"(?:,INDEPENDENT=YES)?\\n`,
  "y",
);

/** Notes the part whose `#EXT-X-PART:` begins at `start`; answers where the line ends. */
export function scanPart(scan: Scan, start: number): number {
  const { text, partHead, slots } = scan;
  if (scan.mediaProof === "") proveKind(scan, "EXT-X-PART", scopeMedia);
  const listStart = start + partOpeningChars;
  if (partHead === "") {
    usualPart.lastIndex = listStart;
    if (!usualPart.test(text)) return scanWholePart(scan, start);
    const lineFeedAt = usualPart.lastIndex - 1;
    const uriStart = text.indexOf('"', listStart) + 1;
    slots.push(uriStart, toPlace(plainPart, uriStart, text.indexOf('"', uriStart)));
    return lineFeedAt;
  }
  const nameStart = listStart + partHead.length;
  if (text.slice(listStart, nameStart) === partHead) {
    const nameEnd = seekPlainNameEnd(text, nameStart, text.length);
    if (nameEnd !== notPlain && text.startsWith('"', nameEnd)) {
      const lineFeedAt = seekListEnd(text, nameEnd + 1);
      if (lineFeedAt !== notPlain) {
        slots.push(nameStart, toPlace(siblingPart, nameStart, nameEnd));
        return lineFeedAt;
      }
    }
  }
  return scanWholePart(scan, start);
}

const plainPart = slot.part | plainSlot;
const siblingPart = slot.part | siblingSlot;

/** Reads the whole list of an unusual part, and remembers how it began. */
function scanWholePart(scan: Scan, start: number): number {
  const { text, slots } = scan;
  const listStart = start + partOpeningChars;
  const lineFeedAt = seekLineFeed(text, start);
  const end = toLineEnd(text, start, lineFeedAt);
  const cursor = makeAttributeCursor(text, listStart, end);
  let step = nextAttribute(cursor);
  while (step === "pair" && !isNamed(cursor, "URI")) step = nextAttribute(cursor);
  scan.partHead = "";
  if (step === "pair" && text.charCodeAt(cursor.valueStart) === quote) {
    const uriStart = cursor.valueStart + 1;
    const uriEnd = cursor.valueEnd - 1;
    if (seekListEnd(text, uriEnd + 1) === lineFeedAt) {
      if (isPlainReference(text, uriStart, uriEnd)) {
        slots.push(uriStart, toPlace(plainPart, uriStart, uriEnd));
        return lineFeedAt;
      }
      const nameStart = seekNameStart(text, uriStart, uriEnd);
      if (nameStart > uriStart) scan.partHead = text.slice(listStart, nameStart);
    }
  }
  slots.push(start, toPlace(slot.part, start, end));
  return lineFeedAt;
}

const independentTail = ",INDEPENDENT=YES\n";

/**
 * Where the line ends if what follows a closing quote is a sound rest of the list without another
 * URI; notPlain if it is not.
 */
function seekListEnd(text: string, start: number): number {
  if (text.startsWith("\n", start)) return start;
  if (text.startsWith(independentTail, start)) return start + independentTail.length - 1;
  const lineFeedAt = seekLineFeed(text, start);
  const end = toLineEnd(text, start, lineFeedAt);
  let position = start;
  while (position < end && text.charCodeAt(position) <= space) position += 1;
  if (position < end && text.charCodeAt(position) !== comma) return notPlain;
  const cursor = makeAttributeCursor(text, position, end);
  for (;;) {
    const step = nextAttribute(cursor);
    if (step === "end") return lineFeedAt;
    if (step === "bad" || isNamed(cursor, "URI")) return notPlain;
  }
}
