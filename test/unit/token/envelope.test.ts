// Envelopes of both kinds: read as others wrote them (vectors of RFC 8392 appendix A and of the
// independent implementation Eyevinn/node-cat, whose key is RFC 8392's), and refused as they must.

import { describe, expect, test } from "vitest";
import { parseCatClaims } from "../../../workers/core/token/cat-claims.ts";
import type { TokenEnvelope } from "../../../workers/core/token/envelope.ts";
import { parseToken } from "../../../workers/core/token/parse-token.ts";
import { parseSigningKey } from "../../../workers/core/token/signing-key.ts";
import { makeTokenKeys } from "../../../workers/platform/token-keys.ts";
import {
  fromHex,
  makeMacKey,
  makePairKey,
  mintCat,
  mintJwt,
  toBase64url,
} from "../../kit/token-mint.ts";

/** RFC 8392 appendix A.2.2. */
const MAC_KEY = fromHex("403697de87af64611c1d32a05dab0fe1fcb715a86ab435f1ec99192d79569388");
const NODE_CAT =
  "2D3RhEOhAQWhBFBha2FtYWlfa2V5X2hzMjU2WCijAXgYY29hcDovL2pvbmFzLmV4YW1wbGUuY29tBhpn1JipBRpn1JipWCCX" +
  "4nQb8SYQoa0SFLxE2Rh35DdTjoA9TzOSy1IP9O1BGQ";
/** RFC 8392 appendix A.3, with the key of A.2.3. */
const RFC_SIGNED =
  "d28443a10126a104524173796d6d657472696345434453413235365850a70175636f61703a2f2f61732e6578616d706c" +
  "652e636f6d02656572696b77037818636f61703a2f2f6c696768742e6578616d706c652e636f6d041a5612aeb0051a56" +
  "10d9f0061a5610d9f007420b7158405427c1ff28d23fbad1f29c4c7c6a555e601d6fa29f9179bc3d7438bacaca5acd08" +
  "c8d4d4f96131680c429a01f85951ecee743a52b9b63632c57209120e1c9e30";
/** RFC 8392 appendix A.4: a MAC that is cut to 64 bits. */
const RFC_SHORT_MAC =
  "d83dd18443a10104a1044c53796d6d65747269633235365850a70175636f61703a2f2f61732e6578616d706c652e636f" +
  "6d02656572696b77037818636f61703a2f2f6c696768742e6578616d706c652e636f6d041a5612aeb0051a5610d9f006" +
  "1a5610d9f007420b7148093101ef6d789200";

function toEnvelope(text: string): TokenEnvelope {
  const reading = parseToken(text);
  if (reading.kind === "refused") throw new Error(`refused: ${reading.why} ${reading.what}`);
  return reading;
}

/** How the check ends with one secret. */
function check(text: string, secret: string) {
  const keys = makeTokenKeys({ WEIR_TOKEN_K: secret });
  return keys.check(toEnvelope(text), ["K"], (detail) => {
    throw new Error(detail);
  });
}

describe("others' tokens", () => {
  test("a MAC by Eyevinn/node-cat", async () => {
    const secret = { kty: "oct", alg: "HS256", kid: "akamai_key_hs256", k: toBase64url(MAC_KEY) };
    expect(await check(NODE_CAT, JSON.stringify(secret))).toBe("genuine");
    const other = { ...secret, k: toBase64url(new Uint8Array(32)) };
    expect(await check(NODE_CAT, JSON.stringify(other))).toBe("bad-signature");
    expect(await check(NODE_CAT, JSON.stringify({ ...secret, kid: "b" }))).toBe("unknown-key");
    // It neither expires nor says what it opens.
    const claims = parseCatClaims(toEnvelope(NODE_CAT).claims);
    expect(claims).toMatchObject({ kind: "refused", why: "no-expiry" });
  });

  test("the signature of RFC 8392 appendix A.3", async () => {
    const secret = JSON.stringify({
      kty: "EC",
      crv: "P-256",
      alg: "ES256",
      kid: "AsymmetricECDSA256",
      x: toBase64url(fromHex("143329cce7868e416927599cf65a34f3ce2ffda55a7eca69ed8919a394d42f0f")),
      y: toBase64url(fromHex("60f7f1a780d8a783bfb7a2dd6b2796e8128dbbcef9d3d168db9529971a36e7b9")),
    });
    expect(await check(toBase64url(fromHex(RFC_SIGNED)), secret)).toBe("genuine");
  });

  test("a MAC of 64 bits is too short (RFC 8392 appendix A.4)", () => {
    expect(parseToken(toBase64url(fromHex(RFC_SHORT_MAC)))).toMatchObject({
      why: "unknown-algorithm",
    });
  });
});

