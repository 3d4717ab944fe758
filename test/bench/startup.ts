// What a cold start of the edge costs: `node test/bench/startup.ts [--json] [--against DIR]`
// (npm run bench -- startup). A workerd of its own with nothing but the edge's bundle in it, from
// the start of the process to the first answer, next to one with a worker of one line, next to the
// edge with its functions' names, and next to the edge of another checkout. Bindings are left out:
// the answer is an error, and the way to it has loaded and run the whole bundle. Rounds go in turn,
// so that a busy moment meets all of them. Shown is the median of the processor's time in all
// threads (Linux tells it to the microsecond), which a busy machine changes less than the clock's.
// Takes about half a minute.

import { type ChildProcess, spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { get } from "node:http";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { claimPort } from "../../infra/local/ports.ts";
import { buildWorker } from "../../infra/local/worker-build.ts";
import { type BenchRow, printRows } from "./rows.ts";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));
/** The program that Miniflare brings. */
const WORKERD = (createRequire(import.meta.url)("workerd") as { readonly default: string }).default;
const ROUNDS = 25;
const START_MS_MAX = 10_000;
/** Most that loading our code may take beside starting the runtime at all. */
const EXTRA_MS_GOAL = 30;
const EXTRA_MS_FLOOR = 60;

interface Contender {
  readonly name: string;
  readonly code: string;
}

/** Writes the worker and its configuration below `folder`; the configuration's path. */
function writeConfig(folder: string, { name, code }: Contender, port: number): string {
  const home = join(folder, name.replaceAll(" ", "-"));
  mkdirSync(home, { recursive: true });
  writeFileSync(join(home, "index.js"), code);
  const flags = ["enable_request_signal", "nodejs_compat"].map((flag) => `"${flag}"`).join(", ");
  const config = `using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (
  services = [(name = "main", worker = (
    modules = [(name = "index.js", esModule = embed "index.js")],
    compatibilityDate = "2026-07-15", compatibilityFlags = [${flags}],
  ))],
  sockets = [(name = "http", address = "127.0.0.1:${port}", http = (), service = "main")],
);
`;
  const path = join(home, "config.capnp");
  writeFileSync(path, config);
  return path;
}

function ask(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const request = get({ host: "127.0.0.1", port, path: "/demo/master.m3u8" }, (response) => {
      response.resume();
      response.on("end", () => resolve(true));
    });
    request.on("error", () => resolve(false));
  });
}

/** Processor's time of a process so far, all its threads, milliseconds. */
function readCpuMs(pid: number): number {
  const tasks = readdirSync(`/proc/${pid}/task`);
  const times = tasks.map((task) => {
    const text = readFileSync(`/proc/${pid}/task/${task}/schedstat`, "utf8");
    return Number(text.split(" ")[0]) / 1e6;
  });
  return times.reduce((sumMs, each) => sumMs + each, 0);
}

/** Processor's milliseconds from the start of the process to the end of its first answer. */
async function start(config: string, port: number): Promise<number> {
  const startedAtMs = performance.now();
  const child = spawn(WORKERD, ["serve", config], { stdio: "ignore" });
  try {
    while (performance.now() - startedAtMs < START_MS_MAX) {
      if (await ask(port)) return readCpuMs(child.pid ?? 0);
      await new Promise((resolve) => setTimeout(resolve, 1));
    }
    throw new Error(`${config} did not answer within ${START_MS_MAX} ms.`);
  } finally {
    await end(child);
  }
}

async function end(child: ChildProcess): Promise<void> {
  const closed = new Promise((resolve) => child.once("close", resolve));
  child.kill("SIGKILL");
  await closed;
}

async function makeContenders(): Promise<readonly Contender[]> {
  const at = process.argv.indexOf("--against");
  const other = at < 0 ? undefined : process.argv[at + 1];
  const build = async (root: string, keepNames?: boolean) => {
    const config = join(root, "wrangler.toml");
    const names = keepNames === undefined ? {} : { keepNames };
    return (await buildWorker({ config, entry: null, ...names })).code;
  };
  return [
    { name: "bare", code: 'export default { fetch: () => new Response("ok") };\n' },
    { name: "edge", code: await build(ROOT) },
    { name: "edge with names", code: await build(ROOT, true) },
    ...(other === undefined ? [] : [{ name: "other checkout", code: await build(other) }]),
  ];
}

function toMedian(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}

async function measure(contenders: readonly Contender[]): Promise<ReadonlyMap<string, number>> {
  const folder = mkdtempSync(join(tmpdir(), "weir-startup-"));
  try {
    const port = (await claimPort(0)) ?? 0;
    const configs = contenders.map((each) => writeConfig(folder, each, port));
    const times = contenders.map((): number[] => []);
    for (let round = 0; round <= ROUNDS; round++) {
      for (const [index, config] of configs.entries()) {
        const tookMs = await start(config, port);
        // The first round reads files that nobody has read yet.
        if (round > 0) times[index]?.push(tookMs);
      }
    }
    return new Map(contenders.map(({ name }, index) => [name, toMedian(times[index] ?? [])]));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const contenders = await makeContenders();
const medians = await measure(contenders);
const bareMs = medians.get("bare") ?? Number.NaN;
const rows = contenders.slice(1).map(({ name, code }): BenchRow => {
  const ours = medians.get(name) ?? Number.NaN;
  const ratio = ours - bareMs;
  const size = `${(gzipSync(code).byteLength / 1_000).toFixed(1)} kB gzip`;
  return {
    bench: "startup",
    row: `${name}, ${size}: CPU above bare`,
    ours,
    peer: bareMs,
    peerName: "bare",
    limit: null,
    unit: "CPU ms",
    ratio,
    floor: EXTRA_MS_FLOOR,
    goal: EXTRA_MS_GOAL,
    pass: ratio <= EXTRA_MS_GOAL,
    lessIsBetter: true,
  };
});
process.stdout.write(printRows(rows, process.argv.includes("--json")));
