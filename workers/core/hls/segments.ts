// Reads the segments and parts of a media playlist that parsePlaylist accepted. For the ledger, for
// delta updates, for warming and for tests; the road of a plain request does not come here. URIs
// stay as written: resolving and mapping them is the rewriter's work.

import type { Attributes } from "./attribute-list.ts";
import { parseAttributes, parseDecimalAttribute, parseStringAttribute } from "./attribute-list.ts";
import { parseDateTime } from "./date-time.ts";
import { defaultPlaylistLimits } from "./limits.ts";
import { eachLine, parseNeededValue, parseTagValue, trimLine } from "./lines.ts";
import { parseDecimal, parseInteger } from "./number.ts";
import type { ByteRange, Part, Segment } from "./playlist.ts";

export interface SegmentsStart {
  readonly text: string;
  /** Media Sequence Number of the first segment that the text lists. */
  readonly firstListedMsn: number;
  readonly discontinuitySequence: number;
}

interface Walk {
  readonly segments: Segment[];
  readonly firstMsn: number;
  discontinuitySequence: number;
  /** Start of the next segment by extrapolation. */
  clockMs: number | null;
  map: string | null;
  keys: readonly string[];
  /** KEYFORMAT of each of `keys`, by position. */
  keyFormats: readonly string[];
  blockStart: number;
  durationSeconds: number;
  dateMs: number | null;
  discontinuity: boolean;
  gap: boolean;
  rangeText: string | null;
  parts: Part[];
  /**
   * Resource and end of the last byte range of a segment, and of a part: where an implicit offset
   * continues.
   */
  segmentTail: RangeTail | null;
  partTail: RangeTail | null;
}

interface RangeTail {
  readonly uri: string;
  readonly endBytes: number;
}

export function toSegments(start: SegmentsStart): readonly Segment[] {
  return walk(start).segments;
}

/** Parts that follow the last complete segment. */
export function toOpenParts(start: SegmentsStart): readonly Part[] {
  return walk(start).parts;
}

function walk(start: SegmentsStart): Walk {
  const state: Walk = {
    segments: [],
    firstMsn: start.firstListedMsn,
    discontinuitySequence: start.discontinuitySequence,
    clockMs: null,
    map: null,
    keys: [],
    keyFormats: [],
    blockStart: -1,
    durationSeconds: 0,
    dateMs: null,
    discontinuity: false,
    gap: false,
    rangeText: null,
    parts: [],
    segmentTail: null,
    partTail: null,
  };
  for (const { line, start: from, end } of eachLine(start.text)) {
    const content = start.text.slice(from, end);
    const trimmed = trimLine(content);
    if (trimmed === "") continue;
    if (content.startsWith("#")) {
      if (content.startsWith("#EXT")) walkTag(state, content, line, from);
    } else if (!trimmed.startsWith("#")) {
      walkUri(state, trimmed, line, from, end);
    }
  }
  return state;
}

/** The tags that belong to one segment's block: the first of them opens the block. */
type BlockReader = (state: Walk, value: string, line: number) => void;

const blockReaders: readonly (readonly [string, BlockReader])[] = [
  ["EXTINF", (state, value) => (state.durationSeconds = readDuration(value))],
  ["EXT-X-PROGRAM-DATE-TIME", (state, value) => (state.dateMs = parseDateTime(value))],
  ["EXT-X-PART", readPart],
  ["EXT-X-BYTERANGE", (state, value) => (state.rangeText = value.trim())],
  ["EXT-X-DISCONTINUITY", readDiscontinuity],
  ["EXT-X-GAP", (state) => (state.gap = true)],
  ["EXT-X-KEY", readKey],
  ["EXT-X-MAP", (state, value) => (state.map = value)],
  ["EXT-X-BITRATE", () => {}],
  ["EXT-X-DATERANGE", () => {}],
  ["EXT-X-TILES", () => {}],
];

function walkTag(state: Walk, content: string, line: number, from: number): void {
  for (const [name, read] of blockReaders) {
    const isFlag = name === "EXT-X-DISCONTINUITY" || name === "EXT-X-GAP";
    const value = isFlag ? parseTagValue(content, name) : parseNeededValue(content, name);
    if (value === null) continue;
    if (state.blockStart < 0) state.blockStart = from;
    return void read(state, value, line);
  }
}

