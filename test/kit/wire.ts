// One request on a connection of its own, and every byte of its answer: what a viewer pays for it,
// head included. As players ask: gzip accepted, the connection closed afterwards.

import { connect } from "node:net";
import { gunzipSync } from "node:zlib";

export interface WireAnswer {
  /** Bytes that came over the connection. */
  readonly bytes: number;
  readonly status: number;
  readonly text: string;
}

/** Asks for a path at a server of loopback. */
export async function readWire(baseUrl: string, path: string): Promise<WireAnswer> {
  const { hostname, port } = new URL(baseUrl);
  const chunks: Buffer[] = [];
  const socket = connect(Number(port), hostname);
  socket.write(
    `GET ${path} HTTP/1.1\r\nhost: ${hostname}\r\naccept-encoding: gzip\r\nconnection: close\r\n\r\n`,
  );
  // Servers of loopback do not always close when they are asked to.
  for await (const chunk of socket) {
    chunks.push(chunk as Buffer);
    if (isWhole(Buffer.concat(chunks))) break;
  }
  socket.destroy();
  const all = Buffer.concat(chunks);
  const end = all.indexOf("\r\n\r\n");
  const head = all.subarray(0, end).toString("latin1");
  const body = toBody(head, all.subarray(end + 4));
  const text = /^content-encoding: gzip/im.test(head) ? gunzipSync(body) : body;
  const status = Number(/^HTTP\/1\.1 (\d+)/.exec(head)?.[1]);
  return { bytes: all.byteLength, status, text: text.toString() };
}

function isWhole(all: Buffer): boolean {
  const end = all.indexOf("\r\n\r\n");
  if (end < 0) return false;
  const head = all.subarray(0, end).toString("latin1");
  const length = /^content-length: (\d+)/im.exec(head)?.[1];
  if (length === undefined) return all.subarray(-5).toString("latin1") === "0\r\n\r\n";
  return all.byteLength >= end + 4 + Number(length);
}

/** Takes the frames of a chunked body off. */
function toBody(head: string, body: Buffer): Buffer {
  if (!/^transfer-encoding: chunked/im.test(head)) return body;
  const pieces: Buffer[] = [];
  for (let at = 0; at < body.byteLength; ) {
    const lineEnd = body.indexOf("\r\n", at);
    const size = Number.parseInt(body.subarray(at, lineEnd).toString("latin1"), 16);
    if (!(size > 0)) break;
    pieces.push(body.subarray(lineEnd + 2, lineEnd + 2 + size));
    at = lineEnd + 2 + size + 2;
  }
  return Buffer.concat(pieces);
}

/** Asks for a path and leaves without an answer, as suddenly as a player that is closed. */
export async function leaveWire(baseUrl: string, path: string, afterMs: number): Promise<void> {
  const { hostname, port } = new URL(baseUrl);
  const socket = connect(Number(port), hostname);
  socket.write(`GET ${path} HTTP/1.1\r\nhost: ${hostname}\r\n\r\n`);
  await new Promise((resolve) => setTimeout(resolve, afterMs));
  socket.resetAndDestroy();
}
