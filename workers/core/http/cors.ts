// The headers that let a player on any page use our replies and read what they say (spec section 9,
// H11; section 7, M1). For every reply, errors included: without them a browser hides even the
// status. Access is open to every page because who may watch is decided by the token in the URL,
// never by cookies. It does NOT allow credentials, and does NOT depend on the viewer except in the
// answer to a preflight.

import type { HeaderPairs } from "./header-pairs.ts";
import { METHODS_ALLOWED } from "./method.ts";

/** Response headers that scripts of a player may read; Age is needed for low-latency tune-in. */
export const EXPOSED_HEADERS =
  "Age, Date, ETag, Cache-Status, Server-Timing, CMSD-Static, CMSD-Dynamic, Retry-After, " +
  "Content-Range, Content-Length";

/** On every reply, whatever its status. */
export const OPEN_HEADERS: HeaderPairs = [
  ["Access-Control-Allow-Origin", "*"],
  ["Access-Control-Expose-Headers", EXPOSED_HEADERS],
  ["Timing-Allow-Origin", "*"],
  ["Cross-Origin-Resource-Policy", "cross-origin"],
  ["X-Content-Type-Options", "nosniff"],
];

const PREFLIGHT_MAX_AGE_SECONDS = 86_400;
const REQUESTED_HEADERS_MAX = 16;
const REQUEST_HEADERS_ALLOWED = [
  "range",
  "if-range",
  "if-none-match",
  "if-modified-since",
  "cmcd-object",
  "cmcd-request",
  "cmcd-session",
  "cmcd-status",
  "cta-common-access-token",
  "x-playback-session-id",
  "authorization",
];
const TOKEN = /^[!#$%&'*+\-.^_`|~0-9a-z]{1,64}$/;

/** Headers of the 204 that answers OPTIONS; `requested` is Access-Control-Request-Headers. */
export function toPreflightHeaders(requested: string | null): HeaderPairs {
  // A player's own headers are allowed too: the edge ignores them, and refusing would stop
  // playback.
  const extra = (requested ?? "")
    .slice(0, 1024)
    .toLowerCase()
    .split(",")
    .map((name) => name.trim())
    .filter((name) => TOKEN.test(name) && !REQUEST_HEADERS_ALLOWED.includes(name))
    .slice(0, REQUESTED_HEADERS_MAX);
  return [
    ["Allow", METHODS_ALLOWED],
    ["Access-Control-Allow-Methods", METHODS_ALLOWED],
    ["Access-Control-Allow-Headers", [...REQUEST_HEADERS_ALLOWED, ...new Set(extra)].join(", ")],
    ["Access-Control-Max-Age", String(PREFLIGHT_MAX_AGE_SECONDS)],
    ["Vary", "Access-Control-Request-Headers"],
    ["Cache-Control", "no-store"],
    ...OPEN_HEADERS,
  ];
}
