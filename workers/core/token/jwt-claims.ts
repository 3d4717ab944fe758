// The claims of a verified JSON Web Token (RFC 7519 section 4.1, RFC 9246 section 2.1). Every claim
// must be one that is judged here, with the type that it ought to have: an issuer who asks for more
// than we do is told so, instead of being obeyed in part. `cdniuc` is needed, and matched against
// the URL without token and query. `sub` and `iat` say nothing about who may pass. Claims that are
// encrypted (a JWE in `cdniip`) and tokens that want to be renewed (`cdnistt`) are refused. Beyond
// the standard: `weir_networks` (addresses, prefixes, AS numbers) and `weir_countries`.

import type { TokenClaims, UriRule } from "./claims.ts";
import { parseJsonObject } from "./json-object.ts";
import { type Network, parseNetwork } from "./network.ts";
import { parsePattern } from "./pattern.ts";
import { type TokenRefusal, toTokenRefusal } from "./refusal.ts";

const COUNTRY = /^[A-Z]{2}(?:-[A-Z0-9]{1,3})?$/;

/** Claims whose presence changes nothing, if their value is one of these. */
const HARMLESS: ReadonlyMap<string, (value: unknown) => boolean> = new Map<
  string,
  (value: unknown) => boolean
>([
  ["sub", (value) => typeof value === "string"],
  ["iat", isTime],
  ["cdniv", (value) => value === 1],
  ["cdniets", isTime],
  ["cdnistt", (value) => value === 0],
  ["cdnistd", (value) => value === 0],
]);

const JUDGED: ReadonlySet<string> = new Set([
  "iss",
  "aud",
  "exp",
  "nbf",
  "jti",
  "cdnicrit",
  "cdniip",
  "cdniuc",
  "weir_networks",
  "weir_countries",
]);

/** Reads the claims; the first that cannot be judged refuses the token. */
export function parseJwtClaims(bytes: Uint8Array): TokenClaims | TokenRefusal {
  const members = parseJsonObject(bytes);
  if (members === null) return toTokenRefusal("malformed", "claims");
  for (const [name, value] of members) {
    const isFine = HARMLESS.get(name)?.(value) ?? JUDGED.has(name);
    if (!isFine) return toTokenRefusal("unknown-claim", toShown(name));
  }
  const bad = (name: string) => toTokenRefusal("unknown-claim", name);
  if (!isCriticalKnown(members)) return bad("cdnicrit");
  const [iss, aud, exp, nbf, jti] = ["iss", "aud", "exp", "nbf", "jti"].map((n) => members.get(n));
  if (exp === undefined) return toTokenRefusal("no-expiry");
  if (!isTime(exp)) return bad("exp");
  if (!(nbf === undefined || isTime(nbf))) return bad("nbf");
  if (!(iss === undefined || typeof iss === "string")) return bad("iss");
  if (!(jti === undefined || (typeof jti === "string" && jti !== ""))) return bad("jti");
  const audiences = aud === undefined ? null : toTexts(typeof aud === "string" ? [aud] : aud);
  if (aud !== undefined && audiences === null) return bad("aud");
  const scope = toScope(members.get("cdniuc"));
  if (scope === null) return bad("cdniuc");
  if (scope === undefined) return toTokenRefusal("no-scope");
  const bound = toNetworks(members);
  if (bound === null) return bad("network");
  const countries = toCountries(members.get("weir_countries"));
  if (countries === undefined) return bad("weir_countries");
  return {
    kind: "claims",
    issuer: iss ?? null,
    audiences,
    expiresAtSeconds: exp,
    notBeforeSeconds: nbf ?? null,
    sessionId: jti ?? null,
    scope: [scope],
    methods: null,
    ...bound,
    countries,
  };
}

/** A claim's name is the issuer's, never the viewer's; shown as far as it is harmless. */
function toShown(name: string): string {
  return /^[\w-]{1,32}$/.test(name) ? name : "a claim";
}

function isTime(value: unknown): value is number {
  return typeof value === "number" && Number.isFinite(value) && value >= 0;
}

/** What must be understood: names of claims that are there and known. */
function isCriticalKnown(members: ReadonlyMap<string, unknown>): boolean {
  const value = members.get("cdnicrit");
  if (value === undefined) return true;
  if (typeof value !== "string") return false;
  return value.split(",").every((name) => members.has(name.trim()));
}

/** Undefined: none. Null: one that we do not judge. */
function toScope(value: unknown): UriRule | null | undefined {
  if (value === undefined) return undefined;
  if (typeof value !== "string") return null;
  if (value.startsWith("regex:")) {
    const pattern = parsePattern(value.slice("regex:".length));
    return pattern === null ? null : { part: "uri", test: { kind: "pattern", pattern } };
  }
  // RFC 6920 section 5: the URL segment form, with the whole digest.
  const digest = /^hash:sha-256;([A-Za-z0-9_-]{43})$/.exec(value)?.[1];
  return digest === undefined ? null : { part: "uri", test: { kind: "digest", digest } };
}

function toTexts(value: unknown): readonly string[] | null {
  if (!Array.isArray(value) || value.length === 0) return null;
  return value.every((each) => typeof each === "string") ? value : null;
}

/** Null: something that is no network. */
function toNetworks(
  members: ReadonlyMap<string, unknown>,
): Pick<TokenClaims, "networks" | "systems"> | null {
  const own = members.get("cdniip");
  const more = members.get("weir_networks");
  if (own === undefined && more === undefined) return { networks: null, systems: null };
  // Both would have to hold, which one list cannot say.
  if (own !== undefined && more !== undefined) return null;
  const items: unknown = own === undefined ? more : [own];
  if (!Array.isArray(items) || items.length === 0) return null;
  const networks: Network[] = [];
  const systems: number[] = [];
  for (const item of items) {
    if (typeof item === "number" && Number.isInteger(item) && item >= 0) systems.push(item);
    else {
      const network = typeof item === "string" ? parseNetwork(item) : null;
      if (network === null) return null;
      networks.push(network);
    }
  }
  return { networks, systems };
}

/** Undefined: malformed. */
function toCountries(value: unknown): readonly string[] | null | undefined {
  if (value === undefined) return null;
  const texts = toTexts(value);
  return texts?.every((text) => COUNTRY.test(text)) === true ? texts : undefined;
}
