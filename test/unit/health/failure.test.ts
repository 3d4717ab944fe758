// What each way to fail means for the next step: complete, and kind to the innocent.

import { expect, test } from "vitest";
import {
  FAILURE_CLASSES,
  FAILURE_RULES,
  toOriginFailure,
} from "../../../workers/core/health/failure.ts";

test("every class has a rule and every rule a class", () => {
  expect(Object.keys(FAILURE_RULES).sort()).toEqual([...FAILURE_CLASSES].sort());
});

test("blameless: what a healthy origin may do, and what the catalog causes", () => {
  const blameless = FAILURE_CLASSES.filter((failure) => !FAILURE_RULES[failure].blame);
  expect(blameless).toEqual([
    "absent",
    "lagging",
    "beyond-prefix",
    "no-credentials",
    "other-bytes",
  ]);
});

test("only a setting that is the same everywhere forbids another try", () => {
  const final = FAILURE_CLASSES.filter((failure) => !FAILURE_RULES[failure].retry);
  expect(final).toEqual(["beyond-prefix"]);
});

test("a failure names its origin", () => {
  expect(toOriginFailure("east", "timeout", "silent")).toEqual({
    kind: "origin-failure",
    originId: "east",
    failure: "timeout",
    detail: "silent",
  });
});
