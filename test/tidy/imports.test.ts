// Who may import whom: between the top-level rooms, between the rooms of core, and from packages.

import { readFileSync } from "node:fs";
import { join, posix } from "node:path";
import { describe, expect, test } from "vitest";
import { CORE_ROOMS } from "./core-rooms.ts";
import { type Import, PATHS, ROOT, SOURCES, TEXTS, toImports } from "./source-tree.ts";

const IMPORTS: readonly Import[] = SOURCES.flatMap(toImports);

const at = ({ from, line }: Import) => `${from}:${line}`;

/** Room of a file in core; a file that stands alone is its own room. */
function toCoreRoom(path: string): string | null {
  const room = /^workers\/core\/([^/]+)/.exec(path)?.[1];
  return room?.replace(/\.ts$/, "") ?? null;
}

interface CoreEdge extends Import {
  readonly fromRoom: string;
  readonly toRoom: string;
}

const CORE_EDGES: readonly CoreEdge[] = IMPORTS.flatMap((each) => {
  const fromRoom = toCoreRoom(each.from);
  const toRoom = each.path === null ? null : toCoreRoom(each.path);
  return fromRoom === null || toRoom === null || fromRoom === toRoom
    ? []
    : [{ ...each, fromRoom, toRoom }];
});

describe("the rooms of core", () => {
  test("every edge between them is in core-rooms.ts", () => {
    const faults = CORE_EDGES.flatMap((edge) => {
      const rule = CORE_ROOMS[edge.fromRoom];
      if (rule === undefined) return [`${at(edge)}: room ${edge.fromRoom} is not in core-rooms.ts`];
      if (rule.uses.includes(edge.toRoom)) return [];
      if (edge.isType && rule.types.includes(edge.toRoom)) return [];
      const words = rule.types.includes(edge.toRoom)
        ? `may only import types of ${edge.toRoom}: write "import type", or move the code`
        : `may not import ${edge.toRoom}: move the code, or write the edge down with its reason`;
      return [`${at(edge)}: ${edge.fromRoom} ${words}`];
    });
    expect(faults).toEqual([]);
  });

  test("core-rooms.ts allows nothing that nobody needs", () => {
    const used = (from: string, to: string, isType: boolean) =>
      CORE_EDGES.some(
        (edge) => edge.fromRoom === from && edge.toRoom === to && (isType || !edge.isType),
      );
    const faults = Object.entries(CORE_ROOMS).flatMap(([room, { uses, types }]) => [
      ...uses
        .filter((other) => !used(room, other, false))
        .map((other) => `${room} runs nothing of ${other}: take the edge out, or make it a type's`),
      ...types
        .filter((other) => !used(room, other, true))
        .map((other) => `${room} knows no type of ${other}: take the edge out`),
    ]);
    expect(faults).toEqual([]);
  });

  test("every room of core is in core-rooms.ts, and every one there exists", () => {
    const rooms = new Set(SOURCES.flatMap(({ path }) => toCoreRoom(path) ?? []));
    rooms.delete("globals.d");
    expect([...rooms].sort()).toEqual(Object.keys(CORE_ROOMS).sort());
  });

  test("the order has no cycle", () => {
    const graph = new Map(Object.entries(CORE_ROOMS).map(([room, { uses }]) => [room, uses]));
    expect(findCycle(graph)).toBeNull();
  });

  test("no packages, but for those of core-rooms.ts", () => {
    const faults = IMPORTS.flatMap((each) => {
      const room = toCoreRoom(each.from);
      if (room === null || each.packageName === null) return [];
      if (CORE_ROOMS[room]?.packages?.includes(each.packageName)) return [];
      return [`${at(each)}: core imports ${each.specifier}; decisions need no package`];
    });
    expect(faults).toEqual([]);
  });
});

test("no two modules import each other, in however many steps", () => {
  const graph = new Map<string, readonly string[]>();
  for (const { from, path, isType } of IMPORTS) {
    // A cycle of types alone compiles away, and still two files that cannot be read apart.
    if (path === null || (isType && toCoreRoom(from) === null)) continue;
    graph.set(from, [...(graph.get(from) ?? []), path]);
  }
  expect(findCycle(graph)).toBeNull();
});

describe("the rooms of the house", () => {
  /** Folder -> folders that it may import from. */
  const HOUSE: Readonly<Record<string, readonly string[]>> = {
    "workers/core": [],
    "workers/platform": ["workers/core"],
    "workers/edge": ["workers/core", "workers/platform"],
    "workers/preload": ["workers/core", "workers/platform"],
    "workers/control": ["workers/core", "workers/platform"],
    infra: ["workers/core"],
    test: [
      "workers/core",
      "workers/platform",
      "workers/edge",
      "workers/preload",
      "workers/control",
      "infra",
    ],
  };
  const folderOf = (path: string) =>
    Object.keys(HOUSE).find((folder) => path.startsWith(`${folder}/`)) ?? null;

  test("core <- platform <- workers; workers meet in core/contract only", () => {
    const faults = IMPORTS.flatMap((each) => {
      const from = folderOf(each.from);
      const to = each.path === null ? null : folderOf(each.path);
      if (from === null || to === null || from === to || HOUSE[from]?.includes(to)) return [];
      return [`${at(each)}: ${from} may not import ${to}`];
    });
    expect(faults).toEqual([]);
  });

  test("nothing is imported that does not exist", () => {
    const known = new Set(PATHS);
    const faults = IMPORTS.flatMap((each) =>
      each.path === null || known.has(each.path) ? [] : [`${at(each)}: no file ${each.path}`],
    );
    expect(faults).toEqual([]);
  });
});

