// Every way in which the edge can refuse or fail, each with its status, its sentence, when to come
// back and how long the refusal may be kept (RFC 9457; spec section 2, table and C8; section 9,
// H10). For all rooms: they name a reason, this file turns it into a reply. The set is closed, so
// it is also the log word, the metric label and the test matrix. A server's failure (5xx) is never
// cacheable, and neither is a refusal that depends on who asks. A 404 may be kept as long as
// core/ttl says; without its word, for the second or so of the table below. It does NOT choose
// between a stale copy and an error.

import { OPEN_HEADERS } from "./cors.ts";
import type { HeaderPair, HeaderPairs } from "./header-pairs.ts";
import { METHODS_ALLOWED } from "./method.ts";

/** Why the edge answered with an error. */
export const PROBLEM_REASONS = [
  "bad-path",
  "bad-query",
  "uri-too-long",
  "header-too-large",
  "method-not-allowed",
  "not-found",
  "not-announced",
  "not-yet",
  "unknown-channel",
  "unknown-timeline",
  "unknown-host-alias",
  "beyond-prefix",
  "unauthenticated",
  "denied",
  "gone",
  "range-not-satisfiable",
  "no-origin",
  "origin-unreachable",
  "origin-timeout",
  "origin-error",
  "origin-not-a-playlist",
  "origin-too-large",
  "origin-bad-encoding",
  "origin-beyond-prefix",
  "playlist-overdue",
  "busy",
  "shed",
  "internal",
] as const;
export type ProblemReason = (typeof PROBLEM_REASONS)[number];

/** What a reason means on the wire. */
export interface ProblemRule {
  readonly status: number;
  readonly title: string;
  readonly retryAfterSeconds?: number;
  /** How long anyone may keep the refusal when core/ttl did not say; 0 prints no-store. */
  readonly cacheSeconds: number;
}

// cacheSeconds: 60 where only another URL can help; 5 where the catalog decides, which may change
// at any time; 1 (the shortest target duration there is) where the live edge decides; 0 for the
// rest.
export const PROBLEMS: Record<ProblemReason, ProblemRule> = {
  "bad-path": { status: 400, title: "The path is malformed.", cacheSeconds: 60 },
  "bad-query": { status: 400, title: "The query is malformed or out of range.", cacheSeconds: 0 },
  "uri-too-long": { status: 414, title: "The URL is too long.", cacheSeconds: 60 },
  "header-too-large": { status: 431, title: "A request header is too large.", cacheSeconds: 0 },
  "method-not-allowed": {
    status: 405,
    title: "Only GET, HEAD and OPTIONS are served here.",
    cacheSeconds: 0,
  },
  "not-found": { status: 404, title: "There is nothing at this URL.", cacheSeconds: 1 },
  "not-announced": {
    status: 404,
    title: "No playlist of this channel announces this file.",
    cacheSeconds: 1,
  },
  "not-yet": { status: 404, title: "This file is not published yet.", cacheSeconds: 0 },
  "unknown-channel": { status: 404, title: "There is no such channel.", cacheSeconds: 5 },
  "unknown-timeline": {
    status: 404,
    title: "The channel has no such timeline.",
    cacheSeconds: 1,
  },
  "unknown-host-alias": {
    status: 404,
    title: "The channel allows no host of this name.",
    cacheSeconds: 5,
  },
  "beyond-prefix": {
    status: 403,
    title: "The file is outside the origin's prefix; the setting beyond_prefix would allow it.",
    cacheSeconds: 5,
  },
  unauthenticated: {
    status: 401,
    title: "The token is missing, expired or invalid.",
    cacheSeconds: 0,
  },
  denied: { status: 403, title: "The token does not allow this.", cacheSeconds: 0 },
  gone: { status: 410, title: "This presentation was removed.", cacheSeconds: 5 },
  "range-not-satisfiable": {
    status: 416,
    title: "The range lies outside the file.",
    cacheSeconds: 0,
  },
  "no-origin": {
    status: 503,
    title: "No origin of this channel is available.",
    retryAfterSeconds: 2,
    cacheSeconds: 0,
  },
  "origin-unreachable": {
    status: 502,
    title: "No origin could be reached.",
    retryAfterSeconds: 1,
    cacheSeconds: 0,
  },
  "origin-timeout": {
    status: 504,
    title: "The origin did not answer in time.",
    retryAfterSeconds: 1,
    cacheSeconds: 0,
  },
  "origin-error": {
    status: 502,
    title: "The origin answered with an error.",
    retryAfterSeconds: 1,
    cacheSeconds: 0,
  },
  "origin-not-a-playlist": {
    status: 502,
    title: "The origin's answer is not a valid playlist.",
    cacheSeconds: 0,
  },
  "origin-too-large": {
    status: 502,
    title: "The origin's answer is larger than the limit.",
    cacheSeconds: 0,
  },
  "origin-bad-encoding": {
    status: 502,
    title: "The origin's playlist is not valid UTF-8.",
    cacheSeconds: 0,
  },
  "origin-beyond-prefix": {
    status: 502,
    title: "The origin's playlist leaves the prefix; the setting beyond_prefix would allow it.",
    cacheSeconds: 0,
  },
  "playlist-overdue": {
    status: 503,
    title: "The next version of the playlist is overdue.",
    retryAfterSeconds: 1,
    cacheSeconds: 0,
  },
  busy: {
    status: 503,
    title: "This edge is busy with other requests of this channel.",
    retryAfterSeconds: 1,
    cacheSeconds: 0,
  },
  shed: {
    status: 503,
    title: "The service takes no new sessions at the moment.",
    retryAfterSeconds: 10,
    cacheSeconds: 0,
  },
  internal: { status: 500, title: "The edge failed.", cacheSeconds: 0 },
};

