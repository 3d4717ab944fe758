// The claims of a verified Common Access Token (RFC 8392 section 3, CTA-5007; spec section 8).
// Every claim must be one that is judged here: replay detection, proof of possession, renewal,
// headers and coordinates are not, and a token that makes them is refused. `catu` says what the
// token opens and is needed. A claim with an impossible value refuses the token as an unknown one
// does.

import { printBase64url } from "./base64url.ts";
import { type CborMap, type CborValue, isCborMap, isCborTag, parseCbor } from "./cbor.ts";
import type { TokenClaims, UriPart, UriRule, UriTest } from "./claims.ts";
import { type Network, parseNetwork } from "./network.ts";
import { parsePattern } from "./pattern.ts";
import { type TokenRefusal, toTokenRefusal } from "./refusal.ts";

const LABELS = {
  iss: 1,
  sub: 2,
  aud: 3,
  exp: 4,
  nbf: 5,
  iat: 6,
  cti: 7,
  catreplay: 308,
  catv: 310,
  catnip: 311,
  catu: 312,
  catm: 313,
  catgeoiso3166: 316,
} as const;
const KNOWN: ReadonlySet<number | string> = new Set(Object.values(LABELS));

/** By component of catu. */
const PARTS: ReadonlyMap<number | string, UriPart> = new Map([
  [0, "scheme"],
  [1, "host"],
  [2, "port"],
  [3, "path"],
  [4, "query"],
  [5, "parent"],
  [6, "filename"],
  [7, "stem"],
  [8, "extension"],
]);
const TEXT_TESTS = new Map<number | string, "exact" | "prefix" | "suffix" | "contains">([
  [0, "exact"],
  [1, "prefix"],
  [2, "suffix"],
  [3, "contains"],
]);
const MATCH_PATTERN = 4;
const MATCH_SHA256 = -1;
const TAG_FOUR = 52;
const TAG_SIX = 54;
const TAG_TIME = 1;

/** Reads the claims; the first that cannot be judged refuses the token. */
export function parseCatClaims(bytes: Uint8Array): TokenClaims | TokenRefusal {
  const map = parseCbor(bytes);
  if (!isCborMap(map)) return toTokenRefusal("malformed", "claims");
  const bad = (name: keyof typeof LABELS) => toTokenRefusal("unknown-claim", name);
  const strange = [...map.keys()].find((label) => !KNOWN.has(label));
  if (strange !== undefined) return toTokenRefusal("unknown-claim", `label ${toShown(strange)}`);
  const of = (name: keyof typeof LABELS) => map.get(LABELS[name]);
  const iss = of("iss");
  if (!(iss === undefined || typeof iss === "string")) return bad("iss");
  if (!["string", "undefined"].includes(typeof of("sub"))) return bad("sub");
  const aud = of("aud");
  const audiences = aud === undefined ? null : toTexts(typeof aud === "string" ? [aud] : aud);
  if (aud !== undefined && audiences === null) return bad("aud");
  const [exp, nbf, iat] = [toTime(of("exp")), toTime(of("nbf")), toTime(of("iat"))];
  if (exp === undefined) return toTokenRefusal("no-expiry");
  if (exp === null) return bad("exp");
  if (nbf === null) return bad("nbf");
  if (iat === null) return bad("iat");
  const cti = of("cti");
  if (!(cti === undefined || (cti instanceof Uint8Array && cti.length > 0))) return bad("cti");
  if (![undefined, 0].includes(of("catreplay") as never)) return bad("catreplay");
  if (![undefined, 1].includes(of("catv") as never)) return bad("catv");
  const scope = toScope(of("catu"));
  if (scope === undefined) return toTokenRefusal("no-scope");
  if (scope === null) return bad("catu");
  const methods = toOptionalTexts(of("catm"));
  if (methods === undefined) return bad("catm");
  const countries = toOptionalTexts(of("catgeoiso3166"));
  if (countries === undefined) return bad("catgeoiso3166");
  const bound = toNetworks(of("catnip"));
  if (bound === null) return bad("catnip");
  return {
    kind: "claims",
    issuer: iss ?? null,
    audiences,
    expiresAtSeconds: exp,
    notBeforeSeconds: nbf ?? null,
    sessionId: cti === undefined ? null : toHex(cti as Uint8Array),
    scope,
    methods,
    countries,
    ...bound,
  };
}

function toShown(label: number | string): string {
  return typeof label === "number" ? String(label) : "of text";
}

