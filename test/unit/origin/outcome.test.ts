// The one problem that a viewer hears of when every origin has failed.

import { describe, expect, test } from "vitest";
import {
  FAILURE_CLASSES,
  type FailureClass,
  toOriginFailure,
} from "../../../workers/core/health/failure.ts";
import { PROBLEMS } from "../../../workers/core/http/problem.ts";
import { toOriginProblem } from "../../../workers/core/origin/outcome.ts";

const problemOf = (...failures: FailureClass[]) =>
  toOriginProblem(
    failures.map((failure, k) => toOriginFailure(`o${k}`, failure, `o${k} ${failure}`)),
  );

test("nobody to ask", () => {
  expect(problemOf()).toEqual({
    kind: "problem",
    reason: "no-origin",
    detail: "The channel's timeline has no origin at the moment.",
    originId: null,
    isAbsence: false,
  });
});

describe("precedence", () => {
  const rows: { name: string; failures: FailureClass[]; want: unknown[] }[] = [
    {
      name: "the last one asked",
      failures: ["refused", "timeout"],
      want: ["origin-timeout", "o1", false],
    },
    {
      name: "a plain no before everything",
      failures: ["absent", "timeout"],
      want: ["not-found", "o0", false],
    },
    {
      name: "wherever it comes",
      failures: ["status-5xx", "absent", "reset"],
      want: ["not-found", "o1", false],
    },
    {
      name: "all say no: that may be kept",
      failures: ["absent", "absent"],
      want: ["not-found", "o0", true],
    },
    { name: "the only one says no", failures: ["absent"], want: ["not-found", "o0", true] },
    {
      name: "behind what was shown",
      failures: ["lagging"],
      want: ["playlist-overdue", "o0", false],
    },
  ];
  test.each(rows)("$name", ({ failures, want }) => {
    const { reason, originId, isAbsence } = problemOf(...failures);
    expect([reason, originId, isAbsence]).toEqual(want);
  });

  test("the detail tells of all of them", () => {
    expect(problemOf("refused", "absent").detail).toBe("o0 refused; o1 absent");
  });
});

test("what a playlist held, where it lies and what a secret is called stay in the log", () => {
  const inner = ["not-a-playlist", "bad-playlist", "beyond-prefix", "no-credentials"] as const;
  for (const failure of inner) {
    const given = toOriginFailure("a", failure, "a, line 1: <b>quoted</b> WEIR_S3_X");
    const { detail } = toOriginProblem([given]);
    expect(detail).toMatch(new RegExp(`^a: ${failure}, .`));
    expect(detail).not.toMatch(/quoted|WEIR_S3/);
  }
});

describe("every way to fail", () => {
  const status: Record<FailureClass, number> = {
    refused: 502,
    reset: 502,
    timeout: 504,
    "status-4xx": 502,
    "status-5xx": 502,
    absent: 404,
    redirect: 502,
    "short-body": 502,
    "wrong-digest": 502,
    "other-bytes": 502,
    "not-media": 502,
    "too-large": 502,
    "bad-encoding": 502,
    "not-a-playlist": 502,
    "bad-playlist": 502,
    lagging: 503,
    "beyond-prefix": 502,
    "no-credentials": 503,
  };
  test.each(FAILURE_CLASSES)("%s", (failure) => {
    const problem = problemOf(failure);
    expect(PROBLEMS[problem.reason].status).toBe(status[failure]);
    expect(problem.isAbsence).toBe(failure === "absent");
  });
});
