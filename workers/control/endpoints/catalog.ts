// /catalog: the file in force, every file that ever was, and the three things to do with a new one:
// check it, compare it, apply it. Going back is applying an earlier one.

import * as z from "zod";
import { type Condition, parseIfMatch } from "../../core/api/condition.ts";
import { parseCursor, printCursor } from "../../core/api/page.ts";
import { toCatalogChanges } from "../../core/config/catalog-diff.ts";
import { toCatalogJsonSchema } from "../../core/config/catalog-json-schema.ts";
import { readCatalog } from "../../core/config/read-catalog.ts";
import { toRenumberedIds } from "../../core/health/renumber.ts";
import { printAppliedProblem, printRefusal } from "../api/applied-problem.ts";
import { askMain } from "../api/ask-object.ts";
import { type Call, type Endpoint, type Outcome, toEndpoint } from "../api/endpoint.ts";
import { toProblem } from "../api/problem.ts";
import type { CatalogVersion } from "../catalog-store.ts";
import type { Env } from "../env.ts";
import { MOMENT, NEXT, PAGE_FIELDS, printMoment } from "./forms.ts";

/** Largest catalog file; 1,000 channels take about 300 KB. */
export const CATALOG_BYTES_MAX = 1024 * 1024;
const TOML = { kind: "toml", bytesMax: CATALOG_BYTES_MAX } as const;
const TOML_TYPE = "application/toml";

const VERSION = z.int().min(1);
const CHANGES = z.array(
  z.strictObject({
    table: z.string(),
    id: z.string().nullable(),
    change: z.enum(["added", "removed", "changed"]),
    settings: z.array(
      z.strictObject({ setting: z.string(), before: z.unknown(), after: z.unknown() }),
    ),
  }),
);
const APPLIED = z.strictObject({
  version: VERSION,
  changed: z.boolean(),
  changes: CHANGES,
  newTimelines: z.array(z.string()).meta({
    description: "Channels whose files get new names, because other bytes stand behind them.",
  }),
});
const LINE = z.strictObject({ version: VERSION, appliedAt: MOMENT, appliedBy: z.string() });

const readInForce = toEndpoint({
  method: "get",
  path: "/catalog",
  name: "readCatalog",
  group: "catalog",
  summary: "The catalog in force, as it was written. Its ETag is what a change has to name.",
  scope: "read",
  answers: [{ status: 200, what: "The TOML file.", type: TOML_TYPE }],
  problems: ["not-found"],
  handle: async ({ env }) => printVersion(await readCurrent(env), "No catalog was applied yet."),
});

const apply = toEndpoint({
  method: "put",
  path: "/catalog",
  name: "applyCatalog",
  group: "catalog",
  summary:
    "Replaces the catalog as a whole, or not at all. Once one is in force If-Match is needed: " +
    'its ETag, or "*" for whatever is there.',
  scope: "infra",
  body: TOML,
  isConditional: true,
  isMutation: true,
  answers: [{ status: 200, what: "It is in force.", schema: APPLIED }],
  problems: ["catalog-refused", "stale", "condition-needed"],
  handle: async (call) => {
    const condition = parseIfMatch(call.ifMatch);
    if (condition === null) return BAD_CONDITION;
    return applyText(call, String(call.body), condition);
  },
});

const check = toEndpoint({
  method: "post",
  path: "/catalog/check",
  name: "checkCatalog",
  group: "catalog",
  summary: "Reads a catalog file and changes nothing. Every complaint has its line.",
  scope: "read",
  body: TOML,
  answers: [
    {
      status: 200,
      what: "It would be taken.",
      schema: z.strictObject({ origins: z.int(), channels: z.int() }),
    },
  ],
  problems: ["catalog-refused"],
  handle: ({ env, body }) => {
    const reading = readCatalog(String(body), toRules(env));
    if (reading.kind === "refused") return printRefusal(reading.problems);
    const { origins, channels } = reading.catalog;
    const counts = { origins: origins.length, channels: channels.length };
    return { kind: "done", status: 200, body: counts };
  },
});

const diff = toEndpoint({
  method: "post",
  path: "/catalog/diff",
  name: "diffCatalog",
  group: "catalog",
  summary: "What applying a catalog file would change. Changes nothing.",
  scope: "read",
  body: TOML,
  answers: [
    {
      status: 200,
      what: "The changes against the version in force (null: there is none).",
      schema: z.strictObject({
        against: VERSION.nullable(),
        changes: CHANGES,
        newTimelines: z.array(z.string()),
      }),
    },
  ],
  problems: ["catalog-refused"],
  handle: async ({ env, body }) => {
    const reading = readCatalog(String(body), toRules(env));
    if (reading.kind === "refused") return printRefusal(reading.problems);
    const current = await readCurrent(env);
    return {
      kind: "done",
      status: 200,
      body: {
        against: current?.version ?? null,
        changes: toCatalogChanges(current?.catalog ?? null, reading.catalog),
        newTimelines: toRenumberedIds(current?.catalog ?? null, reading.catalog),
      },
    };
  },
});

