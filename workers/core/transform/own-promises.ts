// Takes out of an origin's playlist what the origin promises and this edge does not keep, before
// anything else happens to it. An advertised blocking reload that does not block is worse than
// none: players then ask in a tight loop (rule B1 of bis-22 section 6.2.5.2 as we read it: whoever
// cannot block must not say CAN-BLOCK-RELOAD; the same for CAN-SKIP-UNTIL, section 6.2.5.1).
// Steering manifests are not served yet, so the tag that leads to one goes as well; the variants
// and their pathways stay. What the edge learns to keep leaves this list.

import type { MediaPlaylist, MultivariantPlaylist, Playlist } from "../hls/playlist.ts";
import { toEdited } from "./edits/edit.ts";
import { applyServerControl } from "./edits/server-control.ts";
import { filterTag, toTextLines } from "./edits/text-lines.ts";

/** The playlist with nothing in it that this edge would have to break. */
export function toKeptPromises(playlist: Playlist): Playlist {
  return playlist.kind === "media" ? toPlainReload(playlist) : toUnsteered(playlist);
}

function toPlainReload(playlist: MediaPlaylist): MediaPlaylist {
  const { canBlockReload, canSkipUntilSeconds, canSkipDateRanges } = playlist;
  if (!canBlockReload && canSkipUntilSeconds === null && !canSkipDateRanges) return playlist;
  const edit = applyServerControl(playlist, {
    canBlockReload: false,
    canSkipUntilSeconds: null,
    canSkipDateRanges: false,
  });
  return edit.kind === "edited" ? edit.playlist : playlist;
}

function toUnsteered(playlist: MultivariantPlaylist): MultivariantPlaylist {
  if (!playlist.text.includes("#EXT-X-CONTENT-STEERING")) return playlist;
  const tags = filterTag(toTextLines(playlist.text), "EXT-X-CONTENT-STEERING");
  const cuts = tags.map(({ start, next }) => ({ start, end: next, text: "" }));
  return toEdited(playlist, cuts).playlist;
}
