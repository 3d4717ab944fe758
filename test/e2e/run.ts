// `npm run e2e [-- FILTER ...]`: sees to the programs that the tests need, then runs vitest.
//
// Missing programs are installed where that is allowed (root, with apt-get); elsewhere one line
// each says what to install, and nothing runs. Without the second S3 server only its own tests are
// left out, with a line that says so. The words after `--` go to vitest as they are:
// `npm run e2e -- players` runs players.test.ts alone.

import { type ChildProcess, spawn } from "node:child_process";
import { fileURLToPath } from "node:url";
import { findProgram, PROGRAMS, type Program, printRemedy } from "./kit/programs.ts";
import { GATEWAY_PROGRAMS } from "./kit/rados-gateway.ts";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));
const VITEST = fileURLToPath(new URL("../../node_modules/vitest/vitest.mjs", import.meta.url));
const APT_GET = { title: "apt-get", names: ["apt-get"], debianPackage: "apt" };

const WANTED = [...PROGRAMS, ...GATEWAY_PROGRAMS];
const toMissing = (wanted: readonly Program[] = WANTED) =>
  wanted.filter((program) => findProgram(program) === null);
const isNeeded = (program: Program) => PROGRAMS.some((needed) => needed === program);

let running: ChildProcess | null = null;
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
  process.on(signal, () => running?.kill(signal));
}

// Apart, so that a package that cannot be had does not keep the others away.
await installMissing(PROGRAMS);
await installMissing(GATEWAY_PROGRAMS);
const missing = toMissing();
for (const program of missing) {
  console.error(`weir e2e: ${program.title} is missing; ${printRemedy(program)}`);
}
if (missing.some(isNeeded)) process.exit(1);

const filters = process.argv.slice(2);
process.exit(
  await run(process.execPath, [VITEST, "run", "--config", "vitest.e2e.config.ts", ...filters]),
);

async function installMissing(wanted: readonly Program[]): Promise<void> {
  const packages = [...new Set(toMissing(wanted).map(({ debianPackage }) => debianPackage))];
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
