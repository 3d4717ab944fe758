// Every reason as a reply (RFC 9457; spec section 9, H10, H13): status, caching, and the fixed
// headers.
import { describe, expect, it } from "vitest";
import {
  PROBLEM_REASONS,
  PROBLEMS,
  type ProblemReason,
  toProblem,
} from "../../../workers/core/http/problem.ts";

const header = (reason: ProblemReason, name: string, cacheMs?: number): string | undefined =>
  toProblem(reason, "why", "/demo/x.ts", cacheMs).headers.find(([key]) => key === name)?.[1];

describe("statuses", () => {
  const want: Record<ProblemReason, number> = {
    "bad-path": 400,
    "bad-query": 400,
    "uri-too-long": 414,
    "header-too-large": 431,
    "method-not-allowed": 405,
    "not-found": 404,
    "not-announced": 404,
    "not-yet": 404,
    "unknown-channel": 404,
    "unknown-timeline": 404,
    "unknown-host-alias": 404,
    "beyond-prefix": 403,
    unauthenticated: 401,
    denied: 403,
    gone: 410,
    "range-not-satisfiable": 416,
    "no-origin": 503,
    "origin-unreachable": 502,
    "origin-timeout": 504,
    "origin-error": 502,
    "origin-not-a-playlist": 502,
    "origin-too-large": 502,
    "origin-bad-encoding": 502,
    "origin-beyond-prefix": 502,
    "playlist-overdue": 503,
    busy: 503,
    shed: 503,
    internal: 500,
  };
  for (const reason of PROBLEM_REASONS) {
    it(`${reason} is ${want[reason]}`, () => {
      const problem = toProblem(reason, "why", "/demo/x.ts");
      expect(problem.status).toBe(want[reason]);
      expect(JSON.parse(problem.body)).toEqual({
        type: `urn:weir:problem:${reason}`,
        title: PROBLEMS[reason].title,
        status: want[reason],
        detail: "why",
        instance: "/demo/x.ts",
      });
    });

    it(`${reason} has each fixed header once`, () => {
      const { headers } = toProblem(reason, "why", "/demo/x.ts");
      const names = headers.map(([name]) => name.toLowerCase());
      expect(new Set(names).size).toBe(names.length);
      expect(header(reason, "Content-Type")).toBe("application/problem+json");
      expect(header(reason, "Access-Control-Allow-Origin")).toBe("*");
      expect(header(reason, "X-Content-Type-Options")).toBe("nosniff");
      expect(header(reason, "Cache-Control")).toBeDefined();
      expect(header(reason, "Retry-After") !== undefined).toBe(
        PROBLEMS[reason].retryAfterSeconds !== undefined,
      );
    });

    it(`${reason}: a server's failure is never cacheable, even when asked`, () => {
      const value = header(reason, "Cache-Control", 36_000);
      if (want[reason] >= 500) expect(value).toBe("no-store");
      else expect(["no-store", "public, max-age=36, stale-if-error=0"]).toContain(value);
    });
  }
});

describe("caching", () => {
  const rows: { name: string; reason: ProblemReason; cacheMs?: number; want: string }[] = [
    { name: "table", reason: "unknown-channel", want: "public, max-age=5, stale-if-error=0" },
    {
      name: "the TTL's word, cut to seconds",
      reason: "not-found",
      cacheMs: 5999,
      want: "public, max-age=5, stale-if-error=0",
    },
    { name: "less than a second", reason: "not-yet", cacheMs: 999, want: "no-store" },
    { name: "depends on the viewer", reason: "denied", cacheMs: 60_000, want: "no-store" },
    { name: "moving edge", reason: "bad-query", want: "no-store" },
  ];
  for (const { name, reason, cacheMs, want } of rows) {
    it(name, () => expect(header(reason, "Cache-Control", cacheMs)).toBe(want));
  }
});

describe("special headers and hostile texts", () => {
  it("names the methods, the scheme and the time to come back", () => {
    expect(header("method-not-allowed", "Allow")).toBe("GET, HEAD, OPTIONS");
    expect(header("unauthenticated", "WWW-Authenticate")).toContain("Bearer");
    expect(header("playlist-overdue", "Retry-After")).toBe("1");
  });

  it("quotes and cuts what it is given", () => {
    const problem = toProblem("bad-path", `"\n\ud800${"x".repeat(5000)}`, '/a"b');
    const body = JSON.parse(problem.body);
    expect(body.instance).toBe('/a"b');
    expect(body.detail.length).toBe(1000);
    expect(problem.body).not.toContain("\n");
  });
});