/** The sequence counts tags, also two before one segment (RFC 8216 section 6.2.1). */
function readDiscontinuity(state: Walk): void {
  state.discontinuity = true;
  state.discontinuitySequence += 1;
}

function readDuration(value: string): number {
  const comma = value.indexOf(",");
  return parseDecimal(value, 0, comma === -1 ? value.length : comma);
}

/**
 * Key formats in effect at once; a player knows three or four. Attack: a new format on every line,
 * each of which would copy all that came before. The oldest goes.
 */
const KEY_FORMATS_MAX = 16;

/** A key replaces the one of its KEYFORMAT; METHOD=NONE ends them all (bis-22 4.4.4.4). */
function readKey(state: Walk, value: string): void {
  const attributes = toAttributes(value);
  if (parseStringAttribute(attributes, "METHOD") === "NONE") {
    state.keys = [];
    state.keyFormats = [];
    return;
  }
  const format = parseStringAttribute(attributes, "KEYFORMAT") ?? "identity";
  const replaced = state.keyFormats.indexOf(format);
  const isOther = (_: string, index: number) => index !== replaced;
  state.keys = [...state.keys.filter(isOther), value].slice(-KEY_FORMATS_MAX);
  state.keyFormats = [...state.keyFormats.filter(isOther), format].slice(-KEY_FORMATS_MAX);
}

function toAttributes(value: string): Attributes {
  const found = parseAttributes(value, 0, value.length, defaultPlaylistLimits.attributesMax);
  return typeof found === "string" ? new Map() : found;
}

function readPart(state: Walk, value: string, line: number): void {
  const attributes = toAttributes(value);
  const uri = parseStringAttribute(attributes, "URI") ?? "";
  const range = parseStringAttribute(attributes, "BYTERANGE");
  const byteRange = range === null ? null : toByteRange(range, uri, state.partTail);
  state.partTail = toTail(uri, byteRange);
  state.parts.push({
    uri,
    durationSeconds: parseDecimalAttribute(attributes, "DURATION") ?? 0,
    byteRange,
    independent: attributes.get("INDEPENDENT") === "YES",
    gap: attributes.get("GAP") === "YES",
    line,
  });
}

/**
 * `n[@o]`. Without an offset the range continues the one just before, which must be of the same
 * resource (bis-22 4.4.4.2).
 */
function toByteRange(text: string, uri: string, tail: RangeTail | null): ByteRange | null {
  const at = text.indexOf("@");
  const lengthBytes = parseInteger(text, 0, at === -1 ? text.length : at);
  if (lengthBytes < 0) return null;
  if (at === -1) return { lengthBytes, offsetBytes: tail?.uri === uri ? tail.endBytes : null };
  const offsetBytes = parseInteger(text, at + 1, text.length);
  return { lengthBytes, offsetBytes: offsetBytes < 0 ? null : offsetBytes };
}

/** Only the range just before can be gone on from, and only where its own place is known. */
function toTail(uri: string, range: ByteRange | null): RangeTail | null {
  if (range === null || range.offsetBytes === null) return null;
  return { uri, endBytes: range.offsetBytes + range.lengthBytes };
}

function walkUri(state: Walk, uri: string, line: number, from: number, end: number): void {
  const startMs = state.dateMs ?? (state.discontinuity ? null : state.clockMs);
  const range = state.rangeText;
  const byteRange = range === null ? null : toByteRange(range, uri, state.segmentTail);
  state.segmentTail = toTail(uri, byteRange);
  state.segments.push({
    msn: state.firstMsn + state.segments.length,
    uri,
    durationSeconds: state.durationSeconds,
    programDateTimeMs: startMs,
    byteRange,
    discontinuity: state.discontinuity,
    discontinuitySequence: state.discontinuitySequence,
    gap: state.gap,
    map: state.map,
    keys: state.keys,
    parts: state.parts,
    line,
    blockStart: state.blockStart < 0 ? from : state.blockStart,
    blockEnd: end,
  });
  state.clockMs = startMs === null ? null : startMs + state.durationSeconds * 1000;
  state.blockStart = -1;
  state.dateMs = null;
  state.discontinuity = false;
  state.gap = false;
  state.rangeText = null;
  state.parts = [];
}
