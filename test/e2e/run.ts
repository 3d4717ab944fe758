// `npm run e2e [-- FILTER ...]`: sees to the programs that the tests need, then runs vitest.
//
// Missing programs are installed where that is allowed (root, with apt-get); elsewhere one line
// each says what to install, and nothing runs. The words after `--` go to vitest as they are:
// `npm run e2e -- players` runs players.test.ts alone.

import { type ChildProcess, spawn } from "node:child_process";
import { fileURLToPath } from "node:url";
import { findProgram, PROGRAMS, printRemedy } from "./kit/programs.ts";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));
const VITEST = fileURLToPath(new URL("../../node_modules/vitest/vitest.mjs", import.meta.url));
const APT_GET = { title: "apt-get", names: ["apt-get"], debianPackage: "apt" };

const toMissing = () => PROGRAMS.filter((program) => findProgram(program) === null);

let running: ChildProcess | null = null;
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
  process.on(signal, () => running?.kill(signal));
}

await installMissing();
const missing = toMissing();
for (const program of missing) {
  console.error(`weir e2e: ${program.title} is missing; ${printRemedy(program)}`);
}
if (missing.length > 0) process.exit(1);

const filters = process.argv.slice(2);
process.exit(
  await run(process.execPath, [VITEST, "run", "--config", "vitest.e2e.config.ts", ...filters]),
);

async function installMissing(): Promise<void> {
  const packages = [...new Set(toMissing().map(({ debianPackage }) => debianPackage))];
  const aptGet = findProgram(APT_GET);
  if (packages.length === 0 || aptGet === null || process.getuid?.() !== 0) return;
  console.log(`weir e2e: installing ${packages.join(", ")} with apt-get.`);
  const quiet = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };
  // Lists that cannot be refreshed may still be good enough: the installation itself decides.
  await run(aptGet, ["update", "-qq"], quiet);
  await run(aptGet, ["install", "-y", "-qq", "--no-install-recommends", ...packages], quiet);
}

/** The exit code; 1 where a signal or a failed start ended it. */
function run(file: string, words: readonly string[], env = process.env): Promise<number> {
  const child = spawn(file, words, { cwd: ROOT, stdio: "inherit", env });
  running = child;
  return new Promise((resolve) => {
    child.once("error", () => resolve(1));
    child.once("close", (code) => resolve(code ?? 1));
  });
}
