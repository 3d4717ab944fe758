// EXT-X-SERVER-CONTROL of a long playlist, set without reading its segments again: every tag about
// the whole playlist that matters here stands in front of the first EXTINF, so the head is edited
// as a playlist of its own. For the coordinator, which does it with every version of a window of
// hours. What the head alone cannot tell (whether a hold-back fits) server-control.ts refuses, and
// then the text stays as it was.

import { parsePlaylist } from "../../hls/parse-playlist.ts";
import { applyServerControl, type ServerControlOptions } from "./server-control.ts";

/** The text with its SERVER-CONTROL as asked for; unchanged if that cannot be. */
export function printServerControl(text: string, options: ServerControlOptions): string {
  const found = text.indexOf("\n#EXTINF");
  const end = found < 0 ? text.length : found + 1;
  const head = parsePlaylist(text.slice(0, end));
  if (head.kind !== "media") return text;
  const edit = applyServerControl(head, options);
  return edit.kind === "edited" ? edit.playlist.text + text.slice(end) : text;
}