/** An error reply, complete but for the headers that tell about timing. */
export interface Problem {
  readonly reason: ProblemReason;
  readonly status: number;
  readonly headers: HeaderPairs;
  /** JSON text of the problem; send no body when the request was HEAD. */
  readonly body: string;
}

/** The path of a request without the viewer's token: problems are logged and shown to others. */
export function toInstance(path: string): string {
  return path.replace(/^\/~[^/]*/, "");
}

const DETAIL_CHARS_MAX = 1000;

/**
 * Builds the reply for a reason. `detail` says what happened in this case, `instance` is the
 * canonical path without the viewer's token. `cacheMs` is the lifetime core/ttl gave a 4xx; it is
 * cut to whole seconds and ignored for 5xx and for refusals that depend on the viewer.
 */
export function toProblem(
  reason: ProblemReason,
  detail: string,
  instance: string,
  cacheMs?: number,
): Problem {
  const rule = PROBLEMS[reason];
  const body = JSON.stringify({
    type: `urn:weir:problem:${reason}`,
    title: rule.title,
    status: rule.status,
    detail: detail.slice(0, DETAIL_CHARS_MAX),
    instance: instance.slice(0, DETAIL_CHARS_MAX),
  });
  const headers: HeaderPair[] = [
    ["Content-Type", "application/problem+json"],
    ["Cache-Control", printErrorCacheControl(reason, rule, cacheMs)],
  ];
  if (rule.retryAfterSeconds !== undefined) {
    headers.push(["Retry-After", String(rule.retryAfterSeconds)]);
  }
  if (reason === "method-not-allowed") headers.push(["Allow", METHODS_ALLOWED]);
  // RFC 9110 section 15.5.2: a 401 must name a scheme.
  if (reason === "unauthenticated") headers.push(["WWW-Authenticate", 'Bearer realm="weir"']);
  headers.push(...OPEN_HEADERS);
  return { reason, status: rule.status, headers, body };
}

// Reasons whose answer is another one for another viewer, header or method: never kept by anyone.
const PER_VIEWER: ReadonlySet<ProblemReason> = new Set([
  "unauthenticated",
  "denied",
  "range-not-satisfiable",
  "header-too-large",
  "method-not-allowed",
]);

function printErrorCacheControl(
  reason: ProblemReason,
  rule: ProblemRule,
  cacheMs: number | undefined,
): string {
  if (rule.status >= 500 || PER_VIEWER.has(reason)) return "no-store";
  const seconds = cacheMs === undefined ? rule.cacheSeconds : Math.floor(cacheMs / 1000);
  // Some caches keep an expired answer for ever while we fail unless told not to (spec P5).
  return seconds > 0 ? `public, max-age=${seconds}, stale-if-error=0` : "no-store";
}
