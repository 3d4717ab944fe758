// The state of one walk over a playlist's lines, and what each kind of line does to it.
// parse-playlist.ts drives it; nothing else may. The walk notes facts and URI places and refuses
// what no player can agree on; it does not build segments (segments.ts) or variants (variants.ts).

import type { AttributeCursor } from "./attribute-list.ts";
import { isNamed, makeAttributeCursor, nextAttribute } from "./attribute-list.ts";
import { parseDateTime } from "./date-time.ts";
import type { PlaylistFailureReason } from "./failure.ts";
import { printExcerpt } from "./failure.ts";
import type { PlaylistLimits } from "./limits.ts";
import { notANumber, parseDecimal, parseInteger, tooLarge } from "./number.ts";
import type { TagFact, TagSpec } from "./tags.ts";
import { scopeMedia, slot, tagSpecsByName } from "./tags.ts";

export interface Scan {
  readonly text: string;
  readonly limits: PlaylistLimits;
  readonly slots: number[];
  line: number;
  failure: { reason: PlaylistFailureReason; line: number; detail: string } | null;
  version: number;
  /** Names of the first tags that proved a kind; empty string: none yet. */
  mediaProof: string;
  multivariantProof: string;
  variantCount: number;
  awaitsVariantUri: boolean;
  /** EXTINF waiting for its URI line; notANumber: none. */
  pendingDurationSeconds: number;
  /**
   * First line that is a URI without EXTINF; 0: none. Matters only if the playlist proves to be
   * media.
   */
  bareUriLine: number;
  segmentCount: number;
  totalDurationSeconds: number;
  lastDurationSeconds: number;
  discontinuityCount: number;
  pendingDiscontinuity: boolean;
  /**
   * Span of the last date's value and the seconds from it to the start of the last segment; -1: no
   * date.
   */
  dateStart: number;
  dateEnd: number;
  dateElapsedSeconds: number;
  pendingDate: boolean;
  partCount: number;
  openPartCount: number;
  targetDurationSeconds: number;
  mediaSequence: number;
  discontinuitySequence: number;
  skippedSegmentCount: number;
  playlistType: "VOD" | "EVENT" | null;
  ended: boolean;
  iframesOnly: boolean;
  imagesOnly: boolean;
  partTargetSeconds: number | null;
  canBlockReload: boolean;
  canSkipUntilSeconds: number | null;
  canSkipDateRanges: boolean;
  holdBackSeconds: number | null;
  partHoldBackSeconds: number | null;
}

export function makeScan(text: string, limits: PlaylistLimits): Scan {
  return {
    text,
    limits,
    slots: [],
    line: 1,
    failure: null,
    version: 0,
    mediaProof: "",
    multivariantProof: "",
    variantCount: 0,
    awaitsVariantUri: false,
    pendingDurationSeconds: notANumber,
    bareUriLine: 0,
    segmentCount: 0,
    totalDurationSeconds: 0,
    lastDurationSeconds: 0,
    discontinuityCount: 0,
    pendingDiscontinuity: false,
    dateStart: -1,
    dateEnd: -1,
    dateElapsedSeconds: 0,
    pendingDate: false,
    partCount: 0,
    openPartCount: 0,
    targetDurationSeconds: notANumber,
    mediaSequence: 0,
    discontinuitySequence: 0,
    skippedSegmentCount: 0,
    playlistType: null,
    ended: false,
    iframesOnly: false,
    imagesOnly: false,
    partTargetSeconds: null,
    canBlockReload: false,
    canSkipUntilSeconds: null,
    canSkipDateRanges: false,
    holdBackSeconds: null,
    partHoldBackSeconds: null,
  };
}

export function refuse(scan: Scan, reason: PlaylistFailureReason, detail: string): void {
  scan.failure ??= { reason, line: scan.line, detail };
}

/**
 * A line that is neither blank, comment nor tag: the URI of a segment, of a variant, or of nothing
 * at all.
 */
