// Where one URI of an origin's playlist leads at this edge (viewer contract:
// `/{channel}/[@label/]{path}`; spec.md section 4, rules U3 and U4). A pure function of context and
// text, so every edge gives the same answer for ever. It knows nothing of tags. Only the channel's
// prefix, its own host (by policy) and named hosts are ever mapped; there is no way to name an
// arbitrary host in a viewer's URL.

import { printPathSegment, printQuery } from "../http/percent.ts";
import type { HttpUri } from "../http/uri.ts";
import { parseHttpUri, printRelativePath, resolveUri } from "../http/uri.ts";
import type { AssetLabel } from "../route/asset-path.ts";
import { parseAssetPath, printAssetLabel, timelineZero } from "../route/asset-path.ts";
import { parseCanaryId } from "../route/canary.ts";
import type { RewriteContext, RewriteRefusalReason, UriRole } from "./rewrite-context.ts";
import { isLabelledRole } from "./rewrite-context.ts";

export type MappedUri =
  | {
      readonly kind: "asset";
      /** Relative reference for the playlist. */
      readonly text: string;
      readonly path: string;
      readonly query: string;
      /** True if the URI is on the host that served the playlist. */
      readonly sameOrigin: boolean;
    }
  | { readonly kind: "steering"; readonly text: string }
  | { readonly kind: "opaque" }
  | { readonly kind: "foreign"; readonly text: string }
  | { readonly kind: "refused"; readonly reason: RewriteRefusalReason; readonly detail: string };

interface Place {
  readonly origin: string;
  readonly segments: readonly string[];
  readonly label: AssetLabel;
}

export interface UriMap {
  readonly context: RewriteContext;
  readonly base: HttpUri;
  /** The prefix, then the named hosts. */
  readonly places: readonly Place[];
  readonly prefixOrigin: string;
  /** Printed directory of the playlist in the viewer's URL, below the channel. */
  readonly directory: readonly string[];
}

/** Null if the context holds a URL that is none. */
export function makeUriMap(context: RewriteContext): UriMap | null {
  const base = parseHttpUri(context.playlistUrl);
  const prefix = toPlace(context.prefixUrl, timelineZero);
  if (base === null || prefix === null) return null;
  const places = [prefix];
  for (const { alias, url } of context.hosts) {
    const place = toPlace(url, { kind: "host", alias, n: 0 });
    if (place === null) return null;
    places.push(place);
  }
  const label = { ...(context.playlistLabel ?? timelineZero), n: 0 };
  const printed = context.playlistPath.split("/").map(printPathSegment);
  const directory = [...printAssetLabel(label), ...printed.slice(0, -1)];
  return { context, base, places, prefixOrigin: prefix.origin, directory };
}

function toPlace(url: string, label: AssetLabel): Place | null {
  const uri = parseHttpUri(url);
  if (uri === null || uri.segments.at(-1) !== "") return null;
  return { origin: uri.origin, segments: uri.segments.slice(0, -1), label };
}

/** Maps one reference, variables already replaced. */
export function toMappedUri(map: UriMap, reference: string, role: UriRole): MappedUri {
  const uri = resolveUri(reference, map.base);
  if (uri.kind === "opaque") return { kind: "opaque" };
  if (uri.kind === "failure") return refuse("bad-uri", `${uri.fault} in ${excerpt(reference)}`);
  if (role === "steering") {
    // Of a canary it is the channel's.
    const { channelId, canary } = parseCanaryId(map.context.channel);
    const up = "../".repeat(map.directory.length + (canary === 0 ? 1 : 2));
    return { kind: "steering", text: `${up}_/steering/${channelId}` };
  }
  for (const place of map.places) {
    if (isBelow(place, uri)) return toAsset(map, uri, place.label, place.segments.length, role);
  }
  if (uri.origin === map.prefixOrigin) {
    if (map.context.beyondPrefix) return toAsset(map, uri, { kind: "self", n: 0 }, 0, role);
    return refuse(
      "beyond-prefix",
      `${excerpt(reference)} leaves the prefix ${map.context.prefixUrl}`,
    );
  }
  const isAbsolute = /^(?:[A-Za-z][A-Za-z0-9+.-]*:)?\/\//.test(reference);
  // A variable's value from the query may hold a quote, which must not end an attribute.
  const isSafe = isAbsolute && !reference.includes('"');
  return { kind: "foreign", text: isSafe ? reference : printAbsolute(uri) };
}

function refuse(reason: RewriteRefusalReason, detail: string): MappedUri {
  return { kind: "refused", reason, detail };
}

function excerpt(text: string): string {
  const piece = text.slice(0, 120).replace(/[^\x20-\x7e]/g, "?");
  return text.length > 120 ? `${piece}...` : piece;
}

function isBelow(place: Place, uri: HttpUri): boolean {
  if (uri.origin !== place.origin || uri.segments.length <= place.segments.length) return false;
  return place.segments.every((segment, index) => segment === uri.segments[index]);
}

function printAbsolute(uri: HttpUri): string {
  const path = uri.segments.map((segment) => printPathSegment(segment)).join("/");
  return `${uri.origin}/${path}${printTail(uri)}`;
}

/** The tail with what the channel writes in place of the query. */
function printMarkedTail(map: UriMap, uri: HttpUri, target: readonly string[]): string {
  const { toMarkedQuery } = map.context;
  if (uri.query === null || toMarkedQuery === undefined) return printTail(uri);
  const marked = toMarkedQuery(target.join("/"), printQuery(uri.query));
  return printTail({ ...uri, query: marked });
}

function printTail(uri: HttpUri): string {
  const query = uri.query === null ? "" : `?${printQuery(uri.query)}`;
  return uri.fragment === null ? query : `${query}#${printQuery(uri.fragment)}`;
}

/** `depth`: how many segments of the URI belong to the place and not to the path below it. */
function toAsset(
  map: UriMap,
  uri: HttpUri,
  place: AssetLabel,
  depth: number,
  role: UriRole,
): MappedUri {
  const timeline = isLabelledRole(role) ? map.context.timeline : 0;
  const own = map.context.originIsEdge === true ? toOwnLabel(place, uri.rawSegments, depth) : null;
  const label = own?.label ?? place;
  const segments = uri.segments.slice(own?.depth ?? depth);
  if (segments.includes("")) {
    return refuse("bad-uri", `an empty path segment in ${excerpt(segments.join("/"))}`);
  }
  const labelled = { ...label, n: label.n === 0 ? timeline : label.n };
  const target = [...printAssetLabel(labelled), ...segments.map(printPathSegment)];
  const tail = role === "playlist" ? printTail(uri) : printMarkedTail(map, uri, target);
  return {
    kind: "asset",
    text: printRelativePath(map.directory, target) + tail,
    path: target.join("/"),
    query: uri.query === null ? "" : `?${printQuery(uri.query)}`,
    sameOrigin: uri.origin === map.base.origin,
  };
}

/**
 * Reads the labels that an edge behind us has already written; an escaped "%40" is a name, not a
 * label.
 */
function toOwnLabel(
  place: AssetLabel,
  raw: readonly string[],
  depth: number,
): { readonly label: AssetLabel; readonly depth: number } | null {
  if (place.kind !== "timeline") return null;
  let end = depth;
  while (end < depth + 2 && raw[end]?.startsWith("@")) end += 1;
  if (end === depth || raw.length <= end) return null;
  const found = parseAssetPath([...raw.slice(depth, end), "x"].join("/"));
  return found.kind === "asset-path" ? { label: found.label, depth: end } : null;
}
