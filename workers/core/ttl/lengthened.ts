// A lifetime made longer, because too many viewers found nothing in the cache (the remedy of
// core/warm/remedy.ts). Only what is ours to choose is stretched: an origin's own word stands, a
// failure is not believed longer, and nothing is kept beyond a year. For files whose names never
// mean other bytes; who calls sees to that.

import { YEAR_MS } from "./bounds.ts";
import type { Ttl, TtlReason } from "./reason.ts";

/** Rules that follow the channel's policy, or bounds of our own. */
const OURS: ReadonlySet<TtlReason> = new Set(["fixed", "latency-adaptive", "immutable-name"]);

/** The lifetime times `factor`, where that is ours to say. */
export function toLengthened(ttl: Ttl, factor: number): Ttl {
  if (!(factor > 1) || !ttl.storable || !OURS.has(ttl.reason)) return ttl;
  return { ...ttl, freshMs: Math.min(YEAR_MS, Math.floor(ttl.freshMs * factor)) };
}
