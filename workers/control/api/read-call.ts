// Reads what a request carries, by the rules of its endpoint: path, query, body. Every complaint
// names the place and says what would do. The body is read to its bound and no further, whatever
// Content-Length says.

import type * as z from "zod";
import type { BodyRule, Endpoint } from "./endpoint.ts";
import { type Problem, toProblem } from "./problem.ts";

export type Reading<Value> = { readonly kind: "value"; readonly value: Value } | Problem;

/**
 * What curl and fetch call a text unless they are told otherwise; nobody can mean a form here. That
 * browsers let pages of other sites send these is met elsewhere (findForgery).
 */
const UNTOLD_TYPES = /^$|^application\/x-www-form-urlencoded$|^text\/plain$/;
const TYPES: Readonly<Record<BodyRule["kind"], RegExp>> = {
  json: /^application\/([a-z0-9.-]+\+)?json$/,
  toml: /^application\/(toml|octet-stream)$/,
};
const ISSUES_MAX = 20;

/** Path parameters; an id that no id can look like is unknown, like any other. */
export function readParams(
  endpoint: Endpoint,
  params: Readonly<Record<string, string>>,
): Reading<unknown> {
  if (endpoint.params === undefined) return { kind: "value", value: {} };
  const parsed = endpoint.params.safeParse(params);
  if (parsed.success) return { kind: "value", value: parsed.data };
  const name = parsed.error.issues[0]?.path.join(".") ?? "id";
  return toProblem("not-found", `Nothing has this ${name}.`);
}

/** The query; unknown, empty and repeated parameters are mistakes, and silence would hide them. */
export function readQuery(endpoint: Endpoint, query: URLSearchParams): Reading<unknown> {
  const values: Record<string, string> = {};
  for (const [name, value] of query) {
    if (Object.hasOwn(values, name)) {
      return toProblem("bad-request", `${name}: is given twice; send it once.`);
    }
    Object.defineProperty(values, name, { value, enumerable: true });
  }
  if (endpoint.query === undefined) {
    const [name] = Object.keys(values);
    if (name === undefined) return { kind: "value", value: {} };
    return toProblem("bad-request", `${toShort(name)}: is not a parameter of this place.`);
  }
  return read(endpoint.query, values, "the query");
}

export interface BodyText {
  readonly text: string;
  readonly value: unknown;
}

/** The body; of endpoints that take none, there may be none. */
export async function readBody(endpoint: Endpoint, request: Request): Promise<Reading<BodyText>> {
  const rule = endpoint.body;
  const bytesMax = rule?.bytesMax ?? 0;
  const bytes = await readBytes(request, bytesMax);
  if (bytes === null) {
    const detail =
      rule === undefined
        ? "This place takes no body; send none."
        : `The body has more than ${bytesMax} bytes.`;
    return toProblem(rule === undefined ? "bad-request" : "too-large", detail);
  }
  if (rule === undefined) return { kind: "value", value: { text: "", value: undefined } };
  const [type = ""] = (request.headers.get("content-type") ?? "").toLowerCase().split(/\s*;/);
  if (!UNTOLD_TYPES.test(type) && !TYPES[rule.kind].test(type)) {
    const wanted = rule.kind === "json" ? "application/json" : "application/toml";
    return toProblem("wrong-type", `Send the body as ${wanted}.`);
  }
  const text = decode(bytes);
  if (text === null) return toProblem("bad-request", "The body is not UTF-8.");
  if (rule.kind === "toml") return { kind: "value", value: { text, value: text } };
  const json = parseJson(text);
  if (json.kind === "problem") return json;
  const value = read(rule.schema, json.value, "the body");
  return value.kind === "problem" ? value : { kind: "value", value: { text, value: value.value } };
}

/** Null: more than the bound. */
async function readBytes(request: Request, bytesMax: number): Promise<Uint8Array | null> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  const reader = request.body?.getReader();
  while (reader !== undefined) {
    const { done, value } = await reader.read();
    if (done) break;
    length += value.byteLength;
    if (length > bytesMax) {
      await reader.cancel().catch(() => undefined);
      return null;
    }
    chunks.push(value);
  }
  const bytes = new Uint8Array(length);
  let offset = 0;
  for (const chunk of chunks) {
    bytes.set(chunk, offset);
    offset += chunk.byteLength;
  }
  return bytes;
}

function decode(bytes: Uint8Array): string | null {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: false }).decode(bytes);
  } catch {
    return null;
  }
}

function parseJson(text: string): Reading<unknown> {
  try {
    return { kind: "value", value: JSON.parse(text) };
  } catch (error) {
    const at = /position (\d+)/.exec(String(error))?.[1];
    const place = at === undefined ? "" : ` at character ${Number(at) + 1}`;
    return toProblem("bad-request", `The body is not JSON${place}.`);
  }
}

function read<Value>(schema: z.ZodType<Value>, input: unknown, whole: string): Reading<Value> {
  const parsed = schema.safeParse(input);
  if (parsed.success) return { kind: "value", value: parsed.data };
  const faults = parsed.error.issues
    .slice(0, ISSUES_MAX)
    .flatMap((issue) => toFaults(issue, whole));
  const detail = faults.map(({ place, message }) => `${place}: ${message}`).join("\n");
  return toProblem("bad-request", detail, { faults });
}

interface Fault {
  readonly place: string;
  readonly message: string;
}

function toFaults(issue: z.core.$ZodIssue, whole: string): readonly Fault[] {
  const place = issue.path.map((part) => toShort(String(part))).join(".");
  if (issue.code === "unrecognized_keys") {
    return issue.keys.slice(0, ISSUES_MAX).map((key) => {
      const below = place === "" ? toShort(key) : `${place}.${toShort(key)}`;
      return { place: below, message: "is not known here; leave it out." };
    });
  }
  const message = /[.!?]$/.test(issue.message) ? issue.message : `${issue.message}.`;
  return [{ place: place === "" ? whole : place, message }];
}

/** What came in is shown only as far as it helps to find it. */
function toShort(text: string): string {
  return text.length <= 64 ? text : `${text.slice(0, 61)}...`;
}
