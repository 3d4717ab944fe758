// The names that a playlist, as viewers get it, announces: for the guard that refuses names nobody
// announced, and for prefetching at the moment of the announcement (design section 3 and 7). A name
// is a path below the channel with its label and identity query, as viewers' URLs print it, so
// coordinator, relay and isolate read the same names from the same text. Gaps and byte ranges are
// marked: the first do not exist (bis-22 section 4.4.4.7), the others are pieces of a file that may
// still grow. It does NOT judge any name.

import type { Playlist } from "../hls/playlist.ts";
import { type AssetPath, printAssetPath } from "../route/asset-path.ts";
import { toAnnouncedUris } from "./announced-uris.ts";
import type { AnnouncedUri, UriRole } from "./rewrite-context.ts";

/** What a name is announced as. A hint names what will exist soon (bis-22 section 4.4.5.3). */
export type NameRole = Exclude<UriRole, "playlist" | "steering">;

export interface AnnouncedName {
  /** Path below the channel, label first, and "?query" if there is an identity query. */
  readonly name: string;
  readonly role: NameRole;
  /** The whole file exists now: neither a gap, nor hinted, nor a range of a file. */
  readonly isWhole: boolean;
}

export interface AnnouncedNames {
  /** In document order, each once. */
  readonly names: readonly AnnouncedName[];
  /** Printed paths of the playlists that it leads to. */
  readonly playlists: readonly string[];
}

/** Any host does: only what lies below the channel is taken. */
const BASE = "http://edge.invalid";

/** The names of a playlist. `toIdentity` is what is left of a query. */
export function toAnnouncedNames(
  playlist: Playlist,
  channel: string,
  asset: AssetPath,
  toIdentity: (query: string) => string,
): AnnouncedNames {
  const uris = toAnnouncedUris(playlist, {
    channel,
    playlistPath: asset.path,
    playlistLabel: asset.label,
    playlistUrl: `${BASE}/${channel}/${printAssetPath(asset)}`,
    prefixUrl: `${BASE}/${channel}/`,
    timeline: 0,
    beyondPrefix: false,
    hosts: [],
    unknownHosts: "keep",
    query: "",
    originIsEdge: true,
  });
  const names = new Map<string, AnnouncedName>();
  const playlists = new Set<string>();
  const isBroken = toBrokenLines(playlist.text);
  for (const uri of uris) {
    if (uri.role === "playlist") playlists.add(uri.path);
    if (uri.role === "playlist" || uri.role === "steering") continue;
    const query = toIdentity(uri.query.slice(1));
    const name = query === "" ? uri.path : `${uri.path}?${query}`;
    const isWhole = uri.role !== "hint" && !isBroken(uri);
    // A hint that has become a part, or a file of which some piece is whole, is the better news;
    // that more of a growing file will come is none.
    const known = names.get(name);
    const isNews = known === undefined || known.role === "hint" || uri.role !== "hint";
    if (isNews && known?.isWhole !== true) names.set(name, { name, role: uri.role, isWhole });
  }
  return { names: [...names.values()], playlists: [...playlists] };
}

/** Tells gaps and ranges by the lines around a URI; most playlists have neither. */
function toBrokenLines(text: string): (uri: AnnouncedUri) => boolean {
  if (!text.includes("GAP") && !text.includes("BYTERANGE")) return () => false;
  const lines = text.split("\n");
  const isMarked = (line: string) =>
    line.startsWith("#EXT-X-GAP") || line.startsWith("#EXT-X-BYTERANGE:");
  return ({ role, line }) => {
    const own = lines[line - 1] ?? "";
    if (own.startsWith("#")) return /[:,](?:GAP=YES|BYTERANGE=)/.test(own);
    if (role !== "segment") return false;
    for (let at = line - 2; at >= 0; at--) {
      const before = lines[at] ?? "";
      if (isMarked(before)) return true;
      if (before.trim() !== "" && !before.startsWith("#")) return false;
    }
    return false;
  };
}