const listVersions = toEndpoint({
  method: "get",
  path: "/catalog/versions",
  name: "listCatalogVersions",
  group: "catalog",
  summary: "Every catalog that was ever applied, newest first.",
  scope: "read",
  query: z.strictObject(PAGE_FIELDS),
  answers: [
    {
      status: 200,
      what: "A page of them.",
      schema: z.strictObject({ versions: z.array(LINE), next: NEXT }),
    },
  ],
  handle: async ({ env, query }) => {
    const after = query.cursor === undefined ? null : parseCursor("versions", query.cursor);
    const before = after === null ? null : Number(after);
    if (query.cursor !== undefined && !Number.isSafeInteger(before ?? Number.NaN)) {
      return toProblem("bad-request", "cursor: is not of this list; leave it out.");
    }
    const lines = await askMain(env.CATALOGS, (store) => store.versions(before, query.limit));
    const last = lines.at(-1);
    const versions = lines.map(({ version, appliedAtMs, appliedBy }) => {
      return { version, appliedAt: printMoment(appliedAtMs), appliedBy };
    });
    const isLast = last === undefined || lines.length < query.limit || last.version === 1;
    const next = isLast ? null : printCursor("versions", `${last.version}`);
    return { kind: "done", status: 200, body: { versions, next } };
  },
});

const readVersion = toEndpoint({
  method: "get",
  path: "/catalog/versions/{version}",
  name: "readCatalogVersion",
  group: "catalog",
  summary: "One catalog of the past, as it was written.",
  scope: "read",
  params: z.strictObject({
    version: z
      .string()
      .regex(/^[1-9]\d{0,8}$/)
      .meta({ example: "1" }),
  }),
  answers: [{ status: 200, what: "The TOML file.", type: TOML_TYPE }],
  problems: ["not-found"],
  handle: async ({ env, params }) => {
    const version = Number(params.version);
    const found = await askMain(env.CATALOGS, (store) => store.version(version));
    return printVersion(found, `There never was a version ${version}.`);
  },
});

const rollback = toEndpoint({
  method: "post",
  path: "/catalog/rollback",
  name: "rollBackCatalog",
  group: "catalog",
  summary: "Puts an earlier version into force again, under a new number. If-Match as for PUT.",
  scope: "infra",
  body: { kind: "json", bytesMax: 1_024, schema: z.strictObject({ version: VERSION }) },
  isConditional: true,
  isMutation: true,
  answers: [{ status: 200, what: "It is in force.", schema: APPLIED }],
  problems: ["not-found", "catalog-refused", "stale", "condition-needed"],
  handle: async (call) => {
    const condition = parseIfMatch(call.ifMatch);
    if (condition === null) return BAD_CONDITION;
    const { version } = call.body;
    const found = await askMain(call.env.CATALOGS, (store) => store.version(version));
    if (found === null) return toProblem("not-found", `There never was a version ${version}.`);
    return applyText(call, found.text, condition);
  },
});

const schema = toEndpoint({
  method: "get",
  path: "/catalog/schema.json",
  name: "readCatalogSchema",
  group: "catalog",
  summary: "The shape of the file as JSON Schema, for editors.",
  scope: null,
  answers: [{ status: 200, what: "A JSON Schema.", schema: z.looseObject({}) }],
  handle: () => ({ kind: "done", status: 200, body: toCatalogJsonSchema() }),
});

export const CATALOG_ENDPOINTS: readonly Endpoint[] = [
  readInForce,
  apply,
  check,
  diff,
  listVersions,
  readVersion,
  rollback,
  schema,
];

const BAD_CONDITION = toProblem("bad-request", 'If-Match: send an ETag like "7", or *.');

function readCurrent(env: Env): Promise<CatalogVersion | null> {
  return askMain(env.CATALOGS, (store) => store.current());
}

function printVersion(version: CatalogVersion | null, absence: string): Outcome {
  if (version === null) return toProblem("not-found", absence);
  const headers = { "content-type": TOML_TYPE, etag: `"${version.version}"` };
  return { kind: "done", status: 200, body: version.text, headers };
}

function toRules(env: Env) {
  return { allowIpOrigins: env.WEIR_ALLOW_IP_ORIGINS === "1" };
}

async function applyText(
  { env, caller }: Call<unknown, unknown, unknown>,
  text: string,
  condition: Condition,
): Promise<Outcome> {
  const applied = await askMain(env.CATALOGS, (store) => store.apply(text, caller.name, condition));
  if (applied.kind !== "applied") return printAppliedProblem(applied);
  const { version, before, changes, newTimelines } = applied;
  return {
    kind: "done",
    status: 200,
    headers: { etag: `"${version}"` },
    body: { version, changed: changes.length > 0, changes, newTimelines },
    change: {
      target: "catalog",
      before: before === null ? null : { version: before },
      after: { version, changes },
    },
  };
}
