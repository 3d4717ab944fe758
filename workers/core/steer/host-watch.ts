// How well a delivery host is, judged by looks at it from outside. For control, which looks; the
// edges get a PathwayBook of it. Players move only once two looks in a row failed, and come back
// only after three good ones in a row: each move costs every session of the host a new connection.
//
// If every host looks dead at once it is we who are cut off (spec section 5, T7: steering never
// replaces what players see themselves), so nothing is said about any of them.

import type { DeliveryHost } from "../config/catalog.ts";
import type { PathwayState, PathwayVerdict } from "../contract/pathways.ts";

/** Failed looks in a row that make a host red. */
export const LOOKS_RED = 2;
/** Good looks in a row that bring it back. */
export const LOOKS_BACK = 3;

export interface HostWatch {
  readonly id: string;
  readonly verdict: PathwayVerdict;
  /** Looks in a row that ended alike. */
  readonly goodCount: number;
  readonly badCount: number;
  readonly changedAtMs: number;
  /** What the last failed look saw; null: none has failed. */
  readonly detail: string | null;
  /** Who took it out and until when; null: nobody. */
  readonly drain: HostDrain | null;
}

export interface HostDrain {
  readonly by: string;
  readonly atMs: number;
  /** Null: until it is taken back. */
  readonly untilMs: number | null;
}

/** One that nobody has looked at. */
export function toHostWatch(id: string, nowMs: number): HostWatch {
  return {
    ...{ id, verdict: "unknown", goodCount: 0, badCount: 0 },
    ...{ changedAtMs: nowMs, detail: null, drain: null },
  };
}

/** Takes one look in; `fault` is null for a good one. */
export function applyHostLook(watch: HostWatch, fault: string | null, nowMs: number): HostWatch {
  const goodCount = fault === null ? watch.goodCount + 1 : 0;
  const badCount = fault === null ? 0 : watch.badCount + 1;
  const verdict = toVerdict(watch.verdict, goodCount, badCount);
  const changedAtMs = verdict === watch.verdict ? watch.changedAtMs : nowMs;
  return { ...watch, goodCount, badCount, verdict, changedAtMs, detail: fault ?? watch.detail };
}

function toVerdict(before: PathwayVerdict, goodCount: number, badCount: number): PathwayVerdict {
  if (badCount >= LOOKS_RED) return "red";
  if (goodCount === 0) return before;
  return before === "red" && goodCount < LOOKS_BACK ? "red" : "green";
}

/** Watches for exactly the hosts of a catalog; what is known of them stays. */
export function toHostWatches(
  known: readonly HostWatch[],
  hosts: readonly DeliveryHost[],
  nowMs: number,
): readonly HostWatch[] {
  return hosts.map(({ id }) => known.find((each) => each.id === id) ?? toHostWatch(id, nowMs));
}

/** What the edges are told. */
export function toPathwayStates(
  watches: readonly HostWatch[],
  nowMs: number,
): readonly PathwayState[] {
  const isBlind = watches.every(({ verdict }) => verdict === "red");
  return watches.map(({ id, verdict, drain }) => ({
    id,
    verdict: isBlind ? "unknown" : verdict,
    isDrained: drain !== null && (drain.untilMs === null || nowMs < drain.untilMs),
  }));
}
