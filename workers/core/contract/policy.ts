// What control tells the edges: which timelines a channel has, who is in them, and in which
// order their origins are asked. Small, and sent again with every change; the catalog travels
// beside it and only when its own version changes.
//
// Written by the HealthCentre (control), held by each RegionGate (edge), copied to KV for cold
// starts. See infra/docs/adr/0010-policy-propagation.md.

import type { Catalog } from "../config/catalog.ts";
import type { PathwayState } from "./pathways.ts";

/** One set of byte-identical origins (RFC 8216bis has no word for it; we call it a timeline). */
export interface PolicyTimeline {
  /** Never reused within a channel. 0 is written without a label in viewer URLs. */
  readonly n: number;
  /** Origin ids in the order in which a request tries them. */
  readonly origins: readonly string[];
}

/** Why the current timeline and order are what they are. */
export const CHOICE_REASONS = [
  "preferred",
  "preferred-not-green",
  "all-red",
  "timeline-switch",
  "unproven",
  "pinned",
  "preferred-banned",
  "preferred-drained",
  /** The channel's ledger says that players could not go on with it. */
  "preferred-unjoinable",
] as const;
export type ChoiceReason = (typeof CHOICE_REASONS)[number];

export interface ChannelChoice {
  readonly id: string;
  readonly timelines: readonly PolicyTimeline[];
  /** The timeline that feeds live playlists and new VOD sessions. */
  readonly current: number;
  readonly reason: ChoiceReason;
  /** Unix milliseconds of the last change of `current` or of its order. */
  readonly changedAtMs: number;
  /**
   * Order of the current timeline for segments and VOD, by region, where it is another than the
   * one above; absent: nowhere.
   */
  readonly regionOrders?: Readonly<Record<string, readonly string[]>>;
  /** Origins that a region asks last, in any timeline; absent: none. */
  readonly regionAvoids?: Readonly<Record<string, readonly string[]>>;
  /**
   * Origins that operators want a live channel to leave, also behind a discontinuity; absent: none.
   * See core/health/operators/left-origins.ts.
   */
  readonly left?: readonly string[];
  /**
   * Files whose names never change are kept so many times longer than configured; absent: as
   * configured. The region's gate puts it in (contract/hot.ts).
   */
  readonly lengthen?: number;
  /**
   * Share of the sessions that tries another origin; absent: none. `n` is the number of a live
   * channel's canary, below which its sessions are; files of libraries are tried without one.
   */
  readonly canary?: { readonly originId: string; readonly share: number; readonly n?: number };
  /** Canaries of a live channel that may have viewers, oldest first, also ended; absent: none. */
  readonly canaries?: readonly LiveCanary[];
}

/** A canary of a live channel; see core/health/operators/live-canary.ts. */
export interface LiveCanary {
  /** Rises by one within a channel: `/{channel}/@c{n}/`. */
  readonly n: number;
  readonly originId: string;
  /** The operator's order. */
  readonly orderId: string;
  /** When it was numbered, Unix milliseconds. */
  readonly sinceMs: number;
}

/** A network from which a delivery host cannot be used well in a region. */
export interface TroubledNetwork {
  readonly region: string;
  /** Host and port, as in the URLs of requests. */
  readonly host: string;
  /** Autonomous system number. */
  readonly network: number;
}

export interface Policy {
  readonly contract: number;
  /** Grows with every change, and not by one; an edge never goes back to a smaller one. */
  readonly version: number;
  readonly catalogVersion: number;
  readonly channels: readonly ChannelChoice[];
  /** Networks whose players starve at a host while others there do not; absent: none. */
  readonly networks?: readonly TroubledNetwork[];
  /** Share of new sessions that is turned away, 0 to 1; absent: nobody is. */
  readonly shed?: { readonly share: number };
  /**
   * Secret of the marks behind announced queries, the same at every edge; absent from older
   * controls, and then nothing is marked. Never shown by an API.
   */
  readonly querySecret?: string;
}

/** What a gate answers. The catalog is present only if the reader's version differs. */
export interface GateReading {
  readonly policy: Policy;
  readonly catalog: Catalog | null;
  /** Milliseconds since control last confirmed this policy; a duration, never a clock time. */
  readonly confirmedAgoMs: number;
  /** Of the delivery hosts; absent: nobody has told the gate, or it is an older one. */
  readonly pathways?: readonly PathwayState[];
}

/** The cold-start copy in KV: everything an edge needs before it has met its gate. */
export interface PolicyCopy {
  readonly policy: Policy;
  readonly catalog: Catalog;
  readonly writtenAtMs: number;
}
