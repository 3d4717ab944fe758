// The two kinds of playlist as values. A playlist is its own text plus the little that was learnt
// while its lines were counted: facts for the TTL, for blocking reloads and for the ledger, and the
// places where a URI stands. Nothing is taken apart and put together again, so unknown tags,
// attribute order, quoting, number spelling, comments, CRLF and a missing last newline cannot be
// lost (house.md would call it: keep the raw token, interpret on demand). Segments, variants and
// renditions are read from the text only when somebody asks.

import type { Attributes } from "./attribute-list.ts";

export interface PlaylistText {
  /** The playlist exactly as it was given. */
  readonly text: string;
  /** The bytes of the text, if it is ASCII and they were at hand; nobody may write to them. */
  readonly bytes: Uint8Array | null;
  /** Number of lines, blank ones included. */
  readonly lineCount: number;
  /**
   * Pairs (start, place) in document order, see toPlace in tags.ts: the tags that can carry a URI,
   * or the URI alone, or its name alone.
   */
  readonly slots: readonly number[];
  /** EXT-X-VERSION, or 1 when there is none. */
  readonly version: number;
}

export interface MediaPlaylist extends PlaylistText {
  readonly kind: "media";
  /**
   * EXT-X-TARGETDURATION as written; a fraction is against the standard but kept, for it exists.
   */
  readonly targetDurationSeconds: number;
  /** Media Sequence Number of the first segment, skipped ones of a delta update included. */
  readonly mediaSequence: number;
  readonly discontinuitySequence: number;
  readonly playlistType: "VOD" | "EVENT" | null;
  /** True if EXT-X-ENDLIST is present. */
  readonly ended: boolean;
  readonly iframesOnly: boolean;
  readonly imagesOnly: boolean;
  /** Segments that the text lists, without those that EXT-X-SKIP stands for. */
  readonly segmentCount: number;
  /** EXT-X-SKIP's SKIPPED-SEGMENTS; 0 in a full playlist. */
  readonly skippedSegmentCount: number;
  readonly discontinuityCount: number;
  /** Media Sequence Number of the last complete segment: mediaSequence - 1 when there is none. */
  readonly lastMsn: number;
  /**
   * Index of the last part that follows the last complete segment (a part of lastMsn + 1); null if
   * none does.
   */
  readonly lastPart: number | null;
  readonly partCount: number;
  readonly partTargetSeconds: number | null;
  readonly canBlockReload: boolean;
  readonly canSkipUntilSeconds: number | null;
  readonly canSkipDateRanges: boolean;
  readonly holdBackSeconds: number | null;
  readonly partHoldBackSeconds: number | null;
  /** Sum of the listed segments' EXTINF. */
  readonly totalDurationSeconds: number;
  /** EXTINF of the last listed segment; null without segments. */
  readonly lastSegmentDurationSeconds: number | null;
  /**
   * Start of the last listed segment: its own date, or the last date before it plus the EXTINFs in
   * between.
   */
  readonly lastProgramDateTimeMs: number | null;
  /** Reads all listed segments. Linear in the text; keep the answer if you need it twice. */
  readonly segments: () => readonly Segment[];
  /** Parts that follow the last complete segment. */
  readonly openParts: () => readonly Part[];
}

export interface ByteRange {
  readonly lengthBytes: number;
  /**
   * Stated, or computed from the previous range of the same resource; null if neither is possible.
   */
  readonly offsetBytes: number | null;
}

export interface Segment {
  readonly msn: number;
  /** As written in the playlist. */
  readonly uri: string;
  readonly durationSeconds: number;
  /** Own date, or extrapolated from an earlier segment without a discontinuity in between. */
  readonly programDateTimeMs: number | null;
  readonly byteRange: ByteRange | null;
  /** True if EXT-X-DISCONTINUITY stands before this segment. */
  readonly discontinuity: boolean;
  readonly discontinuitySequence: number;
  readonly gap: boolean;
  /** The EXT-X-MAP in effect: the attribute list as written, null if there is none. */
  readonly map: string | null;
  /** The EXT-X-KEY tags in effect: attribute lists as written, one per KEYFORMAT. */
  readonly keys: readonly string[];
  readonly parts: readonly Part[];
  /** Line number of the URI, counted from 1. */
  readonly line: number;
  /**
   * Offset of the first line after the previous segment (or of the first media tag), and end of the
   * URI line.
   */
  readonly blockStart: number;
  readonly blockEnd: number;
}

export interface Part {
  readonly uri: string;
  readonly durationSeconds: number;
  readonly byteRange: ByteRange | null;
  readonly independent: boolean;
  readonly gap: boolean;
  readonly line: number;
}

export interface MultivariantPlaylist extends PlaylistText {
  readonly kind: "multivariant";
  readonly variantCount: number;
  /** EXT-X-STREAM-INF with the URI line that follows it. */
  readonly variants: () => readonly Variant[];
  /** EXT-X-MEDIA. */
  readonly renditions: () => readonly Rendition[];
  /** EXT-X-I-FRAME-STREAM-INF. */
  readonly iframeVariants: () => readonly Variant[];
  /** EXT-X-IMAGE-STREAM-INF (a vendors' convention, not in the standard). */
  readonly imageVariants: () => readonly Variant[];
}

export interface Variant {
  /** As written in the playlist. */
  readonly uri: string;
  /** Raw values by name, quotes included; read them with the functions of attribute-list.ts. */
  readonly attributes: Attributes;
  /** Bits per second; null if the required attribute is missing or no number. */
  readonly bandwidth: number | null;
  readonly averageBandwidth: number | null;
  readonly codecs: string | null;
  readonly resolution: { readonly width: number; readonly height: number } | null;
  readonly frameRate: number | null;
  readonly videoRange: string | null;
  /** PATHWAY-ID; "." when absent, as the standard says. */
  readonly pathwayId: string;
  readonly line: number;
}

export interface Rendition {
  readonly type: string;
  readonly groupId: string;
  readonly name: string;
  readonly language: string | null;
  /** Null for CLOSED-CAPTIONS and for renditions that are muxed into the variant. */
  readonly uri: string | null;
  readonly isDefault: boolean;
  readonly attributes: Attributes;
  readonly line: number;
}

export type Playlist = MediaPlaylist | MultivariantPlaylist;
