// Reads a catalog file: text -> Catalog, or every complaint at once, each with its line, its place
// and what to do. Nothing is half accepted: one complaint refuses the whole file, and the caller
// keeps the catalog it had.

import { parse as parseToml, TomlError } from "smol-toml";
import type * as z from "zod";
import { isHostAlias } from "../route/asset-path.ts";
import type { Catalog, Channel, Origin } from "./catalog.ts";
import { CATALOG_SCHEMA, type CatalogFile } from "./catalog-schema.ts";
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

export interface CatalogRules {
  /** Only the local stack allows IP addresses: Cloudflare's fetch refuses them. */
  readonly allowIpOrigins: boolean;
}

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
  const parsed = CATALOG_SCHEMA.safeParse(document);
  if (!parsed.success) {
    return refuse(parsed.error.issues.flatMap((issue) => toProblems(text, issue)));
  }
  const problems = checkCatalog(text, parsed.data, rules);
  return problems.length > 0
    ? refuse(problems)
    : { kind: "catalog", catalog: toCatalog(parsed.data) };
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

function problemAt(text: string, path: TomlPath, message: string): CatalogProblem {
  return { line: toTomlLine(text, path), place: toPlace(path), message };
}

const KNOWN_KEYS: Readonly<Record<string, readonly string[]>> = {
  "": ["origins", "channels", "hosts", "probe"],
  origins: [
    "id",
    "kind",
    "url",
    "region",
    "endpoint",
    "bucket",
    "prefix",
    "addressing",
    "credentials",
  ],
  channels: ["id", "mode", "playlist", "origins", "policy"],
  "channels.policy": ["ttl", "auth", "replicas", "beyond_prefix", "unknown_hosts", "query"],
  "channels.origins": ["id", "prefix", "segments"],
  hosts: ["alias", "url"],
  probe: ["interval_ms"],
};

function toProblems(text: string, issue: z.core.$ZodIssue): CatalogProblem[] {
  const path = issue.path.filter((part) => typeof part !== "symbol") as TomlPath;
  if (issue.code === "unrecognized_keys") {
    const known = KNOWN_KEYS[path.filter((part) => typeof part === "string").join(".")] ?? [];
    return issue.keys.map((key) =>
      problemAt(text, [...path, key], `is not a setting${toHint(key, known)}.`),
    );
  }
  if (issue.code === "invalid_union" && issue.errors.length > 0) {
    const nested = issue.errors.find((errors) => errors.some((inner) => inner.path.length > 0));
    if (nested !== undefined) {
      return nested.flatMap((inner) =>
        toProblems(text, { ...inner, path: [...issue.path, ...inner.path] } as z.core.$ZodIssue),
      );
    }
  }
  if (issue.code === "invalid_type" && issue.input === undefined && path.length > 0) {
    return [problemAt(text, path, "is missing.")];
  }
  return [problemAt(text, path, issue.message.replace(/\.?$/, "."))];
}

function toHint(key: string, known: readonly string[]): string {
  const near = known.find((candidate) => countEdits(key, candidate) <= 2);
  if (near !== undefined) return `; did you mean "${near}"`;
  return known.length > 0 ? `; known here: ${known.join(", ")}` : "";
}

/** Levenshtein distance; keys are short, so the plain table is enough. */
function countEdits(a: string, b: string): number {
  let previous = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i++) {
    const current = [i];
    for (let j = 1; j <= b.length; j++) {
      const change = (previous[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      current.push(Math.min(change, (previous[j] ?? 0) + 1, (current[j - 1] ?? 0) + 1));
    }
    previous = current;
  }
  return previous[b.length] ?? 0;
}

function checkCatalog(text: string, file: CatalogFile, rules: CatalogRules): CatalogProblem[] {
  const problems: CatalogProblem[] = [];
  const at = (path: TomlPath, message: string) => problems.push(problemAt(text, path, message));
  const unique = (table: string, key: string, values: readonly string[]) => {
    values.forEach((value, index) => {
      const first = values.indexOf(value);
      if (first === index) return;
      const line = toTomlLine(text, [table, first]);
      at([table, index, key], `"${value}" is used twice; the first is at line ${line}.`);
    });
  };
  unique(
    "origins",
    "id",
    file.origins.map((origin) => origin.id),
  );
  unique(
    "channels",
    "id",
    file.channels.map((channel) => channel.id),
  );
  unique(
    "hosts",
    "alias",
    file.hosts.map((host) => host.alias),
  );

  file.origins.forEach((origin, index) => {
    const key = origin.kind === "s3" ? "endpoint" : "url";
    const url = origin.kind === "s3" ? origin.endpoint : origin.url;
    if (!rules.allowIpOrigins && isIpAddress(url)) {
      at(["origins", index, key], "names an IP address; Cloudflare fetches host names only.");
    }
  });
  const known = file.origins.map((origin) => origin.id);
  const checkOrigin = (path: TomlPath, id: string) => {
    if (!known.includes(id)) at(path, `"${id}" is not an origin${toHint(id, known)}.`);
  };
  file.channels.forEach((channel, index) => {
    channel.origins.forEach((place, position) => {
      const path = ["channels", index, "origins", position];
      checkOrigin(path, place.id);
      if (place.segments !== null) checkOrigin([...path, "segments"], place.segments.id);
      if (channel.origins.findIndex((other) => other.id === place.id) !== position) {
        at(path, `"${place.id}" is listed twice in this channel.`);
      }
    });
  });
  file.hosts.forEach((host, index) => {
    if (!isHostAlias(host.alias)) {
      at(["hosts", index, "alias"], `"${host.alias}" is reserved in viewer URLs; choose another.`);
    }
  });
  return problems;
}

function isIpAddress(url: string): boolean {
  const host = /^https?:\/\/(\[[^\]]*\]|[^/:]*)/.exec(url)?.[1] ?? "";
  return host.startsWith("[") || /^\d{1,3}(\.\d{1,3}){3}$/.test(host);
}

function toCatalog(file: CatalogFile): Catalog {
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
          replicas: channel.policy.replicas,
          beyondPrefix: channel.policy.beyond_prefix,
          unknownHosts: channel.policy.unknown_hosts,
          query: [...channel.policy.query].sort(),
        },
      }),
    ),
    hosts: file.hosts,
    probe: { intervalMs: file.probe.interval_ms },
  };
}
