// What the ledger asks of the platform. Effects are plain values in the order in which they are to
// be carried out; an effect that is lost is asked for again (proofs) or is only a hint (releases).

import type { ByteRange } from "../hls/playlist.ts";
import type { JoinReason } from "./reason.ts";

/** One side of a comparison of bytes: a URI as the origin wrote it. */
export interface ProofSide {
  readonly origin: string;
  /** URL of the playlist that names it: resolve `uri` against this. */
  readonly playlistUrl: string;
  readonly uri: string;
  readonly byteRange: ByteRange | null;
}

export type LedgerEffect =
  /** The canonical playlist of this rendition has changed: print it, store it, show it. */
  | {
      readonly kind: "publish";
      readonly rendition: string;
      /** Grows by one with every change of this rendition. */
      readonly seq: number;
      readonly lastMsn: number;
      readonly lastPart: number | null;
      readonly ended: boolean;
    }
  /** The canonical multivariant playlist has changed (first one, or after a new catalog). */
  | { readonly kind: "publish-multivariant" }
  /**
   * Compare strong ETag, MD5 or SHA-256 of both sides and answer with a `proof` event of the same
   * id. Equal needs strong evidence; when in doubt answer `unavailable`.
   */
  | {
      readonly kind: "prove";
      readonly id: string;
      readonly rendition: string;
      readonly what: "segment" | "init";
      readonly sides: readonly [ProofSide, ProofSide];
    }
  /** A hinted part will never come: its waiters get 404 at once. Canonical path. */
  | { readonly kind: "drop-hint"; readonly rendition: string; readonly uri: string }
  /** The segment at this canonical path is the concatenation of these canonical URIs, in order. */
  | {
      readonly kind: "assemble";
      readonly rendition: string;
      readonly timeline: number;
      readonly msn: number;
      readonly uri: string;
      readonly parts: readonly AssembledPart[];
    }
  /** The choice of health was refused, or waits. Invisible switches are answered at once. */
  | {
      readonly kind: "choice";
      readonly origin: string;
      readonly outcome: "done" | "waiting" | "refused";
      readonly reason: JoinReason;
    }
  /** Media of this timeline must stay in the tiers until then (bis-22 6.2.2; spec C7). */
  | { readonly kind: "keep-media"; readonly timeline: number; readonly untilMs: number };

/** URI as it stands in the canonical playlist, relative to the rendition's path. */
export interface AssembledPart {
  readonly uri: string;
  readonly byteRange: ByteRange | null;
}
