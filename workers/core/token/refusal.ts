// Why a token does not open a door. The set is closed: it is the word in the problem's detail, the
// word that operators search for, and the test matrix. What is wrong with the token itself is 401
// (come back with another one), what is wrong with this use of it is 403 (CTA-5007; spec section 8,
// A1). Words never repeat anything of the token.

export const TOKEN_REFUSALS = [
  "missing",
  "malformed",
  "unknown-algorithm",
  "unknown-key",
  "bad-signature",
  "unknown-claim",
  "no-expiry",
  "no-scope",
  "expired",
  "not-yet-valid",
  "wrong-issuer",
  "wrong-audience",
  "revoked",
  "out-of-scope",
  "wrong-method",
  "wrong-network",
  "wrong-country",
] as const;
export type TokenRefusalReason = (typeof TOKEN_REFUSALS)[number];

export interface TokenRefusal {
  readonly kind: "refused";
  readonly why: TokenRefusalReason;
  /** Name of what is wrong, for the operator: of a claim or a key, never its value. */
  readonly what: string;
}

interface TokenRefusalRule {
  readonly problem: "unauthenticated" | "denied";
  readonly sentence: string;
}

export const TOKEN_REFUSAL_RULES: Record<TokenRefusalReason, TokenRefusalRule> = {
  missing: { problem: "unauthenticated", sentence: "The channel asks for a token." },
  malformed: { problem: "unauthenticated", sentence: "The token cannot be read." },
  "unknown-algorithm": {
    problem: "unauthenticated",
    sentence: "The token is signed by an algorithm other than HS256 and ES256.",
  },
  "unknown-key": {
    problem: "unauthenticated",
    sentence: "No issuer of the channel has the key that the token names.",
  },
  "bad-signature": { problem: "unauthenticated", sentence: "The token's signature is wrong." },
  "unknown-claim": {
    problem: "unauthenticated",
    sentence: "The token makes a claim that this edge cannot judge.",
  },
  "no-expiry": { problem: "unauthenticated", sentence: "The token does not say when it expires." },
  "no-scope": { problem: "unauthenticated", sentence: "The token does not say what it opens." },
  expired: { problem: "unauthenticated", sentence: "The token has expired." },
  "not-yet-valid": { problem: "unauthenticated", sentence: "The token is not valid yet." },
  "wrong-issuer": {
    problem: "unauthenticated",
    sentence: "The token's issuer is not the one whose key signed it.",
  },
  "wrong-audience": { problem: "unauthenticated", sentence: "The token is meant for others." },
  revoked: { problem: "unauthenticated", sentence: "The session was revoked." },
  "out-of-scope": { problem: "denied", sentence: "The token does not cover this URL." },
  "wrong-method": { problem: "denied", sentence: "The token does not cover this method." },
  "wrong-network": { problem: "denied", sentence: "The token is bound to another network." },
  "wrong-country": { problem: "denied", sentence: "The channel is not available here." },
};

/** A refusal; `what` names the claim or key that is meant, and never holds a value. */
export function toTokenRefusal(why: TokenRefusalReason, what = ""): TokenRefusal {
  return { kind: "refused", why, what };
}

/** One sentence for the viewer's problem and the operator's log. */
export function printTokenRefusal({ why, what }: TokenRefusal): string {
  const { sentence } = TOKEN_REFUSAL_RULES[why];
  return what === "" ? `${sentence} (${why})` : `${sentence} (${why}: ${what})`;
}
