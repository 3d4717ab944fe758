// A playlist delta update (bis-22 section 6.2.5.1; spec.md section 3.2, rules S1 to S6): what lies
// further from the end than the skip boundary is replaced by one EXT-X-SKIP. Media and
// discontinuity sequence do not move. A segment is skipped only as a whole, that is if its own end
// lies at or beyond the boundary: the receiver then surely holds it. Version 2 also leaves out date
// ranges that are older than the boundary and names those that were removed within it; that needs
// the playlist's history, which the caller keeps.

import type { MediaPlaylist, Segment } from "../../hls/playlist.ts";
import { toOffsetSplices } from "./byte-offsets.ts";
import { toCarriedTags } from "./carried-state.ts";
import { toDateRangeLines } from "./date-ranges.ts";
import type { EditResult } from "./edit.ts";
import { toEdited, toUnedited } from "./edit.ts";
import { isDelta, toFrontBlocks } from "./segment-blocks.ts";
import type { Splice } from "./splices.ts";
import { toLinesBefore } from "./splices.ts";
import { toTextLines } from "./text-lines.ts";

export interface DeltaOptions {
  /** Value of `_HLS_skip`. */
  readonly skip: "YES" | "v2";
  readonly nowMs: number;
  /**
   * Says key, init section and date again in front of the first segment that stays. A receiver that
   * keeps the standard carries them over from what it holds; hls.js 1.7 carries neither keys nor,
   * once a later segment has a date of its own, dates.
   */
  readonly restates?: boolean;
  /** When each date range was first seen and removed, by ID; needed for v2 only. */
  readonly dateRanges?: DateRangeHistory;
}

export interface DateRangeHistory {
  readonly addedMs: ReadonlyMap<string, number>;
  readonly removedMs: ReadonlyMap<string, number>;
}

export function applyDelta(
  playlist: MediaPlaylist,
  options: DeltaOptions,
): EditResult<MediaPlaylist> {
  const boundarySeconds = playlist.canSkipUntilSeconds;
  if (isDelta(playlist)) return toUnedited(playlist, "delta", "is-delta");
  if (playlist.ended) return toUnedited(playlist, "delta", "not-live");
  if (boundarySeconds === null) return toUnedited(playlist, "delta", "no-skip-boundary");
  const segments = playlist.segments();
  const count = toSkippedCount(segments, boundarySeconds);
  if (count === 0) return toUnedited(playlist, "delta", "nothing-to-skip");
  const wantsRanges = options.skip === "v2" && playlist.canSkipDateRanges;
  // Without history nobody can say which date ranges are new; the full list is always right.
  if (wantsRanges && options.dateRanges === undefined) {
    return toUnedited(playlist, "delta", "no-history");
  }
  const history = wantsRanges ? options.dateRanges : undefined;
  const { text } = playlist;
  const lines = toTextLines(text);
  const { gone, before, end } = toFrontBlocks(lines, segments, count);
  const offsets = toOffsetSplices(
    text,
    lines.filter((line) => line.start >= end),
    { segments: segments.slice(count), openParts: playlist.openParts() },
  );
  const sinceMs = options.nowMs - boundarySeconds * 1000;
  const known = toDateRangeLines(text, lines);
  const old = known.filter(({ id }) => {
    const addedMs = history?.addedMs.get(id);
    return addedMs !== undefined && addedMs < sinceMs;
  });
  const listed = new Set(known.map(({ id }) => id));
  const removed = [...(history?.removedMs ?? [])]
    .filter(([id, removedMs]) => removedMs >= sinceMs && !listed.has(id))
    .map(([id]) => id);
  const list = history === undefined ? "" : `,RECENTLY-REMOVED-DATERANGES="${removed.join("\t")}"`;
  const splices: Splice[] = [...gone, ...old.map(({ line }) => line)].map((line) => {
    return { start: line.start, end: line.next, text: "" };
  });
  const place = segments[0]?.blockStart ?? end;
  const first = segments[count];
  const own = lines.filter(({ start }) => start >= end && start <= (first?.blockEnd ?? end));
  const isRestated = options.restates === true && first !== undefined;
  const carried = isRestated ? toCarriedTags(text, before, own, first) : [];
  return toEdited(playlist, [
    toLinesBefore(text, place, [`#EXT-X-SKIP:SKIPPED-SEGMENTS=${count}${list}`, ...carried]),
    ...splices,
    ...offsets,
  ]);
}

function toSkippedCount(segments: readonly Segment[], boundarySeconds: number): number {
  let seconds = 0;
  for (let index = segments.length - 1; index >= 0; index -= 1) {
    if (seconds >= boundarySeconds - 1e-6) return index + 1;
    seconds += segments[index]?.durationSeconds ?? 0;
  }
  return 0;
}
