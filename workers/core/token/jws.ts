// The compact form of a signed JSON Web Token: `header.claims.signature` (RFC 7515 section 3.1).
// For parse-token.ts. Of the header only alg, kid and typ are known; anything else could change
// what the token means (crit, b64, jku, x5c, ...), so it is refused, and keys never come from the
// token. It does NOT read the claims.

import { parseBase64url } from "./base64url.ts";
import { type EnvelopeReading, TOKEN_ALGORITHMS, type TokenAlgorithm } from "./envelope.ts";
import { parseJsonObject } from "./json-object.ts";
import { toTokenRefusal } from "./refusal.ts";
import { toLetterBytes } from "./utf8.ts";

const KNOWN_FIELDS: ReadonlySet<string> = new Set(["alg", "kid", "typ"]);

/** Reads three parts between two dots. */
export function parseJws(text: string): EnvelopeReading {
  const parts = text.split(".");
  const [headerText = "", claimsText = "", proofText = ""] = parts;
  const headerBytes = parseBase64url(headerText);
  const claims = parseBase64url(claimsText);
  const proof = parseBase64url(proofText);
  if (parts.length !== 3 || headerBytes === null || claims === null || proof === null) {
    return toTokenRefusal("malformed");
  }
  const header = parseJsonObject(headerBytes);
  if (header === null) return toTokenRefusal("malformed", "header");
  const strange = [...header.keys()].find((name) => !KNOWN_FIELDS.has(name));
  if (strange !== undefined) return toTokenRefusal("unknown-claim", "header");
  const algorithm = toAlgorithm(header.get("alg"));
  if (algorithm === null) return toTokenRefusal("unknown-algorithm");
  const keyId = header.get("kid");
  if (typeof keyId !== "string" || keyId === "") return toTokenRefusal("unknown-key", "kid");
  const signed = toLetterBytes(`${headerText}.${claimsText}`);
  return { kind: "envelope", format: "jwt", algorithm, keyId, signed, proof, claims };
}

function toAlgorithm(word: unknown): TokenAlgorithm | null {
  return TOKEN_ALGORITHMS.find((known) => known === word) ?? null;
}
