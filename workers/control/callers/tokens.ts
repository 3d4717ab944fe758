// Who may call the API: static bearer tokens, of which only hashes are known here.
//
// WEIR_API_TOKENS holds entries `name:scopes:sha256`, separated by commas or new lines; scopes are
// joined by "+", the hash is hex. Comparing hashes of a fixed length by the platform's
// constant-time function tells an attacker nothing about how near a guess came.

import { type Scope, toScopes } from "../../core/api/scopes.ts";
import { hashText, isSameHash } from "../../platform/encoding.ts";

/** The holder of a token. */
export interface Holder {
  readonly name: string;
  readonly scopes: readonly Scope[];
}

interface Entry extends Holder {
  /** SHA-256, hex. */
  readonly hash: string;
}

const ENTRY = /^([A-Za-z0-9._-]{1,64}):([a-z+]+):([0-9a-f]{64})$/;

/** The token of an Authorization header, or null: none, or of another scheme. */
export function parseBearer(authorization: string | null): string | null {
  return /^Bearer ([A-Za-z0-9._~+/=-]{1,8192})$/i.exec(authorization ?? "")?.[1] ?? null;
}

/** Longest static token; longer ones are JWTs or nonsense. */
const TOKEN_CHARS_MAX = 1_024;

/** The holder of a static token, or null. Malformed entries grant nothing. */
export function decideHolder(tokens: string | undefined, token: string): Holder | null {
  if (token.length > TOKEN_CHARS_MAX) return null;
  const hash = hashText(token);
  let found: Holder | null = null;
  for (const entry of parseEntries(tokens ?? "")) {
    if (isSameHash(entry.hash, hash)) found = { name: entry.name, scopes: entry.scopes };
  }
  return found;
}

function parseEntries(tokens: string): Entry[] {
  return tokens.split(/[,\n]/).flatMap((line) => {
    const [, name, scopeList, hex] = ENTRY.exec(line.trim()) ?? [];
    if (name === undefined || scopeList === undefined || hex === undefined) return [];
    return [{ name, scopes: toScopes(scopeList.split("+")), hash: hex }];
  });
}
