// What an origin of segments is like, what can be wrong with it, and what it remembers of requests.

import type { StationOptions } from "../live/station.ts";

/**
 *   reset     connections break without an answer      error     500
 *   hang      no answer until it is over               slow      3 s until the headers
 *   absent    404 for everything                       html      200 with a page
 *   truncate  half a body, then the connection ends    damage    wrong bytes under the right MD5
 *   replaced  from now on every name means other bytes
 */
export const SEGMENT_FAULTS = [
  "reset",
  "hang",
  "error",
  "absent",
  "slow",
  "html",
  "truncate",
  "damage",
  "replaced",
] as const;
export type SegmentFault = (typeof SEGMENT_FAULTS)[number];

export interface SegmentStation {
  readonly name: string;
  /** Schedule and shape of its live playlists. */
  readonly live: StationOptions;
  /** Bytes of a live segment, by rendition. */
  readonly renditionBytes: Readonly<Record<string, number>>;
  /** Time to the headers. */
  readonly latencyMs: number;
  /** Pause after each 64 KiB of a body; 0 for none. */
  readonly pieceMs: number;
}

/** One request for something that is no playlist; probes are not among them. */
export interface SegmentRead {
  readonly atMs: number;
  readonly path: string;
  readonly method: string;
  /** 404: nothing of that name was published; else 200, whatever fault struck. */
  readonly status: number;
  /** The cache says that it asks ahead of viewers (X-Prefetch). */
  readonly isPrefetch: boolean;
}
