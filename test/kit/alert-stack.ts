// Runs the AlertDesk in workerd (production/alerts.ts) and a receiver of its messages, a real HTTP
// server whose answers a scenario writes. The desk can be stopped and started again on the same
// storage, as after a crash of its machine.
//
// Gaps against production: one machine, one clock, no TLS; the receiver keeps everything it got.

import { mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { convertV4MiniflareOptions, Log, LogLevel, Miniflare } from "miniflare";

export interface ReceivedMessage {
  readonly path: string;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: string;
  readonly atMs: number;
}

export interface ReceiverAnswer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface Receiver {
  readonly url: string;
  readonly got: ReceivedMessage[];
  /** Answers from now on, by path and arrivals of one message; 204 where nothing was said. */
  on(path: string, answer: (count: number) => ReceiverAnswer): void;
  stop(): Promise<void>;
}

/** Starts a receiver on a free port of loopback. */
export async function startReceiver(): Promise<Receiver> {
  const got: ReceivedMessage[] = [];
  const answers = new Map<string, (count: number) => ReceiverAnswer>();
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const path = request.url ?? "/";
    const body = Buffer.concat(chunks).toString("utf8");
    got.push({ path, headers: request.headers, body, atMs: Date.now() });
    const id = request.headers["webhook-id"];
    const count = got.filter((each) => each.headers["webhook-id"] === id).length;
    const { status, headers = {} } = answers.get(path)?.(count) ?? { status: 204 };
    response.writeHead(status, headers).end();
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    got,
    on: (path, answer) => void answers.set(path, answer),
    stop: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

export interface AlertStack {
  /** Calls the worker of production/alerts.ts. */
  call(name: string, ...words: readonly unknown[]): Promise<unknown>;
  /** Ends workerd and starts it again on the same storage. */
  restart(): Promise<void>;
  /** Ends workerd; `restart` brings it back. */
  halt(): Promise<void>;
  stop(): Promise<void>;
}

/** Starts the desk; `secrets` are what the contacts of a scenario name. */
export async function startAlertStack(
  secrets: Readonly<Record<string, string>>,
): Promise<AlertStack> {
  const data = await mkdtemp(join(tmpdir(), "weir-alerts-"));
  const code = await bundle();
  const run = () =>
    new Miniflare(
      convertV4MiniflareOptions({
        host: "127.0.0.1",
        port: 0,
        cf: false,
        log: new Log(LogLevel.ERROR),
        resourcePersistencePath: data,
        workers: [
          {
            name: "alerts",
            modules: [{ type: "ESModule", path: "index.js", contents: code }],
            compatibilityDate: "2026-09-15",
            bindings: { WEIR_CONTROL_URL: "https://control.example", ...secrets },
            durableObjects: {
              ALERTS: { className: "AlertDesk", useSQLite: true },
              HEALTH: { className: "IncidentShelf", useSQLite: true },
            },
          },
        ],
      } as never),
    );
  let miniflare: Miniflare | null = run();
  const halt = async () => {
    await miniflare?.dispose();
    miniflare = null;
  };
  return {
    async call(name, ...words) {
      const url = await miniflare?.ready;
      if (url === undefined) throw new Error("the desk is halted");
      const body = JSON.stringify(words);
      const reply = await fetch(new URL(`/${name}`, url), { method: "POST", body });
      if (!reply.ok) throw new Error(`${name}: ${reply.status} ${await reply.text()}`);
      return reply.json();
    },
    async restart() {
      await halt();
      miniflare = run();
      await miniflare.ready;
    },
    halt,
    async stop() {
      await halt();
      await rm(data, { recursive: true, force: true });
    },
  };
}

async function bundle(): Promise<string> {
  const result = await build({
    entryPoints: [fileURLToPath(new URL("./production/alerts.ts", import.meta.url))],
    bundle: true,
    write: false,
    format: "esm",
    target: "es2024",
    conditions: ["workerd", "worker", "browser"],
    external: ["cloudflare:*", "node:*"],
    logLevel: "silent",
  });
  return result.outputFiles[0]?.text ?? "";
}
