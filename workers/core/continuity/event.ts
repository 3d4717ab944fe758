// What can happen to a continuity ledger. Events are plain values; the clock comes beside them.
// Whoever fetches (playlist sources, probers, the platform that compares bytes, the health centre)
// speaks in these, and nothing else moves the machine.

import type { MediaPlaylist, MultivariantPlaylist } from "../hls/playlist.ts";
import type { RewriteContext } from "../transform/rewrite-context.ts";
import type { LedgerSettings } from "./settings.ts";

/**
 * Where a playlist came from, for rewriting its URIs. Timeline and the playlist's path at the edge
 * are the ledger's own knowledge.
 */
export type LedgerPlace = Omit<RewriteContext, "timeline" | "playlistPath" | "playlistLabel">;

export type LedgerEvent =
  /**
   * An origin's media playlist was read: the whole text, not a delta update. Also unchanged
   * ones.
   */
  | {
      readonly kind: "playlist";
      readonly origin: string;
      /** Printed path below the channel, as this origin names the playlist. */
      readonly path: string;
      readonly playlist: MediaPlaylist;
      readonly place: LedgerPlace;
      /**
       * False if it was read for the reports about it alone: nobody has asked for its parts. True
       * if it is left out.
       */
      readonly isWatched?: boolean;
    }
  /** An origin's multivariant playlist was read. The first one becomes the channel's. */
  | {
      readonly kind: "multivariant";
      readonly origin: string;
      readonly path: string;
      readonly playlist: MultivariantPlaylist;
      readonly place: LedgerPlace;
    }
  /**
   * Health wants this origin to feed the channel. `failure`: the present one fails; `operator`: pin
   * or drain; `preference`: the wanted one is merely better. The ledger obeys, waits or refuses.
   */
  | {
      readonly kind: "choose";
      readonly origin: string;
      readonly cause: ChooseCause;
    }
  /** The answer to a `prove` effect. `unavailable`: bytes could not be compared; asked again. */
  | {
      readonly kind: "proof";
      readonly id: string;
      readonly verdict: "equal" | "different" | "unavailable";
    }
  /**
   * An origin lists segments that it does not have (404): its own numbers, both ends included.
   * Those that were not announced yet become gaps; announced ones never change, their URI
   * answers 404.
   */
  | {
      readonly kind: "lost";
      readonly origin: string;
      /** As this origin names the playlist. */
      readonly path: string;
      readonly firstMsn: number;
      readonly lastMsn: number;
    }
  /** The operator applied a catalog: origins and policy; the multivariant may be taken anew. */
  | { readonly kind: "settings"; readonly settings: LedgerSettings }
  /** An ended channel goes on with what its origin lists now. An operator's word. */
  | { readonly kind: "reopen" }
  /** Time passes. Send one at `planWake`, or once a second. */
  | { readonly kind: "tick" };

export const chooseCauses = ["failure", "operator", "preference"] as const;
export type ChooseCause = (typeof chooseCauses)[number];
