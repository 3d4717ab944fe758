// Tokens that are minted here are tokens that the edge takes: whatever is wished comes out of
// core's readers as it was wished, signed, and opens what it should and nothing beside it.

import { generateKeyPairSync } from "node:crypto";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { inspectAccess, inspectToken } from "../../infra/tokens/inspect-token.ts";
import { mintToken } from "../../infra/tokens/mint-token.ts";
import type { TokenWish } from "../../infra/tokens/token-wish.ts";
import { parseAddress } from "../../workers/core/token/network.ts";

const NOW_MS = 1_800_000_000_000;
const toOct = (kid: string, fill: number) =>
  JSON.stringify({
    kty: "oct",
    alg: "HS256",
    kid,
    k: Buffer.alloc(32, fill).toString("base64url"),
  });
const pair = generateKeyPairSync("ec", { namedCurve: "P-256" });
const PRIVATE = JSON.stringify({
  ...pair.privateKey.export({ format: "jwk" }),
  alg: "ES256",
  kid: "e",
});
const PUBLIC = JSON.stringify({
  ...pair.publicKey.export({ format: "jwk" }),
  alg: "ES256",
  kid: "e",
});
/** What signs, and what the edge would check with. */
const KEYS = [
  [toOct("h", 1), toOct("h", 1)],
  [PRIVATE, PUBLIC],
] as const;

const WISH: TokenWish = {
  format: "jwt",
  pathPrefix: "/match/",
  host: null,
  issuer: null,
  audience: null,
  expiresAtSeconds: NOW_MS / 1_000 + 600,
  notBeforeSeconds: null,
  sessionId: null,
  countries: null,
  networks: null,
};
const PLACE = {
  scheme: "https",
  host: "play.example",
  port: "",
  path: "/match/v/0.ts",
  query: "",
  method: "GET",
  address: parseAddress("192.0.2.7"),
  system: 64_500,
  country: "DE",
  subdivision: null,
};

const orNull = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: null });
const wishes = fc.record({
  format: fc.constantFrom("jwt" as const, "cat" as const),
  pathPrefix: fc.constantFrom("/match/", "/match/v/", "/"),
  host: orNull(fc.constant("play.example")),
  issuer: orNull(fc.string({ minLength: 1, unit: "grapheme" })),
  audience: orNull(fc.string({ minLength: 1 })),
  expiresAtSeconds: fc.integer({ min: NOW_MS / 1_000 + 1, max: 2 ** 40 }),
  notBeforeSeconds: orNull(fc.integer({ min: 0, max: NOW_MS / 1_000 })),
  sessionId: orNull(fc.constantFrom("00ff", "a1b2c3")),
  countries: orNull(fc.constant(["AT", "DE"])),
  networks: orNull(
    fc.uniqueArray(fc.constantFrom("192.0.2.0/24", "192.0.2.7", "2001:db8::/33", "AS64500"), {
      minLength: 1,
    }),
  ),
});

test("what is wished is what the edge reads, and it opens", () => {
  fc.assert(
    fc.property(wishes, fc.constantFrom(...KEYS), (wish, [signs, checks]) => {
      const minted = mintToken(wish, signs);
      if (minted.kind !== "token") throw new Error(minted.detail);
      const report = inspectToken(minted.token, checks, NOW_MS);
      if (report.kind !== "report") throw new Error(report.kind);
      const { claims } = report;
      if (claims.kind !== "claims") throw new Error(`${claims.why} ${claims.what}`);
      expect(report).toMatchObject({ format: wish.format, signature: "genuine" });
      expect(claims).toMatchObject({
        issuer: wish.issuer,
        audiences: wish.audience === null ? null : [wish.audience],
        expiresAtSeconds: wish.expiresAtSeconds,
        notBeforeSeconds: wish.notBeforeSeconds,
        sessionId: wish.sessionId,
        countries: wish.countries,
      });
      const issuer = {
        iss: wish.issuer,
        audience: wish.audience,
        skewSeconds: 0,
        graceSeconds: 0,
        revoked: [],
      };
      const ask = (more: object) =>
        inspectAccess(claims, { ...PLACE, ...more }, { issuer, countries: null }, NOW_MS);
      const isHere = wish.networks === null || wish.networks.some((each) => !/:/.test(each));
      expect(ask({})).toMatchObject(
        isHere ? { kind: "access" } : { kind: "refused", why: "wrong-network" },
      );
      if (wish.pathPrefix !== "/") {
        expect(ask({ path: "/other/0.ts" })).toMatchObject({ why: "out-of-scope" });
      }
      if (wish.host !== null) {
        expect(ask({ host: "playxexample" })).toMatchObject({ why: "out-of-scope" });
      }
    }),
    { numRuns: 300 },
  );
});

describe("what is said of keys", () => {
  const minted = mintToken(WISH, toOct("h", 1));
  const token = minted.kind === "token" ? minted.token : "";

  test.each([
    ["its own", toOct("h", 1), "genuine"],
    ["another of its name", toOct("h", 2), "bad-signature"],
    ["one of another name", toOct("i", 1), "unknown-key"],
    ["one of another kind", PUBLIC.replace('"kid":"e"', '"kid":"h"'), "unknown-key"],
  ])("%s", (_name, key, want) => {
    expect(inspectToken(token, key, NOW_MS)).toMatchObject({ signature: want });
  });

  test("without one nothing is said", () => {
    expect(inspectToken(token, null, NOW_MS)).toMatchObject({ signature: null, secondsLeft: 600 });
  });

  test.each([
    ["no key", "hello", "is not JSON"],
    ["a short one", JSON.stringify({ kty: "oct", alg: "HS256", kid: "h", k: "AAAA" }), "shorter"],
    ["the public half", PUBLIC, "private part"],
  ])("%s signs nothing, and is not shown", (_name, key, words) => {
    const failure = mintToken(WISH, key);
    expect(failure).toMatchObject({ kind: "failure", detail: expect.stringContaining(words) });
    expect(JSON.stringify(failure)).not.toContain("AAAA");
  });
});

describe("wishes that are refused", () => {
  test.each<[string, Partial<TokenWish>, string]>([
    ["a relative path", { pathPrefix: "match/" }, "no path"],
    ["an expression for a path", { pathPrefix: "/a|b/" }, "no path"],
    ["an address with its scheme", { host: "https://x" }, "host name"],
    ["an end before the start", { notBeforeSeconds: NOW_MS }, "before it starts"],
    ["no country", { countries: [] }, "no country"],
    ["a country by name", { countries: ["Germany"] }, "no country like"],
    ["no network", { networks: [] }, "no network"],
    ["a name for a network", { networks: ["home"] }, "AS number"],
    ["a session by name", { format: "cat", sessionId: "anna" }, "hexadecimal"],
    ["a fraction of a second", { expiresAtSeconds: 1.5 }, "moment"],
  ])("%s", (_name, more, words) => {
    const failure = mintToken({ ...WISH, ...more }, toOct("h", 1));
    expect(failure).toMatchObject({ kind: "failure", detail: expect.stringContaining(words) });
  });
});
