// Files, stdin, the clock and the environment, as commands use them.

import { readFile, writeFile } from "node:fs/promises";
import { text as readStream } from "node:stream/consumers";
import { setTimeout as sleep } from "node:timers/promises";
import type { Session } from "./session.ts";

/** Everything of a session that is this machine's. */
export function makeFiles(): Omit<Session, "client" | "output"> {
  return {
    cwd: process.cwd(),
    env: process.env,
    readNowMs: () => Date.now(),
    sleep: (ms) => sleep(ms),
    readText: (path) => (path === "-" ? readStream(process.stdin) : readFile(path, "utf8")),
    writeText: (path, text) => writeFile(path, text),
  };
}
