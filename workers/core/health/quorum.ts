// One origin as several regions see it becomes one verdict for the world, and one for each region.
// For the live choice, which is made once for the world, and for segments and VOD, which are
// steered per region.
//
// Like a jury: a single witness may have stood in the wrong place (its own network is broken, its
// cache is stale, it lies), so it needs most of those who were ever heard to condemn an origin. A
// region that has gone silent still counts among them: with two of three witnesses gone the third
// cannot condemn anybody, and the last verdict stands (fail-static). Fewer witnesses that are still
// heard must never make condemning easier.

import { toGravity, type Verdict, type VerdictReason } from "./verdict.ts";

export interface RegionView {
  readonly region: string;
  readonly verdict: Verdict;
  readonly reasons: readonly VerdictReason[];
  /** Since the region last reported anything about this origin. */
  readonly seenAgoMs: number;
}

export interface QuorumRule {
  /** Regions that must agree; null: more than half of those that were heard lately. */
  readonly regionsMin: number | null;
  /** A region that was silent for longer has no voice. */
  readonly staleMs: number;
  /** A region that was silent for longer is no member any more: it has been taken down. */
  readonly goneMs: number;
}

/** Three probes of the default interval, and ten minutes. */
export const QUORUM_RULE: QuorumRule = { regionsMin: null, staleMs: 6_500, goneMs: 600_000 };

export interface QuorumVerdict {
  readonly verdict: Verdict;
  readonly reasons: readonly VerdictReason[];
  /** Regions with a voice, regions that were counted, and how many of them had to agree. */
  readonly heard: number;
  readonly members: number;
  readonly needed: number;
}

/**
 * Decides for the world; `previous` is what holds while too few are heard. `expected` regions are
 * members although they have said nothing of this origin yet: after a restart of the judge the
 * first witness to speak must not be the whole jury.
 */
export function decideQuorum(
  views: readonly RegionView[],
  previous: Verdict,
  rule: QuorumRule = QUORUM_RULE,
  expected = 0,
): QuorumVerdict {
  const present = views.filter(({ seenAgoMs }) => seenAgoMs <= rule.goneMs);
  const heard = present.filter(({ seenAgoMs }) => seenAgoMs <= rule.staleMs);
  const members = Math.max(present.length, expected);
  const most = Math.floor(members / 2) + 1;
  const needed = Math.max(1, Math.min(rule.regionsMin ?? most, members));
  const counts = { heard: heard.length, members, needed };
  if (present.length === 0)
    return { verdict: previous, reasons: toFewReasons(previous, heard), ...counts };
  const red = heard.filter(({ verdict }) => verdict === "red");
  // Who only waits out a hold-down reaches it again: he must not help to condemn it anew.
  const accusing = previous === "red" ? red : red.filter((view) => !isRecovering(view));
  if (accusing.length >= needed) return { verdict: "red", reasons: toReasons(accusing), ...counts };
  const known = heard.filter(({ verdict }) => verdict !== "unknown");
  if (known.length < needed) {
    return { verdict: previous, reasons: toFewReasons(previous, heard), ...counts };
  }
  // Out of red, too, it needs most of them: one that is well and two that are not heard are none.
  const fit = known.length - red.length;
  if (previous === "red" && fit < needed) {
    return {
      verdict: "red",
      reasons: red.length > 0 ? toReasons(red) : ["quorum-lost"],
      ...counts,
    };
  }
  const yellow = known.filter(({ verdict }) => verdict === "yellow");
  if (red.length > 0) {
    return { verdict: "yellow", reasons: ["partial", ...toReasons(yellow)], ...counts };
  }
  if (yellow.length === 0) return { verdict: "green", reasons: [], ...counts };
  return yellow.length >= needed
    ? { verdict: "yellow", reasons: toReasons(yellow), ...counts }
    : { verdict: "yellow", reasons: ["partial", ...toReasons(yellow)], ...counts };
}

function isRecovering({ reasons }: RegionView): boolean {
  return reasons.length === 1 && reasons[0] === "recovering";
}

function toFewReasons(previous: Verdict, heard: readonly RegionView[]): readonly VerdictReason[] {
  if (previous === "unknown") return heard.length === 0 ? ["never-seen"] : toReasons(heard);
  return ["quorum-lost"];
}

/** The reasons of all, worst verdict's first, each once. */
function toReasons(views: readonly RegionView[]): readonly VerdictReason[] {
  const sorted = [...views].sort((a, b) => toGravity(b.verdict) - toGravity(a.verdict));
  return [...new Set(sorted.flatMap(({ reasons }) => reasons))];
}

/**
 * Decides for one region: its own word while it is heard, else the world's. A region that alone
 * sees an origin red is right about its own way there.
 */
export function decideRegionVerdict(
  region: string,
  views: readonly RegionView[],
  world: Verdict,
  rule: QuorumRule = QUORUM_RULE,
): Verdict {
  const own = views.find((view) => view.region === region);
  if (own === undefined || own.seenAgoMs > rule.staleMs || own.verdict === "unknown") return world;
  // The world's red needs most regions; who is among the few that still reach it keeps it.
  return own.verdict;
}
