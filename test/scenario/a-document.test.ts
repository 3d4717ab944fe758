// a-: requests made from the API's own document, right ones and wrong ones, against the real worker
// under the production shim. Whatever comes in, the answer is one that the document names, a
// failure is a problem that says what to do, and none is our fault: never a 500.

import * as fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import { ENDPOINTS } from "../../workers/control/api/api.ts";
import { type EdgeStack, startEdgeStack } from "../kit/edge-stack.ts";
import { printVod } from "../kit/playlists.ts";
import { type Schema, toArbitrary, toLooseArbitrary } from "../kit/schema-arbitrary.ts";

const RUNS = 40;
/** Texts that mean something here. */
const WORDS = ["show", "a", "b", "index.m3u8"] as const;

let kit: EdgeStack;

beforeAll(async () => {
  kit = await startEdgeStack([{ id: "show", mode: "vod" }], {
    control: { WEIR_API_RATE: "100000:100000", WEIR_API_WRONG_TOKENS: "100000" },
    shim: { distanceMs: { near: 0, continent: 0, far: 0 } },
  });
  kit.a.on("/show/index.m3u8", { body: printVod(1) });
});
afterAll(() => kit?.stop());

interface Parameter {
  readonly name: string;
  readonly in: "path" | "query" | "header";
  readonly required: boolean;
  readonly schema: Schema;
}
interface Operation {
  readonly operationId: string;
  readonly parameters: readonly Parameter[];
  readonly requestBody?: { readonly content: Readonly<Record<string, { schema: Schema }>> };
  readonly responses: Readonly<Record<string, unknown>>;
}
interface Request {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | null;
}

const odd = fc.oneof(
  fc.string({ unit: "binary", maxLength: 30 }),
  fc.constantFrom("", "null", "../..", "%00", "1e999", "-1", "\u0000", "a".repeat(3_000)),
);

function toWord(schema: Schema): fc.Arbitrary<string> {
  return fc.oneof(
    { weight: 2, arbitrary: toArbitrary(schema, [...WORDS]).map(String) },
    { weight: 1, arbitrary: odd },
  );
}

/** Known ids are tried too, or every request would end at the first look-up. */
function toPathWord({ schema }: Parameter): fc.Arbitrary<string> {
  const known = fc.constantFrom("a", "b", "show", "1", "2");
  return fc.oneof(known, toWord(schema)).map((word) => {
    return encodeURIComponent(word.toWellFormed().replaceAll(/^\.{1,2}$|^$/g, "x"));
  });
}

function toFields(parameters: readonly Parameter[]): fc.Arbitrary<[string, string][]> {
  const each = parameters.map(({ name, schema, required }) => {
    const pair = toWord(schema).map((value): [string, string][] => [[name, value]]);
    return required ? pair : fc.oneof(fc.constant<[string, string][]>([]), pair);
  });
  return fc.tuple(...each).map((pairs) => pairs.flat());
}

/** What may stand in a header; anything else does not leave a client. */
function toHeaders(parameters: readonly Parameter[]): fc.Arbitrary<Record<string, string>> {
  const conditions = fc.constantFrom("*", '"1"', '"1", "2", "3"', 'W/"1"', "1", '"');
  const each = parameters.map(({ name, schema }) => {
    const condition = fc.oneof({ weight: 4, arbitrary: fc.constant("*") }, conditions);
    const value = name === "If-Match" ? condition : toWord(schema);
    const safe = value.map((text) => text.replace(/[^\x20-\x7e]/g, "").slice(0, 400));
    const pair = safe.map((text): [string, string] => [name.toLowerCase(), text]);
    return fc.option(pair, { freq: 4 });
  });
  const type = fc.constantFrom("application/json", "application/toml", "text/plain", "a/b", "");
  const pair = type.map((text): [string, string] => ["content-type", text]);
  const types = fc.option(pair, { freq: 1 });
  return fc.tuple(types, ...each).map((pairs) => {
    return Object.fromEntries(pairs.flatMap((pair) => (pair?.[1] ? [pair] : [])));
  });
}

