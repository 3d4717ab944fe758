// The whole of Weir in one process tree: three workers in one workerd, S3-compatible chunk storage
// with real SigV4, and the demo origins. Used by `npm start`, by the scenario tests and the e2e.
//
// Miniflare's options come from the wrangler files; only what differs on one machine is laid over
// them: ports, regions, tokens and addresses. Every worker has its own socket, without Miniflare's
// entry in front; the entry port serves the storage alone.

import { createHash, randomBytes } from "node:crypto";
import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { convertV4MiniflareOptions, Log, LogLevel, Miniflare } from "miniflare";
import { buildWorkers } from "./build.ts";
import { CHUNKS_SECRET, printDemoCatalog } from "./catalog.ts";
import { type Demo, startDemo } from "./demo/demo.ts";
import { type Guard, startGuard } from "./guard.ts";
import { claimPort } from "./ports.ts";
import { type Switchboard, startSwitchboard } from "./switchboard.ts";
import type { BuiltWorker } from "./worker-build.ts";

const HOST = "127.0.0.1";
const BUCKET = "chunks";
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

export interface StackOptions {
  /** Free ports; see ports.ts. */
  readonly ports: {
    readonly edges: readonly number[];
    readonly control: number;
    readonly storage: number;
  };
  readonly demo: boolean;
  readonly unaligned: boolean;
  /** TOML that is added to the demo's, or stands alone. */
  readonly catalog: string | null;
  readonly data: string | null;
  /** Other entry modules: the production shim's. */
  readonly entries?: Partial<Readonly<Record<WorkerName, string>>>;
  /** Further variables for all workers. */
  readonly bindings?: Readonly<Record<string, string>>;
  readonly log?: (line: string) => void;
}

export interface Stack {
  readonly edgeUrls: readonly string[];
  readonly controlUrl: string;
  readonly storageUrl: string;
  /** Bearer token with all scopes. */
  readonly token: string;
  readonly demo: Demo | null;
  readonly switchboardUrl: string | null;
  /** The catalog that was applied. */
  readonly catalog: string;
  readonly miniflare: Miniflare;
  stop(): Promise<void>;
}

/** Starts everything and waits until it serves. Rejects, with nothing left running, if it cannot. */
export async function startStack(options: StackOptions): Promise<Stack> {
  const undo: (() => Promise<void> | void)[] = [];
  const stop = async () => {
    for (const step of undo.splice(0).reverse()) await step();
  };
  try {
    return await start(options, undo, stop);
  } catch (error) {
    await stop();
    throw error;
  }
}

async function start(
  options: StackOptions,
  undo: (() => Promise<void> | void)[],
  stop: () => Promise<void>,
): Promise<Stack> {
  const scratch = await mkdtemp(join(tmpdir(), "weir-"));
  undo.push(() => rm(scratch, { recursive: true, force: true }));
  const data = options.data ?? join(scratch, "data");
  await mkdir(data, { recursive: true });

  const { ports } = options;
  const storageUrl = `http://${HOST}:${ports.storage}/cdn-cgi/local/r2/s3`;
  const keys = {
    accessKeyId: randomBytes(10).toString("hex"),
    secretAccessKey: randomBytes(20).toString("hex"),
  };
  const token = `weir-dev-${randomBytes(12).toString("hex")}`;
  const building = buildWorkers(toSources(options), scratch);
  building.catch(() => undefined);

  // Control must know the switchboard's address before the demo, which needs the storage, is there.
  const switchboardPort = options.demo ? await claimPort(0) : null;
  const built = await building;
  const shared = {
    ...toSecrets(process.env),
    [`WEIR_S3_${CHUNKS_SECRET}`]: `${keys.accessKeyId}:${keys.secretAccessKey}`,
    ...options.bindings,
  };
  const regions = LOCAL_REGIONS.slice(0, ports.edges.length);
  const workers = toWorkers(built, options, shared, {
    WEIR_REGIONS: regions.join(","),
    WEIR_EDGE_URL: `http://${HOST}:${ports.edges[0]}`,
    WEIR_OPEN_READ: "1",
    WEIR_ALLOW_IP_ORIGINS: "1",
    WEIR_DEMO_URL: switchboardPort === null ? "" : `http://${HOST}:${switchboardPort}`,
    WEIR_DEV_TOKEN: token,
    WEIR_API_TOKENS: `dev:read+content+infra:${createHash("sha256").update(token).digest("hex")}`,
  });
  const { miniflare, guard } = await runMiniflare(workers, keys, ports.storage, data, scratch);
  undo.push(async () => {
    await miniflare.dispose();
    guard.release();
  });

  const storage = { endpoint: storageUrl, bucket: BUCKET, ...keys };
  let demo: Demo | null = null;
  let switchboard: Switchboard | null = null;
  if (switchboardPort !== null) {
    const log = options.log ?? (() => undefined);
    demo = await startDemo({ storage, unaligned: options.unaligned, log });
    undo.push(demo.stop);
    switchboard = await startSwitchboard(demo, switchboardPort);
    undo.push(switchboard.stop);
    // Control must find playlists that can be played, or its first verdicts would be about us.
    await demo.ready;
  }

  const controlUrl = `http://${HOST}:${ports.control}`;
  const edgeUrls = ports.edges.map((port) => `http://${HOST}:${port}`);
  const catalog = [demo === null ? null : printDemoCatalog(demo, storage), options.catalog]
    .filter((part) => part !== null)
    .join("\n");
  await applyCatalog(controlUrl, token, catalog);
  const wanted = demo === null ? ["/_/healthz"] : ["/demo/master.m3u8", "/demo-vod/master.m3u8"];
  await Promise.all(edgeUrls.flatMap((url) => wanted.map((path) => waitFor(url + path))));
  return {
    edgeUrls,
    controlUrl,
    storageUrl,
    token,
    demo,
    switchboardUrl: switchboard?.url ?? null,
    catalog,
    miniflare,
    stop,
  };
}

