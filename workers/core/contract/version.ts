// One body of a live playlist on its way from the coordinator to the viewers' isolates. Order is
// told by generation and seq alone, and both survive restarts; a reader that is shown numbers that
// go back refuses them all the same. Times are durations: machines' clocks differ.

import type { BlockingReason, SkipReason } from "../delivery/promises.ts";

/** What a reader holds of a playlist. */
export interface Have {
  readonly generation: number;
  readonly seq: number;
}

/** The facts by which a playlist's lifetime and succession are judged; see core/ttl. */
export interface VersionFacts {
  readonly mediaSequence: number;
  readonly discontinuitySequence: number;
  readonly lastMsn: number;
  readonly lastPart: number | null;
  readonly targetDurationSeconds: number;
  readonly partTargetSeconds: number | null;
  readonly lastSegmentDurationSeconds: number | null;
  readonly playlistType: "VOD" | "EVENT" | null;
  readonly ended: boolean;
  /** What viewers may ask of this version; absent from writers that promise nothing. */
  readonly reload?: ReloadPromises;
}

/** What EXT-X-SERVER-CONTROL of a version promises, and why; see core/delivery. */
export interface ReloadPromises {
  readonly canBlock: boolean;
  readonly canSkip: boolean;
  /** Parts that the last complete segment lists. */
  readonly lastSegmentParts: number;
  readonly blockingReason: BlockingReason;
  readonly skipReason: SkipReason;
}

/** A piece of the base text, or text of its own. */
export type DeltaPiece = readonly [start: number, end: number] | string;

export interface Version extends Have {
  /** Path of the playlist below the channel, as in viewer URLs. */
  readonly playlist: string;
  /** Fingerprint of the whole text: equal text, equal tag, in every generation. */
  readonly etag: string;
  readonly content:
    | { readonly kind: "body"; readonly text: string }
    /** To be put together from the text of `base`. */
    | { readonly kind: "delta"; readonly base: Have; readonly pieces: readonly DeltaPiece[] };
  /** Null for a multivariant playlist. */
  readonly facts: VersionFacts | null;
  readonly originId: string | null;
}
