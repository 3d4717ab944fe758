// A tiny HTTP server in front of the demo origins' fault methods, so that the player page can kill
// an origin for real. Local stack only; control passes the page's calls on to it.
//
//   GET  /origins                          -> {origins: [{id, state}]}
//   POST /origins/{id}/kill|revive|freeze|slow|fail|html|truncate|clear   -> 204

import { createServer } from "node:http";
import type { OriginServer } from "./demo/origin-server.ts";

const SLOW_MS = 3_000;

export type Breakable = OriginServer & { readonly name: string };

const ACTIONS: Readonly<Record<string, (origin: Breakable) => void | Promise<void>>> = {
  kill: (origin) => origin.kill(),
  revive: (origin) => origin.revive(),
  freeze: (origin) => origin.freeze(),
  slow: (origin) => origin.slow(SLOW_MS),
  fail: (origin) => origin.fail(500),
  html: (origin) => origin.html(),
  truncate: (origin) => origin.truncate(),
  clear: (origin) => origin.clear(),
};

export interface Switchboard {
  readonly url: string;
  stop(): Promise<void>;
}

/** Listens on a free port of loopback. */
export async function startSwitchboard(
  origins: readonly Breakable[],
  port: number,
): Promise<Switchboard> {
  const server = createServer(async (request, response) => {
    const answer = (status: number, body: unknown = null) => {
      response.writeHead(status, {
        "content-type": "application/json",
        "cache-control": "no-store",
      });
      response.end(body === null ? undefined : JSON.stringify(body));
    };
    const [, first, id = "", action = ""] = (request.url ?? "").split("/");
    if (first !== "origins") return answer(404, { detail: "There is /origins here." });
    if (request.method === "GET" && id === "") {
      return answer(200, { origins: origins.map(toView) });
    }
    const origin = origins.find(({ name }) => name === id);
    const act = Object.hasOwn(ACTIONS, action) ? ACTIONS[action] : undefined;
    if (origin === undefined || act === undefined || request.method !== "POST") {
      const actions = Object.keys(ACTIONS).join("|");
      const names = origins.map(({ name }) => name).join("|");
      return answer(404, {
        detail: `Use POST /origins/{${names}}/{${actions}}.`,
      });
    }
    try {
      await act(origin);
      return answer(204);
    } catch (error) {
      return answer(409, { detail: error instanceof Error ? error.message : "failed" });
    }
  });
  await new Promise<void>((resolve) => server.listen(port, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${port}`,
    async stop() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

const WORDS: Readonly<Record<string, string>> = { none: "running", freeze: "frozen" };

function toView(origin: Breakable) {
  const { listening, fault } = origin.state();
  return { id: origin.name, state: listening ? (WORDS[fault] ?? fault) : "killed" };
}
