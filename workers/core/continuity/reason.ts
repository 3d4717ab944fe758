// Every decision of the continuity ledger by name, and what is said about one (design: explain
// every decision with its inputs). The names are metric labels and test matrix at once, so they are
// closed: a decision that is not in these lists cannot be taken.

/** Why the ledger did, waited with or refused something. */
export const ledgerReasons = [
  /** The first playlist of the channel was admitted. */
  "channel-started",
  /** An origin's numbering started over: a new epoch, and with it a new timeline when it serves. */
  "encoder-restarted",
  /** Two nodes behind one URL: one face was pinned, the other one's bodies are ignored. */
  "multi-faced",
  /** The pinned face has gone silent, so the other one is taken. */
  "face-changed",
  /** A body older than what this origin has shown before; ignored. */
  "behind",
  /** Segments between two sightings were never seen; gaps stand for them, or the window jumped. */
  "hole-filled",
  "window-jumped",
  /** Identity (auto): bytes are being compared, were found equal, or differ. */
  "proof-asked",
  "proved-identical",
  "proved-different",
  "proof-unavailable",
  /** Identity by the operator's word, and what the playlists said against it. */
  "declared-identical",
  "declaration-contradicted",
  /** Names of an identical origin that would mean other media in the old timeline. */
  "names-clash",
  /** Switches. */
  "switched-invisibly",
  "switched-with-discontinuity",
  "lagging-standby",
  "joined-by-arrival",
  "waiting-for-standby",
  "waiting-for-listing",
  "switch-cancelled",
  "switch-refused",
  "already-serving",
  /** Parts across a cut. */
  "segment-closed-from-parts",
  "segment-closed-as-gap",
  /** A rendition that had seen less than the others when the channel was cut. */
  "cut-padded-with-gap",
  /** ENDLIST. */
  "end-held",
  "end-refused",
  "ended",
  "reopened",
  /** Date ranges. */
  "date-range-renamed",
  "date-range-changed",
  /** Playlists that were not taken. */
  "unknown-rendition",
  "no-segments",
  "uri-refused",
  "duration-above-target",
  "multivariant-fixed",
  "parity-missing",
  "limit-reached",
  "media-lost",
] as const;
export type LedgerReason = (typeof ledgerReasons)[number];

/** Why a join is what it is: the second word of `joinability`, and of a refused switch. */
export const joinReasons = [
  /** Same timeline: the viewer sees nothing. */
  "same-timeline",
  /** Same bytes under names of its own: another label, and no discontinuity. */
  "same-bytes",
  /** Other bytes: exactly one discontinuity. */
  "other-bytes",
  /** The bytes may be the same, but that is not proved yet. */
  "unproven",
  /** The standby is behind by more than players can bridge. */
  "lagging-standby",
  /** Without common dates the join is made by the times of publication. */
  "no-common-clock",
  /** Impossible: a rendition of the channel has no counterpart there. */
  "parity",
  /** Impossible: its EXTINF rounds above the channel's TARGETDURATION. */
  "target-duration",
  /** Impossible: EXT-X-MAP cannot be ended, and its media has none. */
  "init-section",
  /** Impossible: its EXT-X-DEFINE differs from the channel's. */
  "definitions",
  /** Impossible: I-frame or image lists and media do not mix. */
  "playlist-kind",
  /** Impossible at present: nothing was read there, or nothing new for three target durations. */
  "unread",
  "silent",
  /** Impossible: it has ended. */
  "origin-ended",
  "channel-ended",
  "unknown-origin",
  /**
   * Possible, but not now: switches stick (10 target durations; discontinuities need a failure).
   */
  "held-by-recent-switch",
  "discontinuity-without-need",
] as const;
export type JoinReason = (typeof joinReasons)[number];

export type DecisionInputs = Readonly<Record<string, string | number | boolean | null>>;

/** One decision with what it was based on. */
export interface Decision {
  readonly atMs: number;
  readonly reason: LedgerReason;
  readonly origin: string | null;
  readonly rendition: string | null;
  readonly inputs: DecisionInputs;
}
