// What callers of the control API may do. Three scopes, none of which includes another: who reads
// verdicts need not order preloads, and who orders preloads need not be able to move a channel. For
// the token list, the grants of JWTs and the endpoints, each of which needs exactly one.

export const SCOPES = ["read", "content", "infra"] as const;
export type Scope = (typeof SCOPES)[number];

/** How a caller was recognised; `open` is nobody in particular, where reading is open to all. */
export const CREDENTIAL_KINDS = ["token", "jwt", "access", "open"] as const;
export type CredentialKind = (typeof CREDENTIAL_KINDS)[number];

/** Whoever a request comes from. */
export interface Caller {
  /** For the audit: "ops", "email:ann@example.com". */
  readonly name: string;
  readonly scopes: readonly Scope[];
  readonly via: CredentialKind;
}

/** The scopes among some words, in our order; words that are none grant nothing. */
export function toScopes(words: readonly string[]): readonly Scope[] {
  return SCOPES.filter((scope) => words.includes(scope));
}
