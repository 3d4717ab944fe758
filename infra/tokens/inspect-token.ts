// Reads a viewer's token as the edge does, for people who want to know what is in it and why it
// does not open: what surrounds the claims, the claims, whether a key signed it, and what the edge
// would say to it for a URL. Plain values in and out; the same code as the edge's (core/token)
// decides.

import { createHash, createHmac, createPublicKey, timingSafeEqual, verify } from "node:crypto";
import { parseCatClaims } from "../../workers/core/token/cat-claims.ts";
import type { TokenClaims } from "../../workers/core/token/claims.ts";
import {
  type Access,
  type AccessRequest,
  type AccessRules,
  decideAccess,
} from "../../workers/core/token/decide-access.ts";
import type { TokenEnvelope } from "../../workers/core/token/envelope.ts";
import { parseJwtClaims } from "../../workers/core/token/jwt-claims.ts";
import { parseToken } from "../../workers/core/token/parse-token.ts";
import type { TokenRefusal } from "../../workers/core/token/refusal.ts";
import { parseSigningKey, type SigningKey } from "../../workers/core/token/signing-key.ts";

/** What a key says of a token's signature. */
export type SignatureWord = "genuine" | "bad-signature" | "unknown-key";

export interface TokenReport {
  readonly kind: "report";
  readonly format: "jwt" | "cat";
  readonly algorithm: string;
  readonly keyId: string;
  /** As the edge understands them; a refusal: the edge would not take them whoever signed. */
  readonly claims: TokenClaims | TokenRefusal;
  /** Null: no key was given to check with. */
  readonly signature: SignatureWord | null;
  /** Unix seconds of the end against now; null: the claims are refused. */
  readonly secondsLeft: number | null;
}

export type TokenInspection =
  | TokenReport
  /** It is no token at all, as far as the edge is concerned. */
  | TokenRefusal
  | { readonly kind: "failure"; readonly detail: string };

/** Reads a token; `keyText` is a JSON Web Key to check the signature with, or null. */
export function inspectToken(
  token: string,
  keyText: string | null,
  nowMs: number,
): TokenInspection {
  const envelope = parseToken(token);
  if (envelope.kind === "refused") return envelope;
  const key = keyText === null ? null : parseSigningKey(keyText);
  if (key?.kind === "failure") return { kind: "failure", detail: `The key ${key.detail}.` };
  const { format, algorithm, keyId } = envelope;
  const claims =
    format === "jwt" ? parseJwtClaims(envelope.claims) : parseCatClaims(envelope.claims);
  return {
    kind: "report",
    format,
    algorithm,
    keyId,
    claims,
    signature: key === null ? null : toSignatureWord(envelope, key),
    secondsLeft: claims.kind === "claims" ? claims.expiresAtSeconds - nowMs / 1_000 : null,
  };
}

/** What the edge would answer to these claims for a request, if the signature is right. */
export function inspectAccess(
  claims: TokenClaims,
  request: AccessRequest,
  rules: AccessRules,
  nowMs: number,
): Access | TokenRefusal {
  return decideAccess(claims, request, rules, nowMs, toSha256);
}

function toSha256(text: string): string {
  return createHash("sha256").update(text).digest("base64url");
}

function toSignatureWord(envelope: TokenEnvelope, key: SigningKey): SignatureWord {
  const isNamed = key.keyId === envelope.keyId && key.algorithm === envelope.algorithm;
  if (!isNamed) return "unknown-key";
  return isGenuine(envelope, key) ? "genuine" : "bad-signature";
}

function isGenuine({ signed, proof }: TokenEnvelope, { jwk }: SigningKey): boolean {
  if (jwk.kty === "oct") {
    const want = createHmac("sha256", Buffer.from(jwk.k, "base64url")).update(signed).digest();
    return want.byteLength === proof.byteLength && timingSafeEqual(want, proof);
  }
  try {
    const key = createPublicKey({ key: { ...jwk }, format: "jwk" });
    return verify("sha256", signed, { key, dsaEncoding: "ieee-p1363" }, proof);
  } catch {
    // A point that does not lie on the curve opens nothing.
    return false;
  }
}
