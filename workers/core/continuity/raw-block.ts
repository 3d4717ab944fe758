// One segment as an origin announced it: the lines of its block, and what earlier lines of the same
// playlist have set for it (bis-22 sections 4.4.4.1 to 4.4.4.9). The lines are kept as they were
// written; what is read from them stands beside them. Tag texts in effect are shared by reference
// between blocks, so a key that holds for a day costs one string.

import type { ByteRange } from "../hls/playlist.ts";

/** An EXT-X-KEY in effect. */
export interface KeyTag {
  /** KEYFORMAT, "identity" when absent. */
  readonly format: string;
  readonly line: string;
  /**
   * True for identity keys without IV: players then take the Media Sequence Number for it (bis-22
   * section 5.2), which is not the same number after a cut.
   */
  readonly needsIv: boolean;
}

/** The tags whose effect lasts beyond their own segment. */
export interface TagState {
  readonly keys: readonly KeyTag[];
  readonly map: string | null;
  /** The keys in effect where the map stood: they encrypt it, later ones do not. */
  readonly mapKeys: readonly KeyTag[];
  readonly bitrate: string | null;
}

export const emptyTagState: TagState = { keys: [], map: null, mapKeys: [], bitrate: null };

export interface RawBlock {
  /** Media Sequence Number at its origin (or in the canonical playlist, for canonical blocks). */
  readonly msn: number;
  /** Discontinuity sequence number, its own tags included. */
  readonly dsn: number;
  /** EXT-X-DISCONTINUITY tags of its own. */
  readonly discontinuities: number;
  /** Tag lines in order and the URI line at the end; EXT-X-PART lines included. */
  readonly lines: readonly string[];
  readonly uri: string;
  readonly durationSeconds: number;
  /** Start; own date or extrapolated from an earlier one. */
  readonly dateMs: number | null;
  readonly hasDate: boolean;
  readonly byteRange: ByteRange | null;
  readonly isGap: boolean;
  /** Tags in effect where the block begins. */
  readonly before: TagState;
  /** Tags in effect for this block's media. */
  readonly state: TagState;
  /** True if the block changes the state. */
  readonly setsState: boolean;
  readonly parts: PartFacts;
}

/** What is known about the parts of a segment, complete or open. */
export interface PartFacts {
  readonly count: number;
  readonly seconds: number;
  /** True if the first part is marked INDEPENDENT. */
  readonly startsIndependent: boolean;
  readonly hasGap: boolean;
}

export const noParts: PartFacts = {
  count: 0,
  seconds: 0,
  startsIndependent: false,
  hasGap: false,
};

/** What the lines behind the last complete segment say. */
export interface OpenTail {
  /** Tags of the segment that is being made. */
  readonly lines: readonly string[];
  readonly parts: PartFacts;
  readonly before: TagState;
  readonly state: TagState;
  readonly dateMs: number | null;
  readonly discontinuities: number;
  readonly hints: readonly string[];
  readonly reports: readonly string[];
}

export const emptyOpenTail: OpenTail = {
  lines: [],
  parts: noParts,
  before: emptyTagState,
  state: emptyTagState,
  dateMs: null,
  discontinuities: 0,
  hints: [],
  reports: [],
};

/** End of a block's media on its own clock; null without dates. */
export function toEndMs(block: Pick<RawBlock, "dateMs" | "durationSeconds">): number | null {
  return block.dateMs === null ? null : block.dateMs + block.durationSeconds * 1000;
}

/** True if both announce the same media: the mark by which a body is recognised. */
export function isSameBlock(a: RawBlock, b: RawBlock): boolean {
  if (Math.abs(a.durationSeconds - b.durationSeconds) > DURATION_TOLERANCE_SECONDS) return false;
  if (a.dateMs !== null && b.dateMs !== null) {
    // Dates that were added up from durations run away from an encoder's clock.
    const isWritten = a.hasDate && b.hasDate;
    const toleranceMs = isWritten ? DATE_TOLERANCE_MS : a.durationSeconds * 500;
    if (Math.abs(a.dateMs - b.dateMs) > toleranceMs) return false;
  }
  if (a.byteRange?.lengthBytes !== b.byteRange?.lengthBytes) return false;
  return toPlainUri(a.uri) === toPlainUri(b.uri);
}

/** EXTINF is written with three or more decimals. */
export const DURATION_TOLERANCE_SECONDS = 0.002;
/** Dates are written in milliseconds. */
export const DATE_TOLERANCE_MS = 1.5;

/** Without the query: some origins sign every reload anew. */
export function toPlainUri(uri: string): string {
  const at = uri.indexOf("?");
  return at === -1 ? uri : uri.slice(0, at);
}

/** True if the same keys, init section and bit rate are in effect. */
export function isSameState(a: TagState, b: TagState): boolean {
  if (a === b) return true;
  if (a.map !== b.map || a.bitrate !== b.bitrate || a.keys.length !== b.keys.length) return false;
  return a.keys.every((key, index) => key.line === b.keys[index]?.line);
}

/** A name without its numbers: what one packager gives all its segments. */
export function toMake(name: string): string {
  return name.replace(/\d+/g, "#");
}

/** True for one name, and one range in it. */
export function isSameName(a: RawBlock, b: RawBlock): boolean {
  if (a.byteRange?.offsetBytes !== b.byteRange?.offsetBytes) return false;
  return toPlainUri(a.uri) === toPlainUri(b.uri);
}
