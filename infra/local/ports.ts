// Finds out whether ports are free before anything is started, so that a taken one is one clear
// line and not a half-started stack. Between the look and the use somebody could still take a
// port; the start then fails, just less politely.

import { createServer } from "node:net";

const HOST = "127.0.0.1";

/** The port itself if it is free, any free port for 0, or null if it is taken. */
export async function claimPort(port: number): Promise<number | null> {
  const server = createServer();
  try {
    await new Promise<void>((resolve, reject) => {
      server.once("error", reject);
      server.listen({ host: HOST, port, exclusive: true }, resolve);
    });
  } catch {
    return null;
  }
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  return typeof address === "object" && address !== null ? address.port : null;
}
