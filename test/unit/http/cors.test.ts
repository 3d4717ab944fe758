// Rows for the preflight answer and the method verdicts (spec section 1, F17; section 7, M1;
// section 9, H11).
import { describe, expect, it } from "vitest";
import { EXPOSED_HEADERS, toPreflightHeaders } from "../../../workers/core/http/cors.ts";
import { decideMethod, type MethodVerdict } from "../../../workers/core/http/method.ts";

const allowed = (requested: string | null): string[] => {
  const pairs = toPreflightHeaders(requested);
  return (pairs.find(([name]) => name === "Access-Control-Allow-Headers")?.[1] ?? "").split(", ");
};

describe("toPreflightHeaders", () => {
  it("always allows Range and the four CMCD headers", () => {
    for (const name of ["range", "cmcd-object", "cmcd-request", "cmcd-session", "cmcd-status"]) {
      expect(allowed(null)).toContain(name);
    }
  });

  it("allows a player's own headers once, in lower case", () => {
    const names = allowed("X-My-Player, x-my-player, RANGE");
    expect(names.filter((name) => name === "x-my-player")).toHaveLength(1);
    expect(names.filter((name) => name === "range")).toHaveLength(1);
  });

  it("drops what is no header name and bounds the rest", () => {
    expect(allowed("a b, x\r\ny: z, ok")).toContain("ok");
    expect(allowed("a b, x\r\ny: z, ok").join()).not.toMatch(/[\r\n]|a b/);
    const many = Array.from({ length: 100 }, (_, index) => `x-${index}`).join(",");
    expect(allowed(many).length).toBe(allowed(null).length + 16);
  });

  it("is not cacheable by anyone but the browser's preflight cache", () => {
    expect(toPreflightHeaders(null)).toContainEqual(["Cache-Control", "no-store"]);
    expect(toPreflightHeaders(null)).toContainEqual(["Access-Control-Max-Age", "86400"]);
  });
});

describe("EXPOSED_HEADERS", () => {
  const wanted = [
    "Age",
    "Date",
    "Cache-Status",
    "Server-Timing",
    "CMSD-Static",
    "CMSD-Dynamic",
    "Retry-After",
    "Content-Range",
    "Content-Length",
  ];
  for (const name of wanted) {
    it(name, () => expect(EXPOSED_HEADERS.split(", ")).toContain(name));
  }
});

describe("decideMethod", () => {
  const rows: { method: string; want: MethodVerdict }[] = [
    { method: "GET", want: { kind: "read", withBody: true } },
    { method: "HEAD", want: { kind: "read", withBody: false } },
    { method: "OPTIONS", want: { kind: "preflight" } },
    { method: "get", want: { kind: "refused" } },
    { method: "POST", want: { kind: "refused" } },
    { method: "PURGE", want: { kind: "refused" } },
    { method: "", want: { kind: "refused" } },
  ];
  for (const { method, want } of rows) {
    it(method || "empty", () => expect(decideMethod(method)).toEqual(want));
  }
});
