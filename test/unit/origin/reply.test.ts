// What an origin's status means.

import { expect, test } from "vitest";
import { decideReply } from "../../../workers/core/origin/reply.ts";

const verdictOf = (status: number) => {
  const reply = {
    kind: "origin-reply",
    originId: "east",
    status,
    header: () => null,
    body: null,
    latencyMs: 1,
  } as const;
  const verdict = decideReply(reply);
  return verdict.kind === "origin-failure" ? verdict.failure : verdict.kind;
};

test.each([
  [200, "body"],
  [304, "unchanged"],
  [404, "absent"],
  [410, "absent"],
  [301, "redirect"],
  [302, "redirect"],
  [300, "redirect"],
  [399, "redirect"],
  [400, "status-4xx"],
  [401, "status-4xx"],
  [403, "status-4xx"],
  [429, "status-4xx"],
  [499, "status-4xx"],
  [500, "status-5xx"],
  [503, "status-5xx"],
  [599, "status-5xx"],
  [204, "status-5xx"],
  [206, "status-5xx"],
  [103, "status-5xx"],
])("%i is %s", (status, want) => expect(verdictOf(status)).toBe(want));

test("the detail names origin and status", () => {
  const base = {
    kind: "origin-reply",
    originId: "east",
    header: () => null,
    body: null,
    latencyMs: 1,
  } as const;
  expect(decideReply({ ...base, status: 503 })).toMatchObject({
    originId: "east",
    detail: "east answered 503",
  });
  expect(decideReply({ ...base, status: 206 })).toMatchObject({
    detail: "east answered 206, which no GET expects",
  });
});
