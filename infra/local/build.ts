// Builds workers in a child process and reads back what it made.

import { spawn } from "node:child_process";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { BuiltWorker, WorkerSource } from "./worker-build.ts";

/** Builds all sources at once; `scratch` is an existing directory. */
export async function buildWorkers(
  sources: readonly WorkerSource[],
  scratch: string,
): Promise<readonly BuiltWorker[]> {
  const target = join(scratch, "workers.json");
  const script = fileURLToPath(new URL("./build-process.ts", import.meta.url));
  const child = spawn(process.execPath, [script, JSON.stringify(sources), target], {
    stdio: ["ignore", "ignore", "pipe"],
    env: { ...process.env, WRANGLER_SEND_METRICS: "false" },
  });
  let words = "";
  child.stderr.on("data", (chunk: Buffer) => {
    words += chunk.toString();
  });
  const code = await new Promise<number | null>((resolve) => child.once("close", resolve));
  if (code !== 0) throw new Error(`The workers could not be built:\n${words.trim()}`);
  return JSON.parse(await readFile(target, "utf8")) as BuiltWorker[];
}
