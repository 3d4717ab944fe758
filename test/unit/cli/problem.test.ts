// What answers of the API, of others and of nobody mean: exit code, words, remedy.

import { describe, expect, test } from "vitest";
import { toFlagNames } from "../../../infra/cli/client/flag-names.ts";
import { toHttpFailure, toNetworkFailure } from "../../../infra/cli/client/problem.ts";
import { printFailure, printFailureJson } from "../../../infra/cli/screens/failure.ts";
import { printPlain } from "../../../infra/cli/screens/paint.ts";

const URL_ASKED = "https://weir.example/api/v1/routes";

function answer(status: number, body: object | string, location: string | null = null) {
  const isText = typeof body === "string";
  return {
    url: URL_ASKED,
    status,
    contentType: isText ? "text/html" : "application/problem+json",
    location,
    text: isText ? body : JSON.stringify(body),
  };
}

function problem(reason: string, more: object = {}) {
  return { type: `urn:weir:problem:${reason}`, title: "It is so.", detail: "Do this.", ...more };
}

describe("the exit code by what was answered", () => {
  test.each([
    { name: "refused", given: answer(422, problem("catalog-refused")), exit: 1 },
    { name: "unknown", given: answer(404, problem("not-found")), exit: 1 },
    { name: "an upstream failed", given: answer(502, problem("upstream-failed")), exit: 1 },
    { name: "no token", given: answer(401, problem("unauthenticated")), exit: 5 },
    { name: "no scope", given: answer(403, problem("forbidden")), exit: 5 },
    { name: "not ready", given: answer(503, problem("unavailable")), exit: 4 },
    { name: "a bug", given: answer(500, problem("internal")), exit: 4 },
    { name: "a web page", given: answer(404, "<html>nothing here</html>"), exit: 4 },
    { name: "a login", given: answer(302, "", "https://team.example/login?x=1"), exit: 5 },
    {
      name: "an edge",
      given: answer(404, problem("unknown-channel", { instance: "/api/v1/routes" })),
      exit: 4,
    },
  ])("$name: $exit", ({ given, exit }) => expect(toHttpFailure(given).exit).toBe(exit));
});

describe("the words", () => {
  test("are the API's, with its reason and the request", () => {
    const failure = toHttpFailure(answer(412, problem("stale", { instance: "urn:uuid:7" })));
    expect(printFailure(failure, printPlain)).toBe(
      "weir: It is so (412 stale).\n  Do this.\n  request urn:uuid:7\n",
    );
  });

  test("have a remedy where the API cannot know one", () => {
    const failure = toHttpFailure(answer(401, problem("unauthenticated")));
    expect(printFailure(failure, printPlain)).toContain("→ Set WEIR_TOKEN");
  });

  test("name a login's host and nothing of its URL", () => {
    const given = answer(302, "", "https://team.example/login?token=s3cret");
    const words = printFailure(toHttpFailure(given), printPlain);
    expect(words).toContain("https://team.example,");
    expect(words).not.toContain("s3cret");
  });

  test("cannot command the terminal", () => {
    const given = answer(422, { ...problem("order-refused"), detail: "\u001b[2Jgone" });
    expect(printFailure(toHttpFailure(given), printPlain)).toContain("\\x1b[2Jgone");
  });

  test("as JSON are the API's problem, and the exit code", () => {
    const failure = toHttpFailure(answer(412, problem("stale", { version: 8 })));
    expect(JSON.parse(printFailureJson(failure))).toEqual({
      ...problem("stale", { version: 8 }),
      exitCode: 1,
    });
  });

  test("of a connection that failed say where the address is from", () => {
    const setting = { source: "WEIR_URL", isLoopback: false };
    const failure = toNetworkFailure("https://weir.example", "ENOTFOUND", setting);
    expect(failure.exit).toBe(4);
    expect(failure.detail).toBe(
      "https://weir.example: the name is not known. The address is from WEIR_URL.",
    );
  });
});

test("complaints about members are given the flags' names", () => {
  const failure = toHttpFailure(
    answer(400, {
      ...problem("bad-request"),
      detail: "forSeconds: must be whole seconds.\nregions.0: is none.\nother: is not known here.",
    }),
  );
  const named = toFlagNames(failure, { forSeconds: "--for", regions: "--regions" });
  expect(named.detail.split("\n")).toEqual([
    "--for (forSeconds): must be whole seconds.",
    "--regions (regions).0: is none.",
    "other: is not known here.",
  ]);
});
