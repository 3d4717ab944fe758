// The inverse of parsePlaylist. A playlist value never lets go of its text, so printing is that
// text: the law print(parse(text)) = text holds by construction. Edits do not change a value in
// place; they make a new text.

import type { Playlist } from "./playlist.ts";

export function printPlaylist(playlist: Playlist): string {
  return playlist.text;
}