describe("packages", () => {
  /** Package -> the only places that may import it. */
  const PLACES: readonly (readonly [name: RegExp, places: RegExp])[] = [
    [/^itty-router$/, /^workers\/(edge\/routes\.ts|preload\/)/],
    [/^hono$/, /^workers\/control\//],
    [/^@aws-sdk\/|^@smithy\//, /^workers\/platform\/s3\.ts$|^(test|infra)\//],
    [/^aws4fetch$/, /^workers\/platform\/|^(test|infra)\//],
    [/^jose$/, /^workers\/platform\/(jwt|receipt-key)\.ts$|^(test|infra)\//],
    [/^smol-toml$/, /^workers\/core\/config\/|^infra\/cli\/config\//],
    [/^(commander|log-update)$/, /^infra\/cli\/|^test\/golden\//],
    [/^zod$/, /^workers\/(core\/config|control)\//],
    [
      /^(wrangler|miniflare|vitest|esbuild|fast-check|playwright-core)$/,
      /^(test|infra)\/|^vitest\./,
    ],
  ];

  test("stay in their rooms", () => {
    const faults = IMPORTS.flatMap((each) => {
      const rule = PLACES.find(
        ([name]) => each.packageName !== null && name.test(each.packageName),
      );
      if (rule === undefined || rule[1].test(each.from)) return [];
      return [`${at(each)}: ${each.packageName} belongs to ${rule[1].source}`];
    });
    expect(faults).toEqual([]);
  });

  test("of Node: in workers only what workerd has, and only in platform", () => {
    const faults = IMPORTS.filter(
      ({ from, packageName }) =>
        from.startsWith("workers/") &&
        !from.startsWith("workers/platform/") &&
        packageName?.startsWith("node:"),
    ).map((each) => `${at(each)}: ${each.specifier} belongs behind an adapter in workers/platform`);
    expect(faults).toEqual([]);
  });

  test("are all declared, and what runs in production is no devDependency", () => {
    const manifest = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8")) as {
      dependencies: Record<string, string>;
      devDependencies: Record<string, string>;
    };
    const faults = IMPORTS.flatMap((each) => {
      const name = each.packageName;
      if (name === null || /^(node:|cloudflare:)/.test(name)) return [];
      if (Object.hasOwn(manifest.dependencies, name)) return [];
      const isDev = Object.hasOwn(manifest.devDependencies, name);
      const isProduction = each.from.startsWith("workers/") && !each.isType;
      if (isDev && !isProduction) return [];
      return [`${at(each)}: ${name} is not in package.json's dependencies`];
    });
    expect(faults).toEqual([]);
  });
});

describe("entries", () => {
  test("every module is reached from one", () => {
    const reached = new Set<string>();
    const queue = SOURCES.map(({ path }) => path).filter(isEntry);
    const targets = new Map<string, string[]>();
    for (const { from, path } of IMPORTS) {
      if (path !== null) targets.set(from, [...(targets.get(from) ?? []), path]);
    }
    for (let path = queue.pop(); path !== undefined; path = queue.pop()) {
      if (reached.has(path)) continue;
      reached.add(path);
      queue.push(...(targets.get(path) ?? []));
    }
    const faults = SOURCES.filter(({ path }) => !reached.has(path) && !path.endsWith(".d.ts")).map(
      ({ path }) => `${path}: nobody imports it; use it or delete it`,
    );
    expect(faults).toEqual([]);
  });
});

/** What a person, a tool or the platform starts: workers, tests, scripts that a command names. */
function isEntry(path: string): boolean {
  if (/^workers\/[^/]+\/index\.ts$/.test(path)) return true;
  // Messages are agreed upon before anybody sends them.
  if (path.startsWith("workers/core/contract/")) return true;
  if (path.endsWith(".test.ts") || /^vitest\..*\.ts$/.test(path)) return true;
  return COMMANDS.some(({ path: from, text }) => {
    const near = posix.relative(posix.dirname(from), path);
    return (
      text.includes(path) || new RegExp(`\\bnode ${near.replaceAll(".", "\\.")}\\b`).test(text)
    );
  });
}

const COMMANDS = TEXTS.filter(({ path }) =>
  /^package\.json$|\.sh$|^\.ci\/|wrangler\.toml$/.test(path),
);

/** The nodes of a cycle in order, or null. */
function findCycle(graph: ReadonlyMap<string, readonly string[]>): readonly string[] | null {
  const done = new Set<string>();
  const visit = (node: string, trail: readonly string[]): readonly string[] | null => {
    const seen = trail.indexOf(node);
    if (seen >= 0) return [...trail.slice(seen), node];
    if (done.has(node)) return null;
    for (const next of graph.get(node) ?? []) {
      const cycle = visit(next, [...trail, node]);
      if (cycle !== null) return cycle;
    }
    done.add(node);
    return null;
  };
  for (const node of graph.keys()) {
    const cycle = visit(node, []);
    if (cycle !== null) return cycle;
  }
  return null;
}
