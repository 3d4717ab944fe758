// Rows of the bench of segments.

import { toCostRow } from "./live-rows.ts";
import type { BenchRow } from "./rows.ts";

export const SEGMENTS_BENCH = "segments";

/** What a cache other than ours did in the same run. */
export interface PeerFigure {
  readonly name: string;
  readonly value: number;
}

/** A row in which less is better, beside the best peer. */
export function toRow(
  row: string,
  ours: number,
  goal: number,
  unit: string,
  peers: readonly PeerFigure[] = [],
): BenchRow {
  return { ...toCostRow({ row, ours, goal, unit, peers }), bench: SEGMENTS_BENCH };
}

/** A row in which the share of the limit counts. */
export function toShareRow(
  row: string,
  ours: number,
  limit: number,
  goal: number,
  unit: string,
): BenchRow {
  const ratio = ours / limit;
  return {
    bench: SEGMENTS_BENCH,
    row,
    ours,
    peer: null,
    peerName: null,
    limit,
    unit,
    ratio,
    floor: goal,
    goal,
    pass: ratio >= goal,
  };
}
