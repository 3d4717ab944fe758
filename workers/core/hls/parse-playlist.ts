// Text in, playlist or named failure out: the one door for everything that an origin calls a
// playlist (RFC 8216bis section 4; spec.md sections 1 and 4). Total and linear: each line is found
// by one search for its line feed and looked at once; it never throws, whatever the text. It checks
// what would make two players, or a player and this edge, read different things; it does not check
// whether a playlist is good HLS.
//
// Picture: a postman who walks a street once and notes only the doors that have a letter box. Most
// of a live playlist's bytes are neither URIs nor facts, so they are stepped over and never copied.
// A tokenizer that builds an object per line was measured at a third of this speed and would have
// to print everything back.

import type { PlaylistFailure, PlaylistFailureReason } from "./failure.ts";
import { printExcerpt } from "./failure.ts";
import type { PlaylistLimits } from "./limits.ts";
import { defaultPlaylistLimits } from "./limits.ts";
import type { MediaPlaylist, MultivariantPlaylist, Playlist } from "./playlist.ts";
import type { Scan } from "./scan.ts";
import {
  applyDate,
  applyDuration,
  applyPart,
  applyTag,
  applyUriLine,
  makeScan,
  refuse,
  toLastDateMs,
} from "./scan.ts";
import { toOpenParts, toSegments } from "./segments.ts";
import { toIframeVariants, toImageVariants, toRenditions, toVariants } from "./variants.ts";

/** Reads a playlist from its decoded text. Never throws. */
export function parsePlaylist(
  text: string,
  limits: PlaylistLimits = defaultPlaylistLimits,
): Playlist | PlaylistFailure {
  const opening = decideOpening(text, limits);
  if (opening !== null) return opening;
  const scan = makeScan(text, limits);
  scanLines(scan);
  if (scan.failure !== null) return { kind: "failure", ...scan.failure };
  if (scan.mediaProof === "") return toMultivariant(scan);
  if (scan.targetDurationSeconds < 0) {
    return failure("missing-target-duration", 1, "A media playlist needs EXT-X-TARGETDURATION.");
  }
  if (scan.bareUriLine !== 0) {
    return failure("missing-duration", scan.bareUriLine, "A segment without EXTINF.");
  }
  return toMedia(scan);
}

function failure(reason: PlaylistFailureReason, line: number, detail: string): PlaylistFailure {
  return { kind: "failure", reason, line, detail };
}

const magic = "#EXTM3U";

function decideOpening(text: string, limits: PlaylistLimits): PlaylistFailure | null {
  if (text.length > limits.playlistCharsMax) {
    const detail = `${text.length} characters, at most ${limits.playlistCharsMax} are read.`;
    return failure("too-large", 1, detail);
  }
  if (text.charCodeAt(0) === 0xfeff) {
    return failure("byte-order-mark", 1, "The text begins with a byte order mark (bis-22 4.1).");
  }
  const behind = text.charCodeAt(magic.length);
  if (text.startsWith(magic) && (Number.isNaN(behind) || behind <= 32)) return null;
  const detail = text === "" ? "The body is empty." : `It begins: ${printExcerpt(text, 0, 80)}`;
  return failure("not-a-playlist", 1, detail);
}

const carriageReturn = 13;
const space = 32;
const hash = 35;

function scanLines(scan: Scan): void {
  const { text, limits } = scan;
  const { length } = text;
  const nul = text.indexOf("\0");
  let position = text.indexOf("\n") + 1;
  if (position === 0) position = length;
  while (position < length) {
    scan.line += 1;
    let end = text.indexOf("\n", position);
    if (end === -1) end = length;
    const next = end + 1;
    if (end - position > limits.lineCharsMax) refuse(scan, "line-too-long", longLine(limits));
    if (text.charCodeAt(end - 1) === carriageReturn && end > position) end -= 1;
    if (end > position) {
      const first = text.charCodeAt(position);
      if (first === hash) scanHashLine(scan, position, end);
      else if (first > space) applyUriLine(scan, position, end);
      else scanIndentedLine(scan, position, end);
    }
    if (scan.failure !== null) return;
    position = next;
    if (scan.line >= limits.linesMax && position < length) {
      refuse(scan, "too-many-lines", `At most ${limits.linesMax} lines are read.`);
      return;
    }
  }
  if (nul !== -1) refuse(scan, "control-character", `U+0000 at offset ${nul}.`);
}