describe("ours", () => {
  test.each(["jwt", "cat"] as const)("%s by MAC and by pair", async (format) => {
    for (const key of [await makeMacKey("m", 7), await makePairKey("p")]) {
      const token =
        format === "jwt" ? await mintJwt({ exp: 1 }, key) : await mintCat(new Map([[4, 1]]), key);
      expect(toEnvelope(token)).toMatchObject({ format, algorithm: key.alg, keyId: key.kid });
      expect(await check(token, key.secret)).toBe("genuine");
    }
  });

  test("the key fixes the algorithm: a public key is no MAC's secret", async () => {
    const pair = await makePairKey("p");
    const mac = await makeMacKey("p", 1);
    expect(await check(await mintJwt({ exp: 1 }, mac), pair.secret)).toBe("unknown-key");
  });
});

describe("refused before any key is looked up", () => {
  test.each([
    ["nothing", "", "malformed"],
    ["two parts", "e30.e30", "malformed"],
    ["four parts", "e30.e30.e30.e30", "malformed"],
    ["a header that is no object", "W10.e30.AA", "malformed"],
    ["no CBOR", "AAAA", "malformed"],
    ["longer than any token", "a".repeat(4_097), "malformed"],
  ])("%s", (_name, text, why) => expect(parseToken(text)).toMatchObject({ why }));

  test.each([
    ["no algorithm", { alg: "none" }, "unknown-algorithm"],
    ["a longer MAC", { alg: "HS512" }, "unknown-algorithm"],
    ["no key", { kid: undefined }, "unknown-key"],
    ["a critical extension", { crit: ["b64"], b64: false }, "unknown-claim"],
    ["a key of its own", { jwk: { kty: "oct", k: "AA" } }, "unknown-claim"],
    ["a place for keys", { jku: "https://evil.example/keys" }, "unknown-claim"],
  ])("a JSON Web Token with %s", async (_name, header, why) => {
    expect(parseToken(await mintJwt({ exp: 1 }, await makeMacKey("m", 7), header))).toMatchObject({
      why,
    });
  });

  test("a header that names its algorithm twice", async () => {
    const key = await makeMacKey("m", 7);
    const [, claims, proof] = (await mintJwt({ exp: 1 }, key)).split(".");
    const head = btoa('{"alg":"HS256","kid":"m","alg":"HS256"}').replace(/=+$/, "");
    expect(parseToken(`${head}.${claims}.${proof}`)).toMatchObject({ why: "malformed" });
  });

  test.each([
    ["an algorithm that is not protected", new Map([[1, 5]]), "unknown-claim"],
    [
      "an unknown header",
      new Map<number, Uint8Array>([
        [4, Uint8Array.of(109)],
        [33, Uint8Array.of(1)],
      ]),
      "unknown-claim",
    ],
    ["no key", new Map(), "unknown-key"],
    ["a key's name in letters", new Map([[4, "m"]]), "unknown-key"],
  ])("a Common Access Token with %s", async (_name, open, why) => {
    const key = await makeMacKey("m", 7);
    expect(parseToken(await mintCat(new Map([[4, 1]]), key, open))).toMatchObject({ why });
  });
});

describe("a key's secret", () => {
  test.each([
    ["no JSON", "abc", "is not JSON"],
    ["no name", '{"kty":"oct","alg":"HS256","k":"AA"}', "kid"],
    ["another algorithm", '{"kty":"RSA","alg":"RS256","kid":"a"}', "HS256 or ES256"],
    ["a short key", '{"kty":"oct","alg":"HS256","kid":"a","k":"AAAA"}', "shorter than 32 bytes"],
    [
      "a point of another size",
      '{"kty":"EC","crv":"P-256","alg":"ES256","kid":"a","x":"AA","y":"AA"}',
      '"x"',
    ],
  ])("%s", (_name, text, want) => {
    expect(parseSigningKey(text)).toMatchObject({ kind: "failure" });
    expect(JSON.stringify(parseSigningKey(text))).toContain(JSON.stringify(want).slice(1, -1));
  });
});
