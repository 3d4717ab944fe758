// The promise of the README's first lines: clone, `npm ci && npm start`, and it runs, with nothing
// but git and the system's Node. Runs only with WEIR_E2E_CLONE=1, because it installs everything
// a second time. What is tested is HEAD: changes that are not committed are not in a clone.

import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { afterEach, expect, test } from "vitest";
import {
  endAll,
  FREE_PORTS,
  npmStart,
  ROOT,
  toPersonsEnvironment,
  waitForEnd,
} from "./kit/npm-start.ts";
import { makeScratch } from "./kit/scratch.ts";

const run = promisify(execFile);
const INSTALL_MS_MAX = 600_000;

afterEach(endAll);
const scratch = makeScratch();

test.runIf(process.env["WEIR_E2E_CLONE"] === "1")(
  "a fresh clone starts with npm ci && npm start",
  async () => {
    const clone = `${scratch.path}/weir`;
    const env = toPersonsEnvironment();
    await run("git", ["clone", "--quiet", ROOT, clone], { env });
    const { stdout: version } = await run("node", ["--version"], { cwd: clone, env });
    const startedAtMs = Date.now();
    await run("npm", ["ci"], { cwd: clone, env, timeout: INSTALL_MS_MAX, maxBuffer: 1 << 26 });
    const installedMs = Date.now() - startedAtMs;
    const weir = npmStart(FREE_PORTS, { cwd: clone });
    const { edge, control, tookMs } = await weir.ready();
    console.log(
      `  system Node ${version.trim()}: npm ci took ${(installedMs / 1000).toFixed(1)} s, ` +
        `ready after ${(tookMs / 1000).toFixed(1)} s`,
    );
    expect(await (await fetch(`${edge}/demo/master.m3u8`)).text()).toContain("#EXTM3U");
    expect((await fetch(`${control}/`)).status).toBe(200);
    const family = weir.family();
    process.kill(weir.pid, "SIGTERM");
    expect((await waitForEnd(family, 10_000)).left).toEqual([]);
    // Nothing that a start leaves behind shows up as a change.
    const { stdout: changes } = await run("git", ["status", "--porcelain"], { cwd: clone, env });
    expect(changes).toBe("");
  },
  INSTALL_MS_MAX + 180_000,
);
