// Tokens whose signature this isolate has checked, so that a session pays for its signature once.
// What is remembered is what the token says, not what it may: expiry, scope, revocation and country
// are judged again for every request. A new catalog forgets everything, because keys may have been
// taken out. Wrong tokens are not remembered: whoever invents them could push out the right ones.

import type { CatalogIndex } from "../core/config/catalog-index.ts";
import type { TokenClaims } from "../core/token/claims.ts";

/** A token takes about a kilobyte, and what it says another. */
const TOKENS_MAX = 4_096;

export interface VerifiedToken {
  readonly claims: TokenClaims;
  /** Whose key it was. */
  readonly issuerId: string;
}

export interface TokenMemory {
  find(token: string, index: CatalogIndex): VerifiedToken | null;
  put(token: string, index: CatalogIndex, verified: VerifiedToken): void;
}

/** Makes an empty memory. One per isolate. */
export function makeTokenMemory(countMax = TOKENS_MAX): TokenMemory {
  const tokens = new Map<string, VerifiedToken>();
  let held: CatalogIndex | null = null;
  const useIndex = (index: CatalogIndex): void => {
    if (held !== index) tokens.clear();
    held = index;
  };
  return {
    find(token, index) {
      useIndex(index);
      return tokens.get(token) ?? null;
    },
    put(token, index, verified) {
      useIndex(index);
      tokens.set(token, verified);
      // The oldest goes: a session that is still running pays for its signature once more.
      const oldest = tokens.keys().next();
      if (tokens.size > countMax && !oldest.done) tokens.delete(oldest.value);
    },
  };
}
