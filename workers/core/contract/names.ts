// The calls by which an isolate learns whether a name of a live channel was announced, and tells of
// names that the ledger does not see: isolate -> relay -> coordinator.

/** Whether a file's name was announced; `name` as core/transform/announced-names.ts prints it. */
export interface NameAsk {
  readonly contract: number;
  readonly channel: string;
  readonly region: string;
  readonly name: string;
  /** Longest wait for a name that is about to be announced. */
  readonly holdMs: number;
}

export type NameAnswer =
  /** It stays available for so long at least. */
  | { readonly kind: "announced"; readonly keepMs: number }
  | { readonly kind: "not-announced" }
  /** It looks like the next one, and has not come within the wait. */
  | { readonly kind: "not-yet" }
  /** Nothing is known of the channel, so nothing can be said of its names. */
  | { readonly kind: "no-ledger" };

/** Names of a playlist that the ledger does not keep, told by the isolate that read it. */
export interface NameList {
  readonly contract: number;
  readonly channel: string;
  readonly playlist: string;
  readonly names: readonly {
    readonly name: string;
    readonly role: string;
    readonly isWhole: boolean;
  }[];
  /** For how long they stay available once the playlist no longer lists them. */
  readonly windowMs: number;
}