function toBody(operation: Operation, catalog: string): fc.Arbitrary<string | null> {
  const { content = {} } = operation.requestBody ?? {};
  const json = content["application/json"];
  const text = fc.oneof(odd, fc.constantFrom("{", "[[channels]]\nid = 1", '{"a":1,"a":2}'));
  if (json !== undefined) {
    const value = toLooseArbitrary(json.schema, [...WORDS]).map((each) => JSON.stringify(each));
    return fc.oneof({ weight: 6, arbitrary: value }, { weight: 1, arbitrary: text });
  }
  if (content["application/toml"] === undefined) return fc.constantFrom(null, "", "x");
  const lines = catalog.split("\n");
  const spoilt = fc
    .tuple(fc.nat(lines.length - 1), fc.nat(lines.length - 1), odd)
    .map(([from, to, word]) =>
      lines
        .with(from, lines[to] ?? "")
        .with(to, word)
        .join("\n"),
    );
  return fc.oneof({ weight: 2, arbitrary: fc.constant(catalog) }, spoilt, text);
}

function toRequest(path: string, operation: Operation): fc.Arbitrary<Request> {
  const place = (where: Parameter["in"]) =>
    operation.parameters.filter((each) => each.in === where);
  const words = fc.tuple(...place("path").map(toPathWord));
  const query = fc.oneof(
    { weight: 5, arbitrary: toFields(place("query")) },
    { weight: 1, arbitrary: fc.array(fc.tuple(odd, odd), { maxLength: 3 }) },
  );
  const body = toBody(operation, kit.stack.catalog);
  return fc
    .tuple(words, query, toHeaders(place("header")), body)
    .map(([ids, pairs, headers, text]) => {
      const left = [...ids];
      const filled = path.replace(/\{[a-z]+\}/g, () => left.shift() ?? "");
      const search = new URLSearchParams(
        pairs.map(([name, value]) => [name.toWellFormed(), value.toWellFormed()]),
      ).toString();
      return { url: `${filled}${search === "" ? "" : `?${search}`}`, headers, body: text };
    });
}

async function look(method: string, operation: Operation, request: Request): Promise<void> {
  const endpoint = ENDPOINTS.find(({ name }) => name === operation.operationId);
  const response = await fetch(`${kit.stack.controlUrl}/api/v1${request.url}`, {
    method: method.toUpperCase(),
    headers: { authorization: `Bearer ${kit.stack.token}`, ...request.headers },
    ...(method === "get" || request.body === null ? {} : { body: request.body }),
  });
  const { status } = response;
  counts[status < 400 ? "right" : "wrong"] += 1;
  const text = await response.text();
  expect(status, text).not.toBe(500);
  expect(Object.keys(operation.responses), text).toContain(String(status));
  if (status >= 400) {
    expect(response.headers.get("content-type")).toBe("application/problem+json");
    const problem = JSON.parse(text) as { status: number; detail: string };
    expect(problem.status).toBe(status);
    expect(problem.detail.length).toBeGreaterThan(10);
    return;
  }
  const answer = endpoint?.answers.find((each) => each.status === status);
  if (answer?.schema === undefined) return;
  const parsed = answer.schema.safeParse(JSON.parse(text));
  expect(parsed.error?.issues ?? [], text).toEqual([]);
}

const counts = { right: 0, wrong: 0 };

const names = ENDPOINTS.map(({ name, method, path }) => ({ name, method, path }));

test.each(names)("$method $path", { timeout: 120_000 }, async ({ method, path }) => {
  const response = await fetch(`${kit.stack.controlUrl}/api/v1/openapi.json`);
  const document = (await response.json()) as { paths: Record<string, Record<string, Operation>> };
  const operation = document.paths[path]?.[method];
  if (operation === undefined) throw new Error(`The document has no ${method} ${path}.`);
  const check = fc.asyncProperty(toRequest(path, operation), (request) => {
    return look(method, operation, request);
  });
  await fc.assert(check, { numRuns: RUNS });
});

test("there were enough of both: requests that are in order, and others", () => {
  const share = counts.right / (counts.right + counts.wrong);
  expect(counts.right + counts.wrong).toBeGreaterThanOrEqual(ENDPOINTS.length * RUNS);
  expect(share).toBeGreaterThan(0.1);
  expect(share).toBeLessThan(0.9);
});
