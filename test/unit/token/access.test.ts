// What a token says, and whether it opens the door: one table per kind of token for what is
// claimed, one for what is judged.

import { describe, expect, test } from "vitest";
import { parseCatClaims } from "../../../workers/core/token/cat-claims.ts";
import type { TokenClaims } from "../../../workers/core/token/claims.ts";
import {
  type AccessIssuer,
  type AccessRequest,
  decideAccess,
} from "../../../workers/core/token/decide-access.ts";
import { parseJwtClaims } from "../../../workers/core/token/jwt-claims.ts";
import { parseAddress } from "../../../workers/core/token/network.ts";
import { toSha256 } from "../../../workers/platform/token-keys.ts";
import { type Cbor, fromHex, printCbor, toBytes } from "../../kit/token-mint.ts";

const NOW_SECONDS = 1_800_000_000;
const REQUEST: AccessRequest = {
  scheme: "https",
  host: "play.example",
  port: "",
  path: "/news/v360/12.ts",
  query: "a=1",
  method: "GET",
  address: parseAddress("192.0.2.7"),
  system: 64_500,
  country: "US",
  subdivision: "NY",
};
const ISSUER = {
  iss: "shop",
  audience: null,
  skewSeconds: 30,
  graceSeconds: 3_600,
  revoked: ["s9"],
};
const OPEN = "regex:https://play\\.example/news/.*";
const JWT = { iss: "shop", exp: NOW_SECONDS + 60, cdniuc: OPEN };

function toClaims(json: object | string): ReturnType<typeof parseJwtClaims> {
  return parseJwtClaims(toBytes(typeof json === "string" ? json : JSON.stringify(json)));
}

/** "yes", "late", or why not. */
function judge(
  claims: ReturnType<typeof parseJwtClaims>,
  request: Partial<AccessRequest> = {},
  issuer: Partial<AccessIssuer> = {},
  nowSeconds = NOW_SECONDS,
  countries: readonly string[] | null = null,
): string {
  if (claims.kind === "refused") return claims.why;
  const rules = { issuer: { ...ISSUER, ...issuer }, countries };
  const asked = { ...REQUEST, ...request };
  const access = decideAccess(claims, asked, rules, nowSeconds * 1000, toSha256);
  if (access.kind === "refused") return access.why;
  return access.isLate ? "late" : "yes";
}

