// Errors of the control API as problem details (RFC 9457). Each says what was wrong with the
// request and what to do; none says anything about our insides.

import type { Context } from "hono";

export const API_PROBLEMS = {
  "bad-request": { status: 400, title: "The request is not well formed." },
  unauthenticated: { status: 401, title: "A bearer token is needed." },
  forbidden: { status: 403, title: "The token lacks the scope for this." },
  "not-found": { status: 404, title: "There is no such thing." },
  conflict: { status: 409, title: "The state has changed meanwhile." },
  "too-large": { status: 413, title: "The body is too large." },
  "catalog-refused": { status: 422, title: "The catalog was refused; the old one stays in force." },
  "event-refused": { status: 422, title: "The event was refused." },
  unavailable: { status: 503, title: "Not ready yet; try again shortly." },
  internal: { status: 500, title: "The control worker failed." },
} as const;
export type ApiProblem = keyof typeof API_PROBLEMS;

/** A problem response. `more` adds members of its own (RFC 9457 section 3.2). */
export function respondProblem(
  context: Context,
  reason: ApiProblem,
  detail: string,
  more: Readonly<Record<string, unknown>> = {},
): Response {
  const { status, title } = API_PROBLEMS[reason];
  const body = { type: `urn:weir:problem:${reason}`, title, status, detail, ...more };
  return context.body(JSON.stringify(body), status, {
    "content-type": "application/problem+json",
    "cache-control": "no-store",
    ...(status === 401 ? { "www-authenticate": "Bearer" } : {}),
    ...(status === 503 ? { "retry-after": "1" } : {}),
  });
}
