// Shortens the DVR window of a live playlist from its front (bis-22 sections 6.2.1 and 6.2.2).
// MEDIA-SEQUENCE grows by the segments that left, DISCONTINUITY-SEQUENCE by their discontinuities;
// keys, init section, date and implicit byte range offset are carried over to the first segment
// that stays. Never less than three target durations remain. A VOD playlist is left alone; EVENT
// promises that nothing leaves, so its PLAYLIST-TYPE goes. Date ranges go only once they are over,
// which is the same in every rendition (spec.md section 4, rule U6).

import type { MediaPlaylist, Segment } from "../../hls/playlist.ts";
import { toOffsetSplices } from "./byte-offsets.ts";
import { toCarriedTags } from "./carried-state.ts";
import { toDateRangeLines } from "./date-ranges.ts";
import type { EditResult } from "./edit.ts";
import { toEdited, toEditRefusal, toUnedited } from "./edit.ts";
import { isDelta, toFrontBlocks } from "./segment-blocks.ts";
import type { Splice } from "./splices.ts";
import { toLinesBefore } from "./splices.ts";
import type { TextLine } from "./text-lines.ts";
import { filterTag, findTag, toHeadEnd, toTextLines } from "./text-lines.ts";

export interface WindowOptions {
  /** Media to keep at least; the window ends with the last listed segment. */
  readonly windowSeconds: number;
}

export function applyWindow(
  playlist: MediaPlaylist,
  options: WindowOptions,
): EditResult<MediaPlaylist> {
  if (!(options.windowSeconds >= 0)) {
    return toEditRefusal("window", "bad-options", "The window is no number of seconds.");
  }
  if (isDelta(playlist)) return toUnedited(playlist, "window", "is-delta");
  if (playlist.playlistType === "VOD") return toUnedited(playlist, "window", "not-live");
  const { text } = playlist;
  const lines = toTextLines(text);
  const types = playlist.playlistType === "EVENT" ? toTypeRemoval(lines) : [];
  const segments = playlist.segments();
  const count = toGoneCount(playlist, segments, options.windowSeconds);
  const first = segments[count];
  if (count === 0 || first === undefined) return toEdited(playlist, types);
  // Numbers that a double cannot count on from could not be written back.
  if (!Number.isSafeInteger(first.msn) || !Number.isSafeInteger(first.discontinuitySequence)) {
    return toUnedited(playlist, "window", "sequence-too-large");
  }
  const { gone, before, end } = toFrontBlocks(lines, segments, count);
  const own = lines.filter((line) => line.start >= end && line.start <= first.blockEnd);
  const carried = toCarriedTags(text, before, own, first);
  const startMs = first.programDateTimeMs;
  const over = toDateRangeLines(text, before).filter(({ endMs }) => {
    return startMs !== null && endMs !== null && endMs <= startMs;
  });
  return toEdited(playlist, [
    ...types,
    ...[...gone, ...over.map(({ line }) => line)].map((line) => {
      return { start: line.start, end: line.next, text: "" };
    }),
    ...toSequences(playlist, lines, own, first),
    ...toOffsetSplices(
      text,
      lines.filter((line) => line.start >= end),
      { segments: segments.slice(count), openParts: playlist.openParts() },
    ),
    // Keys and init section stand in front of all that is left of the first segment's block.
    toLinesBefore(text, end, carried),
  ]);
}

function toTypeRemoval(lines: readonly TextLine[]): readonly Splice[] {
  return filterTag(lines, "EXT-X-PLAYLIST-TYPE").map((line) => {
    return { start: line.start, end: line.next, text: "" };
  });
}

/** Segments that leave: all in front of the shortest tail that is long enough. */
function toGoneCount(
  playlist: MediaPlaylist,
  segments: readonly Segment[],
  windowSeconds: number,
): number {
  const keepSeconds = Math.max(windowSeconds, 3 * playlist.targetDurationSeconds);
  let seconds = 0;
  for (let index = segments.length - 1; index > 0; index -= 1) {
    seconds += segments[index]?.durationSeconds ?? 0;
    if (seconds >= keepSeconds - 1e-6) return index;
  }
  return 0;
}

function toSequences(
  playlist: MediaPlaylist,
  lines: readonly TextLine[],
  own: readonly TextLine[],
  first: Segment,
): readonly Splice[] {
  const { text } = playlist;
  // The first segment's own discontinuities stay and are counted by those who read them.
  const cuts = filterTag(own, "EXT-X-DISCONTINUITY").length;
  const before = first.discontinuitySequence - cuts;
  const added: string[] = [];
  const splices: Splice[] = [];
  const set = (tag: string, value: number, isNeeded: boolean) => {
    const [old, ...others] = filterTag(lines, tag);
    const written = `#${tag}:${value}`;
    if (old !== undefined) splices.push({ start: old.start, end: old.end, text: written });
    else if (isNeeded) added.push(written);
    // Some players refuse a list that says it twice.
    for (const { start, next } of others) splices.push({ start, end: next, text: "" });
  };
  set("EXT-X-MEDIA-SEQUENCE", first.msn, true);
  set("EXT-X-DISCONTINUITY-SEQUENCE", before, before > 0);
  if (added.length === 0) return splices;
  const place = findTag(lines, "EXT-X-TARGETDURATION")?.next ?? toHeadEnd(lines);
  return [...splices, toLinesBefore(text, place, added)];
}
