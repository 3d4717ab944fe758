// Drops the streams that players use beside the main ones: I-frame playlists
// (EXT-X-I-FRAME-STREAM-INF) and image playlists (EXT-X-IMAGE-STREAM-INF). VIDEO groups that only
// they named go with them (spec.md section 4, rule U7).

import type { MultivariantPlaylist } from "../../hls/playlist.ts";
import type { EditResult } from "./edit.ts";
import { toEdited } from "./edit.ts";
import type { Entry } from "./multivariant-entries.ts";
import {
  toEntries,
  toEntryRemovals,
  toOwnGroup,
  toReferencedGroups,
} from "./multivariant-entries.ts";
import { toTextLines } from "./text-lines.ts";

export interface ExtraPlaylistsOptions {
  readonly iframes: "keep" | "drop";
  readonly images: "keep" | "drop";
}

export function applyExtraPlaylists(
  playlist: MultivariantPlaylist,
  options: ExtraPlaylistsOptions,
): EditResult<MultivariantPlaylist> {
  const entries = toEntries(playlist.text, toTextLines(playlist.text));
  const isGone = ({ kind }: Entry) => {
    if (kind === "frame") return options.iframes === "drop";
    return kind === "image" && options.images === "drop";
  };
  const gone = entries.filter(isGone);
  const before = toReferencedGroups(entries);
  const after = toReferencedGroups(entries.filter((entry) => !isGone(entry)));
  const orphans = entries.filter((entry) => {
    const group = toOwnGroup(entry);
    return entry.kind === "rendition" && before.has(group) && !after.has(group);
  });
  return toEdited(playlist, [...gone, ...orphans].flatMap(toEntryRemovals));
}
