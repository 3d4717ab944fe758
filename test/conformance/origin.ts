// The origin of the conformance table: answers each row's requests with the row's own script and
// remembers what it was asked. One origin serves every cache under test; the first part of the path
// is the cache's name, so that each has its own count. Paths: /{cache}/{group}/{row}.{extension}.
//
// Gaps against a real origin: HTTP/1.1 only, no TLS; a connection carries as many requests as the
// cache likes, except after a cut or a body that ends with the connection.

import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo, Socket } from "node:net";
import { gzipSync } from "node:zlib";
import { BODY_BYTES, type Fields, type OriginAnswer, type Row } from "./case.ts";

export interface Asked {
  readonly method: string;
  readonly fields: Readonly<Record<string, string>>;
}

export interface TableOrigin {
  readonly url: string;
  /** What a cache has asked for a row's file so far, in order. */
  readonly asked: (cache: string, row: string) => readonly Asked[];
  readonly stop: () => Promise<void>;
}

/** The origin's whole body for the nth request of a row: text that names both, then a pattern. */
export function toBody(row: string, count: number, bytes: number): Buffer {
  const head = `${row} #${count} `;
  const body = Buffer.alloc(bytes);
  for (let at = 0; at < bytes; at += 1) body[at] = 97 + ((at * 7 + count) % 26);
  body.write(head.slice(0, bytes), "latin1");
  return body;
}

/** Starts the origin of a table on a free port of loopback. */
export async function startTableOrigin(rows: readonly Row[]): Promise<TableOrigin> {
  const scripts = new Map(rows.map((row) => [row.name, row]));
  const asked = new Map<string, Asked[]>();
  const sockets = new Set<Socket>();
  const server = createServer((request, response) => {
    const [cache = "", , file = ""] = (request.url ?? "").slice(1).split("/");
    const row = scripts.get(file.replace(/\.[a-z0-9]+(\?.*)?$/, ""));
    if (row === undefined) {
      response.writeHead(404).end();
      return;
    }
    const seen = asked.get(`${cache} ${row.name}`) ?? [];
    asked.set(`${cache} ${row.name}`, seen);
    seen.push({
      method: request.method ?? "",
      fields: request.headers as Readonly<Record<string, string>>,
    });
    const count = seen.length;
    const answer = row.origin[Math.min(count, row.origin.length) - 1] ?? {};
    setTimeout(() => send(request, response, answer, row.name, count), answer.delayMs ?? 0);
  });
  server.on("connection", (socket) => {
    sockets.add(socket);
    socket.on("error", () => undefined);
    socket.on("close", () => sockets.delete(socket));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    asked: (cache, row) => asked.get(`${cache} ${row}`) ?? [],
    async stop() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function send(
  request: IncomingMessage,
  response: ServerResponse,
  answer: OriginAnswer,
  row: string,
  count: number,
): void {
  const { socket } = response;
  if (answer.reset === true) return void socket?.destroy();
  const plain = toBody(row, count, answer.bytes ?? BODY_BYTES);
  if (answer.raw !== undefined) {
    const text = answer.raw.replace("{body}", plain.toString("latin1"));
    return void socket?.end(Buffer.from(text, "latin1"));
  }
  response.sendDate = answer.undated !== true;
  const fields = toFields(answer.fields ?? {});
  if (answer.unchanged !== undefined && isUnchanged(request, fields)) {
    response.writeHead(304, toLines(toFields(answer.unchanged))).end();
    return;
  }
  const zips =
    answer.gzip === "always" ||
    (answer.gzip === "accepted" && /gzip/.test(String(request.headers["accept-encoding"])));
  const body = zips ? gzipSync(plain) : plain;
  const lines = toLines(fields);
  if (zips) lines.push("content-encoding", "gzip");
  if (answer.framing === undefined && answer.status !== 204) {
    lines.push("content-length", String(body.byteLength));
  }
  if (answer.framing === "close") {
    response.useChunkedEncodingByDefault = false;
    response.shouldKeepAlive = false;
  }
  response.writeHead(answer.status ?? 200, lines);
  if (request.method === "HEAD") return void response.end();
  if (answer.cutAfter === undefined) return void response.end(body);
  response.write(body.subarray(0, answer.cutAfter), () => socket?.destroy());
}

/** By RFC 9110 section 13.2.2: If-None-Match if there is one, else If-Modified-Since. */
function isUnchanged(request: IncomingMessage, fields: [string, string][]): boolean {
  const fieldOf = (name: string) => fields.find(([field]) => field.toLowerCase() === name)?.[1];
  const { "if-none-match": tags, "if-modified-since": since } = request.headers;
  const etag = fieldOf("etag");
  if (tags !== undefined) return etag !== undefined && tags.includes(etag);
  const modified = fieldOf("last-modified");
  return since !== undefined && modified !== undefined && Date.parse(since) >= Date.parse(modified);
}

/** One pair per line, with dates filled in. */
export function toFields(fields: Fields): [string, string][] {
  return Object.entries(fields).flatMap(([name, values]) =>
    [values].flat().map((value): [string, string] => [name, fillDates(value)]),
  );
}

function toLines(fields: readonly [string, string][]): string[] {
  return fields.flat();
}

/** `{now}`, `{now+60}`, `{now-60}` as HTTP dates. */
export function fillDates(text: string): string {
  return text.replace(/\{now([+-]\d+)?\}/g, (_all, seconds: string | undefined) =>
    new Date(Date.now() + Number(seconds ?? 0) * 1000).toUTCString(),
  );
}
