// Names the problem that a viewer gets when every origin has failed: the failure of the last one
// asked, unless a healthy origin said plainly that there is no such thing. That answer is worth
// keeping only if all of them said so: the one that could not answer may be the one that has it.

import type { FailureClass, OriginFailure } from "../health/failure.ts";
import type { ProblemReason } from "../http/problem.ts";

const PROBLEM_OF: Readonly<Record<FailureClass, ProblemReason>> = {
  refused: "origin-unreachable",
  reset: "origin-unreachable",
  timeout: "origin-timeout",
  "status-4xx": "origin-error",
  "status-5xx": "origin-error",
  absent: "not-found",
  redirect: "origin-error",
  "short-body": "origin-error",
  "too-large": "origin-too-large",
  "bad-encoding": "origin-bad-encoding",
  "not-a-playlist": "origin-not-a-playlist",
  "bad-playlist": "origin-not-a-playlist",
  lagging: "playlist-overdue",
  "beyond-prefix": "origin-beyond-prefix",
  "no-credentials": "no-origin",
  "wrong-digest": "origin-error",
  "other-bytes": "origin-error",
  "not-media": "origin-error",
};

export interface OriginProblem {
  readonly kind: "problem";
  readonly reason: ProblemReason;
  readonly detail: string;
  readonly originId: string | null;
  /** Whether it says something lasting about the asset (and may be kept), or only about now. */
  readonly isAbsence: boolean;
  /** Set for an absence that must not be remembered. */
  readonly isFleeting?: true;
}

/**
 * What a viewer reads instead of a detail that quotes an origin's content or names a setting, an
 * address or a secret: that is for the log only.
 */
const PUBLIC_WORDS: Partial<Record<FailureClass, string>> = {
  "not-a-playlist": "what it sent does not begin with #EXTM3U",
  "bad-playlist": "its playlist cannot be served, the edge's log names the line and the remedy",
  "beyond-prefix": "its playlist names a file that viewers may not read, the edge's log names it",
  "no-credentials": "the edge has no credentials for it",
};

function toPublicWords({ originId, failure, detail }: OriginFailure): string {
  const words = PUBLIC_WORDS[failure];
  return words === undefined ? detail : `${originId}: ${failure}, ${words}`;
}

/** The problem behind a list of failures, in the order in which they happened. */
export function toOriginProblem(failures: readonly OriginFailure[]): OriginProblem {
  const telling = failures.find(({ failure }) => failure === "absent") ?? failures.at(-1);
  if (telling === undefined) {
    const detail = "The channel's timeline has no origin at the moment.";
    return { kind: "problem", reason: "no-origin", detail, originId: null, isAbsence: false };
  }
  return {
    kind: "problem",
    reason: PROBLEM_OF[telling.failure],
    detail: failures.map(toPublicWords).join("; "),
    originId: telling.originId,
    isAbsence: failures.every(({ failure }) => failure === "absent"),
    ...(failures.some(({ isFleeting }) => isFleeting) ? { isFleeting: true } : {}),
  };
}
