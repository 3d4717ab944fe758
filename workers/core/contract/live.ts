// The calls along the road of live playlists: source -> coordinator <- relay <- isolate. One shape
// of `next` serves both of its steps: who asks says what it wants and has, who answers waits until
// there is something newer, at most `holdMs`. A wait that ends empty confirms what is held.

import type { Origin } from "../config/catalog.ts";
import type { Have, Version } from "./version.ts";

/** Where the channel's media is found. */
export interface LiveTimeline {
  /** Never reused within a channel; 0 is written without a label in viewer URLs. */
  readonly n: number;
  /** In the order in which a file is asked for: the origin that feeds the channel first. */
  readonly origins: readonly string[];
}

export interface LiveTimelines {
  readonly version: number;
  /** The one that feeds the live playlists. */
  readonly current: number;
  readonly list: readonly LiveTimeline[];
}

/** Reason of a playlist that is not the ledger's; whoever wants it reads it at the origins. */
export const OUTSIDE_LEDGER = "outside-ledger";

/** Why there is nothing to show; see core/origin/outcome.ts. */
export interface LiveProblem {
  /** A problem reason of core/http, or OUTSIDE_LEDGER. */
  readonly reason: string;
  readonly detail: string;
  readonly originId: string | null;
  readonly isAbsence: boolean;
}

export interface Want {
  readonly playlist: string;
  readonly have: Have | null;
}

export interface NextAsk {
  readonly contract: number;
  readonly channel: string;
  /** Who asks: a new call of the same asker takes the place of the old one. */
  readonly asker: string;
  readonly region: string;
  readonly wants: readonly Want[];
  readonly holdMs: number;
  readonly timelinesVersion: number;
  /** Highest generation that the asker knows of. */
  readonly generation: number;
  /** Whether the asker keeps the snapshot, and which one it has. */
  readonly snapshot: number | null;
}

export interface PlaylistNews {
  readonly playlist: string;
  /** Absent if what the asker has is the newest. */
  readonly version: Version | null;
  /** Set while there is nothing to show at all. */
  readonly problem: LiveProblem | null;
  /** Milliseconds since an origin last confirmed the newest version. */
  readonly confirmedAgoMs: number;
  /**
   * Milliseconds for which a blocking request that is open at the origin goes on confirming it;
   * absent or 0: none is. Means something only while the asker's own call is open.
   */
  readonly heldMs?: number;
  /** Milliseconds until the earliest plausible next publication; 0: any time. */
  readonly notBeforeMs: number;
  /** Milliseconds until the next publication is expected; null: nobody knows. */
  readonly expectedMs: number | null;
}

export interface NextAnswer {
  readonly contract: number;
  readonly generation: number;
  /** A coordinator of this generation has taken over; ask there. */
  readonly supersededBy: number | null;
  readonly news: readonly PlaylistNews[];
  /** Absent if the asker has this version. */
  readonly timelines: LiveTimelines | null;
  readonly policyVersion: number;
  /** Set by relays: in how many shards isolates should spread. */
  readonly shards: number;
  /** The ledger as of `version`, to seed a new generation; only for askers that keep it. */
  readonly snapshot: { readonly version: number; readonly text: string } | null;
}

/** Where one origin has the bytes of a canonical path. */
export interface RescuePlace {
  readonly originId: string;
  readonly path: string;
}

/** A piece of a segment that is put together from parts. */
export interface AssemblyPart {
  /** Path below the channel as in viewer URLs, with its query if it has one. */
  readonly path: string;
  /** Bytes of the file, both ends included; null: all of it. */
  readonly range: { readonly first: number; readonly last: number } | null;
}

/** What a coordinator wants of a source. */
export interface SourceOrder {
  readonly contract: number;
  readonly channel: string;
  readonly playlist: string;
  readonly generation: number;
  /** The coordinator's present life: after a reset it has forgotten what it was told. */
  readonly life: string;
  readonly follow: string;
  readonly targets: readonly SourceTarget[];
  /** How long the playlist is wanted from now on. */
  readonly watchMs: number;
}

export interface SourceTarget {
  readonly origin: Origin;
  /** Path of this playlist at this origin, printed. */
  readonly path: string;
  readonly url: string;
}

/** What a source saw; `agoMs` since it was seen. */
export interface Offer {
  readonly contract: number;
  readonly channel: string;
  readonly playlist: string;
  readonly generation: number;
  readonly originId: string;
  /** The path at the origin. */
  readonly path: string;
  readonly news:
    | { readonly kind: "body"; readonly text: string }
    | { readonly kind: "unchanged" }
    | {
        readonly kind: "failed";
        readonly failure: string;
        readonly detail: string;
        readonly count: number;
      }
    /** Later than expected by so much; overdue: later than the origin's jitter explains. */
    | { readonly kind: "late"; readonly lateMs: number; readonly isOverdue: boolean };
  /** About the origin that is followed. */
  readonly moments: SourceMoments | null;
}

export interface SourceMoments {
  readonly notBeforeMs: number;
  readonly expectedMs: number;
  /** Milliseconds until the next version is overdue; negative: it is. */
  readonly overdueMs: number;
  /** A blocking request is open: what was published last is the newest by the origin's own word. */
  readonly isWaiting: boolean;
}

/** What the coordinator says to it. */
export interface OfferAnswer {
  /** Present if the orders have changed. */
  readonly order: SourceOrder | null;
  readonly watchMs: number;
  /** The offer came for a generation that is over. */
  readonly supersededBy: number | null;
}

/** How a watch ended. */
export interface WatchAnswer {
  /** The source serves a higher generation. */
  readonly supersededBy: number | null;
}

/** Two files whose bytes are to be compared, for the ledger. */
export interface ProofTask {
  readonly contract: number;
  readonly channel: string;
  readonly id: string;
  readonly sides: readonly [ProofTarget, ProofTarget];
}

export interface ProofTarget {
  readonly origin: Origin;
  readonly url: string;
  /** Bytes to compare, both ends included; null: the whole file. */
  readonly range: { readonly first: number; readonly last: number } | null;
}

export type ProofVerdict = "equal" | "different" | "unavailable";
