// The whole of Weir in one process tree: three workers in one workerd, S3-compatible chunk storage
// with real SigV4, and the demo origins. Used by `npm start`, by the scenario tests and the e2e.
//
// Miniflare's options come from the wrangler files; only what differs on one machine is laid over
// them: ports, regions, tokens and addresses. Every worker has its own socket, without Miniflare's
// entry in front; the entry port serves the storage alone.

import { createHash, generateKeyPairSync, randomBytes } from "node:crypto";
import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Miniflare } from "miniflare";
import { buildWorkers } from "./build.ts";
import { CHUNKS_SECRET, type DemoStorage, printDemoCatalog } from "./catalog.ts";
import { type Demo, startDemo } from "./demo/demo.ts";
import { loadMediaLibrary, type MediaLibrary } from "./demo/media-library.ts";
import { type PartOrigin, startPartOrigins } from "./low-latency/origins.ts";
import { claimPort } from "./ports.ts";
import { BUCKET, startRuntime } from "./runtime.ts";
import { startSwitchboard } from "./switchboard.ts";
import {
  HOST,
  LOCAL_REGIONS,
  type StackPorts,
  toSecrets,
  toSources,
  toWorkers,
  type WorkerName,
} from "./worker-options.ts";

export interface StackOptions {
  readonly ports: StackPorts;
  readonly demo: boolean;
  readonly unaligned: boolean;
  /** An origin without parts stands behind those of the low-latency channel. */
  readonly plain?: boolean;
  /** TOML that is added to the demo's, or stands alone. */
  readonly catalog: string | null;
  readonly data: string | null;
  /** Other entry modules: the production shim's. */
  readonly entries?: Partial<Readonly<Record<WorkerName, string>>>;
  /** Further variables for all workers. */
  readonly bindings?: Readonly<Record<string, string>>;
  /** Further variables for control alone. */
  readonly control?: Readonly<Record<string, string>>;
  /** Region of each edge; without it every edge has one of its own. */
  readonly regions?: readonly string[];
  readonly log?: (line: string) => void;
  /** Gets what the workers write, in place of this process's own output. */
  readonly onWorkerLine?: (line: string) => void;
}

export interface Stack {
  readonly edgeUrls: readonly string[];
  readonly controlUrl: string;
  /** Path-style S3 endpoint of the embedded storage, its bucket and its keys. */
  readonly storage: DemoStorage & {
    readonly accessKeyId: string;
    readonly secretAccessKey: string;
  };
  /** Bearer token with all scopes. */
  readonly token: string;
  readonly demo: Demo | null;
  /** The origins of the low-latency channel. */
  readonly lowLatency: readonly PartOrigin[] | null;
  readonly switchboardUrl: string | null;
  /** The catalog that was applied. */
  readonly catalog: string;
  readonly miniflare: Miniflare;
  stop(): Promise<void>;
}

/** Starts everything and waits until it serves. If it cannot, rejects and leaves nothing behind. */
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
  const storage = {
    endpoint: `http://${HOST}:${ports.storage}/cdn-cgi/local/r2/s3`,
    bucket: BUCKET,
    accessKeyId: randomBytes(10).toString("hex"),
    secretAccessKey: randomBytes(20).toString("hex"),
  };
  const token = `weir-dev-${randomBytes(12).toString("hex")}`;
  // Control must know the switchboard's address before the demo, which needs the storage, is there.
  const switchboardPort = options.demo ? await claimPort(0) : null;
  const built = await buildWorkers(toSources(options.entries ?? {}), scratch);
  const shared = {
    ...toSecrets(process.env),
    WEIR_RECEIPT_KEY: printReceiptKey(),
    [`WEIR_S3_${CHUNKS_SECRET}`]: `${storage.accessKeyId}:${storage.secretAccessKey}`,
    ...options.bindings,
  };
  const control = {
    ...toControlBindings(ports, token, switchboardPort),
    ...toExportBindings(storage),
    ...options.control,
  };
  const workers = toWorkers(built, ports, shared, control, options.regions);
  const { onWorkerLine } = options;
  const runtime = await startRuntime(workers, storage, ports.storage, data, scratch, onWorkerLine);
  undo.push(runtime.stop);

  const library = switchboardPort === null ? null : await loadMediaLibrary();
  const demo = library && (await startDemoOrigins(options, storage, library, undo));
  const lowLatency = library && (await startLowLatency(options, library, undo));
  const breakable = [...Object.values(demo?.origins ?? {}), ...(lowLatency ?? [])];
  const switchboard = demo && (await startSwitchboard(breakable, switchboardPort ?? 0));
  if (switchboard !== null) undo.push(switchboard.stop);

  const controlUrl = `http://${HOST}:${ports.control}`;
  const edgeUrls = ports.edges.map((port) => `http://${HOST}:${port}`);
  const demoCatalog = demo && lowLatency && printDemoCatalog(demo, lowLatency, storage);
  const parts = [demoCatalog, options.catalog];
  const catalog = parts.filter((part) => part !== null).join("\n");
  await applyCatalog(controlUrl, token, catalog);
  const wanted = demo === null ? ["/_/healthz"] : DEMO_PLAYLISTS;
  await Promise.all(edgeUrls.flatMap((url) => wanted.map((path) => waitFor(url + path))));
  const switchboardUrl = switchboard?.url ?? null;
  const { miniflare } = runtime;
  const addresses = { edgeUrls, controlUrl, switchboardUrl };
  return { ...addresses, storage, token, demo, lowLatency, catalog, miniflare, stop };
}

