// Finds out whether ports are free before anything is started, so that a taken one is one clear
// line and not a half-started stack. Between the look and the use somebody could still take a
// port; the start then fails, just less politely.
//
// "Any free port" is not the system's own choice: that comes from the range which outgoing
// connections use, and the stack opens many of those before it listens. A port below that range
// stays free until it is used.

import { randomInt } from "node:crypto";
import { createServer } from "node:net";

const HOST = "127.0.0.1";
/** Below the ephemeral ranges of Linux (32768) and macOS (49152), above the well-known services. */
const ANY_MIN = 20_000;
const ANY_MAX = 32_000;
const TRIES_MAX = 100;

/** Chosen by this process and perhaps not in use yet. */
const chosen = new Set<number>();

/** The port itself if it is free, any free port for 0, or null if it is taken. */
export async function claimPort(port: number): Promise<number | null> {
  if (port !== 0) return (await isFree(port)) ? port : null;
  for (let tries = 0; tries < TRIES_MAX; tries++) {
    const candidate = randomInt(ANY_MIN, ANY_MAX);
    if (chosen.has(candidate)) continue;
    chosen.add(candidate);
    if (await isFree(candidate)) return candidate;
  }
  return null;
}

async function isFree(port: number): Promise<boolean> {
  const server = createServer();
  try {
    await new Promise<void>((resolve, reject) => {
      server.once("error", reject);
      server.listen({ host: HOST, port, exclusive: true }, resolve);
    });
  } catch {
    return false;
  }
  await new Promise((resolve) => server.close(resolve));
  return true;
}
