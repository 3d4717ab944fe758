// Which scopes the holder of a verified JWT has. An identity provider says who somebody is; what
// they may do here is ours to say, in the variable WEIR_JWT_GRANTS:
//
//   email:ann@example.com=read+content+infra
//   email:*@example.com=read                  everybody of that domain
//   service:ci.access=infra                   a service token of Cloudflare Access (common_name)
//   sub:248289761001=content                  the subject of any other issuer
//
// Entries are separated by commas or new lines, and what several grant adds up. The prefix keeps
// kinds of identity apart: a subject that looks like an address is no address. A `scope` claim
// (RFC 8693 section 4.2) is taken too, since the audience says that it was meant for us. It does
// NOT verify anything: signature, issuer, audience and times are checked before.

import { SCOPES, type Scope, toScopes } from "./scopes.ts";

/** The claims of a JWT whose signature, issuer, audience and times are right. */
export type Claims = Readonly<Record<string, unknown>>;

export interface Grant {
  /** "email:ann@example.com", "email:*@example.com", "service:ci.access", "sub:1". */
  readonly who: string;
  readonly scopes: readonly Scope[];
}

export interface Identity {
  readonly name: string;
  readonly scopes: readonly Scope[];
}

const ENTRY = /^((?:email|service|sub):[^\s,=]{1,200})=([a-z+]{1,64})$/;
/** Names go into audits and headers' worth of logs: printable, and no longer than this. */
const NAME = /^[\x21-\x7e]{1,200}$/;

/** Reads the grants; a malformed entry grants nothing. */
export function parseGrants(text: string | undefined): readonly Grant[] {
  return (text ?? "").split(/[,\n]/).flatMap((line) => {
    const [, who, words] = ENTRY.exec(line.trim()) ?? [];
    if (who === undefined || words === undefined) return [];
    return [{ who: toLowerEmail(who), scopes: toScopes(words.split("+")) }];
  });
}

/** Who the claims name and what that person may do; null: they name nobody. */
export function decideIdentity(claims: Claims, grants: readonly Grant[]): Identity | null {
  const name = toName(claims);
  if (name === null) return null;
  const wanted = new Set([name, ...toDomain(name)]);
  const granted = grants.filter(({ who }) => wanted.has(who)).flatMap(({ scopes }) => scopes);
  const claimed = toScopes(String(claims["scope"] ?? "").split(" "));
  return {
    name,
    scopes: SCOPES.filter((each) => granted.includes(each) || claimed.includes(each)),
  };
}

/** An address that its provider has not verified could be anybody's. */
function toName(claims: Claims): string | null {
  const { email, common_name: service, sub } = claims as Readonly<Record<string, unknown>>;
  if (isName(email) && claims["email_verified"] !== false) return toLowerEmail(`email:${email}`);
  if (isName(service)) return `service:${service}`;
  return isName(sub) ? `sub:${sub}` : null;
}

function isName(value: unknown): value is string {
  return typeof value === "string" && NAME.test(value) && !/[,=]/.test(value);
}

/** Providers differ in upper case; none gives two people addresses that differ in nothing else. */
function toLowerEmail(who: string): string {
  return who.startsWith("email:") ? who.toLowerCase() : who;
}

function toDomain(name: string): readonly string[] {
  const domain = /^email:[^@]+@([^@]+)$/.exec(name)?.[1];
  return domain === undefined ? [] : [`email:*@${domain}`];
}
