// Who is calling the API? A bearer token (a static one, or a JWT of the configured issuer), or the
// assertion that Cloudflare Access puts in front of us. For the API and the metrics.
//
// Whoever sends a token is judged by it and by nothing else: a wrong one is refused even where
// everybody may read, or an operator with a mistyped token would wonder why nothing can be changed.
// An assertion is ambient, sent by the proxy for whatever page made the browser ask; so a change
// ordered that way must not come from another site.

import type { Claims } from "../../core/api/grants.ts";
import { decideIdentity, parseGrants } from "../../core/api/grants.ts";
import type { Caller } from "../../core/api/scopes.ts";
import { type JwtRules, verifyJwt } from "../../platform/jwt.ts";
import { type Problem, toProblem } from "../api/problem.ts";
import type { Env } from "../env.ts";
import { decideHolder, parseBearer } from "./tokens.ts";

const ANYBODY: Caller = { name: "anybody", scopes: ["read"], via: "open" };
const ASSERTION = "cf-access-jwt-assertion";
/** Three parts in base64url: a JWT and no static token, which has no need of dots. */
const JWT_FORM = /^[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]*$/;

export type CallerReading = { readonly kind: "caller"; readonly caller: Caller } | Problem;

/** The caller of a request, or why there is none. */
export async function readCaller(request: Request, env: Env): Promise<CallerReading> {
  const authorization = request.headers.get("authorization");
  if (authorization !== null) {
    const token = parseBearer(authorization);
    if (token === null) return refuse("Send it as: Authorization: Bearer <token>.");
    const holder = decideHolder(env.WEIR_API_TOKENS, token);
    if (holder !== null) return { kind: "caller", caller: { ...holder, via: "token" } };
    if (!JWT_FORM.test(token)) return refuse("The token is not known here; see WEIR_API_TOKENS.");
    return readJwt(token, "jwt", env);
  }
  const assertion = request.headers.get(ASSERTION);
  if (assertion !== null && toRules(env) !== null) return readJwt(assertion, "access", env);
  if (env.WEIR_OPEN_READ === "1") return { kind: "caller", caller: ANYBODY };
  return refuse("Send Authorization: Bearer <token>; see WEIR_API_TOKENS and WEIR_JWT_ISSUER.");
}

/** Whether a change may come from where this request says it comes from; null: it may. */
export function findForgery(request: Request, caller: Caller): Problem | null {
  if (caller.via !== "access") return null;
  const site = request.headers.get("sec-fetch-site");
  const origin = request.headers.get("origin");
  const isForeignSite = site !== null && site !== "same-origin" && site !== "none";
  const isForeignOrigin = origin !== null && origin !== new URL(request.url).origin;
  if (!isForeignSite && !isForeignOrigin) return null;
  return toProblem("forbidden", "A page of another site may not order changes; use a token.");
}

async function readJwt(token: string, via: "jwt" | "access", env: Env): Promise<CallerReading> {
  const rules = toRules(env);
  if (rules === null) return refuse("JWTs are not taken here: WEIR_JWT_ISSUER is not set.");
  const reading = await verifyJwt(token, rules);
  switch (reading.kind) {
    case "claims":
      return toCaller(reading.claims, via, env);
    case "refused":
      return refuse(`The JWT was refused: ${reading.detail}.`);
    case "unavailable":
      return toProblem("unavailable", `The JWT cannot be judged: ${reading.detail}.`);
  }
}

function toCaller(claims: Claims, via: "jwt" | "access", env: Env): CallerReading {
  const identity = decideIdentity(claims, parseGrants(env.WEIR_JWT_GRANTS));
  if (identity === null) return refuse("The JWT names nobody: no email, common_name or sub.");
  return { kind: "caller", caller: { ...identity, via } };
}

/** Null unless issuer and audience are both set: half a configuration lets nobody in. */
function toRules(env: Env): JwtRules | null {
  const issuer = env.WEIR_JWT_ISSUER ?? "";
  const audiences = (env.WEIR_JWT_AUDIENCE ?? "").split(/[\s,]+/).filter((each) => each !== "");
  if (issuer === "" || audiences.length === 0) return null;
  const keysUrl = env.WEIR_JWT_KEYS_URL ?? "";
  // Where Cloudflare Access publishes its keys; other issuers have to be asked for theirs.
  return { issuer, audiences, keysUrl: keysUrl || `${issuer}/cdn-cgi/access/certs` };
}

function refuse(detail: string): Problem {
  return toProblem("unauthenticated", detail);
}
