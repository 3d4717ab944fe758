// What somebody wants of a viewer's token, and how it is written as the claims of its format: a
// JSON Web Token (RFC 9246 section 2.1) or a Common Access Token (CTA-5007). Plain values in and
// out, so that a command and a test ask for the same. It does NOT sign; mint-token.ts does.

import { parseAddress, parseNetwork } from "../../workers/core/token/network.ts";
import { type CborWritable, printCbor } from "./print-cbor.ts";

export interface TokenWish {
  readonly format: "jwt" | "cat";
  /** What it opens: a canonical path from the root on, like "/match/", and all below it. */
  readonly pathPrefix: string;
  /** The host it is for; null: any. */
  readonly host: string | null;
  readonly issuer: string | null;
  readonly audience: string | null;
  /** Unix seconds. */
  readonly expiresAtSeconds: number;
  readonly notBeforeSeconds: number | null;
  /** By what it can be revoked; in a Common Access Token it is hexadecimal digits. */
  readonly sessionId: string | null;
  /** ISO 3166: "DE", "US-NY"; null: anywhere. */
  readonly countries: readonly string[] | null;
  /** Addresses, prefixes ("192.0.2.0/24") and AS numbers ("AS64500"); null: any. */
  readonly networks: readonly string[] | null;
}

export type ClaimsPlan =
  /** `bytes` are what is signed: JSON or CBOR. */
  | { readonly kind: "claims"; readonly bytes: Uint8Array }
  | { readonly kind: "failure"; readonly detail: string };

const PATH = /^\/(?:[A-Za-z0-9._~!$&'()*+,;=:@%-]+\/)*[A-Za-z0-9._~!$&'()*+,;=:@%-]*$/;
const HOST = /^[a-z0-9-]+(?:\.[a-z0-9-]+)*$/;
const SYSTEM = /^AS(\d{1,10})$/;
const COUNTRY = /^[A-Z]{2}(?:-[A-Z0-9]{1,3})?$/;

/** The claims that give what is wished, and nothing more. */
export function planClaims(wish: TokenWish): ClaimsPlan {
  const fault = findFault(wish);
  if (fault !== null) return { kind: "failure", detail: fault };
  const bytes =
    wish.format === "jwt"
      ? new TextEncoder().encode(JSON.stringify(toJwtClaims(wish)))
      : printCbor(toCatClaims(wish));
  return { kind: "claims", bytes };
}

function findFault(wish: TokenWish): string | null {
  const { format, pathPrefix, host, sessionId, countries, networks } = wish;
  const { expiresAtSeconds, notBeforeSeconds } = wish;
  if (!PATH.test(pathPrefix)) return `"${pathPrefix}" is no path like "/match/".`;
  if (host !== null && !HOST.test(host)) return `"${host}" is no host name in lower case.`;
  if (!isTime(expiresAtSeconds)) return "The end must be a moment.";
  if (notBeforeSeconds !== null && !isTime(notBeforeSeconds)) return "The start must be a moment.";
  if ((notBeforeSeconds ?? 0) >= expiresAtSeconds) return "It would end before it starts.";
  if (sessionId === "") return "An empty session id cannot be revoked.";
  if (format === "cat" && sessionId !== null && !/^(?:[0-9a-f]{2}){1,64}$/.test(sessionId)) {
    return "The session id of a Common Access Token is hexadecimal digits in lower case.";
  }
  const strange = countries?.find((each) => !COUNTRY.test(each));
  if (strange !== undefined) return `"${strange}" is no country like "DE" or "US-NY".`;
  if (countries?.length === 0) return "A token for no country opens nothing.";
  const odd = networks?.find((each) => !SYSTEM.test(each) && parseNetwork(each) === null);
  if (odd !== undefined) return `"${odd}" is no address, prefix or AS number.`;
  return networks?.length === 0 ? "A token for no network opens nothing." : null;
}

function isTime(seconds: number): boolean {
  return Number.isSafeInteger(seconds) && seconds >= 0;
}

function toJwtClaims(wish: TokenWish): Readonly<Record<string, unknown>> {
  const { host, networks, countries } = wish;
  const place = host === null ? "[^/]+" : toPattern(host);
  return dropNull({
    iss: wish.issuer,
    aud: wish.audience,
    exp: wish.expiresAtSeconds,
    nbf: wish.notBeforeSeconds,
    jti: wish.sessionId,
    cdniv: 1,
    cdniuc: `regex:https?://${place}(:[0-9]+)?${toPattern(wish.pathPrefix)}.*`,
    weir_networks: networks?.map((each) => toSystem(each) ?? each) ?? null,
    weir_countries: countries,
  });
}

/** A text that stands for itself in an expression. */
function toPattern(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
}

function toSystem(text: string): number | null {
  const digits = SYSTEM.exec(text)?.[1];
  return digits === undefined ? null : Number(digits);
}

function dropNull(fields: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== null));
}

/** Labels: RFC 8392 section 4 and the registry of CWT claims. */
function toCatClaims(wish: TokenWish): ReadonlyMap<number, CborWritable> {
  const { issuer, audience, notBeforeSeconds, sessionId, networks, countries, host } = wish;
  const scope = new Map<number, CborWritable>([[3, new Map([[1, wish.pathPrefix]])]]);
  if (host !== null) scope.set(1, new Map([[0, host]]));
  const claims = new Map<number, CborWritable>([
    [4, wish.expiresAtSeconds],
    [310, 1],
    [312, scope],
  ]);
  if (issuer !== null) claims.set(1, issuer);
  if (audience !== null) claims.set(3, audience);
  if (notBeforeSeconds !== null) claims.set(5, notBeforeSeconds);
  if (sessionId !== null) claims.set(7, Uint8Array.from(Buffer.from(sessionId, "hex")));
  if (networks !== null) claims.set(311, networks.map(toCatNetwork));
  if (countries !== null) claims.set(316, countries);
  return claims;
}

/** An AS number, or an address or prefix with the tag of its family (RFC 9164). */
function toCatNetwork(text: string): CborWritable {
  const system = toSystem(text);
  if (system !== null) return system;
  const whole = parseAddress(text);
  const { address, prefixBits } = parseNetwork(text) ?? {
    address: new Uint8Array(4),
    prefixBits: 0,
  };
  const tag = address.length === 4 ? 52 : 54;
  if (whole !== null) return { tag, value: whole };
  // RFC 9164 section 4: of a prefix only the bytes that it fixes, and no zeros behind them.
  const fixed = [...address.subarray(0, Math.ceil(prefixBits / 8))];
  while (fixed.at(-1) === 0) fixed.pop();
  return { tag, value: [prefixBits, Uint8Array.from(fixed)] };
}
