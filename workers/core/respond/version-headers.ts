// The headers of a reply that depend on the stored version alone: computed once when a version is
// stored and shared by every viewer after that (design section 4: a few microseconds per request is
// all there is). Type, tag, Vary, priority, CORS and the origin's own CMSD data, for each coding
// the version has, and the shorter set that goes with a 304 (RFC 9110 section 15.4.5; spec section
// 9, H8). It does NOT contain anything that moves with the clock, the viewer or the way the cache
// took.

import type { Coding } from "../http/accept-encoding.ts";
import { OPEN_HEADERS } from "../http/cors.ts";
import type { HeaderPair, HeaderPairs } from "../http/header-pairs.ts";
import { printHttpDate } from "../http/http-date.ts";
import type { AssetKind } from "../http/media-types.ts";
import { type StoredVersion, toEtag, toOpaqueTag } from "./version.ts";

/** The prebuilt headers of one version. */
export interface VersionHeaders {
  readonly identity: HeaderPairs;
  /** Null when the version has no gzip form. */
  readonly gzip: HeaderPairs | null;
  readonly notModifiedIdentity: HeaderPairs;
  readonly notModifiedGzip: HeaderPairs | null;
  /** Tags of the codings there are, without a weak one's mark, for If-None-Match. */
  readonly etags: readonly string[];
  /** Whether a part of the identity form may be sent. */
  readonly sliceable: boolean;
}

// RFC 9218 urgency (bis-22 appendix B.1): playlists 1, segments between 2 and 6 and all alike, so
// that no higher bitrate goes before a lower one. Init sections and keys are small and block the
// first frame.
const PRIORITIES: Record<AssetKind, string> = {
  playlist: "u=1",
  "init-or-segment": "u=2",
  key: "u=2",
  segment: "u=3",
  side: "u=4",
};

/** Plans everything about a version's headers that no viewer can change. */
export function planVersionHeaders(version: StoredVersion): VersionHeaders {
  const hasGzip = version.gzipLengthBytes !== null;
  const varies = hasGzip || version.assetKind === "playlist";
  const sliceable = version.assetKind !== "playlist" && version.lengthBytes !== null;
  const identityTag = toEtag(version, "identity");
  const gzipTag = hasGzip ? toEtag(version, "gzip") : null;
  const compared = [
    toOpaqueTag(version.etagBase, "identity"),
    hasGzip ? toOpaqueTag(version.etagBase, "gzip") : null,
  ];
  return {
    identity: planFull(version, "identity", varies, sliceable),
    gzip: hasGzip ? planFull(version, "gzip", varies, false) : null,
    notModifiedIdentity: planNotModified(version, identityTag, varies),
    notModifiedGzip: hasGzip ? planNotModified(version, gzipTag, varies) : null,
    etags: compared.filter((tag) => tag !== null),
    sliceable,
  };
}

function planFull(
  version: StoredVersion,
  coding: Coding,
  varies: boolean,
  sliceable: boolean,
): HeaderPairs {
  const headers: HeaderPair[] = [["Content-Type", version.contentType]];
  if (coding === "gzip") headers.push(["Content-Encoding", "gzip"]);
  const etag = toEtag(version, coding);
  if (etag !== null) headers.push(["ETag", etag]);
  if (version.lastModifiedMs !== null) {
    headers.push(["Last-Modified", printHttpDate(version.lastModifiedMs)]);
  }
  if (varies) headers.push(["Vary", "Accept-Encoding"]);
  if (sliceable) headers.push(["Accept-Ranges", "bytes"]);
  headers.push(["Priority", PRIORITIES[version.assetKind]]);
  if (version.cmsdStatic !== null && isHarmless(version.cmsdStatic)) {
    headers.push(["CMSD-Static", version.cmsdStatic]);
  }
  headers.push(...OPEN_HEADERS);
  return headers;
}

function planNotModified(
  version: StoredVersion,
  etag: string | null,
  varies: boolean,
): HeaderPairs {
  const headers: HeaderPair[] = [];
  if (etag !== null) headers.push(["ETag", etag]);
  else if (version.lastModifiedMs !== null) {
    headers.push(["Last-Modified", printHttpDate(version.lastModifiedMs)]);
  }
  if (varies) headers.push(["Vary", "Accept-Encoding"]);
  headers.push(...OPEN_HEADERS);
  return headers;
}

const CMSD_CHARS_MAX = 1024;

function isHarmless(value: string): boolean {
  return value.length <= CMSD_CHARS_MAX && /^[\x20-\x7e]+$/.test(value);
}
