// Prints our member of Cache-Status (RFC 9211; spec section 9, H7): what the cache named `weir` did
// for this reply, put after whatever upstream caches said. For respond. The union makes `hit` and
// `fwd` exclusive, as the RFC demands, and keeps `stored` and `collapsed` with `fwd`, where they
// have a meaning. It does NOT decide what happened; the cache room does.

import { printTokenOrString } from "./structured-field.ts";

/** Why a request went further than our cache (RFC 9211 section 2.2). */
export const FORWARD_REASONS = [
  "bypass",
  "method",
  "uri-miss",
  "vary-miss",
  "miss",
  "request",
  "stale",
  "partial",
] as const;
export type ForwardReason = (typeof FORWARD_REASONS)[number];

/** What our cache did. `ttlSeconds` is the freshness left, negative once stale; null: not known. */
export type CacheStatus =
  /** Nothing: the request was refused before the cache was looked at. */
  | { readonly kind: "untouched"; readonly detail: string | null }
  | { readonly kind: "hit"; readonly ttlSeconds: number | null; readonly detail: string | null }
  | {
      readonly kind: "forward";
      readonly reason: ForwardReason;
      /** Status the origin answered with; null when it never did. */
      readonly originStatus: number | null;
      readonly ttlSeconds: number | null;
      readonly stored: boolean;
      readonly collapsed: boolean;
      readonly detail: string | null;
    };

const UPSTREAM_CHARS_MAX = 1024;

/** Prints the whole field: the upstream value when it is usable, then our member. */
export function printCacheStatus(status: CacheStatus, upstream: string | null): string {
  const own = printMember(status);
  return upstream !== null && isUsable(upstream) ? `${upstream.trim()}, ${own}` : own;
}

function printMember(status: CacheStatus): string {
  let text = "weir";
  if (status.kind === "hit") {
    text += "; hit";
  } else if (status.kind === "forward") {
    text += `; fwd=${status.reason}`;
    if (status.originStatus !== null) text += `; fwd-status=${status.originStatus}`;
  }
  if (status.kind !== "untouched" && status.ttlSeconds !== null)
    text += `; ttl=${Math.floor(status.ttlSeconds)}`;
  if (status.kind === "forward") {
    if (status.stored) text += "; stored";
    if (status.collapsed) text += "; collapsed";
  }
  if (status.detail !== null) text += `; detail=${printTokenOrString(status.detail)}`;
  return text;
}

// One damaged member would make the whole field unreadable, ours included, so it is dropped
// instead.
function isUsable(upstream: string): boolean {
  if (upstream.trim() === "" || upstream.length > UPSTREAM_CHARS_MAX) return false;
  if (!/^[\x20-\x7e]*$/.test(upstream)) return false;
  const quotes = upstream.replace(/\\["\\]/g, "").split('"').length - 1;
  return quotes % 2 === 0 && !/,\s*(?:,|$)|^\s*,/.test(upstream);
}
