// What is really in each worker, told from its bundle: the packages, and the bytes that every cold
// start has to load. Built exactly as the local stack builds them, from the wrangler files.
//
// Budgets are in infra/budgets.json and are raised only in the change that needs the room.

import { readFileSync } from "node:fs";
import { SourceMap } from "node:module";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { beforeAll, describe, expect, test } from "vitest";
import { type BuiltWorker, buildWorker } from "../../infra/local/worker-build.ts";
import { ROOT } from "./source-tree.ts";

const BUDGETS = JSON.parse(readFileSync(join(ROOT, "infra/budgets.json"), "utf8")) as {
  readonly workerGzipBytes: Readonly<Record<string, number>>;
};

interface WorkerRule {
  readonly name: string;
  readonly config: string;
  /** Exactly these packages, ours and those that they bring. */
  readonly packages: readonly (string | RegExp)[];
  /** A text of one line of one of its own files. */
  readonly mark: { readonly file: string; readonly text: string };
}

const AWS = /^(@aws-sdk|@aws-crypto|@smithy|@aws)\//;
const WORKERS: readonly WorkerRule[] = [
  {
    name: "weir-edge",
    config: "wrangler.toml",
    packages: ["aws4fetch", "itty-router"],
    mark: { file: "index.ts", text: "This is our fault; it was logged." },
  },
  {
    name: "weir-preload",
    config: "workers/preload/wrangler.toml",
    packages: ["@aws-sdk/client-s3", AWS, "itty-router", "jose"],
    mark: { file: "list-event.ts", text: " has no storage that can be listed." },
  },
  {
    name: "weir-control",
    config: "workers/control/wrangler.toml",
    packages: ["aws4fetch", "hls.js", "hono", "jose", "smol-toml", "zod"],
    mark: { file: "index.ts", text: "control failed" },
  },
];

const built = new Map<string, BuiltWorker>();

beforeAll(async () => {
  for (const { name, config } of WORKERS) {
    const source = { config: join(ROOT, config), entry: null, withMap: true };
    built.set(name, await buildWorker(source));
  }
}, 60_000);

function toPackages(worker: BuiltWorker | undefined): readonly string[] {
  const names = (worker?.inputs ?? []).flatMap((path) => {
    const below = path.split("node_modules/").at(-1);
    if (below === undefined || below === path) return [];
    return [
      below
        .split("/")
        .slice(0, below.startsWith("@") ? 2 : 1)
        .join("/"),
    ];
  });
  return [...new Set(names)].sort();
}

describe.each(WORKERS)("$name", ({ name, config, packages, mark }) => {
  test("holds the packages that it may hold", () => {
    const found = toPackages(built.get(name));
    const isKnown = (each: string) =>
      packages.some((known) => (typeof known === "string" ? known === each : known.test(each)));
    expect(found.filter((each) => !isKnown(each))).toEqual([]);
    const named = packages.filter((known) => typeof known === "string");
    expect(named.filter((known) => !found.includes(known))).toEqual([]);
  });

  test("holds no other worker, no test and no infra", () => {
    const own = `workers/${name.slice("weir-".length)}/`;
    const inputs = (built.get(name)?.inputs ?? []).filter(
      (path) => !path.includes("node_modules/"),
    );
    // Paths are relative to the wrangler file: its own folder, or the root for the edge.
    const strangers = inputs.filter((path) => {
      const whole = path.replace(/^(\.\.\/)+/, "workers/");
      const isBelow = config.includes("/") && !path.startsWith("../");
      const isOwn = isBelow || whole.startsWith(own);
      return !isOwn && !/^workers\/(core|platform)\//.test(whole);
    });
    expect(strangers).toEqual([]);
    expect(inputs.length).toBeGreaterThan(10);
  });

  test("a place in it leads back to its source", () => {
    const { code = "", map = null } = built.get(name) ?? {};
    const at = code.indexOf(mark.text);
    expect(at).toBeGreaterThan(0);
    const line = code.slice(0, at).split("\n").length - 1;
    const column = at - (code.lastIndexOf("\n", at) + 1);
    const entry = new SourceMap(JSON.parse(map ?? "{}")).findEntry(line, column);
    const source = "originalSource" in entry ? entry.originalSource : "";
    expect(source.endsWith(mark.file), source).toBe(true);
    const lines = readFileSync(join(ROOT, `workers/${name.slice(5)}/${mark.file}`), "utf8");
    const found = "originalLine" in entry ? lines.split("\n")[entry.originalLine] : "";
    expect(found).toContain(mark.text);
  });

  test("fits its budget", () => {
    const bytes = gzipSync(built.get(name)?.code ?? "").byteLength;
    const bytesMax = BUDGETS.workerGzipBytes[name] ?? 0;
    expect(bytes, `${name} is ${bytes} bytes after gzip`).toBeLessThanOrEqual(bytesMax);
    expect(bytes).toBeGreaterThan(5_000);
  });
});

test("every budget has a worker", () => {
  expect(Object.keys(BUDGETS.workerGzipBytes).sort()).toEqual(
    WORKERS.map(({ name }) => name).sort(),
  );
});
