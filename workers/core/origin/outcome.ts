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
};

export interface OriginProblem {
  readonly kind: "problem";
  readonly reason: ProblemReason;
  readonly detail: string;
  readonly originId: string | null;
  /** Whether it says something lasting about the asset (and may be kept), or only about now. */
  readonly isAbsence: boolean;
}

/** Failures whose details quote an origin's content or name a setting: for the log only. */
const INTERNAL: ReadonlySet<FailureClass> = new Set([
  "not-a-playlist",
  "bad-playlist",
  "beyond-prefix",
  "no-credentials",
]);

/** What a viewer may read: which origin failed how, but no address, content or secret's name. */
function toPublicWords({ originId, failure, detail }: OriginFailure): string {
  return INTERNAL.has(failure) ? `${originId}: ${failure}` : detail;
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
  };
}
