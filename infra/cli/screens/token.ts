// What is in a viewer's token and what the edge would say to it. The token itself is not repeated:
// whoever sees this screen could use it.

import type { TokenClaims, UriRule } from "../../../workers/core/token/claims.ts";
import type { Access } from "../../../workers/core/token/decide-access.ts";
import { TOKEN_REFUSAL_RULES, type TokenRefusal } from "../../../workers/core/token/refusal.ts";
import type { TokenReport } from "../../tokens/inspect-token.ts";
import { type Paint, printSafe } from "./paint.ts";
import { printPairs } from "./table.ts";
import { printSpan } from "./units.ts";

/** A refusal as the edge words it. */
export function printTokenRefusal({ why, what }: TokenRefusal): string {
  const { sentence } = TOKEN_REFUSAL_RULES[why];
  return `${sentence} (${why}${what === "" ? "" : `: ${printSafe(what)}`})`;
}

/** The token; `access` is the answer for a URL, if one was given. */
export function printToken(
  report: TokenReport,
  access: Access | TokenRefusal | null,
  paint: Paint,
): string {
  const { format, algorithm, keyId, claims, signature, secondsLeft } = report;
  const rows: (readonly [string, string])[] = [
    ["format", `${format}, ${algorithm} by key ${printSafe(keyId)}`],
    ["signature", printSignature(signature, paint)],
  ];
  if (claims.kind === "refused") rows.push(["claims", paint("bad", printTokenRefusal(claims))]);
  else rows.push(...toClaimRows(claims, secondsLeft, paint));
  if (access !== null) rows.push(["the edge", printAccess(access, paint)]);
  return printPairs(rows, paint);
}

function printSignature(signature: TokenReport["signature"], paint: Paint): string {
  switch (signature) {
    case null:
      return paint("dim", "not checked; give --key");
    case "genuine":
      return paint("good", "genuine");
    case "bad-signature":
      return paint("bad", "of another key of this name, or the token was changed");
    case "unknown-key":
      return paint("bad", "by a key of another name or algorithm");
  }
}

function toClaimRows(
  claims: TokenClaims,
  secondsLeft: number | null,
  paint: Paint,
): readonly (readonly [string, string])[] {
  const { issuer, audiences, notBeforeSeconds, sessionId, methods, networks, systems } = claims;
  const left = secondsLeft ?? 0;
  const end = `${printMoment(claims.expiresAtSeconds)}, ${
    left > 0 ? `in ${printSpan(left * 1_000)}` : paint("bad", `${printSpan(-left * 1_000)} ago`)
  }`;
  const some = (name: string, value: string | null) =>
    value === null || value === "" ? [] : [[name, printSafe(value)] as const];
  return [
    ["ends", end],
    ...some("not before", notBeforeSeconds === null ? null : printMoment(notBeforeSeconds)),
    ...claims.scope.map((rule) => ["opens", printSafe(printRule(rule))] as const),
    ...some("issuer", issuer),
    ...some("audience", audiences?.join(", ") ?? null),
    ...some("session", sessionId),
    ...some("methods", methods?.join(", ") ?? null),
    ...some("countries", claims.countries?.join(", ") ?? null),
    ...some("networks", networks === null ? null : `${networks.length} of them`),
    ...some("systems", systems?.map((number) => `AS${number}`).join(", ") ?? null),
  ];
}

function printRule({ part, test }: UriRule): string {
  switch (test.kind) {
    case "pattern":
      return `${part} that matches an expression`;
    case "digest":
      return `${part} with SHA-256 ${test.digest}`;
    default:
      return `${part} ${test.kind} ${test.text}`;
  }
}

function printAccess(access: Access | TokenRefusal, paint: Paint): string {
  if (access.kind === "refused") return paint("bad", printTokenRefusal(access));
  const late = access.isLate ? ", but only sessions that are running" : "";
  return paint("good", `lets it in${late}`);
}

function printMoment(seconds: number): string {
  return new Date(seconds * 1_000).toISOString().replace(/\.\d+Z$/, "Z");
}
