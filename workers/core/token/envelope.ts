// What surrounds a token's claims: who signed it, with what, and over which bytes. Read before the
// signature is checked, so nothing in it is believed; it only says which key to check with. Both
// kinds of token come out in one shape: JSON Web Tokens (RFC 7515, RFC 9246) and Common Access
// Tokens (RFC 8392 in RFC 9052; CTA-5007). It does NOT check the signature: that needs a cipher,
// which the platform has.

import type { TokenRefusal } from "./refusal.ts";

export const TOKEN_ALGORITHMS = ["HS256", "ES256"] as const;
export type TokenAlgorithm = (typeof TOKEN_ALGORITHMS)[number];

export interface TokenEnvelope {
  readonly kind: "envelope";
  readonly format: "jwt" | "cat";
  readonly algorithm: TokenAlgorithm;
  /** Which key; a token that does not say is refused, because trying keys hides mistakes. */
  readonly keyId: string;
  /** The bytes that the proof is about. */
  readonly signed: Uint8Array;
  /** MAC, or signature as r and s behind each other. */
  readonly proof: Uint8Array;
  /** Bytes of the claims: JSON or CBOR. */
  readonly claims: Uint8Array;
}

export type EnvelopeReading = TokenEnvelope | TokenRefusal;
