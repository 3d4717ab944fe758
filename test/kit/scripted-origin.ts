// An HTTP origin whose answers a scenario writes. It counts what it was asked, can hold answers
// back until the scenario lets them go, and keeps probes apart from reads: a probe always gets a
// healthy playlist, so that a scenario about rescue is not decided by health beforehand; unless the
// scenario is about health, and asks for probes to be answered like everybody else.
//
// Gaps against a real origin: no TLS, no HTTP/2, no packager behind it; answers come at once unless
// held; it never compresses and sends only the headers that the scenario wrote.

import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo, Socket } from "node:net";

export interface ScriptedAnswer {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array;
  /** Announces this length instead of the body's own, and cuts the connection after the body. */
  readonly announcedLength?: number;
  /** Waits for this before the headers. */
  readonly hold?: Promise<void>;
  /** Sends the body chunked and cuts the connection after so many bytes. */
  readonly cutAfter?: number;
  /** Bytes per second from here on; absent: as fast as they go. */
  readonly bytesPerSecond?: number;
  /** After so many bytes nothing more is sent, and the connection stays open. */
  readonly stallAfter?: number;
  /** Cuts the connection without an answer. */
  readonly reset?: boolean;
}

export type Script = (
  request: IncomingMessage,
  count: number,
) => ScriptedAnswer | Promise<ScriptedAnswer>;

/** One request as the origin saw it. */
export interface SeenRequest {
  readonly path: string;
  readonly isProbe: boolean;
  readonly atMs: number;
}

export interface ScriptedOrigin {
  readonly url: string;
  /** Every request so far, probes included. */
  readonly seen: readonly SeenRequest[];
  /** What is wrong with the machine as a whole, whatever is asked; null: nothing. */
  setBroken(broken: "reset" | "hang" | null): void;
  /** Answers for a path from now on. */
  on(path: string, answer: ScriptedAnswer | Script): void;
  /** Answers for every path below a prefix that has no answer of its own. */
  onPrefix(prefix: string, answer: ScriptedAnswer | Script): void;
  /** Reads of a path so far, whatever their delivery directives, probes not counted. */
  count(path: string): number;
  /** Closes the port and every connection. */
  kill(): Promise<void>;
  stop(): Promise<void>;
}

/** Starts an origin on a free port of loopback. Unknown paths get 404. */
export async function startScriptedOrigin(
  probes: "well" | "honest" = "well",
): Promise<ScriptedOrigin> {
  const seen: SeenRequest[] = [];
  let broken: "reset" | "hang" | null = null;
  const scripts = new Map<string, ScriptedAnswer | Script>();
  const prefixes = new Map<string, ScriptedAnswer | Script>();
  const counts = new Map<string, number>();
  const sockets = new Set<Socket>();
  const server = createServer(async (request, response) => {
    const path = (request.url ?? "/").replace(/[?&]_HLS_.*$/, "");
    const isProbe = request.headers["user-agent"] === "weir-probe";
    seen.push({ path, isProbe, atMs: Date.now() });
    if (broken === "reset") return void response.destroy();
    if (broken === "hang") return;
    if (isProbe && probes === "well") return answerProbe(response);
    const count = (counts.get(path) ?? 0) + 1;
    if (!isProbe) counts.set(path, count);
    const below = [...prefixes].find(([prefix]) => path.startsWith(prefix))?.[1];
    const script = scripts.get(path) ?? below ?? { status: 404, body: "no script" };
    await send(response, typeof script === "function" ? await script(request, count) : script);
  });
  server.on("connection", (socket) => {
    sockets.add(socket);
    socket.on("close", () => sockets.delete(socket));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  const close = async () => {
    for (const socket of sockets) socket.destroy();
    if (server.listening) await new Promise((resolve) => server.close(resolve));
  };
  return {
    url: `http://127.0.0.1:${port}`,
    on: (path, answer) => void scripts.set(path, answer),
    onPrefix: (prefix, answer) => void prefixes.set(prefix, answer),
    count: (path) => counts.get(path) ?? 0,
    seen,
    setBroken(next) {
      broken = next;
    },
    kill: close,
    stop: close,
  };
}

function answerProbe(response: ServerResponse): void {
  response.writeHead(200, { "content-type": "application/vnd.apple.mpegurl" });
  response.end("#EXTM3U\n#EXT-X-TARGETDURATION:2\n#EXTINF:2,\n1.m4s\n#EXT-X-ENDLIST\n");
}

async function send(response: ServerResponse, answer: ScriptedAnswer): Promise<void> {
  await answer.hold;
  if (answer.reset === true) {
    response.destroy();
    return;
  }
  const body = typeof answer.body === "string" ? Buffer.from(answer.body) : (answer.body ?? "");
  if (answer.cutAfter !== undefined) {
    response.writeHead(answer.status ?? 200, { ...answer.headers });
    response.write(Buffer.from(body).subarray(0, answer.cutAfter), () => response.destroy());
    return;
  }
  const length = answer.announcedLength ?? Buffer.byteLength(body);
  const isChunked = answer.headers?.["transfer-encoding"] === "chunked";
  const framing = isChunked ? {} : { "content-length": String(length) };
  response.writeHead(answer.status ?? 200, { ...framing, ...answer.headers });
  if (answer.bytesPerSecond !== undefined || answer.stallAfter !== undefined) {
    await drip(response, Buffer.from(body), answer);
    return;
  }
  if (answer.announcedLength === undefined) {
    response.end(body);
    return;
  }
  // Half a body, then silence for ever: what a crashing origin leaves behind.
  response.write(body, () => response.destroy());
}

const DRIP_MS = 20;

/** Sends a body slowly, or not to its end. */
async function drip(response: ServerResponse, body: Buffer, answer: ScriptedAnswer): Promise<void> {
  const { bytesPerSecond = Number.POSITIVE_INFINITY, stallAfter = body.byteLength } = answer;
  const step = Math.min(body.byteLength, Math.ceil((bytesPerSecond * DRIP_MS) / 1_000));
  for (let at = 0; at < stallAfter && !response.destroyed; at += step) {
    response.write(body.subarray(at, Math.min(at + step, stallAfter)));
    if (step < body.byteLength) await new Promise((resolve) => setTimeout(resolve, DRIP_MS));
  }
  if (stallAfter >= body.byteLength) response.end();
}
