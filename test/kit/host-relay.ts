// A second delivery host on one machine: another loopback address with the port of an edge, passing
// every byte on to another edge. Players replace a host's name and keep its port, so two edges on
// two ports of one address could never be two pathways.
//
// Gaps against a real host: no DNS, no TLS, and no path of its own to fail but the whole of it.

import { connect, createServer, type Socket } from "node:net";

export interface HostRelay {
  readonly url: string;
  /** Connections so far. */
  count(): number;
  /** Closes the port and every connection; `listen` opens it again. */
  kill(): Promise<void>;
  listen(): Promise<void>;
}

export const RELAY_HOST = "127.0.0.2";

/** Listens on 127.0.0.2:`port` and passes on to 127.0.0.1:`target`. */
export async function startHostRelay(port: number, target: number): Promise<HostRelay> {
  const sockets = new Set<Socket>();
  let connections = 0;
  const server = createServer((viewer) => {
    connections += 1;
    const edge = connect(target, "127.0.0.1");
    for (const socket of [viewer, edge]) {
      sockets.add(socket);
      socket.on("error", () => socket.destroy());
      socket.on("close", () => sockets.delete(socket));
    }
    viewer.pipe(edge).pipe(viewer);
    viewer.on("close", () => edge.destroy());
    edge.on("close", () => viewer.destroy());
  });
  const listen = async () => {
    await new Promise<void>((resolve, reject) => {
      server.once("error", reject);
      server.listen(port, RELAY_HOST, resolve);
    });
  };
  await listen();
  return {
    url: `http://${RELAY_HOST}:${port}`,
    count: () => connections,
    listen,
    async kill() {
      for (const socket of sockets) socket.destroy();
      if (server.listening) await new Promise((resolve) => server.close(resolve));
    },
  };
}
