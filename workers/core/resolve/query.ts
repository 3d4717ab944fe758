// What of a query means anything. Everything else (session ids, CMCD, tokens, cache busters) is
// dropped, so that it can neither dilute the cache nor reach the origin.
//
// Playlists: only the channel's allow-list, in one canonical order (RFC 8216bis section 6.2.5
// asks clients for UTF-8 order; we do not rely on it). Delivery directives are dropped as long as
// playlists are served without CAN-BLOCK-RELOAD and CAN-SKIP-UNTIL: they must be ignored then.
// Media: the query that the playlist announced is part of a file's identity and kept as it is,
// without what is the player's, the token's (RFC 9246, CTA-5007) or on the channel's strip list.
// What remains must have been announced; that is the guards' matter.

/** Parameters that belong to the player or the CDN, never to a file. */
const NOT_IDENTITY = /^(CMCD|CMSD|_HLS_[A-Za-z_]*|URISigningPackage|CAT)(=|$)/;

/** Keeps the parameters named in `allowed`, first value of each, sorted by name. */
export function toPlaylistQuery(query: string, allowed: readonly string[]): string {
  if (query === "" || allowed.length === 0) return "";
  const kept = new Map<string, string>();
  for (const pair of query.split("&")) {
    const end = pair.indexOf("=");
    const name = end < 0 ? pair : pair.slice(0, end);
    if (allowed.includes(name) && !kept.has(name)) kept.set(name, pair);
  }
  return [...kept.keys()]
    .sort((a, b) => (a < b ? -1 : a > b ? 1 : 0))
    .map((name) => kept.get(name))
    .join("&");
}

/** Drops what belongs to the player and what `strip` names; keeps the rest in its order. */
export function toMediaQuery(query: string, strip: readonly string[] = []): string {
  if (query === "") return "";
  const isKept = (pair: string) => {
    if (pair === "" || NOT_IDENTITY.test(pair)) return false;
    if (strip.length === 0) return true;
    const end = pair.indexOf("=");
    return !strip.includes(end < 0 ? pair : pair.slice(0, end));
  };
  return query.split("&").filter(isKept).join("&");
}
