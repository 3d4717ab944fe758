// Changing any single byte of a token, or of the path it is used for, never yields access: 100,000
// seeded changes, each checked as the edge checks it (reader, signature, claims, decision). And the
// other way round: tokens of an independent issuer (jose) are read as that issuer meant them. The
// mutants that leave the signature intact are the interesting ones: an unprotected header, the bits
// behind the last letter, the envelope's own bytes. WEIR_TOKEN_CASES plays more.

import { randomBytes } from "node:crypto";
import { SignJWT } from "jose";
import { describe, expect, test } from "vitest";
import { VIEWER_HEADERS_NONE } from "../../workers/core/http/request.ts";
import { printAssetPath } from "../../workers/core/route/asset-path.ts";
import { parseRoute } from "../../workers/core/route/route.ts";
import { parseCatClaims } from "../../workers/core/token/cat-claims.ts";
import { type AccessRequest, decideAccess } from "../../workers/core/token/decide-access.ts";
import { parseJwtClaims } from "../../workers/core/token/jwt-claims.ts";
import { parseToken } from "../../workers/core/token/parse-token.ts";
import { makeTokenKeys, type TokenKeys, toSha256 } from "../../workers/platform/token-keys.ts";
import {
  type Cbor,
  type MintKey,
  makeMacKey,
  makePairKey,
  mintCat,
  mintJwt,
} from "../kit/token-mint.ts";

const CASES = Number(process.env["WEIR_TOKEN_CASES"] ?? 100_000);
const SEED = Number(process.env["WEIR_TOKEN_SEED"] ?? Date.now() % 1_000_000);
const NOW_MS = 1_800_000_000_000;
const PATH = "/film/v360/12.ts";
const ISSUER = { iss: "shop", audience: "weir", skewSeconds: 0, graceSeconds: 0, revoked: [] };
const NAMES = ["MAC", "PAIR"];

