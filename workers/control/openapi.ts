// The API's document, OpenAPI 3.1, made from the rows that serve it: what checks a request is what
// describes it. The dialect of 3.1 is JSON Schema 2020-12, which the schemas print themselves.
//
// What JSON Schema cannot say stands in words: which header a change needs, which problems can
// happen and what they mean.

import * as z from "zod";
import { SCOPES } from "../core/api/scopes.ts";
import type { AnswerRule, BodyRule, Endpoint } from "./endpoint.ts";
import { API_PROBLEMS, type ApiProblem } from "./problem.ts";

export const API_BASE = "/api/v1";

type Json = Readonly<Record<string, unknown>>;

/** Prints the document. */
export function printOpenApi(endpoints: readonly Endpoint[]): Json {
  const paths: Record<string, Record<string, Json>> = {};
  for (const endpoint of endpoints) {
    paths[endpoint.path] = { ...paths[endpoint.path], [endpoint.method]: printOperation(endpoint) };
  }
  return {
    openapi: "3.1.0",
    info: {
      title: "Weir control API",
      version: "1",
      description: DESCRIPTION,
    },
    servers: [{ url: API_BASE }],
    paths,
    components: {
      schemas: { Problem: toSchema(PROBLEM, "output") },
      responses: printResponses(endpoints),
      securitySchemes: {
        bearer: { type: "http", scheme: "bearer", description: "A static token or a JWT." },
        access: {
          type: "apiKey",
          in: "header",
          name: "Cf-Access-Jwt-Assertion",
          description: "Set by Cloudflare Access in front of the worker.",
        },
      },
    },
  };
}

const DESCRIPTION = [
  "Operators and content teams of a Weir installation.",
  `Scopes: ${SCOPES.join(", ")}; none includes another. Every failure is a problem (RFC 9457).`,
  "POSTs that change something take Idempotency-Key: the same request with the same key gets the",
  "first answer again. Lists come in pages: `next` is the `cursor` of the next one.",
].join(" ");

const PROBLEM = z.looseObject({
  type: z.string().meta({ description: "urn:weir:problem:{reason}" }),
  title: z.string(),
  status: z.int(),
  detail: z.string().meta({ description: "What was wrong, where, and what to do." }),
  instance: z.string().optional(),
});

/** What can happen at every place, before anything of its own. */
const COMMON: readonly ApiProblem[] = ["unauthenticated", "forbidden", "too-many", "internal"];
const UNAVAILABLE: readonly ApiProblem[] = ["unavailable"];

function printOperation(endpoint: Endpoint): Json {
  const { name, group, summary, scope, body, answers } = endpoint;
  return {
    operationId: name,
    tags: [group],
    summary,
    ...(scope === null
      ? { security: [] }
      : {
          description: `Needs the scope \`${scope}\`.`,
          security: [{ bearer: [] }, { access: [] }],
        }),
    parameters: printParameters(endpoint),
    ...(body === undefined ? {} : { requestBody: printBody(body) }),
    responses: {
      ...Object.fromEntries(answers.map((answer) => [answer.status, printAnswer(answer)])),
      ...printProblems(endpoint),
    },
  };
}

/** Every problem an endpoint can answer with: its own, and those of the way to it. */
function toProblems(endpoint: Endpoint): readonly ApiProblem[] {
  const { scope, query, params, body, method, isMutation, isConditional } = endpoint;
  const takesKey = method === "post" && isMutation === true;
  const all = new Set<ApiProblem>([
    ...(scope === null ? (["internal"] as const) : [...COMMON, ...UNAVAILABLE]),
    "bad-request",
    ...(params === undefined ? [] : (["not-found"] as const)),
    ...(body === undefined ? [] : (["too-large", "wrong-type"] as const)),
    ...(takesKey ? (["key-running", "key-reused"] as const) : []),
    ...(query !== undefined || isConditional === true ? (["bad-request"] as const) : []),
    ...(endpoint.problems ?? []),
  ]);
  return [...all];
}

/** Reasons that share a status share a response, which stands once in the document. */
function groupProblems(endpoint: Endpoint): ReadonlyMap<number, readonly ApiProblem[]> {
  const byStatus = new Map<number, ApiProblem[]>();
  for (const reason of toProblems(endpoint)) {
    const { status } = API_PROBLEMS[reason];
    byStatus.set(status, [...(byStatus.get(status) ?? []), reason].sort());
  }
  return byStatus;
}

const toResponseName = (reasons: readonly ApiProblem[]) => reasons.join(".");

function printProblems(endpoint: Endpoint): Json {
  return Object.fromEntries(
    [...groupProblems(endpoint)].map(([status, reasons]) => [
      status,
      { $ref: `#/components/responses/${toResponseName(reasons)}` },
    ]),
  );
}

function printResponses(endpoints: readonly Endpoint[]): Json {
  const groups = endpoints.flatMap((endpoint) => [...groupProblems(endpoint).values()]);
  return Object.fromEntries(
    groups.map((reasons) => [
      toResponseName(reasons),
      {
        description: reasons.map((each) => `\`${each}\`: ${API_PROBLEMS[each].title}`).join(" "),
        content: {
          "application/problem+json": { schema: { $ref: "#/components/schemas/Problem" } },
        },
      },
    ]),
  );
}

function printParameters(endpoint: Endpoint): readonly Json[] {
  const { params, query, method, isMutation, isConditional } = endpoint;
  return [
    ...toFields(params).map(({ name, schema }) => ({ name, in: "path", required: true, schema })),
    ...toFields(query).map(({ name, schema, required }) => {
      return { name, in: "query", required, schema };
    }),
    ...(isConditional === true ? [IF_MATCH] : []),
    ...(method === "post" && isMutation === true ? [IDEMPOTENCY_KEY] : []),
  ];
}

const IF_MATCH = {
  name: "If-Match",
  in: "header",
  required: false,
  description: 'ETag of what is to be replaced, or "*".',
  schema: { type: "string" },
};
const IDEMPOTENCY_KEY = {
  name: "Idempotency-Key",
  in: "header",
  required: false,
  description: "A text that no other request of yours has; kept for a day.",
  schema: { type: "string", minLength: 1, maxLength: 255 },
};

function toFields(schema: z.ZodType | undefined) {
  if (schema === undefined) return [];
  const { properties = {}, required = [] } = toSchema(schema, "input") as {
    readonly properties?: Json;
    readonly required?: readonly string[];
  };
  return Object.entries(properties).map(([name, field]) => {
    return { name, schema: field, required: required.includes(name) };
  });
}

function printBody(rule: BodyRule): Json {
  const description = `At most ${rule.bytesMax} bytes.`;
  const content =
    rule.kind === "toml"
      ? { "application/toml": { schema: { type: "string" } } }
      : { "application/json": { schema: toSchema(rule.schema, "input") } };
  return { required: true, description, content };
}

function printAnswer({ what, schema, type }: AnswerRule): Json {
  if (schema !== undefined) {
    return {
      description: what,
      content: { "application/json": { schema: toSchema(schema, "output") } },
    };
  }
  if (type === undefined) return { description: what };
  return { description: what, content: { [type]: { schema: { type: "string" } } } };
}

function toSchema(schema: z.ZodType, io: "input" | "output"): Json {
  const { $schema: _dialect, ...rest } = z.toJSONSchema(schema, { io, unrepresentable: "any" });
  return rest;
}
