// The port between a channel's coordinator and its continuity ledger: what happened goes in, what
// viewers are to be shown comes out. So much of the ledger as a coordinator needs, and no more.

import type { LedgerPlace } from "../../core/continuity/event.ts";
import type { WantedRead } from "../../core/continuity/reads.ts";
import type { LedgerSettings } from "../../core/continuity/settings.ts";
import type { AssemblyPart, LiveTimeline, RescuePlace } from "../../core/contract/live.ts";
import type { JoinWord } from "../../core/contract/report.ts";
import type { MediaPlaylist, MultivariantPlaylist } from "../../core/hls/playlist.ts";
import type { FeederChoice } from "../../core/origin/feeder.ts";

/** Two files whose bytes the ledger wants compared, as origins name them. */
export interface ProofWish {
  readonly id: string;
  readonly rendition: string;
  readonly sides: readonly [ProofWishSide, ProofWishSide];
}

export interface ProofWishSide {
  readonly origin: string;
  /** Absolute. */
  readonly url: string;
  readonly range: { readonly first: number; readonly last: number } | null;
}

/** A segment that the edge puts together. */
export interface Assembly {
  /** Path below the channel, labels included. */
  readonly path: string;
  readonly parts: readonly AssemblyPart[];
}

/** What followed from one event. */
export interface LedgerNews {
  /** Renditions whose canonical playlist has changed. */
  readonly renditions: readonly string[];
  readonly multivariant: boolean;
  readonly proofs: readonly ProofWish[];
  readonly assemblies: readonly Assembly[];
  /** A cut, a choice or a new timeline: worth writing the snapshot at once. */
  readonly isTurn: boolean;
}

export interface ChannelLedger {
  /** The catalog has changed. */
  use(settings: LedgerSettings, nowMs: number): void;
  /** The origin that feeds the channel; null before it started. */
  current(): string | null;
  timelines(): readonly LiveTimeline[];
  /** Number of the timeline that feeds it. */
  currentTimeline(): number;
  /** `isWatched`: a viewer asked for it, so caches may have its parts. */
  media(
    origin: string,
    path: string,
    playlist: MediaPlaylist,
    place: LedgerPlace,
    nowMs: number,
    isWatched: boolean,
  ): LedgerNews;
  multivariant(
    origin: string,
    path: string,
    playlist: MultivariantPlaylist,
    place: LedgerPlace,
    nowMs: number,
  ): LedgerNews;
  choose(origin: string, cause: FeederChoice["cause"], nowMs: number): LedgerNews;
  proof(id: string, verdict: "equal" | "different" | "unavailable", nowMs: number): LedgerNews;
  tick(nowMs: number): LedgerNews;
  /** When the next tick is due; null: none is. */
  wakeAtMs(): number | null;
  /** The text a viewer gets; null if there is none yet. */
  print(rendition: string): string | null;
  printMultivariant(): { readonly path: string; readonly text: string } | null;
  /** Whether the channel's multivariant playlist is known and does not name this one. */
  isOutside(playlist: string): boolean;
  renditions(): readonly string[];
  /** How each other origin could take over. */
  joins(nowMs: number): ReadonlyMap<string, "invisible" | "visible" | "impossible">;
  /** The same for control: only of origins that have been looked at of late. */
  joinWords(nowMs: number): ReadonlyMap<string, JoinWord>;
  /** How an origin names a rendition; null: not at all. */
  pathAt(origin: string, rendition: string): string | null;
  /** Renditions that should be read now so that reports about them can be shown. */
  reportReads(nowMs: number): readonly WantedRead[];
  rescue(timeline: number, path: string): readonly RescuePlace[];
  /** Why the last playlist of this origin was not taken, for operators; null: it was. */
  refusal(origin: string, rendition: string): string | null;
  snapshot(): string;
}
