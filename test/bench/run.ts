// `npm run bench [-- NAME ...] [--json]`: runs one bench or all of them, each in a process of its
// own, so that one cannot warm or litter the other's heap. A bench says its own goals and figures.

import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";

/** Every bench by name. A bench that needs more than npm says so itself. */
const BENCHES: Readonly<Record<string, URL>> = {
  codec: new URL("./codec.ts", import.meta.url),
  live: new URL("./live.ts", import.meta.url),
  ll: new URL("./low-latency.ts", import.meta.url),
  http: new URL("./http.ts", import.meta.url),
  segments: new URL("./segments.ts", import.meta.url),
  token: new URL("./token.ts", import.meta.url),
  startup: new URL("./startup.ts", import.meta.url),
  drill: new URL("../drill/run.ts", import.meta.url),
  ledger: new URL("./ledger.ts", import.meta.url),
  health: new URL("./health.ts", import.meta.url),
  preload: new URL("./preload.ts", import.meta.url),
};

const words = process.argv.slice(2);
const flags = words.filter((word) => word.startsWith("--"));
const wanted = words.filter((word) => !word.startsWith("--"));
const unknown = wanted.find((name) => !Object.hasOwn(BENCHES, name));
if (unknown !== undefined) {
  console.error(
    `weir bench: there is no "${unknown}"; there are ${Object.keys(BENCHES).join(", ")}.`,
  );
  process.exit(1);
}
for (const name of wanted.length > 0 ? wanted : Object.keys(BENCHES)) {
  const script = BENCHES[name];
  if (script === undefined) continue;
  const command = [fileURLToPath(script), ...flags];
  const { status } = spawnSync(process.execPath, command, { stdio: "inherit" });
  if (status !== 0) process.exit(status ?? 1);
}