function toSources(options: StackOptions) {
  const root = fileURLToPath(new URL("../../", import.meta.url));
  const configs: Readonly<Record<WorkerName, string>> = {
    edge: "wrangler.toml",
    preload: "workers/preload/wrangler.toml",
    control: "workers/control/wrangler.toml",
  };
  return (Object.keys(configs) as WorkerName[]).map((name) => ({
    config: join(root, configs[name]),
    entry: options.entries?.[name] ?? null,
  }));
}

/** Secrets that a user's catalog may name, from the environment of the stack. */
function toSecrets(environment: NodeJS.ProcessEnv): Record<string, string> {
  const entries = Object.entries(environment).filter(([name]) => /^WEIR_S3_[A-Z0-9_]+$/.test(name));
  return Object.fromEntries(entries.map(([name, value]) => [name, value ?? ""]));
}

type WorkerOptions = Readonly<Record<string, unknown>> & { readonly name: string };

function toWorkers(
  built: readonly BuiltWorker[],
  options: StackOptions,
  shared: Readonly<Record<string, string>>,
  control: Readonly<Record<string, string>>,
): WorkerOptions[] {
  const { ports } = options;
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
            WEIR_REGION: LOCAL_REGIONS[index] ?? "enam",
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

async function runMiniflare(
  workers: readonly WorkerOptions[],
  keys: { readonly accessKeyId: string; readonly secretAccessKey: string },
  port: number,
  data: string,
  scratch: string,
): Promise<{ readonly miniflare: Miniflare; readonly guard: Guard }> {
  const pidFile = join(scratch, "workerd.pid");
  process.env["WEIR_WORKERD"] = toWorkerdPath();
  process.env["WEIR_WORKERD_PID_FILE"] = pidFile;
  process.env["MINIFLARE_WORKERD_PATH"] = fileURLToPath(new URL("./workerd.sh", import.meta.url));
  const guard = startGuard(pidFile);
  const storage = {
    name: "weir-storage",
    modules: true,
    script: `export default { fetch: () => new Response("The S3 endpoint is below /cdn-cgi/local/r2/s3.\\n", { status: 404 }) };`,
    compatibilityDate: "2026-09-15",
    r2Buckets: { CHUNKS: { id: BUCKET, s3Credentials: keys } },
  };
  const miniflare = new Miniflare(
    convertV4MiniflareOptions({
      host: HOST,
      port,
      cf: false,
      log: new Log(LogLevel.ERROR),
      resourcePersistencePath: data,
      workers: [storage, ...workers] as never,
    }),
  );
  try {
    await miniflare.ready;
  } catch (error) {
    await miniflare.dispose().catch(() => undefined);
    guard.release();
    throw error;
  }
  return { miniflare, guard };
}

/** The one workerd that wrangler and miniflare share. */
function toWorkerdPath(): string {
  const require = createRequire(import.meta.url);
  return (createRequire(require.resolve("miniflare"))("workerd") as { default: string }).default;
}

async function applyCatalog(controlUrl: string, token: string, catalog: string): Promise<void> {
  const response = await fetch(`${controlUrl}/api/v1/catalog`, {
    method: "PUT",
    headers: { authorization: `Bearer ${token}`, "content-type": "application/toml" },
    body: catalog,
  });
  if (response.ok) return;
  const problem = (await response.json()) as { detail?: string };
  throw new Error(`The catalog was refused:\n${problem.detail ?? response.status}`);
}

const WAIT_MS = 30_000;

async function waitFor(url: string): Promise<void> {
  const untilMs = Date.now() + WAIT_MS;
  for (;;) {
    const response = await fetch(url).catch(() => null);
    const text = await response?.text();
    if (response?.ok) return;
    if (Date.now() > untilMs)
      throw new Error(`${url} did not become ready: ${text ?? "no answer"}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
