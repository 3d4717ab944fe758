// Reads blocks from a stretch of a media playlist that parsePlaylist accepted, starting with what
// earlier lines have set. hls/segments.ts reads whole playlists into values; the ledger needs the
// lines themselves, and only those of the few segments that are new, so it has a reader that can
// begin anywhere. Tags of the whole playlist are left out; date ranges, hints and reports are
// handed back apart. Blank lines go.

import { parseDecimalAttribute, parseStringAttribute } from "../hls/attribute-list.ts";
import { parseDateTime } from "../hls/date-time.ts";
import { seekLineFeed, trimLine } from "../hls/lines.ts";
import { parseDecimal } from "../hls/number.ts";
import type { ByteRange } from "../hls/playlist.ts";
import type { OpenTail, PartFacts, RawBlock, TagState } from "./raw-block.ts";
import { emptyTagState, noParts } from "./raw-block.ts";
import type { RangeTail } from "./tag-lines.ts";
import {
  applyStateTag,
  isPlaylistTag,
  toAttributes,
  toByteRange,
  toTagName,
  toTagValue,
} from "./tag-lines.ts";

/** What holds at the place where the reading begins. */
export interface ReadStart {
  /** Number of the first segment that will be read. */
  readonly msn: number;
  /** Discontinuity sequence before it. */
  readonly dsn: number;
  readonly state: TagState;
  /** Start of the first segment, if it says nothing itself. */
  readonly dateMs: number | null;
  /** Resource and end of the last byte range of a segment. */
  readonly rangeTail: RangeTail | null;
}

export interface BlockReading {
  readonly blocks: readonly RawBlock[];
  readonly open: OpenTail;
  /** EXT-X-DATERANGE lines in order. */
  readonly dateRanges: readonly string[];
}

/** Before the first segment of a playlist. */
export function toReadStart(msn: number, dsn: number): ReadStart {
  return { msn, dsn, state: emptyTagState, dateMs: null, rangeTail: null };
}

/** Behind a block that is known. */
export function toReadStartBehind(block: RawBlock): ReadStart {
  const { byteRange, uri } = block;
  const offsetBytes = byteRange?.offsetBytes ?? null;
  return {
    msn: block.msn + 1,
    dsn: block.dsn,
    state: block.state,
    dateMs: block.dateMs === null ? null : block.dateMs + block.durationSeconds * 1000,
    rangeTail:
      byteRange === null || offsetBytes === null
        ? null
        : { uri, endBytes: offsetBytes + byteRange.lengthBytes },
  };
}

interface Walk {
  readonly blocks: RawBlock[];
  readonly dateRanges: string[];
  readonly hints: string[];
  readonly reports: string[];
  msn: number;
  dsn: number;
  before: TagState;
  state: TagState;
  clockMs: number | null;
  segmentTail: RangeTail | null;
  partTail: RangeTail | null;
  lines: string[];
  discontinuities: number;
  durationSeconds: number;
  dateMs: number | null;
  rangeText: string | null;
  isGap: boolean;
  setsState: boolean;
  parts: PartFacts;
}

/** Reads from the offset to the end of the text. */
export function readBlocks(text: string, offset: number, start: ReadStart): BlockReading {
  const walk: Walk = {
    blocks: [],
    dateRanges: [],
    hints: [],
    reports: [],
    msn: start.msn,
    dsn: start.dsn,
    before: start.state,
    state: start.state,
    clockMs: start.dateMs,
    segmentTail: start.rangeTail,
    partTail: null,
    lines: [],
    discontinuities: 0,
    durationSeconds: 0,
    dateMs: null,
    rangeText: null,
    isGap: false,
    setsState: false,
    parts: noParts,
  };
  for (let from = offset; from < text.length; ) {
    const lineFeedAt = seekLineFeed(text, from);
    const line = trimLine(text.slice(from, lineFeedAt));
    from = lineFeedAt + 1;
    if (line === "") continue;
    if (line.startsWith("#")) walkTag(walk, line);
    else walkUri(walk, line);
  }
  return { blocks: walk.blocks, open: toOpenTail(walk), dateRanges: walk.dateRanges };
}

function toOpenTail(walk: Walk): OpenTail {
  const { lines, parts, before, state, discontinuities, hints, reports } = walk;
  const dateMs = walk.dateMs ?? (discontinuities > 0 ? null : walk.clockMs);
  return { lines, parts, before, state, dateMs, discontinuities, hints, reports };
}

