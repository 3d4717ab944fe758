// Why a file was not in the cache when a viewer asked for it. For Cache-Status (its `detail`), for
// the metrics and for whoever has to explain a bill: a cold crowd, a lifetime that is too short, a
// cache that throws away, a switch of timelines, a query that makes two keys of one file, and a
// prefetch that came too late are different faults with different remedies. It does NOT decide
// what is fetched.

export const MISS_REASONS = [
  /** Never seen here. */
  "cold",
  /** Seen here, and past its lifetime. */
  "expired",
  /** Seen here and still within its lifetime: the cache below us gave it up. */
  "evicted",
  /** The same path was seen here in another timeline. */
  "timeline",
  /** The same path was seen here under another query. */
  "key-variant",
  /** Nobody may keep it. */
  "bypass",
  /** It was being fetched ahead, and the viewer was quicker. */
  "prefetch-late",
] as const;
export type MissReason = (typeof MISS_REASONS)[number];

/** What is remembered of a key, and of the path in it. */
export interface MissFacts {
  readonly storable: boolean;
  /** Whether the viewer joined a fill that a prefetch had begun. */
  readonly joinedPrefetch: boolean;
  /** Until when the key's last copy might have served; null: never seen. */
  readonly seenUntilMs: number | null;
  /** Timeline and query under which the path was seen last; null: never. */
  readonly seenAs: { readonly timeline: number; readonly query: string } | null;
  readonly timeline: number;
  readonly query: string;
  readonly nowMs: number;
}

/** Names the reason of one miss; first match decides. */
export function decideMissReason(facts: MissFacts): MissReason {
  const { seenUntilMs, seenAs, nowMs } = facts;
  if (!facts.storable) return "bypass";
  if (facts.joinedPrefetch) return "prefetch-late";
  if (seenUntilMs !== null) return nowMs < seenUntilMs ? "evicted" : "expired";
  if (seenAs === null) return "cold";
  if (seenAs.timeline !== facts.timeline) return "timeline";
  return seenAs.query !== facts.query ? "key-variant" : "cold";
}
