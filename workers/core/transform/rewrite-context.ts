// What the rewriter has to know about a playlist besides its text, and what it answers. The context
// is plain values so that two edges, or an edge and the preloader, that hold the same values write
// the same bytes.

import type { AssetLabel } from "../route/asset-path.ts";

export interface RewriteContext {
  readonly channel: string;
  /**
   * Decoded path of this playlist below its label, as in AssetPath.path, e.g. "v360/index.m3u8".
   */
  readonly playlistPath: string;
  /**
   * Where `playlistPath` begins; left out for a playlist below the channel's prefix. Its timeline
   * is ignored.
   */
  readonly playlistLabel?: AssetLabel;
  /** Final absolute URL of the playlist at its origin, after redirects. */
  readonly playlistUrl: string;
  /** Absolute URL that ends with "/": what lies below it is the channel's. */
  readonly prefixUrl: string;
  /** Timeline of the media files; 0 is written without a label. */
  readonly timeline: number;
  /** Policy beyond_prefix: may a URI leave the prefix on the same host? */
  readonly beyondPrefix: boolean;
  /** Other allowed hosts; `url` is a base that ends with "/". The first one that fits is taken. */
  readonly hosts: readonly { readonly alias: string; readonly url: string }[];
  /** What happens to a URI on any other host. */
  readonly unknownHosts: "keep" | "drop";
  /** Raw query of the playlist's URL, for EXT-X-DEFINE QUERYPARAM. */
  readonly query: string;
  /** Variables of the multivariant playlist, for EXT-X-DEFINE IMPORT. */
  readonly definitions?: ReadonlyMap<string, string>;
  /**
   * What to write in place of an announced file's query (without "?"), so that the edge knows its
   * own announcements again; `path` is canonical. Left out where queries are written as they are.
   */
  readonly toMarkedQuery?: (path: string, query: string) => string;
  /**
   * True if the origin is an edge of this kind: labels that it already wrote below the prefix are
   * kept.
   */
  readonly originIsEdge?: boolean;
}

export const rewriteRefusalReasons = [
  "beyond-prefix",
  "unknown-host",
  "undefined-variable",
  "bad-uri",
  "bad-attribute-list",
  "bad-context",
  "too-large",
  "nothing-left",
] as const;
export type RewriteRefusalReason = (typeof rewriteRefusalReasons)[number];

export interface RewriteRefusal {
  readonly kind: "refused";
  readonly reason: RewriteRefusalReason;
  /** Line number in the input, counted from 1. */
  readonly line: number;
  readonly detail: string;
  /** What an operator can do about it. */
  readonly remedy: string;
}

export interface RewriteCounts {
  /** URIs that lead to this edge. */
  readonly rewritten: number;
  /** URIs of other schemes (data:, skd:, urn:), never touched. */
  readonly opaque: number;
  /** URIs left absolute on hosts that are not ours. */
  readonly kept: number;
  /** Tags or segments taken out because of the policy for unknown hosts. */
  readonly dropped: number;
  /** URIs of unknown tags that were left as they are. */
  readonly unknownTags: number;
}

/** What a URI is for. Media files carry the timeline's label, the others never do. */
export const uriRoles = [
  "playlist",
  "segment",
  "part",
  "map",
  "key",
  "hint",
  "file",
  "steering",
] as const;
export type UriRole = (typeof uriRoles)[number];

/** A table would be looked up by a name, which costs as much as ten letters. */
export function isLabelledRole(role: UriRole): boolean {
  return role !== "playlist" && role !== "file" && role !== "steering";
}

export interface AnnouncedUri {
  readonly role: UriRole;
  /** Canonical asset path below the channel, as printAssetPath prints it. */
  readonly path: string;
  /** Query that belongs to the file's identity, with "?"; empty if there is none. */
  readonly query: string;
  /** Line number in the input, counted from 1. */
  readonly line: number;
}

export interface RewrittenPlaylist {
  readonly kind: "rewritten";
  readonly text: string;
  /**
   * The text in UTF-8, for less than encoding it costs; null if only that can tell. Without a
   * change to the playlist these are its own letters: nobody may write to them.
   */
  readonly bytes: () => Uint8Array | null;
  readonly counts: RewriteCounts;
  /** The files that the text announces at this edge, in document order. Computed when asked. */
  readonly uris: () => readonly AnnouncedUri[];
}

export type RewriteResult = RewrittenPlaylist | RewriteRefusal;