function toHex(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** Undefined: there is none. Null: not a time. */
function toTime(value: CborValue | undefined): number | null | undefined {
  if (value === undefined) return undefined;
  // RFC 8392 section 3: the tag of a time is left out; some write it.
  const plain = isCborTag(value) && value.tag === TAG_TIME ? value.value : value;
  return typeof plain === "number" && Number.isFinite(plain) && plain >= 0 ? plain : null;
}

function toTexts(value: CborValue | undefined): readonly string[] | null {
  if (!Array.isArray(value) || value.length === 0) return null;
  return value.every((each) => typeof each === "string") ? value : null;
}

/** Null: there are none. Undefined: something else than texts. */
function toOptionalTexts(value: CborValue | undefined): readonly string[] | null | undefined {
  return value === undefined ? null : (toTexts(value) ?? undefined);
}

/** Undefined: there is none. Null: one that we do not judge. */
function toScope(value: CborValue | undefined): readonly UriRule[] | null | undefined {
  if (value === undefined) return undefined;
  if (!isCborMap(value) || value.size === 0) return null;
  const rules: UriRule[] = [];
  for (const [component, tests] of value) {
    const part = PARTS.get(component);
    if (part === undefined || !isCborMap(tests) || tests.size === 0) return null;
    const read = toUriTests(tests);
    if (read === null) return null;
    rules.push(...read.map((test) => ({ part, test })));
  }
  return rules;
}

function toUriTests(tests: CborMap): readonly UriTest[] | null {
  const read: UriTest[] = [];
  for (const [match, value] of tests) {
    const test = toUriTest(match, value);
    if (test === null) return null;
    read.push(test);
  }
  return read;
}

function toUriTest(match: number | string, value: CborValue): UriTest | null {
  const kind = TEXT_TESTS.get(match);
  if (kind !== undefined) return typeof value === "string" ? { kind, text: value } : null;
  if (match === MATCH_SHA256) {
    const isDigest = value instanceof Uint8Array && value.length === 32;
    return isDigest ? { kind: "digest", digest: printBase64url(value) } : null;
  }
  if (match !== MATCH_PATTERN) return null;
  // Alone, or first of a list whose other members are what its groups must have caught.
  const text = Array.isArray(value) && value.length === 1 ? value[0] : value;
  const pattern = typeof text === "string" ? parsePattern(text) : null;
  return pattern === null ? null : { kind: "pattern", pattern };
}

/** Null: something that is no network (RFC 9164: tags 52 and 54). */
function toNetworks(
  value: CborValue | undefined,
): Pick<TokenClaims, "networks" | "systems"> | null {
  if (value === undefined) return { networks: null, systems: null };
  if (!Array.isArray(value) || value.length === 0) return null;
  const networks: Network[] = [];
  const systems: number[] = [];
  for (const item of value as readonly CborValue[]) {
    if (typeof item === "number" && Number.isInteger(item) && item >= 0) systems.push(item);
    else {
      const network = toNetwork(item);
      if (network === null) return null;
      networks.push(network);
    }
  }
  return { networks, systems };
}

function toNetwork(item: CborValue): Network | null {
  if (!isCborTag(item)) return null;
  const length = item.tag === TAG_FOUR ? 4 : item.tag === TAG_SIX ? 16 : null;
  if (length === null) return null;
  const { value } = item;
  if (value instanceof Uint8Array) return toPrefix(length, length * 8, value, true);
  if (!Array.isArray(value) || value.length !== 2) return null;
  const [bits, bytes] = value as readonly CborValue[];
  if (typeof bits !== "number" || !(bytes instanceof Uint8Array)) return null;
  return toPrefix(length, bits, bytes, false);
}

/** A prefix leaves out the zeros behind it. */
function toPrefix(
  length: 4 | 16,
  bits: number,
  bytes: Uint8Array,
  isWhole: boolean,
): Network | null {
  const isFine = Number.isInteger(bits) && bits >= 0 && bits <= length * 8;
  if (!isFine || bytes.length > length || (isWhole && bytes.length !== length)) return null;
  const padded = Array.from({ length }, (_, at) => bytes[at] ?? 0);
  if (length === 4) return { address: Uint8Array.from(padded), prefixBits: bits };
  const groups = Array.from({ length: 8 }, (_, n) =>
    ((padded[2 * n] ?? 0) * 256 + (padded[2 * n + 1] ?? 0)).toString(16),
  );
  // Through the text, so that an IPv4 address within IPv6 becomes what a viewer's would.
  const mapped = parseNetwork(groups.join(":"));
  if (mapped === null) return null;
  if (mapped.address.length === 16) return { ...mapped, prefixBits: bits };
  return bits >= 96 ? { ...mapped, prefixBits: bits - 96 } : null;
}
