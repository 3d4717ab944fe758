// The closed set of ways an origin can fail a request, and what each means for the next step.
//
// "retry" says whether another origin of the same timeline may be asked within the same viewer
// request; "blame" whether the failure counts against this origin. The knowledge lives here, on
// the failure, and not in the callers (RFC 9110 section 9.2.2: GET may be repeated).

export const FAILURE_CLASSES = [
  "refused",
  "reset",
  "timeout",
  "status-4xx",
  "status-5xx",
  "absent",
  "redirect",
  "short-body",
  "too-large",
  "bad-encoding",
  "not-a-playlist",
  "bad-playlist",
  "lagging",
  "beyond-prefix",
  "no-credentials",
  "wrong-digest",
  "other-bytes",
  "not-media",
] as const;
export type FailureClass = (typeof FAILURE_CLASSES)[number];

export interface FailureRule {
  /** Whether the next origin may be asked in the same request. */
  readonly retry: boolean;
  /** Whether it counts against the origin's health and its breaker. */
  readonly blame: boolean;
}

export const FAILURE_RULES: Readonly<Record<FailureClass, FailureRule>> = {
  refused: { retry: true, blame: true },
  reset: { retry: true, blame: true },
  timeout: { retry: true, blame: true },
  "status-4xx": { retry: true, blame: true },
  "status-5xx": { retry: true, blame: true },
  // One replica may be a moment behind the other: ask it, but do not punish the first.
  absent: { retry: true, blame: false },
  redirect: { retry: true, blame: true },
  "short-body": { retry: true, blame: true },
  "too-large": { retry: true, blame: true },
  "bad-encoding": { retry: true, blame: true },
  "not-a-playlist": { retry: true, blame: true },
  "bad-playlist": { retry: true, blame: true },
  lagging: { retry: true, blame: false },
  // A setting of the catalog, the same for every origin: asking another changes nothing.
  "beyond-prefix": { retry: false, blame: false },
  "no-credentials": { retry: true, blame: false },
  // The body is not what the origin itself says it is: a broken disk, cache or upload.
  "wrong-digest": { retry: true, blame: true },
  // A good body that cannot continue the one that broke off.
  "other-bytes": { retry: true, blame: false },
  // A page in place of a segment: a login, an error with status 200.
  "not-media": { retry: true, blame: true },
};

export interface OriginFailure {
  readonly kind: "origin-failure";
  readonly originId: string;
  readonly failure: FailureClass;
  /** For operators: what exactly was seen. Never holds a secret or a query. */
  readonly detail: string;
  /** Set where the asker did not wait any longer: it says little of the origin. */
  readonly isGivenUp?: true;
  /** Set for an absence that the origin wants nobody to remember (`no-store`). */
  readonly isFleeting?: true;
}

/** Names the failure of one origin. */
export function toOriginFailure(
  originId: string,
  failure: FailureClass,
  detail: string,
): OriginFailure {
  return { kind: "origin-failure", originId, failure, detail };
}
