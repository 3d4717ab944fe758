// Where a stored entry stands in its life. The caches below us keep entries longer than they are
// fresh, because neither knows stale-while-revalidate or stale-if-error in the milliseconds that
// live playlists need (RFC 5861; Cloudflare's Cache API has neither).

/** The times of an entry, in Unix milliseconds; the windows count from `freshUntilMs`. */
export interface Lifetime {
  readonly confirmedAtMs: number;
  readonly freshUntilMs: number;
  readonly swrMs: number;
  readonly sieMs: number;
}

export const STANDINGS = ["fresh", "revalidate", "if-error", "expired"] as const;
/** fresh: serve. revalidate: serve and ask behind. if-error: ask first, serve if that fails. */
export type Standing = (typeof STANDINGS)[number];

/** Decides how an entry may be used at a moment. */
export function decideStanding(lifetime: Lifetime, nowMs: number): Standing {
  const staleMs = nowMs - lifetime.freshUntilMs;
  if (staleMs < 0) return "fresh";
  if (staleMs < lifetime.swrMs) return "revalidate";
  if (staleMs < lifetime.sieMs) return "if-error";
  return "expired";
}
