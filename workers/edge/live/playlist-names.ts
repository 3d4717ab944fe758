// Reads the names out of a playlist as viewers get it, for whoever keeps a shelf of them: the
// coordinator for every version that it publishes, an isolate for those that it serves.

import type { Channel } from "../../core/config/catalog.ts";
import { parsePlaylist } from "../../core/hls/parse-playlist.ts";
import type { Playlist } from "../../core/hls/playlist.ts";
import { toMediaQuery } from "../../core/resolve/query.ts";
import { type AssetPath, parseAssetPath } from "../../core/route/asset-path.ts";
import { type AnnouncedName, toAnnouncedNames } from "../../core/transform/announced-names.ts";

export interface PlaylistNames {
  readonly names: readonly AnnouncedName[];
  /** For how long names stay available once they have left. */
  readonly windowMs: number;
  /** Paths of the playlists that a multivariant playlist leads to. */
  readonly playlists: readonly string[];
}

/** Parts stay for so many target durations after they left (spec C7). */
const PART_TARGETS = 3;
/** Session keys and session data of a multivariant playlist that has changed. */
const MULTIVARIANT_MS = 60_000;

/** The names of a text; `playlist` is its printed path below the channel. Null: it is none. */
export function readNames(channel: Channel, playlist: string, text: string): PlaylistNames | null {
  const asset = parseAssetPath(playlist);
  const parsed = parsePlaylist(text);
  if (asset.kind !== "asset-path" || parsed.kind === "failure") return null;
  return toNames(channel, asset, parsed);
}

/** The names of a playlist that is parsed already and names files as viewers do. */
export function toNames(channel: Channel, asset: AssetPath, playlist: Playlist): PlaylistNames {
  const { strip } = channel.policy;
  const { names, playlists } = toAnnouncedNames(playlist, channel.id, asset, (query) =>
    toMediaQuery(query, strip),
  );
  const windowMs = playlist.kind === "multivariant" ? MULTIVARIANT_MS : toWindowMs(playlist);
  return { names, playlists, windowMs };
}

function toWindowMs(playlist: Playlist & { readonly kind: "media" }): number {
  const { totalDurationSeconds, targetDurationSeconds } = playlist;
  const seconds = totalDurationSeconds + targetDurationSeconds;
  return Math.max(seconds, targetDurationSeconds * PART_TARGETS) * 1_000;
}
