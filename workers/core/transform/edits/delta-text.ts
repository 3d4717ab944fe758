// A delta update as text, for a playlist of our own making (bis-22 section 6.2.5.1; spec section
// 3.2, rules S2, S3 and S5): what delta-update.ts leaves, with the version that EXT-X-SKIP needs. A
// canonical playlist says the version that the rest of it needs already. Date ranges all stay,
// because the edge does not promise CAN-SKIP-DATERANGES.

import { parsePlaylist } from "../../hls/parse-playlist.ts";
import { applyDelta } from "./delta-update.ts";

const SKIP_VERSION = 9;
const VERSION_LINE = /^#EXT-X-VERSION:.*$/m;

/** The delta update of a playlist; null where nothing may be left out. */
export function printDelta(text: string): string | null {
  const playlist = parsePlaylist(text);
  if (playlist.kind !== "media") return null;
  const delta = applyDelta(playlist, { skip: "YES", nowMs: 0, restates: true });
  if (delta.kind !== "edited" || delta.playlist === playlist) return null;
  const shorter = delta.playlist.text;
  if (playlist.version >= SKIP_VERSION) return shorter;
  const line = `#EXT-X-VERSION:${SKIP_VERSION}`;
  if (VERSION_LINE.test(shorter)) return shorter.replace(VERSION_LINE, line);
  return shorter.replace("\n", `\n${line}\n`);
}
