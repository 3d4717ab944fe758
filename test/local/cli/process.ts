// The command line as a process, as a user starts it: its words, its streams, its exit code. The
// environment is given whole, so that nothing of the developer's own settings takes part.

import { type ChildProcess, spawn } from "node:child_process";
import { join } from "node:path";

const CHECKOUT = join(import.meta.dirname, "..", "..", "..");
const LAUNCHER = join(CHECKOUT, "infra", "cli", "weir.mjs");

export interface Run {
  readonly exit: number | null;
  readonly out: string;
  readonly err: string;
}

export interface RunOptions {
  readonly cwd: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly stdin?: string;
}

/** Runs `weir` to its end. */
export async function runWeir(words: readonly string[], options: RunOptions): Promise<Run> {
  const child = startWeir(words, options);
  const run = { out: "", err: "" };
  child.stdout?.setEncoding("utf8").on("data", (text: string) => (run.out += text));
  child.stderr?.setEncoding("utf8").on("data", (text: string) => (run.err += text));
  child.stdin?.end(options.stdin ?? "");
  const exit = await new Promise<number | null>((resolve) => child.on("close", resolve));
  return { exit, ...run };
}

/** Starts `weir` without waiting for its end. */
export function startWeir(words: readonly string[], { cwd, env = {} }: RunOptions): ChildProcess {
  const { PATH = "" } = process.env;
  return spawn(process.execPath, [LAUNCHER, ...words], {
    cwd,
    env: { PATH, HOME: cwd, ...env },
  });
}
