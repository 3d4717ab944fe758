// Whether a verified token opens the door for this request, now. For every request of a channel
// with a token policy, so cheap things come first and nothing is parsed here. The order is RFC
// 9246's and CTA-5007's: whose token, since when, until when, then what for (spec section 8, A1).
//
// Expiry is for those who come: a session's first request is its multivariant playlist, and there
// `exp` holds to the second (plus skew). Everything else may belong to a session that began in
// time, which the edge cannot know without remembering viewers; it goes on until `exp` plus the
// issuer's grace. The answer says `isLate` then, and the pipeline refuses late multivariant
// playlists.

import type { TokenClaims, UriPart, UriRule, UriTest } from "./claims.ts";
import { isWithin } from "./network.ts";
import { isMatch } from "./pattern.ts";
import { type TokenRefusal, toTokenRefusal } from "./refusal.ts";

/** What of a request the decision depends on. */
export interface AccessRequest {
  readonly scheme: string;
  /** In lower case, without port. */
  readonly host: string;
  /** "" for the scheme's own. */
  readonly port: string;
  /** Canonical, without token: `/news/v360/1.ts`. */
  readonly path: string;
  /** Raw, without "?". */
  readonly query: string;
  readonly method: string;
  /** Bytes of the viewer's address; null: not known, and nothing bound to one opens. */
  readonly address: Uint8Array | null;
  readonly system: number | null;
  /** "DE"; null: not known. */
  readonly country: string | null;
  /** Code of the region within the country: "NY". */
  readonly subdivision: string | null;
}

/** What the channel asks of its viewers. */
export interface AccessRules {
  readonly issuer: AccessIssuer;
  /** Countries of the channel; null: all. */
  readonly countries: readonly string[] | null;
}

export interface AccessIssuer {
  /** What `iss` must be; null: the tokens need not name it. */
  readonly iss: string | null;
  /** What `aud` must hold; null: the tokens must not have one. */
  readonly audience: string | null;
  readonly skewSeconds: number;
  readonly graceSeconds: number;
  /** Ids of sessions that have ended early. */
  readonly revoked: readonly string[];
}

export interface Access {
  readonly kind: "access";
  /** Past `exp`, within grace: only for a session that is running. */
  readonly isLate: boolean;
  /** Moment up to which the answer holds whatever else changes, Unix milliseconds. */
  readonly untilMs: number;
}

/** SHA-256 of a text in base64url; lent by the platform. */
export type Digest = (text: string) => string;

/** Judges a token whose signature was right. */
export function decideAccess(
  claims: TokenClaims,
  request: AccessRequest,
  rules: AccessRules,
  nowMs: number,
  digest: Digest,
): Access | TokenRefusal {
  const { issuer } = rules;
  const who = decideIssuer(claims, issuer);
  if (who !== null) return who;
  const skewMs = issuer.skewSeconds * 1000;
  const startsAtMs = (claims.notBeforeSeconds ?? 0) * 1000 - skewMs;
  if (nowMs < startsAtMs) return toTokenRefusal("not-yet-valid");
  const expiresAtMs = claims.expiresAtSeconds * 1000 + skewMs;
  const endsAtMs = expiresAtMs + issuer.graceSeconds * 1000;
  if (nowMs >= endsAtMs) return toTokenRefusal("expired");
  const why = decideUse(claims, request, digest) ?? decidePlace(claims, request, rules);
  if (why !== null) return why;
  const isLate = nowMs >= expiresAtMs;
  return { kind: "access", isLate, untilMs: isLate ? endsAtMs : expiresAtMs };
}

function decideIssuer(claims: TokenClaims, issuer: AccessIssuer): TokenRefusal | null {
  // RFC 9246 section 2.1.1: the issuer and the key that signed must belong together.
  if (claims.issuer !== issuer.iss) return toTokenRefusal("wrong-issuer");
  const { audiences, sessionId } = claims;
  if (issuer.audience === null ? audiences !== null : !audiences?.includes(issuer.audience)) {
    return toTokenRefusal("wrong-audience");
  }
  if (sessionId !== null && issuer.revoked.includes(sessionId)) return toTokenRefusal("revoked");
  return null;
}

function decideUse(
  claims: TokenClaims,
  request: AccessRequest,
  digest: Digest,
): TokenRefusal | null {
  if (claims.methods !== null && !claims.methods.includes(request.method)) {
    return toTokenRefusal("wrong-method");
  }
  const isCovered = claims.scope.every((rule) => isHeld(rule, request, digest));
  return isCovered ? null : toTokenRefusal("out-of-scope");
}

function decidePlace(
  claims: TokenClaims,
  request: AccessRequest,
  rules: AccessRules,
): TokenRefusal | null {
  const { networks, systems } = claims;
  if (networks !== null || systems !== null) {
    const { address, system } = request;
    const isBound =
      (address !== null && networks?.some((network) => isWithin(network, address)) === true) ||
      (system !== null && systems?.includes(system) === true);
    if (!isBound) return toTokenRefusal("wrong-network");
  }
  const isThere = [claims.countries, rules.countries].every((countries) => {
    return countries === null || isIn(countries, request);
  });
  return isThere ? null : toTokenRefusal("wrong-country");
}

function isIn(countries: readonly string[], { country, subdivision }: AccessRequest): boolean {
  if (country === null) return false;
  if (countries.includes(country)) return true;
  return subdivision !== null && countries.includes(`${country}-${subdivision}`);
}

function isHeld({ part, test }: UriRule, request: AccessRequest, digest: Digest): boolean {
  return isPassed(test, toPart(part, request), digest);
}

function isPassed(test: UriTest, text: string, digest: Digest): boolean {
  switch (test.kind) {
    case "exact":
      return text === test.text;
    case "prefix":
      return text.startsWith(test.text);
    case "suffix":
      return text.endsWith(test.text);
    case "contains":
      return text.includes(test.text);
    case "pattern":
      return isMatch(test.pattern, text);
    case "digest":
      return digest(text) === test.digest;
  }
}

function toPart(part: UriPart, request: AccessRequest): string {
  const { path } = request;
  const slash = path.lastIndexOf("/");
  const filename = path.slice(slash + 1);
  const dot = filename.lastIndexOf(".");
  switch (part) {
    case "scheme":
    case "host":
    case "port":
    case "path":
    case "query":
      return request[part];
    case "parent":
      return path.slice(0, slash);
    case "filename":
      return filename;
    case "stem":
      return dot < 0 ? filename : filename.slice(0, dot);
    case "extension":
      return dot < 0 ? "" : filename.slice(dot);
    case "uri": {
      const port = request.port === "" ? "" : `:${request.port}`;
      return `${request.scheme}://${request.host}${port}${path}`;
    }
  }
}
