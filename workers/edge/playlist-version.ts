// One version of one playlist in an isolate's memory: both codings of the body, the headers that
// no viewer can change, and the facts by which the next version is judged.

import type { PlaylistFacts } from "../core/hls/playlist-facts.ts";
import type { OriginProblem } from "../core/origin/outcome.ts";
import type { SequenceFacts } from "../core/origin/succession.ts";
import type { StoredVersion } from "../core/respond/version.ts";
import { planVersionHeaders, type VersionHeaders } from "../core/respond/version-headers.ts";
import type { Publication } from "../core/ttl/publication.ts";
import { compress, type EncodedText, toBytes, toFingerprint } from "../platform/encoding.ts";
import type { OriginWord } from "./origin-word.ts";

/** Everything about a version but its bytes: plain data, the same in memory and in the caches. */
export interface PlaylistRecord {
  readonly meta: StoredVersion;
  readonly timeline: number;
  /** What its origin said beside the body; null for pushed versions. */
  readonly said: OriginWord | null;
  /** Null for multivariant playlists. */
  readonly media: PlaylistMediaFacts | null;
  readonly ttlReason: string;
}

export interface PlaylistVersion extends PlaylistRecord {
  readonly prebuilt: VersionHeaders;
  /** Blobs, because the runtime sends them without copying. */
  readonly identity: Blob;
  readonly gzip: Blob;
  readonly bytes: number;
}

export interface PlaylistMediaFacts extends SequenceFacts, PlaylistFacts {
  readonly endedSinceMs: number | null;
  /** When this version was published, as far as its looks tell. */
  readonly publication: Publication;
}

/** How a fill ended. */
export type PlaylistFill =
  | {
      readonly kind: "version";
      readonly version: PlaylistVersion;
      readonly originStatus: number;
      readonly originMs: number;
    }
  /** Somebody else has renewed it in the meantime, here or elsewhere in the data centre. */
  | {
      readonly kind: "found";
      readonly version: PlaylistVersion;
      readonly tier: "l0" | "l1";
    }
  | OriginProblem;

export type PlaylistMeta = Omit<
  StoredVersion,
  "etagBase" | "lengthBytes" | "gzipLengthBytes" | "assetKind" | "contentType"
>;

/**
 * Builds a version from its text or the bytes of it: compressed once, fingerprinted once, headers
 * built once. The bytes of `former`, if they are the same ones, are not compressed again.
 */
export function toPlaylistVersion(
  text: string | Uint8Array,
  meta: PlaylistMeta,
  rest: Omit<PlaylistRecord, "meta">,
  former: PlaylistVersion | null = null,
): PlaylistVersion {
  const identity = toBytes(text);
  const fingerprint = toFingerprint(identity);
  if (former !== null && former.meta.etagBase === fingerprint) {
    const full = { ...former.meta, ...meta };
    return { ...former, ...rest, meta: full, prebuilt: planVersionHeaders(full) };
  }
  const encoded: EncodedText = { identity, gzip: compress(identity), fingerprint };
  const full: StoredVersion = {
    ...meta,
    assetKind: "playlist",
    contentType: "application/vnd.apple.mpegurl",
    etagBase: fingerprint,
    lengthBytes: identity.byteLength,
    gzipLengthBytes: encoded.gzip.byteLength,
  };
  return toEncodedVersion(encoded, { ...rest, meta: full });
}

/** Builds a version from bytes that are encoded already. */
export function toEncodedVersion(encoded: EncodedText, facts: PlaylistRecord): PlaylistVersion {
  return {
    ...facts,
    prebuilt: planVersionHeaders(facts.meta),
    identity: new Blob([encoded.identity]),
    gzip: new Blob([encoded.gzip]),
    bytes: encoded.identity.byteLength + encoded.gzip.byteLength,
  };
}

/** The same body, confirmed again: new times, everything else kept. */
export function toConfirmedVersion(
  version: PlaylistVersion,
  meta: PlaylistMeta,
  media: PlaylistMediaFacts | null,
  ttlReason: string,
): PlaylistVersion {
  return { ...version, meta: { ...version.meta, ...meta }, media, ttlReason };
}

/** A live playlist that goes on: it lives for fractions of a second, and never goes back. */
export function isRunning(version: Pick<PlaylistRecord, "media">): boolean {
  return version.media !== null && !version.media.ended && version.media.playlistType !== "VOD";
}
