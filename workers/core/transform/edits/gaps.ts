// Marks segments and parts that are known to be lost as gaps (bis-22 sections 4.4.4.7 and 4.4.4.9):
// players step over them instead of failing on a 404. Numbers and times do not move.

import type { MediaPlaylist } from "../../hls/playlist.ts";
import { toAttributeSplice, toLineAttributes } from "./attribute-splices.ts";
import type { EditResult } from "./edit.ts";
import { toEdited } from "./edit.ts";
import type { Splice } from "./splices.ts";
import { toLinesBefore } from "./splices.ts";
import { toTextLines } from "./text-lines.ts";

export interface GapsOptions {
  /** Media Sequence Numbers, both ends included. */
  readonly segments: readonly { readonly firstMsn: number; readonly lastMsn: number }[];
  /** Single parts of a segment that is not lost as a whole. */
  readonly parts?: readonly { readonly msn: number; readonly part: number }[];
}

export function applyGaps(
  playlist: MediaPlaylist,
  options: GapsOptions,
): EditResult<MediaPlaylist> {
  const { text } = playlist;
  const splices: Splice[] = [];
  let msn = playlist.mediaSequence + playlist.skippedSegmentCount;
  let part = 0;
  let isGap = false;
  for (const line of toTextLines(text)) {
    if (line.tag === "EXT-X-GAP") isGap = true;
    // Without a list it is no part, and giving it one would make it one.
    if (line.tag === "EXT-X-PART" && line.valueStart < line.end) {
      const isLost = isLostSegment(options, msn) || isLostPart(options, msn, part);
      if (isLost && toLineAttributes(text, line).get("GAP") !== "YES") {
        splices.push(toAttributeSplice(text, line, "GAP", "YES"));
      }
      part += 1;
    }
    if (line.kind !== "uri") continue;
    if (isLostSegment(options, msn) && !isGap) {
      splices.push(toLinesBefore(text, line.start, ["#EXT-X-GAP"]));
    }
    msn += 1;
    part = 0;
    isGap = false;
  }
  return toEdited(playlist, splices);
}

function isLostSegment({ segments }: GapsOptions, msn: number): boolean {
  return segments.some(({ firstMsn, lastMsn }) => msn >= firstMsn && msn <= lastMsn);
}

function isLostPart({ parts = [] }: GapsOptions, msn: number, part: number): boolean {
  return parts.some((lost) => lost.msn === msn && lost.part === part);
}
