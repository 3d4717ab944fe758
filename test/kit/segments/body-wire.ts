// One keep-alive HTTP/1.1 connection of a viewer of segments, on a bare socket. Unlike the wire of
// playlists it keeps no body: it compares what arrives with what must arrive, as it arrives, so
// that hundreds of viewers of large files cost less than what they measure.
//
// Knows Content-Length and chunked bodies. No redirects, no pipelining, no compression. A kept
// connection that turns out to be closed before any byte of the answer is opened again once.

import { connect, type Socket } from "node:net";
import { readSteadyMs } from "../live/clock.ts";

export interface BodyResult {
  readonly path: string;
  /** 0 where no head came. */
  readonly status: number;
  readonly head: string;
  readonly sentMs: number;
  /** The first byte of the body, or of the head where there is no body. */
  readonly firstByteMs: number;
  readonly doneMs: number;
  readonly bodyBytes: number;
  /** What is wrong with it; null for a whole body with the right bytes. */
  readonly fault: "refused" | "cut" | "timeout" | "status" | "damaged" | null;
}

const HEAD_BYTES_MAX = 16_384;
const HEAD_END = "\r\n\r\n";

export class BodyWire {
  readonly #host: string;
  readonly #port: number;
  readonly #timeoutMs: number;
  #socket: Socket | null = null;
  #request = "";
  #path = "";
  #want: Buffer | null = null;
  #done: ((result: BodyResult) => void) | null = null;
  #head: Buffer = Buffer.alloc(0);
  #headText = "";
  #status = 0;
  #framing: "length" | "chunked" = "length";
  /** Bytes of the body, or of the chunk that is arriving, still to come. */
  #leftBytes = 0;
  #chunkLine = "";
  #bodyBytes = 0;
  #isIntact = true;
  #sentMs = 0;
  #firstByteMs = 0;
  #isReused = false;
  #timer: NodeJS.Timeout | null = null;

  constructor(url: string, timeoutMs: number) {
    const { hostname, port } = new URL(url);
    this.#host = hostname;
    this.#port = Number(port);
    this.#timeoutMs = timeoutMs;
  }

  /** Opens the connection ahead of the first request. */
  async open(): Promise<void> {
    const socket = this.#open();
    if (!socket.connecting) return;
    await new Promise<void>((resolve) => {
      socket.once("connect", resolve);
      socket.once("close", () => resolve());
    });
  }

