// From the outcomes of the live bench to rows with goals.
//
// Outdated: a newer version had been published when the answer's last byte arrived. Late: since
// when. Goals are those of section 14 of the specification notes, measured with a throw-away
// prototype: an edge that reaches them asks the origin at the right moment and spreads the answer
// at once. Where calls between objects take time, that time is added to the goal: nothing can
// arrive before it has travelled.

import { BUSY } from "../kit/live/quiet-tries.ts";
import type { Outcome } from "./live-run.ts";
import type { BenchRow } from "./rows.ts";

export const LIVE_BENCH = "live";

export interface FreshnessGoals {
  readonly outdatedPercent: number;
  readonly lateMsP99: number;
  readonly requestsPerVersion: number;
}

export const POLLING_GOALS: FreshnessGoals = {
  outdatedPercent: 3,
  lateMsP99: 60,
  requestsPerVersion: 8,
};
export const BLOCKING_GOALS: FreshnessGoals = {
  outdatedPercent: 1,
  lateMsP99: 20,
  requestsPerVersion: 1,
};

/** Goals when every version travels `wayMs` between objects before an edge has it. */
export function toGoalsWithWay(goals: FreshnessGoals, wayMs: number, segmentMs: number) {
  return {
    ...goals,
    outdatedPercent: goals.outdatedPercent + (100 * wayMs) / segmentMs,
    lateMsP99: goals.lateMsP99 + wayMs,
  };
}

interface Cost {
  readonly row: string;
  readonly ours: number;
  readonly goal: number;
  readonly unit: string;
  readonly peers: readonly { readonly name: string; readonly value: number }[];
}

/** A row in which less is better, beside the best peer. */
export function toCostRow({ row, ours, goal, unit, peers }: Cost): BenchRow {
  const [best] = peers.toSorted((a, b) => a.value - b.value);
  return {
    bench: LIVE_BENCH,
    row,
    ours,
    peer: best?.value ?? null,
    peerName: best?.name ?? null,
    limit: null,
    unit,
    ratio: ours,
    floor: goal,
    goal,
    pass: ours <= goal,
    lessIsBetter: true,
  };
}

/** The rows of one of our outcomes; `peers` saw the same publications. */
export function toFreshnessRows(
  name: string,
  ours: Outcome,
  goals: FreshnessGoals,
  peers: readonly Outcome[],
): readonly BenchRow[] {
  const toRow = (measure: string, unit: string, goal: number, read: (of: Outcome) => number) =>
    toCostRow({
      row: `${name}: ${measure}${ours.busy ? BUSY : ""}`,
      ours: read(ours),
      goal,
      unit,
      peers: peers.map((peer) => ({ name: peer.name, value: read(peer) })),
    });
  return [
    toRow("outdated", "% of answers", goals.outdatedPercent, (of) => of.outdatedPercent),
    toRow("late, p99", "ms", goals.lateMsP99, (of) => of.lateMsP99),
    toRow("origin", "requests/version", goals.requestsPerVersion, (of) => of.requestsPerVersionMax),
    toRow("sequence went back", "answers", 0, (of) => of.regressionCount),
    toRow("failed", "answers", 0, (of) => of.failureCount),
  ];
}