function walkTag(walk: Walk, line: string): void {
  const name = toTagName(line);
  if (isPlaylistTag(name)) return;
  switch (name) {
    case "EXT-X-DATERANGE":
      walk.dateRanges.push(line);
      return;
    case "EXT-X-PRELOAD-HINT":
      walk.hints.push(line);
      return;
    case "EXT-X-RENDITION-REPORT":
      walk.reports.push(line);
      return;
    case "EXTINF":
      walk.durationSeconds = readDuration(toTagValue(line));
      break;
    case "EXT-X-PROGRAM-DATE-TIME":
      walk.dateMs = parseDateTime(toTagValue(line));
      break;
    case "EXT-X-BYTERANGE":
      walk.rangeText = toTagValue(line).trim();
      break;
    case "EXT-X-DISCONTINUITY":
      walk.discontinuities += 1;
      walk.dsn += 1;
      break;
    case "EXT-X-GAP":
      walk.isGap = true;
      break;
    case "EXT-X-PART":
      walk.lines.push(readPart(walk, line));
      return;
    case "EXT-X-KEY":
    case "EXT-X-MAP":
    case "EXT-X-BITRATE":
      walk.state = applyStateTag(walk.state, name, line);
      walk.setsState = true;
      break;
  }
  walk.lines.push(line);
}

function readDuration(value: string): number {
  const comma = value.indexOf(",");
  return Math.max(0, parseDecimal(value, 0, comma === -1 ? value.length : comma));
}

/** Notes a part and gives its line an explicit offset, since the part before it may leave. */
function readPart(walk: Walk, line: string): string {
  const attributes = toAttributes(line);
  const uri = parseStringAttribute(attributes, "URI") ?? "";
  const { count, seconds, startsIndependent, hasGap } = walk.parts;
  walk.parts = {
    count: count + 1,
    seconds: seconds + Math.max(0, parseDecimalAttribute(attributes, "DURATION") ?? 0),
    startsIndependent: count === 0 ? attributes.get("INDEPENDENT") === "YES" : startsIndependent,
    hasGap: hasGap || attributes.get("GAP") === "YES",
  };
  const raw = attributes.get("BYTERANGE");
  if (raw === undefined) return line;
  const range = toByteRange(
    parseStringAttribute(attributes, "BYTERANGE") ?? "",
    uri,
    walk.partTail,
  );
  if (range === null || range.offsetBytes === null) return line;
  const { lengthBytes, offsetBytes } = range;
  walk.partTail = { uri, endBytes: offsetBytes + lengthBytes };
  if (raw.includes("@")) return line;
  return line.replace(`BYTERANGE=${raw}`, `BYTERANGE="${lengthBytes}@${offsetBytes}"`);
}

function walkUri(walk: Walk, uri: string): void {
  const dateMs = walk.dateMs ?? (walk.discontinuities > 0 ? null : walk.clockMs);
  const { durationSeconds, rangeText } = walk;
  const byteRange = rangeText === null ? null : toByteRange(rangeText, uri, walk.segmentTail);
  if (byteRange !== null && byteRange.offsetBytes !== null) {
    walk.segmentTail = { uri, endBytes: byteRange.offsetBytes + byteRange.lengthBytes };
  }
  walk.lines.push(uri);
  walk.blocks.push({
    msn: walk.msn,
    dsn: walk.dsn,
    discontinuities: walk.discontinuities,
    lines: walk.lines.map((line) => toExplicitRange(line, byteRange)),
    uri,
    durationSeconds,
    dateMs,
    hasDate: walk.dateMs !== null,
    byteRange,
    isGap: walk.isGap,
    before: walk.before,
    state: walk.state,
    setsState: walk.setsState,
    parts: walk.parts,
  });
  walk.msn += 1;
  walk.before = walk.state;
  walk.clockMs = dateMs === null ? null : dateMs + durationSeconds * 1000;
  walk.lines = [];
  walk.discontinuities = 0;
  walk.durationSeconds = 0;
  walk.dateMs = null;
  walk.rangeText = null;
  walk.isGap = false;
  walk.setsState = false;
  walk.parts = noParts;
}

/** The block before it may leave or be another timeline's, so every range says where it begins. */
function toExplicitRange(line: string, range: ByteRange | null): string {
  if (range === null || range.offsetBytes === null) return line;
  if (!line.startsWith("#EXT-X-BYTERANGE:") || line.includes("@")) return line;
  return `#EXT-X-BYTERANGE:${range.lengthBytes}@${range.offsetBytes}`;
}
