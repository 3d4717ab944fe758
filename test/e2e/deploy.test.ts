// `npm run deploy -- --dry-run` as somebody types it who has just cloned: every environment, with
// real wrangler, real bundles and no account. It says each step and changes nothing.

import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { expect, test } from "vitest";

const run = promisify(execFile);
const SCRIPT = fileURLToPath(new URL("../../infra/deploy/deploy.ts", import.meta.url));

test.each([
  ["staging", "-staging"],
  ["production", ""],
])("a dry run of %s", async (name, suffix) => {
  const env = { ...process.env, CLOUDFLARE_API_TOKEN: "" };
  const words = [SCRIPT, "--env", name, "--dry-run", "--offline"];
  const { stdout } = await run(process.execPath, words, { env });
  for (const want of [
    `kv namespace create weir-policy${suffix}`,
    `queues create weir-preload${suffix}`,
    `r2 bucket create weir-hot-tier${suffix}`,
    "versions deploy {new}@5 {old}@95",
    `weir-control${suffix}, for everybody`,
    "nothing was changed",
  ]) {
    expect(stdout).toContain(want);
  }
  expect(stdout).not.toContain("WRONG");
});

test("an environment that is not there is one line", async () => {
  const end = run(process.execPath, [SCRIPT, "--env", "moon", "--dry-run"]);
  await expect(end).rejects.toMatchObject({
    code: 1,
    stderr:
      'weir deploy: there is no environment "moon"; environments.json has staging, production.\n',
  });
});
