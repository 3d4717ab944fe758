// Puts a delta update and the version it builds on together again, as a player does (bis-22 section
// 6.3.7; spec.md section 3.2, rule S6): skipped segments come from the older version, everything
// else from the delta. For relays that hold the older version, and the proof of delta-update.ts. It
// refuses rather than guesses when the older version does not reach far enough.

import { parseStringAttribute } from "../../hls/attribute-list.ts";
import { parsePlaylist } from "../../hls/parse-playlist.ts";
import type { MediaPlaylist, Segment } from "../../hls/playlist.ts";
import { toLineAttributes } from "./attribute-splices.ts";
import { toOffsetSplices } from "./byte-offsets.ts";
import { toCarriedTags } from "./carried-state.ts";
import { toDateRangeLines } from "./date-ranges.ts";
import { toFrontBlocks } from "./segment-blocks.ts";
import type { Splice } from "./splices.ts";
import { printSplices, toLineBreak } from "./splices.ts";
import type { TextLine } from "./text-lines.ts";
import { toTextLines } from "./text-lines.ts";

export const mergeFailureReasons = ["not-a-delta", "gap", "unreadable"] as const;
export type MergeFailureReason = (typeof mergeFailureReasons)[number];

export type MergeResult =
  | { readonly kind: "merged"; readonly playlist: MediaPlaylist }
  | { readonly kind: "failure"; readonly reason: MergeFailureReason };

export function applyDeltaMerge(held: MediaPlaylist, delta: MediaPlaylist): MergeResult {
  const lines = toTextLines(delta.text);
  const skip = lines.find((line) => line.tag === "EXT-X-SKIP");
  if (skip === undefined || delta.skippedSegmentCount === 0) return fail("not-a-delta");
  const segments = held.segments();
  const from = delta.mediaSequence - (held.mediaSequence + held.skippedSegmentCount);
  const to = from + delta.skippedSegmentCount;
  if (from < 0 || to > segments.length) return fail("gap");
  const text = printSplices(delta.text, [
    {
      start: skip.start,
      end: skip.next,
      text: printHeldBlocks(held, segments, from, to, toMissingRanges(held, delta, lines, skip)),
    },
  ]);
  const playlist = parsePlaylist(text);
  return playlist.kind === "media" ? { kind: "merged", playlist } : fail("unreadable");
}

function fail(reason: MergeFailureReason): MergeResult {
  return { kind: "failure", reason };
}

/** The date ranges that version 2 left out: those we hold and nobody removed. */
function toMissingRanges(
  held: MediaPlaylist,
  delta: MediaPlaylist,
  lines: readonly TextLine[],
  skip: TextLine,
): readonly TextLine[] {
  const attributes = toLineAttributes(delta.text, skip);
  const removed = parseStringAttribute(attributes, "RECENTLY-REMOVED-DATERANGES");
  if (removed === null) return [];
  const present = new Set(toDateRangeLines(delta.text, lines).map(({ id }) => id));
  for (const id of removed.split("\t")) present.add(id);
  return toDateRangeLines(held.text, toTextLines(held.text))
    .filter(({ id }) => !present.has(id))
    .map(({ line }) => line);
}

/** The held lines of segments `from` to `to`, with what earlier ones set for them. */
function printHeldBlocks(
  held: MediaPlaylist,
  segments: readonly Segment[],
  from: number,
  to: number,
  ranges: readonly TextLine[],
): string {
  const { text } = held;
  const lineBreak = toLineBreak(text);
  const lines = toTextLines(text);
  const front = toFrontBlocks(lines, segments, to);
  const first = segments[from];
  const earlier = from === 0 ? null : toFrontBlocks(lines, segments, from);
  const start = earlier?.end ?? segments[0]?.blockStart ?? 0;
  const own = front.gone.filter((line) => line.start >= start);
  const block = own.filter((line) => line.start <= (first?.blockEnd ?? start));
  const hasSlid = earlier !== null && first !== undefined;
  const carried = hasSlid ? toCarriedTags(text, earlier.before, block, first) : [];
  const listed = { segments: segments.slice(from, to), openParts: [] };
  const offsets = hasSlid ? toOffsetSplices(text, own, listed) : [];
  const written = [...ranges, ...own].sort((a, b) => a.start - b.start);
  return [...carried, ...written.map((line) => printLine(text, line, offsets))]
    .map((line) => line + lineBreak)
    .join("");
}

function printLine(text: string, { start, end }: TextLine, splices: readonly Splice[]): string {
  const inside = splices
    .filter((splice) => splice.start >= start && splice.end <= end)
    .map((splice) => ({ ...splice, start: splice.start - start, end: splice.end - start }));
  return printSplices(text.slice(start, end), inside);
}
