// What the TTL function is asked about: the thing to be kept, how the attempt to get it ended, and
// what is known about its rhythm. For whoever calls decideTtl: the edge's pipeline, the playlist
// source, explain. A small interface of its own, so that the codec and the ledger may grow without
// touching the TTL. It does NOT read playlists or headers; core/hls and core/http did that.

/** The facts of one media playlist that its lifetime depends on. */
export interface PlaylistFacts {
  readonly targetDurationSeconds: number;
  /** PART-TARGET of a low-latency playlist, else null. */
  readonly partTargetSeconds: number | null;
  /** EXT-X-ENDLIST is present. */
  readonly ended: boolean;
  /** When ENDLIST was first seen after the playlist had been live; null: never seen live. */
  readonly endedSinceMs: number | null;
  readonly playlistType: "VOD" | "EVENT" | null;
  /** EXTINF of the last segment; null when the playlist has none. */
  readonly lastSegmentDurationSeconds: number | null;
}

/** The thing whose lifetime is asked for. */
export type TtlSubject =
  /**
   * `facts` of the body at hand, or of the last good one when the attempt failed; null: none known.
   */
  | {
      readonly kind: "media-playlist";
      readonly facts: PlaylistFacts | null;
      /** The request carried `_HLS_msn` and was held as it asks (bis-22 section 6.2.5.2). */
      readonly blocking: boolean;
    }
  | { readonly kind: "multivariant"; readonly live: boolean }
  | {
      readonly kind: "segment";
      /**
       * These bytes are for ever the bytes of this name: labelled by the ledger, or a checked VOD.
       */
      readonly immutableName: boolean;
      /** The file was asked for by a preload hint, before it was complete. */
      readonly hinted: boolean;
      /** Target duration of the playlist that announced it; null when not known. */
      readonly targetDurationSeconds: number | null;
    }
  | { readonly kind: "key" }
  | { readonly kind: "side" };

/**
 * How the attempt ended: `success`; `failure`, the origin says there is no such thing (404, 410);
 * `rejected`, we answered 400 to a directive that a moving edge may soon make valid; `unavailable`,
 * a 5xx, a time-out or a broken body, which says nothing about the thing itself.
 */
export const TTL_OUTCOMES = ["success", "failure", "rejected", "unavailable"] as const;
export type TtlOutcome = (typeof TTL_OUTCOMES)[number];

/** What has been observed of a publication rhythm. */
export interface Cadence {
  /** Best estimate of the next publication, in milliseconds since the epoch; null: none. */
  readonly expectedNextAtMs: number | null;
}
