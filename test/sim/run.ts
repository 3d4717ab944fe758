// `npm run sim -- [ledger|control] --from N --count M`: plays seeded histories, of the continuity
// ledger (ledger-run.ts) and of control (control-run.ts); both without a name. `--seed N` replays
// one, of the ledger if no name is given. Other flags are passed on. Exit code 1 if anything
// failed.

import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";

const SIMULATORS: Readonly<Record<string, URL>> = {
  ledger: new URL("./ledger-run.ts", import.meta.url),
  control: new URL("./control-run.ts", import.meta.url),
};

const words = process.argv.slice(2);
const named = words.filter((word) => Object.hasOwn(SIMULATORS, word));
const rest = words.filter((word) => !Object.hasOwn(SIMULATORS, word));
const isReplay = rest.some((word) => /^--(seed|trace)\b/.test(word));
const wanted = named.length > 0 ? named : isReplay ? ["ledger"] : Object.keys(SIMULATORS);
for (const name of wanted) {
  const script = SIMULATORS[name];
  if (script === undefined) continue;
  const { status } = spawnSync(process.execPath, [fileURLToPath(script), ...rest], {
    stdio: "inherit",
  });
  if (status !== 0) process.exitCode = status ?? 1;
}
