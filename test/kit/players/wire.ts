// One keep-alive HTTP/1.1 connection of a simulated player, on a bare socket: hundreds of players
// must cost less than what they measure, and the moment of an answer's last byte must be exact.
//
// Knows Content-Length, chunked bodies and bodies that end with the connection; decodes gzip on
// demand. No redirects, no pipelining, one request at a time. A connection that turns out to be
// closed before any byte of the answer came is opened again once, as browsers do.

import { connect, type Socket } from "node:net";
import { gunzipSync } from "node:zlib";
import { readSteadyMs } from "../live/clock.ts";

export interface WireAnswer {
  readonly status: number;
  /** Status line and fields as they came, without the empty line. */
  readonly head: string;
  /** As it came: perhaps compressed. */
  readonly body: Buffer;
  readonly sentMs: number;
  /** The moment of the last byte. */
  readonly doneMs: number;
}

export interface WireFailure {
  readonly status: 0;
  readonly error: "refused" | "reset" | "cut" | "timeout";
  readonly sentMs: number;
  readonly doneMs: number;
}

export type WireResult = WireAnswer | WireFailure;

const NO_BODY = Buffer.alloc(0);

export class Wire {
  readonly #host: string;
  readonly #port: number;
  readonly #timeoutMs: number;
  #socket: Socket | null = null;
  #chunks: Buffer[] = [];
  #done: ((result: WireResult) => void) | null = null;
  #request = "";
  #sentMs = 0;
  #isReused = false;
  #timer: NodeJS.Timeout | null = null;

  constructor(url: string, timeoutMs: number) {
    const { hostname, port } = new URL(url);
    this.#host = hostname;
    this.#port = Number(port);
    this.#timeoutMs = timeoutMs;
  }

  /** Sends a GET and calls back once, with the answer or the reason why there is none. */
  get(path: string, headers: string, done: (result: WireResult) => void): void {
    if (this.#done !== null) throw new Error("A wire carries one request at a time.");
    this.#request = `GET ${path} HTTP/1.1\r\nhost: ${this.#host}:${this.#port}\r\n${headers}\r\n`;
    this.#done = done;
    this.#sentMs = readSteadyMs();
    this.#timer = setTimeout(() => this.#fail("timeout"), this.#timeoutMs);
    this.#send();
  }

  close(): void {
    this.#done = null;
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#socket?.destroy();
    this.#socket = null;
  }

  #send(): void {
    this.#chunks = [];
    this.#isReused = this.#socket !== null;
    const socket = this.#socket ?? this.#open();
    socket.write(this.#request);
  }

  #open(): Socket {
    const socket = connect({ host: this.#host, port: this.#port, noDelay: true });
    this.#socket = socket;
    let refused = true;
    socket.on("connect", () => {
      refused = false;
    });
    socket.on("data", (chunk: Buffer) => {
      this.#chunks.push(chunk);
      if (this.#socket === socket) this.#look(false);
    });
    socket.on("error", () => undefined);
    socket.on("end", () => {
      if (this.#socket === socket) this.#look(true);
    });
    socket.on("close", () => {
      if (this.#socket !== socket) return;
      this.#socket = null;
      if (this.#done === null) return;
      if (this.#isReused && this.#chunks.length === 0) return this.#send();
      this.#fail(refused ? "refused" : this.#chunks.length === 0 ? "reset" : "cut");
    });
    return socket;
  }

  #look(isEnd: boolean): void {
    if (this.#done === null || this.#chunks.length === 0) return;
    const bytes = this.#chunks.length === 1 ? this.#chunks[0] : Buffer.concat(this.#chunks);
    if (bytes === undefined) return;
    this.#chunks = [bytes];
    const headEnd = bytes.indexOf("\r\n\r\n");
    if (headEnd === -1) return;
    const head = bytes.toString("latin1", 0, headEnd);
    const status = Number(head.slice(9, 12));
    const body = toBody(bytes.subarray(headEnd + 4), head, status, isEnd);
    if (body === null) return;
    const answer = { status, head, body, sentMs: this.#sentMs, doneMs: readSteadyMs() };
    if (/\r\nconnection: *close/i.test(head) || isEnd) {
      this.#socket?.destroy();
      this.#socket = null;
    }
    this.#finish(answer);
  }

  #fail(error: WireFailure["error"]): void {
    this.#socket?.destroy();
    this.#socket = null;
    this.#finish({ status: 0, error, sentMs: this.#sentMs, doneMs: readSteadyMs() });
  }

  #finish(result: WireResult): void {
    const done = this.#done;
    this.#done = null;
    this.#chunks = [];
    if (this.#timer !== null) clearTimeout(this.#timer);
    done?.(result);
  }
}

/** The body if it is complete, else null. */
function toBody(rest: Buffer, head: string, status: number, isEnd: boolean): Buffer | null {
  if (status === 304 || status === 204) return NO_BODY;
  const length = /\r\ncontent-length: *(\d+)/i.exec(head)?.[1];
  if (length !== undefined) {
    const lengthBytes = Number(length);
    return rest.byteLength >= lengthBytes ? rest.subarray(0, lengthBytes) : null;
  }
  if (/\r\ntransfer-encoding: *chunked/i.test(head)) return toJoinedChunks(rest);
  return isEnd ? rest : null;
}

function toJoinedChunks(rest: Buffer): Buffer | null {
  const chunks: Buffer[] = [];
  for (let at = 0; ; ) {
    const lineEnd = rest.indexOf("\r\n", at);
    if (lineEnd === -1) return null;
    const sizeBytes = Number.parseInt(rest.toString("latin1", at, lineEnd), 16);
    const from = lineEnd + 2;
    if (rest.byteLength < from + sizeBytes + 2) return null;
    if (sizeBytes === 0)
      return chunks.length === 1 ? (chunks[0] ?? NO_BODY) : Buffer.concat(chunks);
    chunks.push(rest.subarray(from, from + sizeBytes));
    at = from + sizeBytes + 2;
  }
}

/** The body as text; null where it cannot be decoded. */
export function readAnswerText({ head, body }: WireAnswer): string | null {
  try {
    const isGzip = /\r\ncontent-encoding: *gzip/i.test(head);
    return (isGzip ? gunzipSync(body) : body).toString("utf8");
  } catch {
    return null;
  }
}
