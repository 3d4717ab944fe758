// Which files a playlist makes worth warming, as viewers of this edge will name them.
//
// The planner reads playlists over the edge's own delivery path, so the URIs it finds are already
// canonical; all that is left is to resolve them below the channel. Keys are left out (they are not
// kept publicly), and so are segments under EXT-X-GAP, which do not exist (RFC 8216bis 4.4.4.7).
// Renditions are chosen by what the multivariant playlist says of them; audio and subtitles go with
// every choice that does not name its playlists.

import type { EventWindow, RenditionChoice } from "../contract/events.ts";
import { parseAttributes, parseStringAttribute } from "../hls/attribute-list.ts";
import { printPlaylistFailure } from "../hls/failure.ts";
import { defaultPlaylistLimits } from "../hls/limits.ts";
import { parsePlaylist } from "../hls/parse-playlist.ts";
import type { MultivariantPlaylist, Segment, Variant } from "../hls/playlist.ts";
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

/** A followed playlist is read for what this much of its end announces. */
const FOLLOW_SECONDS = 60;
const WHOLE: EventWindow = { kind: "whole" };

/** Reads one delivered playlist. `path` is its own path below the channel. */
export function readPlannedPlaylist(
  text: string,
  channel: string,
  path: string,
  window: EventWindow = WHOLE,
  choice: RenditionChoice = {},
): PlanReading {
  const playlist = parsePlaylist(text);
  if (playlist.kind === "failure") {
    return { kind: "failure", detail: `${path}, ${printPlaylistFailure(playlist)}` };
  }
  const below = (uris: readonly string[]) => toPaths(uris, channel, path);
  if (playlist.kind === "multivariant") {
    const chosen = below(toChosenUris(playlist, choice));
    const named = choice.playlists;
    const playlists = named === undefined ? chosen : chosen.filter((each) => named.includes(each));
    return { kind: "multivariant", playlists, files: [] };
  }
  const segments = toWindow(playlist.segments(), window).filter(({ gap }) => !gap);
  const maps = segments.flatMap(({ map }) => {
    const uri = map === null ? null : toMapUri(map);
    return uri === null ? [] : [uri];
  });
  const files = below([...maps, ...segments.map(({ uri }) => uri)]);
  return { kind: "media", playlists: [], files };
}

function toChosenUris(playlist: MultivariantPlaylist, choice: RenditionChoice): string[] {
  const { heightMax = Number.POSITIVE_INFINITY, bandwidthMax = Number.POSITIVE_INFINITY } = choice;
  const isChosen = ({ resolution, bandwidth }: Variant) =>
    (resolution?.height ?? 0) <= heightMax && (bandwidth ?? 0) <= bandwidthMax;
  const variants = [...playlist.variants(), ...playlist.iframeVariants()].filter(isChosen);
  const renditions = playlist.renditions().flatMap(({ uri }) => (uri === null ? [] : [uri]));
  return [...variants.map(({ uri }) => uri), ...renditions];
}

/** The segments of which some part lies within the window. */
function toWindow(segments: readonly Segment[], window: EventWindow): readonly Segment[] {
  if (window.kind === "whole") return segments;
  const wanted = window.kind === "follow" ? FOLLOW_SECONDS : window.seconds;
  const isFirst = window.kind === "first";
  const ordered = isFirst ? segments : segments.toReversed();
  let seconds = 0;
  const taken: Segment[] = [];
  for (const segment of ordered) {
    if (seconds >= wanted) break;
    taken.push(segment);
    seconds += segment.durationSeconds;
  }
  return isFirst ? taken : taken.reverse();
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
