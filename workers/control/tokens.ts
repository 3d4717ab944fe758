// Who may call the API: static bearer tokens, of which only hashes are known here.
//
// WEIR_API_TOKENS holds entries `name:scopes:sha256`, separated by commas or new lines; scopes are
// joined by "+", the hash is hex. Comparing hashes of a fixed length by the platform's
// constant-time function tells an attacker nothing about how near a guess came.

import { hashText, isSameHash } from "../platform/encoding.ts";

export const SCOPES = ["read", "content", "infra"] as const;
export type Scope = (typeof SCOPES)[number];

export interface Caller {
  readonly name: string;
  readonly scopes: readonly Scope[];
}

interface Entry extends Caller {
  /** SHA-256, hex. */
  readonly hash: string;
}

const ENTRY = /^([A-Za-z0-9._-]{1,64}):([a-z+]+):([0-9a-f]{64})$/;

/** The caller of a bearer token, or null. Malformed entries grant nothing. */
export function decideCaller(
  tokens: string | undefined,
  authorization: string | null,
): Caller | null {
  const token = /^Bearer ([A-Za-z0-9._~+/=-]{1,1024})$/.exec(authorization ?? "")?.[1];
  if (token === undefined) return null;
  const hash = hashText(token);
  let found: Caller | null = null;
  for (const entry of parseEntries(tokens ?? "")) {
    if (isSameHash(entry.hash, hash)) found = { name: entry.name, scopes: entry.scopes };
  }
  return found;
}

function parseEntries(tokens: string): Entry[] {
  return tokens.split(/[,\n]/).flatMap((line) => {
    const [, name, scopeList, hex] = ENTRY.exec(line.trim()) ?? [];
    if (name === undefined || scopeList === undefined || hex === undefined) return [];
    const scopes = SCOPES.filter((scope) => scopeList.split("+").includes(scope));
    return [{ name, scopes, hash: hex }];
  });
}
