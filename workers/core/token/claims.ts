// What a verified token says, in one shape for both kinds. Made by jwt-claims.ts and cat-claims.ts
// from bytes whose signature was checked; judged by decide-access.ts for every request. A claim
// that is not here cannot be judged, and a token that makes one is refused (RFC 9246 section 2.1;
// CTA-5007; spec section 8, A1).

import type { Network } from "./network.ts";
import type { Pattern } from "./pattern.ts";

/** Parts of a URL that a rule can speak of (labels of CTA-5007's catu). */
export const URI_PARTS = [
  "scheme",
  "host",
  "port",
  "path",
  "query",
  "parent",
  "filename",
  "stem",
  "extension",
  /** The whole URL without its query, of RFC 9246. */
  "uri",
] as const;
export type UriPart = (typeof URI_PARTS)[number];

export type UriTest =
  | { readonly kind: "exact"; readonly text: string }
  | { readonly kind: "prefix"; readonly text: string }
  | { readonly kind: "suffix"; readonly text: string }
  | { readonly kind: "contains"; readonly text: string }
  | { readonly kind: "pattern"; readonly pattern: Pattern }
  /** SHA-256 of the part, in base64url. */
  | { readonly kind: "digest"; readonly digest: string };

export interface UriRule {
  readonly part: UriPart;
  readonly test: UriTest;
}

export interface TokenClaims {
  readonly kind: "claims";
  readonly issuer: string | null;
  readonly audiences: readonly string[] | null;
  /** Seconds since 1970; may have a fraction. */
  readonly expiresAtSeconds: number;
  readonly notBeforeSeconds: number | null;
  /** By what a session is revoked: `jti`, or `cti` in hexadecimal digits. */
  readonly sessionId: string | null;
  /** All must hold. Never empty. */
  readonly scope: readonly UriRule[];
  readonly methods: readonly string[] | null;
  /** One of them, or of `systems`, must be the viewer's; both null: any network. */
  readonly networks: readonly Network[] | null;
  /** Numbers of autonomous systems. */
  readonly systems: readonly number[] | null;
  /** ISO 3166: "DE", or "US-NY". */
  readonly countries: readonly string[] | null;
}
