// One body of a live playlist on its way from a source to the viewers' isolates.
// The pushed live edge (PlaylistSource, ChannelCoordinator, ChannelRelay) speaks in these;
// until it does, the edge keeps the same facts in its own memory.

export interface Version {
  readonly contract: number;
  readonly channel: string;
  /** Path of the playlist below the channel. */
  readonly playlist: string;
  /** Generation of the coordinator that numbered it. */
  readonly generation: number;
  readonly seq: number;
  readonly timeline: number;
  readonly etag: string;
  readonly content:
    | { readonly kind: "body"; readonly text: string }
    | { readonly kind: "delta"; readonly base: number; readonly text: string };
  readonly lastMsn: number;
  readonly lastPart: number | null;
  /** Milliseconds from now until the earliest plausible next publication. */
  readonly notBeforeMs: number;
  /** Milliseconds since the origin last confirmed this version. */
  readonly confirmedAgoMs: number;
  readonly policyVersion: number;
  readonly ended: boolean;
}
