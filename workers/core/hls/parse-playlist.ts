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

import { isAt, toLetters } from "../http/letters.ts";
import type { PlaylistFailure, PlaylistFailureReason } from "./failure.ts";
import { printExcerpt, toLineNumber } from "./failure.ts";
import type { PlaylistLimits } from "./limits.ts";
import { defaultPlaylistLimits } from "./limits.ts";
import { MediaFacts } from "./media-facts.ts";
import type { MultivariantPlaylist, Playlist } from "./playlist.ts";
import type { Scan } from "./scan.ts";
import { makeScan, refuse, toSlots } from "./scan.ts";
import { scanLines } from "./scan-lines.ts";
import { slot, slotMask } from "./tags.ts";
import { toIframeVariants, toImageVariants, toRenditions, toVariants } from "./variants.ts";

/**
 * Reads a playlist from its decoded text. Never throws. `bytes` is what the text was decoded from:
 * not needed, but where it is at hand a third of the time is saved (http/letters.ts).
 */
export function parsePlaylist(
  text: string,
  limits: PlaylistLimits = defaultPlaylistLimits,
  bytes?: Uint8Array,
): Playlist | PlaylistFailure {
  const opening = decideOpening(text, limits);
  if (opening !== null) return opening;
  const isAscii = bytes !== undefined && bytes.length === text.length;
  const scan = makeScan(text, isAscii ? bytes : toLetters(text), limits);
  scanLines(scan);
  if (scan.failure === null) refuseNul(scan);
  if (scan.failure !== null) return { kind: "failure", ...scan.failure };
  if (scan.mediaProof === "") {
    if (scan.awaitsVariantUri && !hasUriLine(scan)) {
      return failure("missing-uri", scan.line, "No EXT-X-STREAM-INF has a URI.");
    }
    return toMultivariant(scan, isAscii ? bytes : null);
  }
  if (scan.targetDurationSeconds < 0) {
    return failure("missing-target-duration", 1, "A media playlist needs EXT-X-TARGETDURATION.");
  }
  if (scan.bareUriLine !== 0) {
    return failure("missing-duration", scan.bareUriLine, "A segment without EXTINF.");
  }
  const media = new MediaFacts(scan, isAscii ? bytes : null);
  return Number.isSafeInteger(media.lastMsn) ? media : toSequenceFailure(text);
}

/** Beyond 2^53 - 1 two segments would share a number. The tag that counts is the last one. */
function toSequenceFailure(text: string): PlaylistFailure {
  const line = toLineNumber(text, text.lastIndexOf("#EXT-X-MEDIA-SEQUENCE"));
  return failure("number-too-large", line, "The last segment's number is larger than 2^53 - 1.");
}

function failure(reason: PlaylistFailureReason, line: number, detail: string): PlaylistFailure {
  return { kind: "failure", reason, line, detail };
}

const magic = "#EXTM3U";
const lineFeed = 10;
const space = 32;

/** Some players would end the line there; to us the whole playlist would be its first line. */
const loneReturn = /^#EXTM3U[ \t]*\r[^\r\n]/;
const loneReturnDetail = "The first line ends with a carriage return alone (bis-22 4.1).";

function decideOpening(text: string, limits: PlaylistLimits): PlaylistFailure | null {
  if (text.length > limits.playlistCharsMax) {
    const detail = `${text.length} characters, at most ${limits.playlistCharsMax} are read.`;
    return failure("too-large", 1, detail);
  }
  if (text.startsWith("\ufeff")) {
    return failure("byte-order-mark", 1, "The text begins with a byte order mark (bis-22 4.1).");
  }
  if (isAt(text, 0, magic)) {
    if (text.length === magic.length) return null;
    const behind = text.charCodeAt(magic.length);
    if (behind === lineFeed) return null;
    if (behind <= space) {
      return loneReturn.test(text) ? failure("control-character", 1, loneReturnDetail) : null;
    }
  }
  const found =
    text === "" ? "the body is empty" : `the body begins: ${printExcerpt(text, 0, text.length)}`;
  return failure("not-a-playlist", 1, `The first line must be ${magic}, but ${found}`);
}

/** U+0000 makes readers stop at different places. */
function refuseNul(scan: Scan): void {
  const nul = scan.text.indexOf("\0");
  if (nul === -1) return;
  scan.line = toLineNumber(scan.text, nul);
  refuse(scan, "control-character", `U+0000 at offset ${nul}.`);
}

function hasUriLine(scan: Scan): boolean {
  return toSlots(scan).some((place, index) => index % 2 === 1 && (place & slotMask) === slot.line);
}

function toMultivariant(scan: Scan, bytes: Uint8Array | null): MultivariantPlaylist {
  const { text } = scan;
  return {
    kind: "multivariant",
    text,
    bytes,
    lineCount: scan.line,
    slots: toSlots(scan),
    version: scan.version === 0 ? 1 : scan.version,
    variantCount: scan.variantCount,
    variants: () => toVariants(text),
    renditions: () => toRenditions(text),
    iframeVariants: () => toIframeVariants(text),
    imageVariants: () => toImageVariants(text),
  };
}
