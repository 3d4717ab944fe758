// What each known tag but the three of scan-lines.ts does to the state of a walk: a fact, the proof
// of a kind, a place for a URI. Tags are told apart by tag-index.ts and described by tags.ts.

import { isSpelt, toLetters } from "../http/letters.ts";
import type { AttributeCursor } from "./attribute-list.ts";
import { isNamed, makeAttributeCursor, nextAttribute } from "./attribute-list.ts";
import { printExcerpt } from "./failure.ts";
import { notANumber, parseDecimal, parseInteger, tooLarge } from "./number.ts";
import type { Scan } from "./scan.ts";
import { noteSlot, proveKind, refuse } from "./scan.ts";
import { noteTag } from "./scan-uris.ts";
import { findTag, makeTagIndex } from "./tag-index.ts";
import type { TagFact, TagSpec } from "./tags.ts";
import { scopeBoth, slot, tagSpecs, toPlace } from "./tags.ts";

const colonCode = 58;
const quoteCode = 34;
const tagOpening = toLetters("#EXT");
const yes = toLetters("YES");

/** A line that begins with "#" at `start`: a tag if it goes on with EXT, else a comment. */
export function applyTag(scan: Scan, start: number, end: number): void {
  const { letters } = scan;
  if (!isSpelt(letters, start, tagOpening)) return;
  const card = findTag(tagIndex, letters, start, end);
  if (card === null) {
    if (hasColon(letters, start, end)) noteSlot(scan, start, toPlace(slot.unknown, start, end));
    return;
  }
  const { spec, head, read } = card;
  const colon = start + head.length;
  // Without a colon a tag has no value; then only those that need none say anything.
  const hasValue = colon < end && letters[colon] === colonCode;
  if (hasValue && spec.slot !== slot.none) noteTag(scan, spec.slot, start, colon + 1, end);
  if (spec.scope !== scopeBoth) proveKind(scan, spec.name, spec.scope);
  if (read === null) return;
  if (hasValue) read(scan, colon + 1, end, spec.name);
  else if (!needsValue[spec.fact]) read(scan, end, end, spec.name);
}

/** True if the name of the tag, which ends at the first blank, is followed by a value. */
function hasColon(letters: Uint8Array, start: number, end: number): boolean {
  for (let position = start; position < end; position += 1) {
    const code = letters[position] as number;
    if (code <= 32) return false;
    if (code === colonCode) return true;
  }
  return false;
}

/** Reads the value of a tag, which is the span. */
type FactReader = (scan: Scan, start: number, end: number, name: string) => void;

function readInteger(scan: Scan, start: number, end: number, name: string): number {
  const value = parseInteger(scan.text, start, end);
  if (value >= 0) return value;
  const reason = value === tooLarge ? "number-too-large" : "bad-number";
  refuse(scan, reason, `${name}: ${printExcerpt(scan.text, start, end)}`);
  return 0;
}

function readList(
  scan: Scan,
  start: number,
  end: number,
  readPair: (scan: Scan, cursor: AttributeCursor) => void,
): void {
  const cursor = makeAttributeCursor(scan.letters, start, end);
  for (let count = 0; ; count += 1) {
    const step = nextAttribute(cursor);
    if (step === "end") return;
    if (step === "bad" || count >= scan.limits.attributesMax) {
      const reason = step === "bad" ? "bad-attribute-list" : "too-many-attributes";
      refuse(scan, reason, printExcerpt(scan.text, start, end));
      return;
    }
    readPair(scan, cursor);
  }
}

/** Letters of each quote around the value: players read numbers and words without them. */
function toInset({ letters, valueEnd, valueStart }: AttributeCursor): number {
  return valueStart < valueEnd && letters[valueStart] === quoteCode ? 1 : 0;
}

function readSeconds(scan: Scan, cursor: AttributeCursor): number | null {
  const inset = toInset(cursor);
  const value = parseDecimal(scan.text, cursor.valueStart + inset, cursor.valueEnd - inset);
  if (value >= 0) return value;
  refuse(scan, "bad-number", printExcerpt(scan.text, cursor.nameStart, cursor.valueEnd));
  return null;
}