export function applyUriLine(scan: Scan, start: number, end: number): void {
  scan.slots.push(slot.line, start, end);
  const seconds = scan.pendingDurationSeconds;
  if (seconds < 0) {
    if (scan.awaitsVariantUri) scan.awaitsVariantUri = false;
    else if (scan.bareUriLine === 0) scan.bareUriLine = scan.line;
    return;
  }
  if (scan.pendingDate) {
    scan.pendingDate = false;
    scan.pendingDiscontinuity = false;
    scan.dateElapsedSeconds = 0;
  } else if (scan.pendingDiscontinuity) {
    scan.pendingDiscontinuity = false;
    scan.dateStart = -1;
  } else {
    scan.dateElapsedSeconds += scan.lastDurationSeconds;
  }
  scan.pendingDurationSeconds = notANumber;
  scan.segmentCount += 1;
  scan.totalDurationSeconds += seconds;
  scan.lastDurationSeconds = seconds;
  scan.openPartCount = 0;
}

const comma = 44;

/** `#EXTINF:duration,title`; `start` is the offset behind the colon. */
export function applyDuration(scan: Scan, start: number, end: number): void {
  const { text } = scan;
  let position = start;
  while (position < end && text.charCodeAt(position) !== comma) position += 1;
  const seconds = parseDecimal(text, start, position);
  if (seconds < 0) {
    refuse(scan, "bad-number", `EXTINF has no decimal duration: ${printExcerpt(text, start, end)}`);
  }
  scan.pendingDurationSeconds = seconds;
  if (scan.mediaProof === "") proveKind(scan, "EXTINF", scopeMedia);
}

/** `#EXT-X-PROGRAM-DATE-TIME:date`: only the last one is ever read. */
export function applyDate(scan: Scan, start: number, end: number): void {
  scan.dateStart = start;
  scan.dateEnd = end;
  scan.pendingDate = true;
  if (scan.mediaProof === "") proveKind(scan, "EXT-X-PROGRAM-DATE-TIME", scopeMedia);
}

/** `#EXT-X-PART:attributes`; `start` is the offset of the "#". */
export function applyPart(scan: Scan, start: number, end: number): void {
  scan.slots.push(slot.part, start, end);
  scan.partCount += 1;
  scan.openPartCount += 1;
  if (scan.mediaProof === "") proveKind(scan, "EXT-X-PART", scopeMedia);
}

function proveKind(scan: Scan, name: string, scope: number): void {
  if (scope === scopeMedia) {
    if (scan.mediaProof === "") scan.mediaProof = name;
  } else if (scan.multivariantProof === "") {
    scan.multivariantProof = name;
  }
  if (scan.mediaProof !== "" && scan.multivariantProof !== "") {
    refuse(
      scan,
      "mixed-kinds",
      `${scan.mediaProof} and ${scan.multivariantProof} in one playlist.`,
    );
  }
}

/** Any `#EXT…` line; `start` is the offset of the "#". */
export function applyTag(scan: Scan, start: number, end: number): void {
  const { text } = scan;
  let colon = start + 4;
  while (colon < end) {
    const code = text.charCodeAt(colon);
    if (code === 58 || code <= 32) break;
    colon += 1;
  }
  const spec = tagSpecsByName.get(text.slice(start + 1, colon));
  if (spec === undefined) {
    if (text.charCodeAt(colon) === 58) scan.slots.push(slot.unknown, start, end);
    return;
  }
  if (spec.slot !== slot.none) scan.slots.push(spec.slot, start, end);
  if (spec.scope !== 0) proveKind(scan, spec.name, spec.scope);
  if (spec.fact !== "none") factReaders[spec.fact](scan, Math.min(colon + 1, end), end, spec);
}

type FactReader = (scan: Scan, start: number, end: number, spec: TagSpec) => void;

function readInteger(scan: Scan, start: number, end: number, spec: TagSpec): number {
  const value = parseInteger(scan.text, start, end);
  if (value >= 0) return value;
  const reason = value === tooLarge ? "number-too-large" : "bad-number";
  refuse(scan, reason, `${spec.name}: ${printExcerpt(scan.text, start, end)}`);
  return 0;
}

