// One version of one playlist in an isolate's memory: both codings of the body, the headers that
// no viewer can change, and the facts by which the next version is judged.

import type { OriginProblem } from "../core/origin/outcome.ts";
import type { SequenceFacts } from "../core/origin/succession.ts";
import type { StoredVersion } from "../core/respond/version.ts";
import { planVersionHeaders, type VersionHeaders } from "../core/respond/version-headers.ts";
import type { Publication } from "../core/ttl/publication.ts";
import { type EncodedText, encodeText } from "../platform/encoding.ts";

export interface PlaylistVersion {
  readonly meta: StoredVersion;
  readonly prebuilt: VersionHeaders;
  /** Blobs, because the runtime sends them without copying. */
  readonly identity: Blob;
  readonly gzip: Blob;
  readonly bytes: number;
  readonly timeline: number;
  /** The origin's own validator, to ask "unchanged?"; only that origin understands it. */
  readonly validator: { readonly originId: string; readonly etag: string } | null;
  /** Null for multivariant playlists. */
  readonly media: PlaylistMediaFacts | null;
  readonly ttlReason: string;
}

export interface PlaylistMediaFacts extends SequenceFacts {
  readonly targetDurationSeconds: number;
  readonly partTargetSeconds: number | null;
  readonly lastSegmentDurationSeconds: number | null;
  readonly playlistType: "VOD" | "EVENT" | null;
  readonly ended: boolean;
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
  | OriginProblem;

export type PlaylistMeta = Omit<
  StoredVersion,
  "etagBase" | "lengthBytes" | "gzipLengthBytes" | "assetKind" | "contentType"
>;

/**
 * Builds a version from its text or the bytes of it: compressed once, fingerprinted once, headers
 * built once.
 */
export function toPlaylistVersion(
  text: string | Uint8Array,
  meta: PlaylistMeta,
  rest: Pick<PlaylistVersion, "timeline" | "validator" | "media" | "ttlReason">,
): PlaylistVersion {
  const encoded: EncodedText = encodeText(text);
  const full: StoredVersion = {
    ...meta,
    assetKind: "playlist",
    contentType: "application/vnd.apple.mpegurl",
    etagBase: encoded.fingerprint,
    lengthBytes: encoded.identity.byteLength,
    gzipLengthBytes: encoded.gzip.byteLength,
  };
  return {
    ...rest,
    meta: full,
    prebuilt: planVersionHeaders(full),
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
