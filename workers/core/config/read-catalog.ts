// Reads a catalog file: text -> Catalog, or every complaint at once, each with its line, its place
// and what to do. Nothing is half accepted: one complaint refuses the whole file, and the caller
// keeps the catalog it had.

import { parse as parseToml, TomlError } from "smol-toml";
import type * as z from "zod";
import type { AlertContact, Catalog, Channel, Origin } from "./catalog.ts";
import { type CatalogComplaint, type CatalogRules, checkCatalog } from "./catalog-checks.ts";
import { CATALOG_SCHEMA, type CatalogFile } from "./catalog-schema.ts";
import { toHint } from "./hint.ts";
import { HOT_SCHEMA, toHotRules } from "./hot-schema.ts";
import { ISSUER_KEYS, toIssuer } from "./issuer-schema.ts";
import { PRICE_SCHEMA, toPriceTable } from "./price-schema.ts";
import { type TomlPath, toTomlLine } from "./toml-lines.ts";

export interface CatalogProblem {
  /** Line in the file, from 1. */
  readonly line: number;
  /** Where in the document: `channels[0].mode`; "" for the document itself. */
  readonly place: string;
  /** What is wrong and what to do, one sentence. */
  readonly message: string;
}

export type CatalogReading =
  | { readonly kind: "catalog"; readonly catalog: Catalog }
  | { readonly kind: "refused"; readonly problems: readonly CatalogProblem[] };

/** Parses and checks a catalog file. Never throws on bad input. */
export function readCatalog(text: string, rules: CatalogRules): CatalogReading {
  let document: unknown;
  try {
    document = parseToml(text);
  } catch (error) {
    if (!(error instanceof TomlError)) throw error;
    const message = (error.message.split("\n")[0] ?? "").replace(/^Invalid TOML document: /, "");
    return refuse([{ line: error.line, place: "", message: `is not valid TOML: ${message}.` }]);
  }
  const lineOf = (path: TomlPath) => toTomlLine(text, path);
  // Inputs are reported to tell a missing value from one of a wrong type; none is ever printed.
  const parsed = CATALOG_SCHEMA.safeParse(document, { reportInput: true });
  const complaints = [
    ...(parsed.success
      ? []
      : parsed.error.issues.flatMap((issue) => toComplaints(document, issue))),
    ...checkCatalog(document, rules, lineOf),
  ];
  if (parsed.success && complaints.length === 0) {
    return { kind: "catalog", catalog: toCatalog(parsed.data) };
  }
  return refuse(
    complaints.map(({ path, message }) => ({
      line: lineOf(path),
      place: toPlace(path),
      message: /[.?]$/.test(message) ? message : `${message}.`,
    })),
  );
}

/** One line per problem, as a terminal shows it: `catalog.toml:12: channels[0].mode must ...`. */
export function printCatalogProblem(fileName: string, problem: CatalogProblem): string {
  const place = problem.place === "" ? "the file" : problem.place;
  return `${fileName}:${problem.line}: ${place} ${problem.message}`;
}

function refuse(problems: readonly CatalogProblem[]): CatalogReading {
  return { kind: "refused", problems: [...problems].sort((a, b) => a.line - b.line) };
}

function toPlace(path: TomlPath): string {
  return path.reduce<string>(
    (place, part) =>
      typeof part === "number" ? `${place}[${part}]` : place === "" ? part : `${place}.${part}`,
    "",
  );
}

const ORIGIN_KEYS = {
  http: ["id", "kind", "url", "region", "credentials", "capacity"],
  s3: [
    ...["id", "kind", "endpoint", "bucket", "region", "prefix", "addressing", "credentials"],
    "capacity",
  ],
};

const CONTACT_KEYS = {
  webhook: ["id", "role", "kind", "url", "credentials"],
  chat: ["id", "role", "kind", "credentials"],
};

