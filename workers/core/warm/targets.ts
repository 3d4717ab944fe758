// Which files a playlist makes worth warming, as viewers of this edge will name them.
//
// The planner reads playlists over the edge's own delivery path, so the URIs it finds are already
// canonical; all that is left is to resolve them below the channel. Keys are left out (they are not
// kept publicly), and so are segments under EXT-X-GAP, which do not exist (RFC 8216bis 4.4.4.7).

import { parseAttributes, parseStringAttribute } from "../hls/attribute-list.ts";
import { printPlaylistFailure } from "../hls/failure.ts";
import { defaultPlaylistLimits } from "../hls/limits.ts";
import { parsePlaylist } from "../hls/parse-playlist.ts";
import { parseHttpUri, resolveUri } from "../http/uri.ts";

export interface PlannedPlaylist {
  readonly kind: "multivariant" | "media";
  /** Paths of the playlists it leads to, below the channel. */
  readonly playlists: readonly string[];
  /** Paths of the files it announces, below the channel; each once. */
  readonly files: readonly string[];
}

export type PlanReading = PlannedPlaylist | { readonly kind: "failure"; readonly detail: string };

/** Any host does: only what lies below the channel is taken. */
const BASE = "http://edge.invalid";

/** Reads one delivered playlist. `path` is its own path below the channel. */
export function readPlannedPlaylist(text: string, channel: string, path: string): PlanReading {
  const playlist = parsePlaylist(text);
  if (playlist.kind === "failure") {
    return { kind: "failure", detail: `${path}, ${printPlaylistFailure(playlist)}` };
  }
  const below = (uris: readonly string[]) => toPaths(uris, channel, path);
  if (playlist.kind === "multivariant") {
    const variants = [...playlist.variants(), ...playlist.iframeVariants()].map(({ uri }) => uri);
    const renditions = playlist.renditions().flatMap(({ uri }) => (uri === null ? [] : [uri]));
    return { kind: "multivariant", playlists: below([...variants, ...renditions]), files: [] };
  }
  const segments = playlist.segments().filter(({ gap }) => !gap);
  const maps = segments.flatMap(({ map }) => {
    const uri = map === null ? null : toMapUri(map);
    return uri === null ? [] : [uri];
  });
  const files = below([...maps, ...segments.map(({ uri }) => uri)]);
  return { kind: "media", playlists: [], files };
}

function toMapUri(attributeList: string): string | null {
  const { attributesMax } = defaultPlaylistLimits;
  const attributes = parseAttributes(attributeList, 0, attributeList.length, attributesMax);
  return typeof attributes === "string" ? null : parseStringAttribute(attributes, "URI");
}

function toPaths(uris: readonly string[], channel: string, path: string): string[] {
  const base = parseHttpUri(`${BASE}/${channel}/${path}`);
  const paths = uris.flatMap((uri) => {
    const target = resolveUri(uri, base);
    if (target.kind !== "http" || target.origin !== BASE) return [];
    const [first, ...rest] = target.rawSegments;
    if (first !== channel || rest.length === 0) return [];
    return [rest.join("/") + (target.query === null ? "" : `?${target.query}`)];
  });
  return [...new Set(paths)];
}
