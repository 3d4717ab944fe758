// The way of a request through the API: one order of checks for every endpoint, cheapest and most
// telling first. Whoever may not call learns nothing of what stands there, and nothing is done
// before everything is known to be in order:
//
//   caller -> rate -> scope -> forgery -> path, query, body -> key -> audit -> the work -> audit
//
// A problem ends the way. A bug is caught by the worker's entry; an order that was begun then stays
// in the audit as unfinished, which is the truth.

import { type KeptAnswer, parseIdempotencyKey } from "../../core/api/idempotency.ts";
import type { Caller } from "../../core/api/scopes.ts";
import { readClockMs } from "../../platform/clock.ts";
import { hashText } from "../../platform/encoding.ts";
import { findForgery } from "../callers/access.ts";
import { readGuardedCaller } from "../callers/guarded-caller.ts";
import type { Env } from "../env.ts";
import { askMain, askObject } from "./ask-object.ts";
import type { Call, Endpoint, Outcome } from "./endpoint.ts";
import { type Problem, printProblem, toProblem } from "./problem.ts";
import { readBody, readParams, readQuery } from "./read-call.ts";

export interface Visit {
  readonly request: Request;
  readonly env: Env;
  readonly params: Readonly<Record<string, string>>;
  waitUntil(work: Promise<unknown>): void;
}

type AnyCall = Call<unknown, unknown, unknown>;

/** A request that may be carried out. */
interface Order {
  readonly kind: "order";
  readonly call: AnyCall;
  /** Tells this request from every other of the same caller. */
  readonly fingerprint: string;
}

/** Serves one request to one endpoint. */
export async function serveEndpoint(endpoint: Endpoint, visit: Visit): Promise<Response> {
  const requestId = crypto.randomUUID();
  const order = await receive(endpoint, visit, requestId);
  const print = (outcome: Outcome) => printOutcome(outcome, requestId);
  if (order.kind === "problem") return print(order);
  const work = async () => print(await perform(endpoint, order.call));
  const header = visit.request.headers.get("idempotency-key");
  const takesKey = endpoint.method === "post" && endpoint.isMutation === true;
  if (header === null || !takesKey) return work();
  const key = parseIdempotencyKey(header);
  if (key === null) return print(toProblem("bad-request", KEY_REMEDY));
  const { env, caller } = order.call;
  const verdict = await askObject(env.DESKS, toDeskName(caller), (desk) =>
    desk.claim(key, order.fingerprint, requestId),
  );
  switch (verdict.kind) {
    case "go":
      return keepAnswer(order.call, key, work);
    case "repeat":
      return printKept(verdict.answer, true);
    case "other-request":
      return print(toProblem("key-reused", "Idempotency-Key: use a new key for a new request."));
    case "running":
      return print(toProblem("key-running", "Idempotency-Key: ask again in a second."));
  }
}

const KEY_REMEDY =
  'Idempotency-Key: send a text in quotes, like "5f0c6c1e", or a word, of at most 255 characters.';

/** A caller's own desk; names of different kinds of credentials are different people. */
function toDeskName({ via, name }: Caller): string {
  return `${via} ${name}`;
}

/** All checks that come before the work. */
async function receive(
  endpoint: Endpoint,
  visit: Visit,
  requestId: string,
): Promise<Order | Problem> {
  const { request, env, waitUntil } = visit;
  const reading = endpoint.scope === null ? NOBODY : await readGuardedCaller(request, env);
  if (reading.kind === "problem") return reading;
  const { caller } = reading;
  const refusal = await decideAdmission(endpoint, caller, request, env);
  if (refusal !== null) return refusal;
  const url = new URL(request.url);
  const params = readParams(endpoint, visit.params);
  if (params.kind === "problem") return params;
  const query = readQuery(endpoint, url.searchParams);
  if (query.kind === "problem") return query;
  const body = await readBody(endpoint, request);
  if (body.kind === "problem") return body;
  const { text, value } = body.value;
  const ifMatch = request.headers.get("if-match");
  const read = { params: params.value, query: query.value, body: value, ifMatch };
  const place = { path: url.pathname, requestId, nowMs: readClockMs() };
  const condition = endpoint.isConditional === true ? (ifMatch ?? "") : "";
  return {
    kind: "order",
    call: { env, caller, ...read, ...place, waitUntil },
    fingerprint: hashText(`${endpoint.method} ${url.pathname}${url.search}\n${condition}\n${text}`),
  };
}

