// Who may have what they ask for: finds the token, has its signature checked unless this isolate
// did so before, and lets core decide. Nothing of the channel is looked up until the answer is yes.
// It does NOT keep tokens anywhere but in the isolate's memory, and never writes one down.

import { decideGrant, type Grant, toOwnGrant } from "../core/auth.ts";
import type { Channel } from "../core/config/catalog.ts";
import type { CatalogIndex } from "../core/config/catalog-index.ts";
import type { ViewerRequest } from "../core/http/request.ts";
import { printAssetPath } from "../core/route/asset-path.ts";
import type { Route } from "../core/route/route.ts";
import { toToken } from "../core/token/carriage.ts";
import { parseCatClaims } from "../core/token/cat-claims.ts";
import { type Access, type AccessRequest, decideAccess } from "../core/token/decide-access.ts";
import { parseJwtClaims } from "../core/token/jwt-claims.ts";
import { parseToken } from "../core/token/parse-token.ts";
import { type TokenRefusal, toTokenRefusal } from "../core/token/refusal.ts";
import { toSha256 } from "../platform/token-keys.ts";
import type { Ports } from "./ports.ts";
import type { VerifiedToken } from "./token-memory.ts";

type AssetRoute = Route & { readonly kind: "asset" };

/** Decides at once wherever no signature has to be checked. */
export function admit(
  channel: Channel,
  route: AssetRoute,
  request: ViewerRequest,
  index: CatalogIndex,
  ports: Ports,
): Grant | TokenRefusal | Promise<Grant | TokenRefusal> {
  const { auth } = channel.policy;
  if (auth === "open") return decideGrant(auth, channel.id, null);
  if (isOwn(ports)) return toOwnGrant(channel.id);
  const token = toToken(route.token, ports.caller.fields());
  if (token === null) return decideGrant(auth, channel.id, null);
  // Of a canary too: a token speaks of the channel's files, wherever its session was led.
  const path = `/${route.channel}/${printAssetPath(route.asset)}`;
  const asked = ports.caller.asks(path, route.query, request.method);
  const grant = (verified: VerifiedToken | TokenRefusal) =>
    decideGrant(auth, channel.id, judge(verified, channel, index, asked, request.nowMs));
  const known = ports.isolate.tokens.find(token, index);
  if (known !== null) return grant(known);
  return verify(token, channel, index, ports).then(grant);
}

/** Work of ours: nobody reads what it fetches, or who reads it was admitted in front. */
function isOwn({ forCache, cause }: Ports): boolean {
  return forCache || !(cause === "viewer" || cause === "hinted");
}

async function verify(
  token: string,
  channel: Channel,
  index: CatalogIndex,
  { isolate, tokenKeys, log }: Ports,
): Promise<VerifiedToken | TokenRefusal> {
  const envelope = parseToken(token);
  if (envelope.kind === "refused") return envelope;
  const complain = (detail: string) => log.error("token key", { channel: channel.id, why: detail });
  let why: "unknown-key" | "bad-signature" = "unknown-key";
  for (const issuerId of channel.policy.issuers ?? []) {
    const issuer = index.issuers.get(issuerId);
    if (issuer === undefined) continue;
    const word = await tokenKeys.check(envelope, issuer.keys, complain);
    if (word === "genuine") {
      const { format, claims: bytes } = envelope;
      const claims = format === "jwt" ? parseJwtClaims(bytes) : parseCatClaims(bytes);
      if (claims.kind === "refused") return claims;
      const verified = { claims, issuerId };
      isolate.tokens.put(token, index, verified);
      return verified;
    }
    if (word === "bad-signature") why = word;
  }
  return toTokenRefusal(why);
}

/** What a checked token allows here and now. */
export function judge(
  verified: VerifiedToken | TokenRefusal,
  channel: Channel,
  index: CatalogIndex,
  asked: AccessRequest,
  nowMs: number,
): Access | TokenRefusal {
  if ("kind" in verified) return verified;
  const { auth, issuers, countries } = channel.policy;
  const issuer = index.issuers.get(verified.issuerId);
  // Another channel's issuer has no say here.
  if (issuer === undefined || issuers?.includes(verified.issuerId) !== true) {
    return toTokenRefusal("unknown-key");
  }
  const rules = { issuer, countries: auth === "token+geo" ? (countries ?? []) : null };
  return decideAccess(verified.claims, asked, rules, nowMs, toSha256);
}
