// Verifies JWTs against an issuer's published keys (RFC 7519, RFC 7517): signature, issuer,
// audience and times. What the claims allow is decided elsewhere.
//
// The keys are kept for the life of the isolate and read again when they are ten minutes old or
// when a token names a key that is not among them, at most every half minute, so that tokens of
// invented keys do not become a flood at the issuer. Rotation needs nobody here. The package drops
// a pending read that another request began, which ADR 0006 asks for.

import { createRemoteJWKSet, errors, type JWTVerifyGetKey, jwtVerify } from "jose";

export interface JwtRules {
  /** As in the claim `iss`, to the letter. */
  readonly issuer: string;
  /** One of these must be in `aud`. */
  readonly audiences: readonly string[];
  /** Where the issuer publishes its keys. */
  readonly keysUrl: string;
}

export type JwtReading =
  | { readonly kind: "claims"; readonly claims: Readonly<Record<string, unknown>> }
  /** The token's fault, in words for its owner. */
  | { readonly kind: "refused"; readonly detail: string }
  /** The issuer's keys cannot be read: nobody can say whether the token is good. */
  | { readonly kind: "unavailable"; readonly detail: string };

/**
 * Public-key signatures only. A secret shared with an issuer would let whoever reads our
 * configuration write tokens, and "none" is no signature.
 */
const ALGORITHMS = ["RS256", "PS256", "ES256", "ES384", "EdDSA", "Ed25519"];
/** Clocks differ; a minute would let a taken-back token live on for longer than need be. */
const SKEW_SECONDS = 15;
const KEYS_MS_MAX = 3_000;

const keySets = new Map<string, JWTVerifyGetKey>();

/** Verifies one token. Never throws for what a caller or an issuer can send. */
export async function verifyJwt(token: string, rules: JwtRules): Promise<JwtReading> {
  try {
    const { payload } = await jwtVerify(token, toKeySet(rules.keysUrl), {
      issuer: rules.issuer,
      audience: [...rules.audiences],
      algorithms: ALGORITHMS,
      clockTolerance: SKEW_SECONDS,
      requiredClaims: ["exp"],
    });
    return { kind: "claims", claims: payload };
  } catch (error) {
    return toReading(error);
  }
}

function toKeySet(keysUrl: string): JWTVerifyGetKey {
  const known = keySets.get(keysUrl);
  if (known !== undefined) return known;
  const made = createRemoteJWKSet(new URL(keysUrl), { timeoutDuration: KEYS_MS_MAX });
  keySets.set(keysUrl, made);
  return made;
}

/** Codes of the package that say something of the token; every other failure is the key set's. */
const TOKEN_FAULTS: Readonly<Record<string, string>> = {
  ERR_JWT_EXPIRED: "the token has expired",
  ERR_JWS_SIGNATURE_VERIFICATION_FAILED: "the signature is not its issuer's",
  ERR_JWKS_NO_MATCHING_KEY: "the issuer has no such key",
  ERR_JWKS_MULTIPLE_MATCHING_KEYS: "it does not say which of the issuer's keys signed it",
  ERR_JOSE_ALG_NOT_ALLOWED: "it is signed in a way that is not taken here",
  ERR_JOSE_NOT_SUPPORTED: "it is signed in a way that is not taken here",
  ERR_JWS_INVALID: "it is not a signed JWT",
  ERR_JWT_INVALID: "it is not a signed JWT",
};

function toReading(error: unknown): JwtReading {
  if (error instanceof errors.JWTClaimValidationFailed) {
    const detail = `its claim "${error.claim}" is missing, or not what is expected here`;
    return { kind: "refused", detail };
  }
  const fault = error instanceof errors.JOSEError ? TOKEN_FAULTS[error.code] : undefined;
  if (fault !== undefined) return { kind: "refused", detail: fault };
  return { kind: "unavailable", detail: "the issuer's keys cannot be read now" };
}
