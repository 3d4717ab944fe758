// The state of one walk over a playlist's lines: what has been learnt so far, and the one way to
// refuse. scan-lines.ts, scan-uris.ts and scan-tags.ts write the state; nothing else may. It holds
// facts and URI places, never segments (segments.ts) or variants (variants.ts).

import type { PlaylistFailureReason } from "./failure.ts";
import type { PlaylistLimits } from "./limits.ts";
import { notANumber } from "./number.ts";
import type { TagScope } from "./tags.ts";
import { scopeMedia } from "./tags.ts";

export const noDate = -1;

export interface Scan {
  readonly text: string;
  readonly letters: Uint8Array;
  /** The letters again, made for the first comparison of two places; null: not yet. */
  words: DataView | null;
  readonly limits: PlaylistLimits;
  /** Places of URIs, see noteSlot; only the first `slotCount` numbers are this walk's. */
  readonly slots: number[];
  slotCount: number;
  line: number;
  failure: { reason: PlaylistFailureReason; line: number; detail: string } | null;
  version: number;
  /** Names of the first tags that proved a kind; empty string: none yet. */
  mediaProof: string;
  multivariantProof: string;
  variantCount: number;
  awaitsVariantUri: boolean;
  /** Where the folder of the last URI that was noted with uriSlot stands; no letters: nowhere. */
  folderStart: number;
  folderChars: number;
  /** The same of what the last part had before its URI, from the start of the line on. */
  partHeadStart: number;
  partHeadChars: number;
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
  /** Where the last EXT-X-PROGRAM-DATE-TIME begins; 0: nowhere. */
  dateTagStart: number;
  /** Where the value of the date that waits for its segment begins; noDate: none waits. */
  pendingDateStart: number;
  /** The same of the last date before the last segment. */
  dateStart: number;
  /** From that date to the start of the last segment. */
  dateElapsedSeconds: number;
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

export function makeScan(text: string, letters: Uint8Array, limits: PlaylistLimits): Scan {
  if (slotPad.length > slotPadMax) slotPad.length = 0;
  return {
    text,
    letters,
    words: null,
    limits,
    slots: slotPad,
    slotCount: 0,
    line: 1,
    failure: null,
    version: 0,
    mediaProof: "",
    multivariantProof: "",
    variantCount: 0,
    awaitsVariantUri: false,
    folderStart: 0,
    folderChars: 0,
    partHeadStart: 0,
    partHeadChars: 0,
    pendingDurationSeconds: notANumber,
    bareUriLine: 0,
    segmentCount: 0,
    totalDurationSeconds: 0,
    lastDurationSeconds: 0,
    discontinuityCount: 0,
    pendingDiscontinuity: false,
    dateTagStart: 0,
    pendingDateStart: noDate,
    dateStart: noDate,
    dateElapsedSeconds: 0,
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

/**
 * All walks write their places on one pad, for growing an array again and again was measured at a
 * twentieth of the time of a low-latency playlist. Core is synchronous: two walks never overlap.
 */
const slotPad: number[] = [];
/** Numbers that are kept on the pad between two walks: a long live window. */
const slotPadMax = 64 * 1024;

/** The places that were noted, as an array of their own. */
export function toSlots({ slots, slotCount }: Scan): readonly number[] {
  return slots.slice(0, slotCount);
}

/** Notes where a URI stands; `place` is what toPlace of tags.ts made. */
export function noteSlot(scan: Scan, start: number, place: number): void {
  const { slots, slotCount } = scan;
  slots[slotCount] = start;
  slots[slotCount + 1] = place;
  scan.slotCount = slotCount + 2;
}

/** The first refusal stays. */
export function refuse(scan: Scan, reason: PlaylistFailureReason, detail: string): void {
  scan.failure ??= { reason, line: scan.line, detail };
}

/** Notes that a tag stands only in one kind of playlist; both kinds in one are refused. */
export function proveKind(scan: Scan, name: string, scope: TagScope): void {
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

/** Counts a segment at its URI, which has the duration that waits. */
export function applySegment(scan: Scan): void {
  const { pendingDateStart } = scan;
  if (pendingDateStart === noDate) {
    scan.dateElapsedSeconds += scan.lastDurationSeconds;
    if (scan.pendingDiscontinuity) scan.dateStart = noDate;
  } else {
    scan.dateElapsedSeconds = 0;
    scan.dateStart = pendingDateStart;
    scan.pendingDateStart = noDate;
  }
  scan.pendingDiscontinuity = false;
  scan.lastDurationSeconds = scan.pendingDurationSeconds;
  scan.pendingDurationSeconds = notANumber;
  scan.totalDurationSeconds += scan.lastDurationSeconds;
  scan.segmentCount += 1;
  scan.openPartCount = 0;
}