  /** Asks for a path whose body must be `want` (null: anything), and calls back once. */
  get(path: string, headers: string, want: Buffer | null, done: (result: BodyResult) => void) {
    if (this.#done !== null) throw new Error("A wire carries one request at a time.");
    this.#path = path;
    this.#want = want;
    this.#done = done;
    this.#request = `GET ${path} HTTP/1.1\r\nhost: ${this.#host}:${this.#port}\r\n${headers}\r\n`;
    this.#sentMs = readSteadyMs();
    this.#timer = setTimeout(() => this.#finish("timeout", false), this.#timeoutMs);
    this.#send();
  }

  close(): void {
    this.#done = null;
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#socket?.destroy();
    this.#socket = null;
  }

  #send(): void {
    this.#head = Buffer.alloc(0);
    this.#headText = "";
    this.#status = 0;
    this.#bodyBytes = 0;
    this.#isIntact = true;
    this.#firstByteMs = 0;
    this.#isReused = this.#socket !== null;
    (this.#socket ?? this.#open()).write(this.#request);
  }

  #open(): Socket {
    if (this.#socket !== null) return this.#socket;
    const socket = connect({ host: this.#host, port: this.#port, noDelay: true });
    this.#socket = socket;
    let refused = true;
    socket.on("connect", () => {
      refused = false;
    });
    socket.on("data", (chunk: Buffer) => {
      if (this.#socket === socket && this.#done !== null) this.#take(chunk);
    });
    socket.on("error", () => undefined);
    socket.on("close", () => {
      if (this.#socket !== socket) return;
      this.#socket = null;
      if (this.#done === null) return;
      const isSilent = this.#status === 0 && this.#head.byteLength === 0;
      if (this.#isReused && isSilent) return this.#send();
      this.#finish(refused ? "refused" : "cut", false);
    });
    return socket;
  }

  #take(chunk: Buffer): void {
    if (this.#status !== 0) {
      this.#takeBody(chunk);
      return;
    }
    this.#head = this.#head.byteLength === 0 ? chunk : Buffer.concat([this.#head, chunk]);
    const end = this.#head.indexOf(HEAD_END);
    if (end === -1) {
      if (this.#head.byteLength > HEAD_BYTES_MAX) this.#finish("damaged", false);
      return;
    }
    this.#headText = this.#head.toString("latin1", 0, end);
    this.#status = Number(this.#headText.slice(9, 12));
    const length = /\r\ncontent-length: *(\d+)/i.exec(this.#headText)?.[1];
    this.#framing = length === undefined ? "chunked" : "length";
    this.#leftBytes = Number(length ?? 0);
    this.#chunkLine = "";
    const rest = this.#head.subarray(end + HEAD_END.length);
    if (this.#status === 304 || length === "0") this.#finish(null, true);
    else if (rest.byteLength > 0) this.#takeBody(rest);
  }

  #takeBody(chunk: Buffer): void {
    if (this.#firstByteMs === 0) this.#firstByteMs = readSteadyMs();
    if (this.#framing === "chunked") {
      this.#takeChunks(chunk);
      return;
    }
    const part = chunk.byteLength > this.#leftBytes ? chunk.subarray(0, this.#leftBytes) : chunk;
    this.#compare(part);
    this.#leftBytes -= part.byteLength;
    if (this.#leftBytes === 0) this.#finish(null, true);
  }

  #takeChunks(bytes: Buffer): void {
    for (let at = 0; at < bytes.byteLength; ) {
      if (this.#leftBytes > 0) {
        const part = bytes.subarray(at, at + this.#leftBytes);
        this.#compare(part);
        this.#leftBytes -= part.byteLength;
        at += part.byteLength;
        continue;
      }
      // A size line, after the line end of the chunk before it.
      this.#chunkLine += String.fromCharCode(bytes[at] ?? 0);
      at += 1;
      const size = /^(?:\r\n)?([0-9a-f]+)\r\n$/i.exec(this.#chunkLine)?.[1];
      if (size === undefined) continue;
      this.#chunkLine = "";
      this.#leftBytes = Number.parseInt(size, 16);
      if (this.#leftBytes === 0) {
        this.#finish(null, true);
        return;
      }
    }
  }

  #compare(part: Buffer): void {
    const want = this.#want;
    const at = this.#bodyBytes;
    this.#bodyBytes += part.byteLength;
    if (want === null || !this.#isIntact) return;
    this.#isIntact =
      at + part.byteLength <= want.byteLength &&
      want.compare(part, 0, part.byteLength, at, at + part.byteLength) === 0;
  }

  #finish(error: BodyResult["fault"], isKept: boolean): void {
    const done = this.#done;
    this.#done = null;
    if (this.#timer !== null) clearTimeout(this.#timer);
    if (!isKept || /\r\nconnection: *close/i.test(this.#headText)) {
      this.#socket?.destroy();
      this.#socket = null;
    }
    const doneMs = readSteadyMs();
    done?.({
      path: this.#path,
      status: this.#status,
      head: this.#headText,
      sentMs: this.#sentMs,
      firstByteMs: this.#firstByteMs === 0 ? doneMs : this.#firstByteMs,
      doneMs,
      bodyBytes: this.#bodyBytes,
      fault: error ?? this.#judge(),
    });
  }

  #judge(): BodyResult["fault"] {
    if (this.#status !== 200) return "status";
    if (this.#want === null) return null;
    return this.#isIntact && this.#bodyBytes === this.#want.byteLength ? null : "damaged";
  }
}