const NOBODY = {
  kind: "caller",
  caller: { name: "anybody", scopes: [], via: "open" },
} as const;

async function decideAdmission(
  endpoint: Endpoint,
  caller: Caller,
  request: Request,
  env: Env,
): Promise<Problem | null> {
  const { scope, method } = endpoint;
  if (scope === null) return null;
  const waitSeconds = await askObject(env.DESKS, toDeskName(caller), (desk) => desk.admit());
  if (waitSeconds > 0) {
    const detail = `Ask again in ${waitSeconds} s; WEIR_API_RATE sets how fast a caller may ask.`;
    return toProblem("too-many", detail, {}, { "retry-after": String(waitSeconds) });
  }
  if (!caller.scopes.includes(scope)) {
    return toProblem("forbidden", `This needs the scope "${scope}".`);
  }
  return method === "get" ? null : findForgery(request, caller);
}

/** Does the work; a mutation between two entries of the audit. */
async function perform(endpoint: Endpoint, call: AnyCall): Promise<Outcome> {
  if (endpoint.isMutation !== true) return endpoint.handle(call);
  const { requestId: id, env, caller, path: target } = call;
  const { name: actor, via } = caller;
  await askMain(env.AUDIT, (audit) =>
    audit.open({ id, actor, via, action: endpoint.name, target }),
  );
  const outcome = await endpoint.handle(call);
  await askMain(env.AUDIT, (audit) => audit.close(id, toClosing(outcome)));
  return outcome;
}

function toClosing(outcome: Outcome) {
  if (outcome.kind === "problem") {
    const { reason } = outcome;
    return { outcome: "refused", reason, target: null, before: null, after: null } as const;
  }
  const { change } = outcome;
  return {
    outcome: "done",
    reason: null,
    target: change?.target ?? null,
    before: change === undefined ? null : JSON.stringify(change.before),
    after: change === undefined ? null : JSON.stringify(change.after),
  } as const;
}

/** Failures of ours are not kept: the same request may be tried again under the same key. */
async function keepAnswer(
  { env, caller, requestId }: AnyCall,
  key: string,
  work: () => Promise<Response>,
): Promise<Response> {
  let answer: KeptAnswer | null = null;
  try {
    const response = await work();
    const headers = Object.fromEntries(response.headers);
    const given = { status: response.status, headers, body: await response.text() };
    if (given.status < 500) answer = given;
    return printKept(given, false);
  } finally {
    await askObject(env.DESKS, toDeskName(caller), (desk) => desk.keep(key, requestId, answer));
  }
}

function printKept({ status, headers, body }: KeptAnswer, isRepeat: boolean): Response {
  const mark = isRepeat ? { "idempotency-replayed": "true" } : {};
  return new Response(status === 204 ? null : body, { status, headers: { ...headers, ...mark } });
}

function printOutcome(outcome: Outcome, requestId: string): Response {
  if (outcome.kind === "problem") {
    const instance = `urn:uuid:${requestId}`;
    return printProblem({ ...outcome, more: { instance, ...outcome.more } });
  }
  const { status, body, headers = {} } = outcome;
  if (body === undefined) return new Response(null, { status, headers: { ...FIXED, ...headers } });
  const isText = typeof body === "string";
  const type = isText ? {} : { "content-type": "application/json" };
  const text = isText ? body : JSON.stringify(body);
  return new Response(text, { status, headers: { ...FIXED, ...type, ...headers } });
}

const FIXED = { "cache-control": "no-store", "x-content-type-options": "nosniff" };