function readList(
  scan: Scan,
  start: number,
  end: number,
  visit: (c: AttributeCursor) => void,
): void {
  const cursor = makeAttributeCursor(scan.text, start, end);
  for (let count = 0; ; count += 1) {
    const step = nextAttribute(cursor);
    if (step === "end") return;
    if (step === "bad" || count >= scan.limits.attributesMax) {
      const reason = step === "bad" ? "bad-attribute-list" : "too-many-attributes";
      refuse(scan, reason, printExcerpt(scan.text, start, end));
      return;
    }
    visit(cursor);
  }
}

function readSeconds(scan: Scan, cursor: AttributeCursor): number | null {
  const value = parseDecimal(scan.text, cursor.valueStart, cursor.valueEnd);
  if (value >= 0) return value;
  refuse(scan, "bad-number", printExcerpt(scan.text, cursor.nameStart, cursor.valueEnd));
  return null;
}

function isYes(cursor: AttributeCursor): boolean {
  return cursor.text.slice(cursor.valueStart, cursor.valueEnd) === "YES";
}

function readServerControl(scan: Scan, start: number, end: number): void {
  readList(scan, start, end, (cursor) => {
    if (isNamed(cursor, "CAN-BLOCK-RELOAD")) scan.canBlockReload = isYes(cursor);
    else if (isNamed(cursor, "CAN-SKIP-DATERANGES")) scan.canSkipDateRanges = isYes(cursor);
    else if (isNamed(cursor, "CAN-SKIP-UNTIL"))
      scan.canSkipUntilSeconds = readSeconds(scan, cursor);
    else if (isNamed(cursor, "HOLD-BACK")) scan.holdBackSeconds = readSeconds(scan, cursor);
    else if (isNamed(cursor, "PART-HOLD-BACK"))
      scan.partHoldBackSeconds = readSeconds(scan, cursor);
  });
}

const factReaders: Record<TagFact, FactReader> = {
  none: () => {},
  version: (scan, start, end, spec) => {
    if (scan.version !== 0) refuse(scan, "duplicate-version", "EXT-X-VERSION stands twice.");
    scan.version = readInteger(scan, start, end, spec);
  },
  "target-duration": (scan, start, end, spec) => {
    const value = parseDecimal(scan.text, start, end);
    if (value === notANumber) {
      refuse(scan, "bad-number", `${spec.name}: ${printExcerpt(scan.text, start, end)}`);
    }
    scan.targetDurationSeconds = value;
  },
  "media-sequence": (scan, start, end, spec) => {
    scan.mediaSequence = readInteger(scan, start, end, spec);
  },
  "discontinuity-sequence": (scan, start, end, spec) => {
    scan.discontinuitySequence = readInteger(scan, start, end, spec);
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
  "part-information": (scan, start, end) => {
    readList(scan, start, end, (cursor) => {
      if (isNamed(cursor, "PART-TARGET")) scan.partTargetSeconds = readSeconds(scan, cursor);
    });
  },
  "server-control": readServerControl,
  discontinuity: (scan) => {
    scan.discontinuityCount += 1;
    scan.pendingDiscontinuity = true;
  },
  "program-date-time": applyDate,
  part: (scan) => {
    scan.partCount += 1;
    scan.openPartCount += 1;
  },
  skip: (scan, start, end, spec) => {
    readList(scan, start, end, (cursor) => {
      if (!isNamed(cursor, "SKIPPED-SEGMENTS")) return;
      scan.skippedSegmentCount += readInteger(scan, cursor.valueStart, cursor.valueEnd, spec);
    });
  },
  variant: (scan) => {
    scan.variantCount += 1;
    scan.awaitsVariantUri = true;
  },
};

/** The date of the last segment, from the last date before it. */
export function toLastDateMs(scan: Scan): number | null {
  if (scan.dateStart < 0 || scan.segmentCount === 0 || scan.pendingDate) return null;
  const dateMs = parseDateTime(scan.text.slice(scan.dateStart, scan.dateEnd));
  return dateMs === null ? null : dateMs + scan.dateElapsedSeconds * 1000;
}