function longLine(limits: PlaylistLimits): string {
  return `A line may have at most ${limits.lineCharsMax} characters.`;
}

/**
 * A comment or a tag. The three tags that fill live playlists are told by their letters, the rest
 * by the table.
 */
function scanHashLine(scan: Scan, start: number, end: number): void {
  const { text } = scan;
  const fifth = text.charCodeAt(start + 4);
  if (fifth === 73 /* I */ && text.startsWith("#EXTINF:", start)) {
    applyDuration(scan, start + 8, end);
    return;
  }
  if (fifth === 45 /* - */ && text.charCodeAt(start + 7) === 80 /* P */) {
    if (text.startsWith("#EXT-X-PART:", start)) {
      applyPart(scan, start, end);
      return;
    }
    if (text.startsWith("#EXT-X-PROGRAM-DATE-TIME:", start)) {
      applyDate(scan, start + 25, end);
      return;
    }
  }
  if (text.startsWith("#EXT", start)) applyTag(scan, start, end);
}

/**
 * Blank lines are nothing; a URI with blanks before it is still a URI; an indented tag is none
 * (bis-22 4.1).
 */
function scanIndentedLine(scan: Scan, start: number, end: number): void {
  const { text } = scan;
  let position = start;
  while (position < end && text.charCodeAt(position) <= space) position += 1;
  if (position < end && text.charCodeAt(position) !== hash) applyUriLine(scan, position, end);
}

function toMultivariant(scan: Scan): MultivariantPlaylist {
  const { text } = scan;
  return {
    kind: "multivariant",
    text,
    lineCount: scan.line,
    slots: scan.slots,
    version: scan.version === 0 ? 1 : scan.version,
    variantCount: scan.variantCount,
    variants: () => toVariants(text),
    renditions: () => toRenditions(text),
    iframeVariants: () => toIframeVariants(text),
    imageVariants: () => toImageVariants(text),
  };
}

function toMedia(scan: Scan): MediaPlaylist {
  const { text, mediaSequence, discontinuitySequence } = scan;
  const firstListedMsn = mediaSequence + scan.skippedSegmentCount;
  const start = { text, firstListedMsn, discontinuitySequence };
  return {
    kind: "media",
    text,
    lineCount: scan.line,
    slots: scan.slots,
    version: scan.version === 0 ? 1 : scan.version,
    targetDurationSeconds: scan.targetDurationSeconds,
    mediaSequence,
    discontinuitySequence,
    playlistType: scan.playlistType,
    ended: scan.ended,
    iframesOnly: scan.iframesOnly,
    imagesOnly: scan.imagesOnly,
    segmentCount: scan.segmentCount,
    skippedSegmentCount: scan.skippedSegmentCount,
    discontinuityCount: scan.discontinuityCount,
    lastMsn: firstListedMsn + scan.segmentCount - 1,
    lastPart: scan.openPartCount > 0 ? scan.openPartCount - 1 : null,
    partCount: scan.partCount,
    partTargetSeconds: scan.partTargetSeconds,
    canBlockReload: scan.canBlockReload,
    canSkipUntilSeconds: scan.canSkipUntilSeconds,
    canSkipDateRanges: scan.canSkipDateRanges,
    holdBackSeconds: scan.holdBackSeconds,
    partHoldBackSeconds: scan.partHoldBackSeconds,
    totalDurationSeconds: scan.totalDurationSeconds,
    lastSegmentDurationSeconds: scan.segmentCount === 0 ? null : scan.lastDurationSeconds,
    lastProgramDateTimeMs: toLastDateMs(scan),
    segments: () => toSegments(start),
    openParts: () => toOpenParts(start),
  };
}
