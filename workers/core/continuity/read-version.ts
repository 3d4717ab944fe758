// How a new version of a playlist relates to what its origin has listed before. A body is known by
// the marks of its segments (number, name, date, duration): what matches a known listing is that
// listing, older or newer, and what contradicts it is another epoch. Only the newest segments and a
// few known ones before them are read.

import type { MediaPlaylist } from "../hls/playlist.ts";
import type { Listing } from "./listing.ts";
import { toBlockAt, toLastBlock } from "./listing.ts";
import type { RawBlock } from "./raw-block.ts";
import { isSameBlock, toEndMs, toMake, toPlainUri } from "./raw-block.ts";
import type { BlockReading } from "./read-blocks.ts";
import { readBlocks, toReadStart, toReadStartBehind } from "./read-blocks.ts";
import type { HeadReading } from "./read-head.ts";
import { copyText, readHead, seekTail } from "./read-head.ts";
import type { VersionReading, VersionRelation } from "./version-reading.ts";

/** Known segments that are read again and compared. */
const OVERLAP_BLOCKS = 3;

export function readVersion(
  playlist: MediaPlaylist,
  known: Listing | null,
  nowMs: number,
): VersionReading {
  const head = readHead(playlist.text);
  const last = known === null ? null : toLastBlock(known);
  if (known === null || last === null)
    return toReading("first", readAll(playlist, head), head, null);
  const reading = readTail(playlist, head, known, last);
  const relation = decideRelation(playlist, known, last, reading, nowMs);
  return toReading(relation, reading, head, last);
}

function toReading(
  relation: VersionRelation,
  reading: BlockReading,
  head: HeadReading,
  last: RawBlock | null,
): VersionReading {
  const isOn = relation === "advanced" || relation === "same" || relation === "behind";
  const fresh =
    isOn && last !== null ? reading.blocks.filter(({ msn }) => msn > last.msn) : reading.blocks;
  const dateRanges = [...head.dateRanges, ...reading.dateRanges];
  return { relation, fresh, open: reading.open, head, dateRanges };
}

function readAll(playlist: MediaPlaylist, head: HeadReading): BlockReading {
  const start = toReadStart(playlist.mediaSequence, playlist.discontinuitySequence);
  return readBlocks(copyText(playlist.text.slice(head.end)), 0, start);
}

function readTail(
  playlist: MediaPlaylist,
  head: HeadReading,
  known: Listing,
  last: RawBlock,
): BlockReading {
  const { lastMsn, segmentCount, text } = playlist;
  const wanted = Math.max(0, lastMsn - last.msn) + OVERLAP_BLOCKS;
  if (wanted >= segmentCount) return readAll(playlist, head);
  const before = toBlockAt(known, lastMsn - wanted);
  const offset = seekTail(text, wanted);
  if (before === null || offset < 0) return readAll(playlist, head);
  const reading = readBlocks(copyText(text.slice(offset)), 0, toReadStartBehind(before));
  return { ...reading, blocks: toDated(reading.blocks, playlist.lastProgramDateTimeMs) };
}

/**
 * Dates that no line says, counted back from what this version says of its last segment. Counted on
 * from an older version, hour after hour, they would run away from the encoder's clock.
 */
function toDated(blocks: readonly RawBlock[], lastDateMs: number | null): readonly RawBlock[] {
  const dated = [...blocks];
  let dateMs = lastDateMs;
  for (let index = dated.length - 1; index >= 0 && dateMs !== null; index -= 1) {
    const block = dated[index] as RawBlock;
    if (block.hasDate || block.dateMs === null) break;
    dated[index] = { ...block, dateMs };
    if (block.discontinuities > 0) break;
    dateMs -= (dated[index - 1]?.durationSeconds ?? 0) * 1000;
  }
  return dated;
}

function decideRelation(
  playlist: MediaPlaylist,
  known: Listing,
  last: RawBlock,
  reading: BlockReading,
  nowMs: number,
): VersionRelation {
  let shared = 0;
  for (const block of reading.blocks) {
    const other = toBlockAt(known, block.msn);
    if (other === null) continue;
    if (!isSameBlock(block, other)) return "contradicts";
    shared += 1;
  }
  const { lastMsn, mediaSequence } = playlist;
  if (shared === 0) return decideUnshared(playlist, known, last, reading, nowMs);
  if (lastMsn < last.msn) return "behind";
  if (lastMsn > last.msn) return mediaSequence > last.msn + 1 ? "jumped" : "advanced";
  // The end of a list may take back the parts of a segment that will never be.
  if (playlist.ended) return "same";
  return reading.open.parts.count < known.open.parts.count ? "behind" : "same";
}

/**
 * No number in common: by dates if there are any, else by names and by the time that has passed.
 */
function decideUnshared(
  playlist: MediaPlaylist,
  known: Listing,
  last: RawBlock,
  reading: BlockReading,
  nowMs: number,
): VersionRelation {
  const first = reading.blocks[0];
  const oldest = known.blocks[0] as RawBlock;
  if (first === undefined) {
    // A list without segments: it says nothing against what is known.
    return playlist.mediaSequence > last.msn ? "same" : "behind";
  }
  if (first.msn > last.msn) {
    if (playlist.discontinuitySequence < oldest.dsn - oldest.discontinuities) return "contradicts";
    const missing = first.msn - last.msn - 1;
    const isOn =
      first.dsn === last.dsn
        ? goesOn(known, last, first, missing, nowMs)
        : isInTime(known, last, missing, nowMs);
    if (!isOn) return "contradicts";
    return missing === 0 ? "advanced" : "jumped";
  }
  const end = reading.blocks.at(-1) as RawBlock;
  if (end.dateMs === null || oldest.dateMs === null) return "contradicts";
  const missing = oldest.msn - end.msn - 1;
  return isPlausible(known, toEndMs(end), oldest.dateMs, missing) ? "behind" : "contradicts";
}

/** May this be what follows the last known segment, with `missing` ones between? */
function goesOn(
  known: Listing,
  last: RawBlock,
  first: RawBlock,
  missing: number,
  nowMs: number,
): boolean {
  if (toMake(toPlainUri(last.uri)) !== toMake(toPlainUri(first.uri))) return false;
  const endMs = toEndMs(last);
  if (endMs !== null && first.dateMs !== null) {
    return isPlausible(known, endMs, first.dateMs, missing);
  }
  return isInTime(known, last, missing, nowMs);
}

/** Has so much time passed that so many segments may have been published? */
function isInTime(known: Listing, last: RawBlock, missing: number, nowMs: number): boolean {
  const passedMs = nowMs - known.publishedAtMs;
  const leastMs = missing * last.durationSeconds * 500;
  return leastMs <= passedMs + 2000 * known.facts.targetDurationSeconds;
}

/** May `missing` segments lie between these two moments? */
function isPlausible(
  known: Listing,
  endMs: number | null,
  startMs: number,
  missing: number,
): boolean {
  if (endMs === null) return true;
  const { blocks, facts } = known;
  const sum = blocks.reduce((seconds, { durationSeconds }) => seconds + durationSeconds, 0);
  const expectedMs = (missing * sum * 1000) / blocks.length;
  const toleranceMs = facts.targetDurationSeconds * (500 + 250 * missing);
  return Math.abs(startMs - endMs - expectedMs) <= toleranceMs;
}
