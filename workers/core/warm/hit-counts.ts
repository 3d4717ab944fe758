// Hits and misses of each channel's files, from the counters of the data plane: what the remedy for
// a falling hit ratio looks at. Playlists are left out, whose lifetimes are not a matter of choice,
// and so is what Workers Cache answered, which says nothing here of why.

import type { TallyRow } from "../contract/tally.ts";
import type { HitWindow } from "./remedy.ts";

export type HitCounts = ReadonlyMap<string, HitWindow>;

/** Sums by channel of one gate's rows. */
export function toHitCounts(rows: readonly TallyRow[]): HitCounts {
  const counts = new Map<string, HitWindow>();
  for (const { family, labels, count } of rows) {
    const [channel = "", , kind, outcome = ""] = labels;
    if (family !== "requests" || kind !== "segment") continue;
    const isHit = /^(?:hit|stale)-/.test(outcome);
    const reason = isHit ? null : toReason(outcome);
    if (!isHit && reason === null) continue;
    counts.set(channel, add(counts.get(channel), isHit, reason, count));
  }
  return counts;
}

/** Why it was no hit; null: nothing to do with caches. */
function toReason(outcome: string): string | null {
  if (outcome.startsWith("miss-")) return outcome.slice("miss-".length);
  return outcome === "stale" || outcome === "collapsed" || outcome === "uri-miss" ? outcome : null;
}

const NONE: HitWindow = { hits: 0, requests: 0, misses: {} };

function add(held: HitWindow = NONE, isHit: boolean, reason: string | null, count: number) {
  const misses =
    reason === null
      ? held.misses
      : { ...held.misses, [reason]: (held.misses[reason] ?? 0) + count };
  return { hits: held.hits + (isHit ? count : 0), requests: held.requests + count, misses };
}

/** What came between two sums of one gate; one that began anew counts from nothing. */
export function toHitsSince(now: HitWindow, before: HitWindow | undefined): HitWindow {
  if (before === undefined || before.requests > now.requests) return now;
  const misses: Record<string, number> = {};
  for (const [reason, count] of Object.entries(now.misses)) {
    misses[reason] = Math.max(0, count - (before.misses[reason] ?? 0));
  }
  return {
    hits: Math.max(0, now.hits - before.hits),
    requests: now.requests - before.requests,
    misses,
  };
}

/** Both together. */
export function toHitSum(a: HitWindow | undefined, b: HitWindow): HitWindow {
  if (a === undefined) return b;
  const misses = { ...a.misses };
  for (const [reason, count] of Object.entries(b.misses)) {
    misses[reason] = (misses[reason] ?? 0) + count;
  }
  return { hits: a.hits + b.hits, requests: a.requests + b.requests, misses };
}
