// Looks at everything that findings.ts judges: the wrangler files under the environment's names,
// what each worker weighs, whether wrangler builds it, and whether somebody is logged in. Writes
// the files of the environment below .build/deploy, which git ignores; changes nothing else.

import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { experimental_readRawConfig, unstable_getDevCompatibilityDate } from "wrangler";
import type { Environment } from "./environment.ts";
import type { DeployFacts } from "./findings.ts";
import { toEnvironmentConfig, type WorkerConfig } from "./worker-config.ts";
import { runWrangler, toFaultLine } from "./wrangler.ts";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));
/** In the order of deployment. */
const FILES = [
  "wrangler.toml",
  "workers/preload/wrangler.toml",
  "workers/control/wrangler.toml",
] as const;

export interface Gathered {
  readonly facts: DeployFacts;
  /** The files that were written, in the same order. */
  readonly paths: readonly string[];
}

/** Reads, writes, builds. `asksAccount` is false where no account may be touched. */
export async function gatherFacts(
  environment: Environment,
  isDryRun: boolean,
  asksAccount: boolean,
): Promise<Gathered> {
  const folder = join(ROOT, ".build/deploy", environment.name);
  mkdirSync(folder, { recursive: true });
  const configs: WorkerConfig[] = [];
  const paths: string[] = [];
  const gzipBytes: Record<string, number> = {};
  const buildFaults: Record<string, string> = {};
  for (const file of FILES) {
    const config = readConfig(join(ROOT, file), environment);
    const name = config.name ?? file;
    const path = join(folder, `${name}.json`);
    writeFileSync(path, `${JSON.stringify(config, null, 2)}\n`);
    configs.push(config);
    paths.push(path);
    const out = join(folder, name);
    const built = await runWrangler(["deploy", "--dry-run", "-c", path, "--outdir", out]);
    if (built.isDone)
      gzipBytes[name.slice(0, name.length - environment.suffix.length)] = weigh(out);
    else buildFaults[name] = toFaultLine(built.text);
  }
  const who = asksAccount ? await runWrangler(["whoami"]) : null;
  const budgets = JSON.parse(readFileSync(join(ROOT, "infra/budgets.json"), "utf8")) as {
    readonly workerGzipBytes: Readonly<Record<string, number>>;
  };
  const facts: DeployFacts = {
    environment,
    configs,
    isDryRun,
    isLoggedIn: who === null ? null : who.isDone && !/not authenticated/i.test(who.text),
    gzipBytes,
    budgets: budgets.workerGzipBytes,
    runtimeDate: unstable_getDevCompatibilityDate(),
    buildFaults,
  };
  return { facts, paths };
}

/** The wrangler file under the environment's names, its paths made good for another folder. */
function readConfig(path: string, environment: Environment): WorkerConfig {
  const raw = experimental_readRawConfig({ config: path }).rawConfig as unknown as WorkerConfig;
  const at = (relative: string) => resolve(dirname(path), relative);
  const { edgeHost, controlHost } = environment;
  const host = { "weir-edge": edgeHost, "weir-control": controlHost }[raw.name ?? ""] ?? null;
  const config = toEnvironmentConfig(raw, environment, host);
  const assets = config["assets"];
  const directory: unknown = Reflect.get(Object(assets), "directory");
  return {
    ...config,
    main: at(raw.main ?? "index.ts"),
    ...(typeof directory === "string"
      ? { assets: { ...(assets as object), directory: at(directory) } }
      : {}),
  };
}

/** Bytes after gzip of the code that wrangler made. */
function weigh(folder: string): number {
  const names = readdirSync(folder).filter((name) => /\.m?js$/.test(name));
  return names.reduce((sum, name) => sum + gzipSync(readFileSync(join(folder, name))).length, 0);
}
