// How the cache stage ended for one request, and the words for it: Cache-Status (RFC 9211; spec
// section 9, H7) and the `cache` entry of Server-Timing. For respond; the pipeline fills it in. A
// copy served after its origin failed counts as forwarded, since the cache did try: `fwd=stale`
// with the origin's status tells an operator more than a hit would. It does NOT decide whether a
// stale copy may be served.

import type { CacheStatus, ForwardReason } from "../http/cache-status.ts";
import type { MissReason } from "./miss-reason.ts";
import type { StoredVersion, Tier } from "./version.ts";

/** How the cache stage ended. */
export type CachePhase =
  /** Served from a tier, fresh, or stale while somebody revalidates. */
  | { readonly kind: "hit"; readonly tier: Tier }
  /** The origin failed, so a stale copy stands in; `originStatus` null: it did not answer. */
  | {
      readonly kind: "stale-if-error";
      readonly tier: Tier;
      readonly originStatus: number | null;
      readonly detail: string;
    }
  /** Fetched for this request, or with `collapsed` for another one that this request joined. */
  | {
      readonly kind: "fill";
      readonly reason: ForwardReason;
      readonly originStatus: number | null;
      readonly stored: boolean;
      readonly collapsed: boolean;
      /** Why the caches did not have it, where somebody found out. */
      readonly why?: MissReason;
    };

/** What Cache-Status says of a phase at `nowMs`. */
export function toCacheStatus(
  phase: CachePhase,
  version: StoredVersion,
  nowMs: number,
): CacheStatus {
  const ttlSeconds = Math.floor((version.freshUntilMs - nowMs) / 1000);
  switch (phase.kind) {
    case "hit":
      return { kind: "hit", ttlSeconds, detail: phase.tier };
    case "stale-if-error":
      return {
        kind: "forward",
        reason: "stale",
        originStatus: phase.originStatus,
        ttlSeconds,
        stored: false,
        collapsed: false,
        detail: phase.detail,
      };
    case "fill":
      return {
        kind: "forward",
        reason: phase.reason,
        originStatus: phase.originStatus,
        ttlSeconds: phase.stored ? ttlSeconds : null,
        stored: phase.stored,
        collapsed: phase.collapsed,
        detail: phase.why ?? null,
      };
  }
}

/** How far a request came that ends with a problem. */
export const PROBLEM_PHASES = ["refused", "kept-absence", "forwarded"] as const;
export type ProblemPhase = (typeof PROBLEM_PHASES)[number];

/** Reasons of the guards that stand between the caches and the origins: nobody was asked. */
const GUARDED: ReadonlySet<string> = new Set(["not-announced", "not-yet", "busy"]);

/**
 * What Cache-Status says of a problem: the cache was not asked, it knew that there is no such
 * thing, or the way to the origins led to nothing. `reason` becomes the detail.
 */
export function toProblemStatus(phase: ProblemPhase, reason: string): CacheStatus {
  switch (phase) {
    case "refused":
      return { kind: "untouched", detail: reason };
    case "kept-absence":
      return { kind: "hit", ttlSeconds: null, detail: reason };
    case "forwarded":
      if (GUARDED.has(reason)) return { kind: "untouched", detail: reason };
      return {
        kind: "forward",
        // Whether nothing was stored or what was stored is too old: nothing could be used.
        reason: "miss",
        originStatus: null,
        ttlSeconds: null,
        stored: false,
        collapsed: false,
        detail: reason,
      };
  }
}

/** One word for a phase: `hit-l0`, `stale-l0`, `error-l1`, `uri-miss`, `collapsed`. */
export function printPhase(phase: CachePhase, stale: boolean): string {
  switch (phase.kind) {
    case "hit":
      return `${stale ? "stale" : "hit"}-${phase.tier}`;
    case "stale-if-error":
      return `error-${phase.tier}`;
    case "fill":
      return phase.collapsed ? "collapsed" : phase.reason;
  }
}
