// Sets or removes EXT-X-START (bis-22 section 4.4.2.2), in either kind of playlist.

import type { Playlist } from "../../hls/playlist.ts";
import type { EditResult } from "./edit.ts";
import { toEdited, toEditRefusal } from "./edit.ts";
import { toLinesBefore } from "./splices.ts";
import type { TextLine } from "./text-lines.ts";
import { filterTag, toHeadEnd, toTextLines } from "./text-lines.ts";

/** "remove" takes the origin's tag out. */
export type StartOptions =
  | "remove"
  | {
      /** Negative: from the end of the playlist. */
      readonly timeOffsetSeconds: number;
      readonly precise?: boolean;
    };

export function applyStart<P extends Playlist>(playlist: P, options: StartOptions): EditResult<P> {
  const { text } = playlist;
  const lines = toTextLines(text);
  const [old, ...others] = filterTag(lines, "EXT-X-START");
  const removals = (own: readonly TextLine[]) => {
    return own.map((line) => ({ start: line.start, end: line.next, text: "" }));
  };
  if (options === "remove") {
    return toEdited(playlist, removals(old === undefined ? [] : [old, ...others]));
  }
  if (!Number.isFinite(options.timeOffsetSeconds)) {
    return toEditRefusal("start", "bad-options", "The time offset is no number.");
  }
  const precise = options.precise === undefined ? "" : `,PRECISE=${options.precise ? "YES" : "NO"}`;
  const tag = `#EXT-X-START:TIME-OFFSET=${printSeconds(options.timeOffsetSeconds)}${precise}`;
  if (old === undefined) {
    return toEdited(playlist, [toLinesBefore(text, toHeadEnd(lines), [tag])]);
  }
  const changed = { start: old.start, end: old.end, text: tag };
  return toEdited(playlist, [changed, ...removals(others)]);
}

/** A decimal number of the playlist grammar: no exponent, milliseconds at most. */
export function printSeconds(seconds: number): string {
  const text = seconds.toFixed(3);
  return text.replace(/\.?0+$/, "");
}
