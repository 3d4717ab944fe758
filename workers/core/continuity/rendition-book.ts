// The canonical playlist of one rendition as the ledger holds it: announced blocks, what is in
// effect at both ends, what is being made at its end, and where in which origin's numbering it
// stands. Everything is canonical already: URIs are rewritten and labelled when a block is
// admitted, once.

import type { BlockStore } from "./block-store.ts";
import type { DateRangeEntry } from "./date-ranges.ts";
import type { TagState } from "./raw-block.ts";

export interface RenditionBook {
  /** Printed path below the channel. */
  readonly path: string;
  /** Timeline of the last visit that has joined. */
  readonly timeline: number;
  /** Head lines as first announced, with marks for what is printed anew (head.ts). */
  readonly head: readonly string[];
  /** EXT-X-VERSION that all admitted tags need. */
  readonly version: number;
  readonly store: BlockStore;
  readonly front: FrontState;
  readonly tail: TailState;
  readonly source: SourceState;
  readonly open: CanonicalOpen;
  readonly dateRanges: readonly DateRangeEntry[];
  /** What the last version said beyond its blocks, as its origin wrote it. */
  readonly seen: string;
  /**
   * Most media that an origin listed, before and since the last cut: how long the window may be.
   */
  readonly oldWindowSeconds: number;
  readonly windowSeconds: number;
  /** True if the serving origin's newest version had ENDLIST and all of it was admitted. */
  readonly endSeen: boolean;
  readonly lastSeenMs: number;
  /** Grows by one with every change. */
  readonly seq: number;
}

/** What holds in front of the first block. */
export interface FrontState {
  /** Discontinuity sequence before the first block's own tags. */
  readonly dsn: number;
  readonly state: TagState;
}

export interface TailState {
  readonly nextMsn: number;
  /** Discontinuity sequence of the last block. */
  readonly dsn: number;
  readonly state: TagState;
  /** End of the last block: on its origin's clock, and by when it was published. */
  readonly endMs: number | null;
  readonly publishedAtMs: number;
  readonly lastSeconds: number;
  /** When the last block was admitted. */
  readonly admittedAtMs: number;
}

export interface SourceState {
  /** Number of the visit (cut.ts) that the last block belongs to. */
  readonly visit: number;
  readonly origin: string;
  readonly epoch: number;
  /** The last block's number there. */
  readonly localMsn: number;
  /** Canonical minus local number. */
  readonly shift: number;
  readonly localDsn: number;
  /** Canonical number of the visit's first block. */
  readonly firstMsn: number;
  /** True as long as the visit's first block is not complete: the seam is still to be written. */
  readonly atSeam: boolean;
  /** True if the join is a discontinuity for this rendition. */
  readonly isDiscontinuity: boolean;
  /** True behind a discontinuity: every segment says its date. */
  readonly datesEach: boolean;
}

/** What stands behind the last complete segment. */
export interface CanonicalOpen {
  /** Lines of the segment in the making, seam included. */
  readonly lines: readonly string[];
  readonly partCount: number;
  readonly partSeconds: number;
  readonly hasGapPart: boolean;
  readonly dateMs: number | null;
  readonly discontinuities: number;
  readonly hints: readonly string[];
  readonly reports: readonly string[];
}

export const emptyOpen: CanonicalOpen = {
  lines: [],
  partCount: 0,
  partSeconds: 0,
  hasGapPart: false,
  dateMs: null,
  discontinuities: 0,
  hints: [],
  reports: [],
};

/** Number of the first listed segment. */
export function toFrontMsn(book: RenditionBook): number {
  return book.tail.nextMsn - book.store.count;
}
