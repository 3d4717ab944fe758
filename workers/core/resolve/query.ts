// What of a query means anything. Everything else (session ids, CMCD, tokens, cache busters) is
// dropped, so that it can neither dilute the cache nor reach the origin.
//
// Playlists: only the channel's allow-list, in one canonical order (RFC 8216bis section 6.2.5
// asks clients for UTF-8 order; we do not rely on it). Delivery directives are dropped as long as
// playlists are served without CAN-BLOCK-RELOAD and CAN-SKIP-UNTIL: they must be ignored then.
// Media: the query that the playlist announced is part of a file's identity and kept as it is.

/** Parameters that belong to the player or the CDN, never to a file. */
const NOT_IDENTITY = /^(CMCD|CMSD|_HLS_[A-Za-z_]*)(=|$)/;

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

/** Drops what belongs to the player; keeps the rest in its order. */
export function toMediaQuery(query: string): string {
  if (query === "") return "";
  return query
    .split("&")
    .filter((pair) => pair !== "" && !NOT_IDENTITY.test(pair))
    .join("&");
}
