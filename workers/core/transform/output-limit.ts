// How large a rewritten playlist may become. References are short and what is put before them can
// be long: the way up from the playlist's folder and down again, as often as the playlist names a
// file. The limit on what is read (hls/limits.ts) says nothing about that.

import type { Playlist } from "../hls/playlist.ts";
import type { RewriteContext } from "./rewrite-context.ts";

/**
 * Longest answer, in characters: twice the longest playlist that is read. Attack: a playlist of
 * short names that is asked for under a path of a thousand folders gets all of them before each
 * name.
 */
export const REWRITTEN_CHARS_MAX = 32 * 1024 * 1024;

/**
 * False if the answer stays within the limit however its references are written, which is so for
 * every honest playlist; then nobody has to watch it grow.
 */
export function mayGrowTooLarge({ slots, text }: Playlist, context: RewriteContext): boolean {
  const { playlistPath, playlistUrl } = context;
  // "../" for each folder, then down again, or the playlist's own folder made absolute.
  const headCharsMax = 3 * playlistPath.length + playlistUrl.length + 128;
  return text.length + (slots.length / 2) * headCharsMax > REWRITTEN_CHARS_MAX;
}
