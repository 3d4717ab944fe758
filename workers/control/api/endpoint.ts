// What an endpoint of the API is, as data: where it stands, who may call it, what it takes, what it
// answers, and the function that does it. For serve-endpoint.ts, which makes the same checks in the
// same order for all of them, and for openapi.ts, which prints them. One row cannot forget a check,
// and the document cannot tell of another API than the one that runs.
//
// See infra/docs/adr/0026-endpoints-as-rows.md.

import type * as z from "zod";
import type { Caller, Scope } from "../../core/api/scopes.ts";
import type { Env } from "../env.ts";
import type { ApiProblem, Problem } from "./problem.ts";

export const METHODS = ["get", "post", "put", "delete"] as const;
export type Method = (typeof METHODS)[number];

/** How a body is read. */
export type BodyRule<Value = unknown> =
  | { readonly kind: "json"; readonly bytesMax: number; readonly schema: z.ZodType<Value> }
  /** A TOML file, whose own reader finds its faults. */
  | { readonly kind: "toml"; readonly bytesMax: number };

/** What happened to what, for the audit. Values are what the API itself would show. */
export interface Change {
  readonly target: string;
  readonly before: unknown;
  readonly after: unknown;
}

export interface Done {
  readonly kind: "done";
  readonly status: 200 | 201 | 202 | 204;
  /** A JSON value, or a text of the type that the endpoint declares. */
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  /** Of mutations: what the audit is to say. */
  readonly change?: Change;
}

export type Outcome = Done | Problem;

/** A checked request. */
export interface Call<Params, Query, Body> {
  readonly env: Env;
  readonly caller: Caller;
  readonly params: Params;
  readonly query: Query;
  readonly body: Body;
  /** As sent; null: not sent. */
  readonly ifMatch: string | null;
  readonly path: string;
  /** Of this request: in its problem, its audit record and our log. */
  readonly requestId: string;
  readonly nowMs: number;
  waitUntil(work: Promise<unknown>): void;
}

export interface AnswerRule {
  readonly status: 200 | 201 | 202 | 204;
  readonly what: string;
  /** Absent: a text of `type`, or nothing at all. */
  readonly schema?: z.ZodType;
  readonly type?: string;
}

export interface EndpointRow<Params, Query, Body> {
  readonly method: Method;
  /** Below /api/v1, with parameters in braces: "/origins/{id}". */
  readonly path: string;
  /** Name of the operation, unique: "readOrigin". */
  readonly name: string;
  readonly group: string;
  readonly summary: string;
  /** Null: everybody may. */
  readonly scope: Scope | null;
  readonly params?: z.ZodType<Params>;
  readonly query?: z.ZodType<Query>;
  readonly body?: BodyRule<Body>;
  /** Whether If-Match is read. */
  readonly isConditional?: boolean;
  /** Whether it changes something: audited, and POSTs take Idempotency-Key. */
  readonly isMutation?: boolean;
  readonly answers: readonly AnswerRule[];
  /** Its own problems; those that every endpoint has are added. */
  readonly problems?: readonly ApiProblem[];
  handle(call: Call<Params, Query, Body>): Promise<Outcome> | Outcome;
}

// biome-ignore lint/suspicious/noExplicitAny: rows of one table take different requests.
export type Endpoint = EndpointRow<any, any, any>;

/** One row, typed by its own schemas. */
export function toEndpoint<Params = unknown, Query = unknown, Body = undefined>(
  row: EndpointRow<Params, Query, Body>,
): Endpoint {
  return row;
}
