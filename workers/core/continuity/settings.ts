// What the catalog says about a channel's continuity, and the bounds of its ledger. A limit is
// written beside the attack or accident that it bounds (see infra/docs/adr/0014-limits.md).

import type { ReplicaMode } from "../config/catalog.ts";

export interface LedgerSettings {
  readonly channel: string;
  /** In the operator's order of preference. */
  readonly origins: readonly string[];
  /** Whether the origins' bytes are the same: as the operator knows it; auto = prove it. */
  readonly replicas: ReplicaMode;
  /** True if the edge can concatenate parts into the segment that a cut left open. */
  readonly assembleParts: boolean;
}

export const ledgerLimits = {
  /** Blocks of one rendition's window. Attack: an EVENT playlist that never ends. */
  blocksMax: 200_000,
  /** Blocks held of an origin that does not serve. Attack: a standby with a window of days. */
  heldBlocksMax: 64,
  /** Epochs remembered per origin. Attack: an encoder in a crash loop. */
  epochsMax: 4,
  /** Cuts remembered. Attack: a crash loop again; older ones only explain. */
  visitsMax: 64,
  /** Timelines remembered beyond those in a window. */
  timelinesMax: 128,
  /** Renditions of a channel. Attack: a multivariant playlist of a million lines. */
  renditionsMax: 256,
  /** Origins of a channel. */
  originsMax: 16,
  /** Date ranges of one rendition. Attack: a new ID with every version. */
  dateRangesMax: 512,
  /** Decisions kept for explain. */
  decisionsMax: 256,
  /** Gap segments that stand for a hole before the window jumps. Attack: a jump of 2^50 numbers. */
  gapBlocksMax: 32,
  /** Polls within which a return to a known epoch means two nodes behind one URL. */
  facePolls: 5,
} as const;
