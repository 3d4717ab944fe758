// A stack for scenarios: the real workers under the production shim, and scripted origins in place
// of the demo. Every case has a channel of its own, so that cases cannot warm each other's caches.

import { fileURLToPath } from "node:url";
import { claimPort } from "../../infra/local/ports.ts";
import { type Stack, startStack } from "../../infra/local/stack.ts";
import type { WorkerName } from "../../infra/local/worker-options.ts";
import { type ScriptedOrigin, startScriptedOrigin } from "./scripted-origin.ts";

export interface CaseChannel {
  readonly id: string;
  readonly mode?: "live" | "vod";
  /** Which scripted origins it reads, in order of preference. */
  readonly origins?: readonly ("a" | "b")[];
  readonly replicas?: "auto" | "identical" | "independent";
  /** Further TOML below [channels.policy]. */
  readonly policy?: string;
}

/** Endpoint of the embedded storage of a stack whose storage port is known. */
function toStorageUrl(port: number): string {
  return `http://127.0.0.1:${port}/cdn-cgi/local/r2/s3`;
}

export interface EdgeStack {
  readonly stack: Stack;
  readonly edge: string;
  readonly a: ScriptedOrigin;
  readonly b: ScriptedOrigin;
  /** What the workers wrote, if `log` was given. */
  readonly lines: readonly string[];
  /** Fetches from the first edge; `path` as it is, without normalising. */
  get(path: string, init?: RequestInit): Promise<Response>;
  stop(): Promise<void>;
}

const SHIMMED: Readonly<Record<WorkerName, string>> = {
  edge: toPath("./production/edge.ts"),
  preload: toPath("./production/preload.ts"),
  control: toPath("./production/control.ts"),
};

function toPath(relative: string): string {
  return fileURLToPath(new URL(relative, import.meta.url));
}

/** Starts the stack with one channel per case; each reads the origins below `/{case}/`. */
export async function startEdgeStack(
  cases: readonly CaseChannel[],
  more: {
    readonly edges?: number;
    readonly shim?: object;
    /** Further variables of control. */
    readonly control?: Readonly<Record<string, string>>;
    /** Region of each edge; edges of one region share its cache, as isolates of one place do. */
    readonly regions?: readonly string[];
    /** How much the workers write (WEIR_LOG); it is kept for the scenario to read. */
    readonly log?: "" | "requests";
    /** Whether probes are answered as everybody is; they come every two seconds then. */
    readonly probes?: "well" | "honest";
    /** What each origin declares to be able to give, megabits per second. */
    readonly mbps?: number;
    /** What the origins play before anybody looks at them. */
    readonly prepare?: (a: ScriptedOrigin, b: ScriptedOrigin) => void;
    /** Further TOML; `edges` are the edges' ports. */
    readonly toml?: (storageUrl: string, a: ScriptedOrigin, edges: readonly number[]) => string;
    /** Folder in which objects, caches and buckets are kept, for a scenario that looks into it. */
    readonly data?: string;
    /** Further variables and secrets of all workers. */
    readonly bindings?: Readonly<Record<string, string>>;
  } = {},
): Promise<EdgeStack> {
  const { probes = "well", mbps = null } = more;
  const [a, b] = [await startScriptedOrigin(probes), await startScriptedOrigin(probes)];
  more.prepare?.(a, b);
  const edges = await Promise.all(Array.from({ length: more.edges ?? 1 }, () => claimPort(0)));
  const ports = {
    edges: edges.map((port) => port ?? 0),
    control: (await claimPort(0)) ?? 0,
    storage: (await claimPort(0)) ?? 0,
  };
  const lines: string[] = [];
  const stack = await startStack({
    ports,
    demo: false,
    unaligned: false,
    catalog:
      printCatalog(cases, [a, b], { intervalMs: probes === "well" ? 60_000 : 2_000, mbps }) +
      (more.toml?.(toStorageUrl(ports.storage), a, ports.edges) ?? ""),
    data: more.data ?? null,
    entries: SHIMMED,
    bindings: {
      WEIR_SHIM: JSON.stringify(more.shim ?? {}),
      WEIR_LOG: more.log ?? "quiet",
      ...more.bindings,
    },
    ...(more.log === undefined ? {} : { onWorkerLine: (line) => lines.push(line) }),
    ...(more.control === undefined ? {} : { control: more.control }),
    ...(more.regions === undefined ? {} : { regions: more.regions }),
  });
  const edge = stack.edgeUrls[0] ?? "";
  return {
    stack,
    edge,
    a,
    b,
    lines,
    get: (path, init) => fetch(edge + path, init),
    async stop() {
      await stack.stop();
      await Promise.all([a.stop(), b.stop()]);
    },
  };
}

function printCatalog(
  cases: readonly CaseChannel[],
  [a, b]: readonly [ScriptedOrigin, ScriptedOrigin],
  { intervalMs, mbps }: { readonly intervalMs: number; readonly mbps: number | null },
): string {
  const capacity = mbps === null ? "" : `capacity = {mbps = ${mbps}}\n`;
  const origins = [
    `[[origins]]\nid = "a"\nkind = "http"\nurl = "${a.url}"\n${capacity}`,
    `[[origins]]\nid = "b"\nkind = "http"\nurl = "${b.url}"\n${capacity}`,
  ];
  const channels = cases.map((each) => {
    const { id, mode = "live", origins: ids = ["a"], replicas = "identical", policy = "" } = each;
    const places = ids.map((origin) => `{id = "${origin}", prefix = "/${id}"}`).join(", ");
    return (
      `[[channels]]\nid = "${id}"\nmode = "${mode}"\nplaylist = "index.m3u8"\n` +
      `origins = [${places}]\n[channels.policy]\nreplicas = "${replicas}"\n${policy}\n`
    );
  });
  return [...origins, ...channels, `[probe]\ninterval_ms = ${intervalMs}\n`].join("\n");
}