function isYes(cursor: AttributeCursor): boolean {
  const inset = toInset(cursor);
  const start = cursor.valueStart + inset;
  return cursor.valueEnd - inset - start === yes.length && isSpelt(cursor.letters, start, yes);
}

function readServerControl(scan: Scan, cursor: AttributeCursor): void {
  if (isNamed(cursor, "CAN-BLOCK-RELOAD")) scan.canBlockReload = isYes(cursor);
  else if (isNamed(cursor, "CAN-SKIP-DATERANGES")) scan.canSkipDateRanges = isYes(cursor);
  else if (isNamed(cursor, "HOLD-BACK")) scan.holdBackSeconds = readSeconds(scan, cursor);
  else if (isNamed(cursor, "PART-HOLD-BACK")) scan.partHoldBackSeconds = readSeconds(scan, cursor);
  else if (isNamed(cursor, "CAN-SKIP-UNTIL")) scan.canSkipUntilSeconds = readSeconds(scan, cursor);
}

function readPartInformation(scan: Scan, cursor: AttributeCursor): void {
  if (isNamed(cursor, "PART-TARGET")) scan.partTargetSeconds = readSeconds(scan, cursor);
}

function readSkip(scan: Scan, cursor: AttributeCursor): void {
  if (!isNamed(cursor, "SKIPPED-SEGMENTS")) return;
  const inset = toInset(cursor);
  const [start, end] = [cursor.valueStart + inset, cursor.valueEnd - inset];
  scan.skippedSegmentCount += readInteger(scan, start, end, "SKIPPED-SEGMENTS");
}

const factReaders: Record<TagFact, FactReader | null> = {
  none: null,
  version: (scan, start, end, name) => {
    if (scan.version !== 0) refuse(scan, "duplicate-version", "EXT-X-VERSION stands twice.");
    scan.version = readInteger(scan, start, end, name);
  },
  "target-duration": (scan, start, end, name) => {
    const value = parseDecimal(scan.text, start, end);
    if (value === notANumber) {
      refuse(scan, "bad-number", `${name}: ${printExcerpt(scan.text, start, end)}`);
    }
    scan.targetDurationSeconds = value;
  },
  "media-sequence": (scan, start, end, name) => {
    scan.mediaSequence = readInteger(scan, start, end, name);
  },
  "discontinuity-sequence": (scan, start, end, name) => {
    scan.discontinuitySequence = readInteger(scan, start, end, name);
  },
  "end-list": (scan) => {
    scan.ended = true;
  },
  "playlist-type": (scan, start, end) => {
    const type = scan.text.slice(start, end).trim();
    scan.playlistType = type === "VOD" || type === "EVENT" ? type : null;
  },
  "iframes-only": (scan) => {
    scan.iframesOnly = true;
  },
  "images-only": (scan) => {
    scan.imagesOnly = true;
  },
  "part-information": (scan, start, end) => readList(scan, start, end, readPartInformation),
  "server-control": (scan, start, end) => readList(scan, start, end, readServerControl),
  discontinuity: (scan) => {
    scan.discontinuityCount += 1;
    scan.pendingDiscontinuity = true;
  },
  // Read by scan-lines.ts.
  "program-date-time": null,
  skip: (scan, start, end) => readList(scan, start, end, readSkip),
  // Of the odd kind: all others are read by scan-uris.ts.
  part: (scan) => {
    scan.partCount += 1;
    scan.openPartCount += 1;
  },
  variant: (scan) => {
    scan.variantCount += 1;
    scan.awaitsVariantUri = true;
  },
};

const needsValue: Record<TagFact, boolean> = {
  none: false,
  version: true,
  "target-duration": true,
  "media-sequence": true,
  "discontinuity-sequence": true,
  "end-list": false,
  "playlist-type": true,
  "iframes-only": false,
  "images-only": false,
  "part-information": true,
  "server-control": true,
  discontinuity: false,
  "program-date-time": true,
  skip: true,
  part: true,
  variant: false,
};

interface ReadableTag {
  readonly head: string;
  readonly spec: TagSpec;
  readonly read: FactReader | null;
}

const tagIndex = makeTagIndex<ReadableTag>(
  tagSpecs.map((spec) => ({ head: `#${spec.name}`, spec, read: factReaders[spec.fact] })),
);