describe("a JSON Web Token", () => {
  const ofUrl = (text: string) => `hash:sha-256;${toSha256(text)}`;
  test.each<[string, object, string]>([
    ["that says what it must", {}, "yes"],
    ["without an end", { exp: undefined }, "no-expiry"],
    ["whose end is a text", { exp: "soon" }, "unknown-claim"],
    ["without a scope", { cdniuc: undefined }, "no-scope"],
    ["of another issuer", { iss: "other" }, "wrong-issuer"],
    ["without an issuer", { iss: undefined }, "wrong-issuer"],
    ["for an audience where none is expected", { aud: "x" }, "wrong-audience"],
    ["of tomorrow", { nbf: NOW_SECONDS + 86_400 }, "not-yet-valid"],
    ["of a clock that is ahead", { nbf: NOW_SECONDS + 20 }, "yes"],
    ["of a revoked session", { jti: "s9" }, "revoked"],
    ["of another session", { jti: "s8" }, "yes"],
    ["with a subject and a birthday", { sub: "u1", iat: NOW_SECONDS, cdniv: 1 }, "yes"],
    ["of another version", { cdniv: 2 }, "unknown-claim"],
    ["that wants to be renewed", { cdnistt: 1, cdniets: 30 }, "unknown-claim"],
    ["that does not", { cdnistt: 0, cdniets: 30 }, "yes"],
    ["whose critical claims are known", { cdnicrit: "exp, cdniuc" }, "yes"],
    ["whose critical claims are missing", { cdnicrit: "cdniip" }, "unknown-claim"],
    ["with a claim of its own", { admin: true }, "unknown-claim"],
    ["for this URL by digest", { cdniuc: ofUrl("https://play.example/news/v360/12.ts") }, "yes"],
    ["for another", { cdniuc: ofUrl("https://play.example/news/v360/13.ts") }, "out-of-scope"],
    ["with another digest", { cdniuc: "hash:sha-512;AA" }, "unknown-claim"],
    ["for another channel", { cdniuc: "regex:https://play\\.example/old/.*" }, "out-of-scope"],
    ["with a pattern that we do not judge", { cdniuc: "regex:\\d" }, "unknown-claim"],
    ["for this address", { cdniip: "192.0.2.7" }, "yes"],
    ["for this network", { cdniip: "192.0.2.0/24" }, "yes"],
    ["for another", { cdniip: "198.51.100.0/24" }, "wrong-network"],
    ["for an encrypted address", { cdniip: "eyJh.AA.AA.AA.AA" }, "unknown-claim"],
    ["for this provider", { weir_networks: ["10.0.0.0/8", 64_500] }, "yes"],
    ["for another", { weir_networks: [64_501] }, "wrong-network"],
    ["for this country", { weir_countries: ["DE", "US"] }, "yes"],
    ["for this region", { weir_countries: ["US-NY"] }, "yes"],
    ["for another", { weir_countries: ["US-CA"] }, "wrong-country"],
    ["for countries by name", { weir_countries: ["Germany"] }, "unknown-claim"],
  ])("%s", (_name, claims, want) => expect(judge(toClaims({ ...JWT, ...claims }))).toBe(want));

  test.each([
    ["no object", "[1]"],
    ["a claim twice", `{"exp":1,"cdniuc":"${OPEN.replaceAll("\\", "\\\\")}","exp":9999999999}`],
    ["a claim twice by escape", '{"exp":1,"e\\u0078p":2}'],
    ["no JSON", "{"],
  ])("refuses %s", (_name, text) => expect(toClaims(text)).toMatchObject({ why: "malformed" }));

  test.each<[string, number, string]>([
    ["within its time", 0, "yes"],
    ["within skew", 89, "yes"],
    ["for a running session", 91, "late"],
    ["at the end of grace", 60 + 30 + 3_599, "late"],
    ["behind it", 60 + 30 + 3_600, "expired"],
  ])("%s", (_name, laterSeconds, want) => {
    expect(judge(toClaims(JWT), {}, {}, NOW_SECONDS + laterSeconds)).toBe(want);
  });

  test.each<[string, unknown, string]>([
    ["the audience", "weir", "yes"],
    ["one of several", ["other", "weir"], "yes"],
    ["others", ["other"], "wrong-audience"],
    ["nobody", undefined, "wrong-audience"],
    ["a number", 7, "unknown-claim"],
  ])("for %s where the issuer names one", (_name, aud, want) => {
    expect(judge(toClaims({ ...JWT, aud }), {}, { audience: "weir" })).toBe(want);
  });

  test("nothing bound to a place opens for a viewer of unknown place", () => {
    const nowhere = { address: null, system: null, country: null, subdivision: null };
    expect(judge(toClaims({ ...JWT, cdniip: "0.0.0.0/0" }), nowhere)).toBe("wrong-network");
    expect(judge(toClaims(JWT), nowhere, {}, NOW_SECONDS, ["US"])).toBe("wrong-country");
    expect(judge(toClaims(JWT), {}, {}, NOW_SECONDS, ["US"])).toBe("yes");
    expect(judge(toClaims(JWT), {}, {}, NOW_SECONDS, ["DE"])).toBe("wrong-country");
  });
});

