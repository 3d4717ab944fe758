// Who is calling the API, and may they? One middleware knows the caller, another asks for a scope.

import type { Context, MiddlewareHandler } from "hono";
import type { Env } from "./env.ts";
import { respondProblem } from "./problem.ts";
import { type Caller, decideCaller, type Scope } from "./tokens.ts";

/** hono's types of the API: bindings, and what the first middleware found out. */
export type Api = { Bindings: Env; Variables: { caller: Caller } };

const ANYBODY: Caller = { name: "anybody", scopes: ["read"] };

/** The caller of a request, or null. The local stack lets everybody read. */
export function findCaller(env: Env, authorization: string | undefined): Caller | null {
  const known = decideCaller(env.WEIR_API_TOKENS, authorization ?? null);
  return known ?? (env.WEIR_OPEN_READ === "1" ? ANYBODY : null);
}

/** Refuses strangers. */
export const knowCaller: MiddlewareHandler<Api> = async (context, next) => {
  const caller = findCaller(context.env, context.req.header("authorization"));
  if (caller === null) {
    const remedy = "Send Authorization: Bearer <token>; see WEIR_API_TOKENS.";
    return respondProblem(context, "unauthenticated", remedy);
  }
  context.set("caller", caller);
  await next();
  return undefined;
};

/** Refuses callers without a scope. */
export function needs(scope: Scope): MiddlewareHandler<Api> {
  return async (context: Context<Api>, next) => {
    if (!context.get("caller").scopes.includes(scope)) {
      return respondProblem(context, "forbidden", `This needs the scope "${scope}".`);
    }
    await next();
    return undefined;
  };
}
