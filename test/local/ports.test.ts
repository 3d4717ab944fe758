// Whether a port is free, on the real loopback.

import { createServer, type Server } from "node:net";
import { afterEach, describe, expect, test } from "vitest";
import { claimPort } from "../../infra/local/ports.ts";

const servers: Server[] = [];

/** Occupies a free port and tells which. */
async function occupy(host: string): Promise<number> {
  const server = createServer();
  servers.push(server);
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen({ host, port: 0 }, resolve);
  });
  const address = server.address();
  if (typeof address !== "object" || address === null) throw new Error("no address");
  return address.port;
}

afterEach(async () => {
  for (const server of servers.splice(0)) {
    await new Promise((resolve) => server.close(resolve));
  }
});

describe("claimPort", () => {
  test("0: many at once are all different", async () => {
    const ports = await Promise.all(Array.from({ length: 40 }, () => claimPort(0)));
    expect(new Set(ports).size).toBe(40);
    for (const port of ports) expect(port).toBeLessThan(32_768);
  });

  test("0: any free one, and it is free afterwards", async () => {
    const port = await claimPort(0);
    expect(port).toBeGreaterThan(1023);
    expect(await claimPort(port ?? 0)).toBe(port);
  });

  test("a taken one", async () => {
    expect(await claimPort(await occupy("127.0.0.1"))).toBeNull();
  });

  test("one that is taken on all addresses", async () => {
    expect(await claimPort(await occupy("0.0.0.0"))).toBeNull();
  });

  test("one that was taken and is free again", async () => {
    const port = await occupy("127.0.0.1");
    await new Promise((resolve) => servers.pop()?.close(resolve));
    expect(await claimPort(port)).toBe(port);
  });
});