const DEMO_PLAYLISTS = ["/demo/master.m3u8", "/demo-vod/master.m3u8", "/demo-ll/master.m3u8"];

/** A key for receipts that lives as long as the stack; production has a secret that stays. */
function printReceiptKey(): string {
  const { privateKey } = generateKeyPairSync("ed25519");
  return JSON.stringify({ ...privateKey.export({ format: "jwk" }), kid: "local" });
}

/** What control is told on one machine and never in production. */
function toControlBindings(
  ports: StackPorts,
  token: string,
  switchboardPort: number | null,
): Record<string, string> {
  return {
    WEIR_REGIONS: LOCAL_REGIONS.slice(0, ports.edges.length).join(","),
    WEIR_EDGE_URL: `http://${HOST}:${ports.edges[0]}`,
    WEIR_CONTROL_URL: `http://${HOST}:${ports.control}`,
    WEIR_OPEN_READ: "1",
    WEIR_ALLOW_IP_ORIGINS: "1",
    WEIR_DEMO_URL: switchboardPort === null ? "" : `http://${HOST}:${switchboardPort}`,
    WEIR_DEV_TOKEN: token,
    WEIR_API_TOKENS: `dev:read+content+infra:${createHash("sha256").update(token).digest("hex")}`,
  };
}

/** Exports go into the embedded storage, beside the media. */
function toExportBindings(storage: Stack["storage"]): Record<string, string> {
  return {
    WEIR_EXPORT_ENDPOINT: storage.endpoint,
    WEIR_EXPORT_BUCKET: storage.bucket,
    WEIR_S3_EXPORT: `${storage.accessKeyId}:${storage.secretAccessKey}`,
  };
}

/** Starts the origins and waits until they play: control's first verdicts must not be about us. */
async function startDemoOrigins(
  options: StackOptions,
  storage: Stack["storage"],
  library: MediaLibrary,
  undo: (() => Promise<void> | void)[],
): Promise<Demo> {
  const log = options.log ?? (() => undefined);
  const demo = await startDemo({ storage, library, unaligned: options.unaligned, log });
  undo.push(demo.stop);
  await demo.ready;
  return demo;
}

/** These need no storage and play from the first moment. */
async function startLowLatency(
  { unaligned, plain }: StackOptions,
  library: MediaLibrary,
  undo: (() => Promise<void> | void)[],
): Promise<readonly PartOrigin[]> {
  const { origins, stop } = await startPartOrigins({ library, unaligned });
  undo.push(stop);
  const { "ll-east": east, "ll-west": west } = origins;
  return plain ? [east, west, origins["ll-plain"]] : [east, west];
}

async function applyCatalog(controlUrl: string, token: string, catalog: string): Promise<void> {
  const url = `${controlUrl}/api/v1/catalog`;
  const authorization = `Bearer ${token}`;
  // With --data there is one already, of the last time.
  const present = await fetch(url, { headers: { authorization } });
  await present.body?.cancel();
  const etag = present.headers.get("etag");
  const response = await fetch(url, {
    method: "PUT",
    headers: {
      authorization,
      "content-type": "application/toml",
      ...(etag === null ? {} : { "if-match": etag }),
    },
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