const KNOWN_KEYS: ReadonlyMap<string, readonly string[]> = new Map([
  ["", ["origins", "channels", "hosts", "contacts", "issuers", "probe", "prices", "hot"]],
  ["channels", ["id", "mode", "playlist", "origins", "policy"]],
  [
    "channels.policy",
    [
      "ttl",
      "auth",
      "issuers",
      "countries",
      "replicas",
      "blocking",
      "beyond_prefix",
      "hot_tier",
      "steering",
      "unknown_hosts",
      "query",
      "strip",
    ],
  ],
  ["channels.origins", ["id", "prefix", "segments"]],
  ["channels.origins.segments", ["id", "prefix"]],
  ["origins.capacity", ["cpu", "memory_gb", "mbps"]],
  ["hosts", ["alias", "pathway", "url", "weight"]],
  ["issuers", ISSUER_KEYS],
  ["probe", ["interval_ms"]],
  ["prices", Object.keys(PRICE_SCHEMA.shape)],
  ["hot", Object.keys(HOT_SCHEMA.shape)],
]);

function toKnownKeys(document: unknown, path: TomlPath): readonly string[] {
  const table = path.filter((part) => typeof part === "string").join(".");
  const kind = toValue(document, [...path, "kind"]);
  if (table === "contacts") return CONTACT_KEYS[kind === "chat" ? "chat" : "webhook"];
  if (table !== "origins") return KNOWN_KEYS.get(table) ?? [];
  return ORIGIN_KEYS[kind === "s3" ? "s3" : "http"];
}

function toValue(document: unknown, path: TomlPath): unknown {
  return path.reduce<unknown>(
    (value, part) =>
      typeof value === "object" && value !== null ? Reflect.get(value, part) : undefined,
    document,
  );
}

function toComplaints(document: unknown, issue: z.core.$ZodIssue): CatalogComplaint[] {
  const path = issue.path.filter((part) => typeof part !== "symbol") as TomlPath;
  if (issue.code === "unrecognized_keys") {
    const known = toKnownKeys(document, path);
    return issue.keys.map((key) => ({
      path: [...path, key],
      message: `is not a setting${toHint(key, known)}`,
    }));
  }
  if (issue.code === "invalid_union" && issue.errors.length > 0) {
    // The branch that got further knows better what was meant.
    const nested = issue.errors.find((errors) => errors.some((inner) => inner.path.length > 0));
    const plain = typeof issue.input === "string" ? issue.errors[0] : undefined;
    const telling = nested ?? plain;
    if (telling !== undefined) {
      return telling.flatMap((inner) =>
        toComplaints(document, { ...inner, path: [...issue.path, ...inner.path] } as typeof inner),
      );
    }
  }
  const isMissing = toValue(document, path) === undefined && path.length > 0;
  return [{ path, message: isMissing ? `is missing; it ${issue.message}` : issue.message }];
}

function toCatalog(file: CatalogFile): Catalog {
  const pathways = file.hosts.flatMap(({ pathway, url, weight = 1 }) =>
    pathway === undefined ? [] : [{ id: pathway, url, weight }],
  );
  return {
    origins: file.origins satisfies readonly Origin[],
    channels: file.channels.map(
      (channel): Channel => ({
        id: channel.id,
        mode: channel.mode,
        playlist: channel.playlist,
        origins: channel.origins,
        policy: {
          ttl: channel.policy.ttl,
          auth: channel.policy.auth,
          issuers: channel.policy.issuers,
          countries: channel.policy.countries,
          replicas: channel.policy.replicas,
          blocking: channel.policy.blocking,
          beyondPrefix: channel.policy.beyond_prefix,
          hotTier: channel.policy.hot_tier,
          ...(channel.policy.steering ? { steering: pathways } : {}),
          unknownHosts: channel.policy.unknown_hosts,
          query: [...channel.policy.query].sort(),
          strip: [...channel.policy.strip].sort(),
        },
      }),
    ),
    hosts: file.hosts.flatMap(({ alias, url }) => (alias === undefined ? [] : [{ alias, url }])),
    pathways,
    contacts: file.contacts satisfies readonly AlertContact[],
    issuers: file.issuers.map(toIssuer),
    probe: { intervalMs: file.probe.interval_ms },
    ...(file.prices === undefined ? {} : { prices: toPriceTable(file.prices) }),
    ...(file.hot === undefined ? {} : { hot: toHotRules(file.hot) }),
  };
}
