// Raises EXT-X-VERSION to what a playlist's tags ask for (spec.md section 1, rule F6; bis-22
// section 8): never above what is needed, never down. compose.ts does it only when an edit changed
// something, so an origin's own understatement stays the origin's.

import type { Playlist } from "../../hls/playlist.ts";
import { readTagLines } from "../../hls/validate-tags.ts";
import { toNeededVersion } from "../../hls/validate-version.ts";
import type { EditResult } from "./edit.ts";
import { toEdited } from "./edit.ts";
import { toLinesBefore } from "./splices.ts";
import { filterTag, toTextLines } from "./text-lines.ts";

export function applyVersion<P extends Playlist>(playlist: P): EditResult<P> {
  const { text } = playlist;
  const needed = toNeededVersion(playlist, readTagLines(text));
  if (needed <= playlist.version) return toEdited(playlist, []);
  const lines = toTextLines(text);
  const tag = `#EXT-X-VERSION:${needed}`;
  const [old, ...others] = filterTag(lines, "EXT-X-VERSION");
  if (old === undefined) {
    return toEdited(playlist, [toLinesBefore(text, lines[0]?.next ?? 0, [tag])]);
  }
  const removals = others.map(({ start, next }) => ({ start, end: next, text: "" }));
  return toEdited(playlist, [{ start: old.start, end: old.end, text: tag }, ...removals]);
}
