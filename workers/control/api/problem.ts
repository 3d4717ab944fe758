// Errors of the control API as problem details (RFC 9457). Each says what was wrong with the
// request and what to do; none says anything about our insides.

export const API_PROBLEMS = {
  "bad-request": { status: 400, title: "The request is not well formed." },
  unauthenticated: { status: 401, title: "A valid token is needed." },
  forbidden: { status: 403, title: "The caller may not do this." },
  "not-found": { status: 404, title: "There is no such thing." },
  method: { status: 405, title: "This place does not take that method." },
  conflict: { status: 409, title: "The state does not allow it." },
  "key-running": { status: 409, title: "The request with this key is still running." },
  stale: { status: 412, title: "The state has changed meanwhile." },
  "too-large": { status: 413, title: "The body is too large." },
  "wrong-type": { status: 415, title: "The body is of a type that is not taken here." },
  "catalog-refused": { status: 422, title: "The catalog was refused; the old one stays in force." },
  "event-refused": { status: 422, title: "The event was refused." },
  "order-refused": { status: 422, title: "The order was refused." },
  "key-reused": { status: 422, title: "The key belongs to another request." },
  "condition-needed": { status: 428, title: "A condition is needed." },
  "too-many": { status: 429, title: "Too many requests." },
  internal: { status: 500, title: "The control worker failed." },
  "upstream-failed": { status: 502, title: "A service behind this one failed." },
  unavailable: { status: 503, title: "Not ready yet; try again shortly." },
} as const;
export type ApiProblem = keyof typeof API_PROBLEMS;

export interface Problem {
  readonly kind: "problem";
  readonly reason: ApiProblem;
  /** What was wrong, where, and what to do. */
  readonly detail: string;
  /** Members of its own (RFC 9457 section 3.2). */
  readonly more?: Readonly<Record<string, unknown>>;
  readonly headers?: Readonly<Record<string, string>>;
}

/** A problem as a value. */
export function toProblem(
  reason: ApiProblem,
  detail: string,
  more: Readonly<Record<string, unknown>> = {},
  headers: Readonly<Record<string, string>> = {},
): Problem {
  return { kind: "problem", reason, detail, more, headers };
}

/** The response that tells it. */
export function printProblem({ reason, detail, more = {}, headers = {} }: Problem): Response {
  const { status, title } = API_PROBLEMS[reason];
  const body = { type: `urn:weir:problem:${reason}`, title, status, detail, ...more };
  return new Response(JSON.stringify(body), {
    status,
    headers: {
      "content-type": "application/problem+json",
      "cache-control": "no-store",
      ...(status === 401 ? { "www-authenticate": "Bearer" } : {}),
      ...(status === 503 || reason === "key-running" ? { "retry-after": "1" } : {}),
      ...headers,
    },
  });
}
