// What respond must know about the thing it serves: one stored version of a playlist, or one stored
// file. For the cache room, which keeps these facts next to the bytes, and for every header that is
// printed. The bytes themselves never come here; a reply plan only says which of them to send.
// Entity tags are ours (spec section 9, H8): one base per version, a suffix per coding, always
// strong.

import type { Coding } from "../http/accept-encoding.ts";
import type { AssetKind } from "../http/media-types.ts";

/** Where a reply's bytes came from: isolate memory, edge cache, hot tier, a relay, or an origin. */
export const TIERS = ["l0", "l1", "l2", "relay", "origin"] as const;
export type Tier = (typeof TIERS)[number];

/** The facts of one stored version; times in milliseconds since the epoch. */
export interface StoredVersion {
  readonly assetKind: AssetKind;
  readonly contentType: string;
  /** Visible ASCII without quotes, equal for equal bytes; null when no validator is known. */
  readonly etagBase: string | null;
  /** The tag is an origin's weak one: right for If-None-Match, useless for ranges. */
  readonly etagIsWeak?: boolean;
  /** Length of the identity form; null while it is still arriving. */
  readonly lengthBytes: number | null;
  /** Length of the gzip form; null when there is no such form. */
  readonly gzipLengthBytes: number | null;
  /** When the origin last changed it; null when not known. */
  readonly lastModifiedMs: number | null;
  /** When it was last known to be the origin's newest (spec C2). */
  readonly confirmedAtMs: number;
  readonly freshUntilMs: number;
  /** Stale windows, from `freshUntilMs` on. */
  readonly swrMs: number;
  readonly sieMs: number;
  /** False prints no-store, whatever the times say. */
  readonly storable: boolean;
  /** The name will never mean other bytes (RFC 8246). */
  readonly immutable: boolean;
  readonly originId: string | null;
  /** The origin's CMSD-Static, passed on unchanged; null when absent. */
  readonly cmsdStatic: string | null;
  /** Of a live playlist: the reasons for what its EXT-X-SERVER-CONTROL promises. */
  readonly promises?: string;
  /** Cache-Status the bytes arrived with; null when absent. */
  readonly upstreamCacheStatus: string | null;
}

/** The tag of a version in a coding, quotes included; null when the version has none. */
export function toEtag(
  version: Pick<StoredVersion, "etagBase" | "etagIsWeak">,
  coding: Coding,
): string | null {
  const opaque = toOpaqueTag(version.etagBase, coding);
  return opaque !== null && version.etagIsWeak === true ? `W/${opaque}` : opaque;
}

/** What weak comparison compares (RFC 9110 section 8.8.3.2): the tag without a weak one's mark. */
export function toOpaqueTag(etagBase: string | null, coding: Coding): string | null {
  if (etagBase === null) return null;
  // A base is ours, but it may have been made from an origin's text: nothing may end the quotes
  // early.
  const safe = etagBase.replace(/[^\x21\x23-\x7e]/g, "_");
  return coding === "gzip" ? `"${safe}-gz"` : `"${safe}"`;
}
