// One connection over which requests go as bytes and answers come back whole, one after the other,
// as a hostile client would do it by hand. It knows where an answer ends and nothing more: what
// comes is for the laws to judge. A connection that the server closes is opened anew for the next
// request. For requests that break the frame: a connection of its own, closed by the server.

import { connect, type Socket } from "node:net";

export interface WireReply {
  /** 0: the connection ended without an answer. */
  readonly status: number;
  /** Names in lower case, one line each, as they came. */
  readonly head: string;
  readonly body: Buffer;
}

export type LaneOutcome = WireReply | "hangs" | "cut";

export interface WireLane {
  /** Sends one request and waits for its answer's end. */
  ask(bytes: string, method: string, waitMs: number): Promise<LaneOutcome>;
  close(): void;
}

/** A lane to a port of loopback. */
export function makeWireLane(port: number): WireLane {
  let socket: Socket | null = null;
  return {
    async ask(bytes, method, waitMs) {
      const isFresh = socket === null || socket.destroyed;
      if (socket === null || isFresh) {
        // What goes wrong between two requests shows at the next one.
        socket = connect(port, "127.0.0.1").on("error", () => undefined);
      }
      const outcome = await exchange(socket, bytes, method, waitMs);
      const isOver = typeof outcome === "string" || /^connection: close$/im.test(outcome.head);
      if (isOver) socket.destroy();
      // A server may close a connection that rests, at the moment at which it is used again.
      if (outcome === "cut" && !isFresh) return this.ask(bytes, method, waitMs);
      return outcome;
    },
    close: () => socket?.destroy(),
  };
}

/** Sends bytes and ends; the answer is whatever came until the server ended too. */
export async function sendBroken(
  port: number,
  bytes: string,
  waitMs: number,
): Promise<{ readonly text: string; readonly hangs: boolean }> {
  const socket = connect(port, "127.0.0.1");
  const chunks: Buffer[] = [];
  socket.on("data", (chunk: Buffer) => chunks.push(chunk));
  socket.on("error", () => undefined);
  socket.end(bytes, "latin1");
  const closed = new Promise<boolean>((resolve) => socket.once("close", () => resolve(false)));
  const late = new Promise<boolean>((resolve) => setTimeout(resolve, waitMs, true).unref());
  const hangs = await Promise.race([closed, late]);
  socket.destroy();
  return { text: Buffer.concat(chunks).toString("latin1"), hangs };
}

function exchange(
  socket: Socket,
  bytes: string,
  method: string,
  waitMs: number,
): Promise<LaneOutcome> {
  return new Promise((resolve) => {
    let seen: Buffer = Buffer.alloc(0);
    const end = (outcome: LaneOutcome) => {
      clearTimeout(timer);
      socket.off("data", read).off("close", cut).off("error", cut);
      resolve(outcome);
    };
    const read = (chunk: Buffer) => {
      seen = Buffer.concat([seen, chunk]);
      const reply = parseReply(seen, method, false);
      if (reply !== null) end(reply);
    };
    const cut = () => end(parseReply(seen, method, true) ?? "cut");
    const timer = setTimeout(() => end("hangs"), waitMs);
    socket.on("data", read).once("close", cut).once("error", cut);
    socket.write(bytes, "latin1");
  });
}

/** Null: not all of it is there. */
function parseReply(seen: Buffer, method: string, isClosed: boolean): WireReply | null {
  const end = seen.indexOf("\r\n\r\n");
  if (end < 0) return null;
  const head = seen.subarray(0, end).toString("latin1");
  const status = Number(/^HTTP\/1\.1 (\d{3})/.exec(head)?.[1] ?? 0);
  const rest = seen.subarray(end + 4);
  if (status >= 100 && status < 200) return parseReply(rest, method, isClosed);
  const done = (body: Buffer): WireReply => ({ status, head, body });
  if (method === "HEAD" || status === 204 || status === 304) return done(Buffer.alloc(0));
  const length = /^content-length: (\d+)/im.exec(head)?.[1];
  if (length !== undefined) {
    return rest.byteLength >= Number(length) ? done(rest.subarray(0, Number(length))) : null;
  }
  if (/^transfer-encoding: chunked/im.test(head)) return toChunked(rest, done);
  return isClosed ? done(rest) : null;
}

function toChunked(rest: Buffer, done: (body: Buffer) => WireReply): WireReply | null {
  const pieces: Buffer[] = [];
  for (let at = 0; ; ) {
    const lineEnd = rest.indexOf("\r\n", at);
    if (lineEnd < 0) return null;
    const size = Number.parseInt(rest.subarray(at, lineEnd).toString("latin1"), 16);
    const next = lineEnd + 2 + size + 2;
    if (rest.byteLength < next) return null;
    if (size === 0) return done(Buffer.concat(pieces));
    pieces.push(rest.subarray(lineEnd + 2, lineEnd + 2 + size));
    at = next;
  }
}
