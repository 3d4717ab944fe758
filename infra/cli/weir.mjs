#!/usr/bin/env node
// Starts the command line with a Node that runs TypeScript: this one, or else the one that npm has
// put into the checkout. Plain JavaScript, because it must run before that is known.

import { spawnSync } from "node:child_process";
import { existsSync, realpathSync } from "node:fs";
import { enableCompileCache } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

// `npx weir` calls a link; TypeScript is not run below node_modules, where that link lies.
const here = dirname(realpathSync(fileURLToPath(import.meta.url)));
const main = join(here, "main.ts");
const own = join(here, "..", "..", "node_modules", "node", "bin", "node");

if (process.features.typescript) {
  // Taking the types out again costs three quarters of a short run.
  enableCompileCache?.();
  await import(main);
} else if (existsSync(own)) {
  const { status } = spawnSync(own, [main, ...process.argv.slice(2)], { stdio: "inherit" });
  process.exitCode = status ?? 1;
} else {
  console.error(`weir: Node ${process.versions.node} does not run TypeScript.`);
  console.error("  → Use Node 22.18 or newer, or run npm ci in the checkout, which brings one.");
  process.exitCode = 2;
}