describe("a Common Access Token", () => {
  const BASE: readonly (readonly [number, Cbor])[] = [
    [1, "shop"],
    [4, NOW_SECONDS + 60],
    [312, new Map([[3, new Map([[1, "/news/"]])]])],
  ];
  const catu = (part: number, match: number, value: Cbor) =>
    [312, new Map([[part, new Map([[match, value]])]])] as const;
  const hashOfPath = fromHex("9d6b5f5f"); // Too short to be one.
  test.each<[string, readonly (readonly [number, Cbor])[], string]>([
    ["that says what it must", [], "yes"],
    ["with a time in a tag", [[4, { tag: 1, value: NOW_SECONDS + 60 }]], "yes"],
    ["by host", [catu(1, 0, "play.example")], "yes"],
    ["by another host", [catu(1, 0, "play.example.evil")], "out-of-scope"],
    ["by scheme", [catu(0, 0, "http")], "out-of-scope"],
    ["by port", [catu(2, 0, "")], "yes"],
    ["by query", [catu(4, 3, "a=1")], "yes"],
    ["by folder", [catu(5, 0, "/news/v360")], "yes"],
    ["by file name", [catu(6, 2, "2.ts")], "yes"],
    ["by stem", [catu(7, 4, "[0-9]+")], "yes"],
    ["by stem in a list", [catu(7, 4, ["[0-9]{2}"])], "yes"],
    ["by extension", [catu(8, 0, ".m3u8")], "out-of-scope"],
    ["by half a digest", [catu(3, -1, hashOfPath)], "unknown-claim"],
    ["by a match that nobody knows", [catu(3, 9, "x")], "unknown-claim"],
    ["by a part that nobody knows", [catu(9, 0, "x")], "unknown-claim"],
    ["by nothing", [[312, new Map()]], "unknown-claim"],
    ["for GET", [[313, ["GET", "HEAD"]]], "yes"],
    ["for HEAD only", [[313, ["HEAD"]]], "wrong-method"],
    ["for this network", [[311, [{ tag: 52, value: [24, fromHex("c00002")] }]]], "yes"],
    ["for this address", [[311, [{ tag: 52, value: fromHex("c0000207") }]]], "yes"],
    [
      "for an IPv6 network",
      [[311, [{ tag: 54, value: [32, fromHex("20010db8")] }]]],
      "wrong-network",
    ],
    ["for this provider", [[311, [64_500]]], "yes"],
    [
      "for a network without bits",
      [[311, [{ tag: 52, value: [40, fromHex("c0")] }]]],
      "unknown-claim",
    ],
    ["for this country", [[316, ["US"]]], "yes"],
    ["for another", [[316, ["DE"]]], "wrong-country"],
    ["of a revoked session", [[7, fromHex("5e55")]], "revoked"],
    ["of version 1", [[310, 1]], "yes"],
    ["of version 2", [[310, 2]], "unknown-claim"],
    ["that may be replayed", [[308, 0]], "yes"],
    ["that may not", [[308, 1]], "unknown-claim"],
    ["that is bound to a key", [[8, new Map([[1, 2]])]], "unknown-claim"],
    ["that asks for headers", [[315, new Map([["x", new Map([[0, "y"]])]])]], "unknown-claim"],
    ["that asks to be renewed", [[323, new Map([[0, 1]])]], "unknown-claim"],
  ])("%s", (_name, more, want) => {
    const map = new Map<number, Cbor>([...BASE, ...more]);
    expect(judge(parseCatClaims(printCbor(map)), {}, { revoked: ["5e55"] })).toBe(want);
  });

  test.each([1, 4, 312])("without claim %i it opens nothing", (label) => {
    const map = new Map<number, Cbor>(BASE.filter(([each]) => each !== label));
    const want = { 1: "wrong-issuer", 4: "no-expiry", 312: "no-scope" }[label];
    expect(judge(parseCatClaims(printCbor(map)))).toBe(want);
  });

  test("bytes that are no map are no claims", () => {
    expect(parseCatClaims(fromHex("01"))).toMatchObject({ why: "malformed" });
    const claims: TokenClaims | { why: string } = parseCatClaims(printCbor(new Map(BASE)));
    expect(claims).toMatchObject({ kind: "claims", issuer: "shop", sessionId: null });
  });
});