/** A small generator of numbers below 1; the same for the same seed. */
function makeChance(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** What the edge does with a token and a path as they were written. */
async function opens(token: string, path: string, keys: TokenKeys): Promise<boolean> {
  const target = { method: "GET", query: "", headers: VIEWER_HEADERS_NONE, nowMs: NOW_MS };
  const route = parseRoute({ ...target, path: `/~${token}${path}` });
  if (route.kind !== "asset" || route.token === null) return false;
  const envelope = parseToken(route.token);
  if (envelope.kind === "refused") return false;
  if ((await keys.check(envelope, NAMES, () => undefined)) !== "genuine") return false;
  const parse = envelope.format === "jwt" ? parseJwtClaims : parseCatClaims;
  const claims = parse(envelope.claims);
  if (claims.kind === "refused") return false;
  const request: AccessRequest = {
    scheme: "https",
    host: "play.example",
    port: "",
    path: `/${route.channel}/${printAssetPath(route.asset)}`,
    query: "",
    method: "GET",
    address: Uint8Array.of(192, 0, 2, 7),
    system: null,
    country: null,
    subdivision: null,
  };
  const rules = { issuer: ISSUER, countries: null };
  return decideAccess(claims, request, rules, NOW_MS, toSha256).kind === "access";
}

interface Sample {
  readonly name: string;
  readonly token: string;
}

async function makeSamples(mac: MintKey, pair: MintKey): Promise<readonly Sample[]> {
  const exp = NOW_MS / 1000 + 600;
  const jwt = { iss: "shop", aud: "weir", exp, cdniip: "192.0.2.7", jti: "s1" };
  const url = `https://play.example${PATH}`;
  const exact = { ...jwt, cdniuc: `hash:sha-256;${toSha256(url)}` };
  const cat = new Map<number, Cbor>([
    [1, "shop"],
    [3, "weir"],
    [4, exp],
    [7, Uint8Array.of(1, 2, 3)],
    [311, [{ tag: 52, value: Uint8Array.of(192, 0, 2, 7) }]],
    [312, new Map([[3, new Map([[0, PATH]])]])],
  ]);
  return [
    { name: "JWT by MAC", token: await mintJwt(exact, mac) },
    { name: "JWT by pair", token: await mintJwt(exact, pair) },
    { name: "CAT by MAC", token: await mintCat(cat, mac) },
    { name: "CAT by pair", token: await mintCat(cat, pair) },
  ];
}

const ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.~+/=:%";

/** The text with one letter of it replaced by another one. */
function mutate(text: string, chance: () => number): string {
  const at = Math.floor(chance() * text.length);
  const isNear = chance() < 0.5;
  const code = text.charCodeAt(at);
  // A neighbour in the alphabet differs in the last bits, which is where lax readers are blind.
  const letter = isNear
    ? ALPHABET.charAt(ALPHABET.indexOf(text.charAt(at)) ^ (1 << Math.floor(chance() * 4)))
    : String.fromCharCode(code ^ (1 << Math.floor(chance() * 7)));
  const other = letter === "" || letter === text.charAt(at) ? "A" : letter;
  return text.slice(0, at) + (other === text.charAt(at) ? "B" : other) + text.slice(at + 1);
}

/** The token with one byte of what its base64url stands for changed, and written again. */
function mutateInside(token: string, chance: () => number): string {
  const parts = token.split(".");
  const which = Math.floor(chance() * parts.length);
  const bytes = Buffer.from(parts[which] ?? "", "base64url");
  const at = Math.floor(chance() * bytes.length);
  bytes[at] = (bytes[at] ?? 0) ^ (1 + Math.floor(chance() * 255));
  return parts.map((part, n) => (n === which ? bytes.toString("base64url") : part)).join(".");
}

describe(`mutants, seed ${SEED}`, () => {
  test(`${CASES} of them open nothing`, async () => {
    const [mac, pair] = [await makeMacKey("m1", 5), await makePairKey("p1")];
    const keys = makeTokenKeys({ WEIR_TOKEN_MAC: mac.secret, WEIR_TOKEN_PAIR: pair.secret });
    const samples = await makeSamples(mac, pair);
    for (const { name, token } of samples)
      expect([name, await opens(token, PATH, keys)]).toEqual([name, true]);
    const chance = makeChance(SEED);
    const opened: string[] = [];
    for (let n = 0; n < CASES; n++) {
      const sample = samples[n % samples.length] as Sample;
      const kind = chance();
      const token =
        kind < 0.4
          ? mutate(sample.token, chance)
          : kind < 0.8
            ? mutateInside(sample.token, chance)
            : sample.token;
      const path = kind < 0.8 ? PATH : `/${mutate(PATH.slice(1), chance)}`;
      // A path that only spells the same name differently is the same path.
      const isSame = token === sample.token && decodeURIComponentOr(path) === PATH;
      if (!isSame && (await opens(token, path, keys)))
        opened.push(`${sample.name}: ${token} ${path}`);
    }
    expect(opened.slice(0, 3)).toEqual([]);
  }, 170_000);
});

function decodeURIComponentOr(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}

describe("an independent issuer", () => {
  test.each(["HS256", "ES256"] as const)("jose, %s", async (alg) => {
    const key = alg === "HS256" ? await makeMacKey("j", 3) : await makePairKey("j");
    const keys = makeTokenKeys({ WEIR_TOKEN_MAC: key.secret });
    for (let n = 0; n < 50; n++) {
      const token = await new SignJWT({ cdniuc: "regex:https://play\\.example/film/.*", sub: "ü" })
        .setProtectedHeader({ alg, kid: "j", typ: "JWT" })
        .setIssuer("shop")
        .setAudience(["weir", randomBytes(n).toString("hex")])
        .setJti(randomBytes(8).toString("base64url"))
        .setExpirationTime(NOW_MS / 1000 + 5)
        .sign(key.key);
      expect(await opens(token, PATH, keys)).toBe(true);
      expect(await opens(token, "/match/1.ts", keys)).toBe(false);
    }
  });
});
