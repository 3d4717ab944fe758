// What differs between production and one machine, laid over what the wrangler files say: ports,
// regions, secrets and addresses. Every worker has a socket of its own, so that requests reach it
// without Miniflare's entry in front.

import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { BuiltWorker, WorkerSource } from "./worker-build.ts";

export const HOST = "127.0.0.1";
/** Regions of the edges of one machine, in the order in which they are started. */
export const LOCAL_REGIONS = [
  "enam",
  "weur",
  "apac",
  "wnam",
  "eeur",
  "sam",
  "oc",
  "afr",
  "me",
] as const;

export type WorkerName = "edge" | "preload" | "control";

/** Free ports; see ports.ts. */
export interface StackPorts {
  readonly edges: readonly number[];
  readonly control: number;
  readonly storage: number;
}

/** The three workers; `entries` puts other modules in place of the configured ones. */
export function toSources(
  entries: Partial<Readonly<Record<WorkerName, string>>>,
): readonly WorkerSource[] {
  const root = fileURLToPath(new URL("../../", import.meta.url));
  const configs: Readonly<Record<WorkerName, string>> = {
    edge: "wrangler.toml",
    preload: "workers/preload/wrangler.toml",
    control: "workers/control/wrangler.toml",
  };
  return (Object.keys(configs) as WorkerName[]).map((name) => ({
    config: join(root, configs[name]),
    entry: entries[name] ?? null,
  }));
}

/** Secrets that a user's catalog may name, from the environment of the stack. */
export function toSecrets(environment: NodeJS.ProcessEnv): Record<string, string> {
  const form = /^WEIR_(S3|HTTP|CONTACT|TOKEN)_[A-Z0-9_]+$/;
  const isSecret = ([name]: readonly [string, unknown]) => form.test(name);
  const entries = Object.entries(environment).filter(isSecret);
  return Object.fromEntries(entries.map(([name, value]) => [name, value ?? ""]));
}

export type WorkerOptions = Readonly<Record<string, unknown>> & { readonly name: string };

/** Miniflare options of every worker; the edge as often as there are edge ports. */
export function toWorkers(
  built: readonly BuiltWorker[],
  ports: StackPorts,
  shared: Readonly<Record<string, string>>,
  control: Readonly<Record<string, string>>,
  regions: readonly string[] = LOCAL_REGIONS,
): WorkerOptions[] {
  return built.flatMap((worker) => {
    const run = (name: string, port: number | null, bindings: object, more: object = {}) => ({
      ...worker.options,
      ...more,
      name,
      modules: [{ type: "ESModule", path: "index.js", contents: worker.code }],
      bindings: { ...(worker.options["bindings"] as object), ...shared, ...bindings },
      unsafeDirectSockets: port === null ? [] : [{ host: HOST, port }],
    });
    switch (worker.name) {
      case "weir-control":
        return [run(worker.name, ports.control, control)];
      case "weir-edge":
        return ports.edges.map((port, index) => {
          const bindings = {
            WEIR_REGION: regions[index] ?? "enam",
            WEIR_CACHE_PARTITION: "region",
          };
          if (index === 0) return run(worker.name, port, bindings);
          const durableObjects = toForeignObjects(worker);
          return run(`${worker.name}-${index + 1}`, port, bindings, { durableObjects });
        });
      default:
        return [run(worker.name, null, {})];
    }
  });
}

/** Further edges use the first one's objects, as they would in production. */
function toForeignObjects(worker: BuiltWorker): Record<string, object> {
  const own = worker.options["durableObjects"] as Record<string, { className: string }>;
  return Object.fromEntries(
    Object.entries(own).map(([name, { className }]) => [
      name,
      { className, scriptName: worker.name },
    ]),
  );
}
