// The HTTP face of one station of a bench: playlists as of this very moment, strong ETags and 304,
// blocking reloads where the station offers them, latency, faults, and a record of every request.
//
// Whatever the first part of the path is names the reader: caches that are compared side by side
// read one station below a prefix each, and are counted apart.
//
// Gaps against a real origin: no TLS, no HTTP/2, one process; latency is fixed and needs no round
// trip for the connection; segments are small and all alike.

import { createHash } from "node:crypto";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { readSteadyMs, sleepMs } from "./clock.ts";
import { type Fault, SLOW_MS } from "./origin-fault.ts";
import { makeSchedule, type Schedule } from "./schedule.ts";
import {
  type Epoch,
  FIRST_EPOCH,
  printMedia,
  printMultivariant,
  type StationOptions,
  toMsn,
  toNextEpoch,
} from "./station.ts";

/** One request for a media playlist. */
export interface OriginRead {
  readonly atMs: number;
  readonly reader: string;
  readonly rendition: string;
  readonly isProbe: boolean;
  readonly isBlocking: boolean;
  readonly isConditional: boolean;
}

interface Body {
  readonly bytes: Buffer;
  readonly etag: string;
}

/** Longest that a blocking reload is held, in target durations (RFC 8216bis, 6.2.5.2). */
const HOLD_SEGMENTS_MAX = 3;
const SEGMENT_BYTES = 1880;
/** How often a held request looks whether a fault has come or gone meanwhile. */
const LOOK_MS = 50;

export class LiveOrigin {
  readonly #station: StationOptions;
  readonly #schedule: Schedule;
  readonly #server: Server;
  readonly #bodies = new Map<string, Body>();
  readonly #reads: OriginRead[] = [];
  #epoch: Epoch = FIRST_EPOCH;
  #fault: Exclude<Fault, "restart"> | null = null;
  #frozenIndex = 0;

  constructor(station: StationOptions) {
    this.#station = station;
    this.#schedule = makeSchedule(station.schedule);
    this.#server = createServer((request, response) => void this.#serve(request, response));
    // Longer than a pause between two requests: nobody shall meet a connection that just closed.
    this.#server.keepAliveTimeout = 120_000;
  }

  /** Listens on a free port of loopback and says which. */
  async listen(): Promise<number> {
    await new Promise<void>((resolve) => this.#server.listen(0, "127.0.0.1", resolve));
    return (this.#server.address() as AddressInfo).port;
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  /** Begins a fault, or ends it with null. A restart happens once and does not end. */
  setFault(fault: Fault | null): void {
    const newest = this.#newest();
    if (fault === "restart") this.#epoch = toNextEpoch(this.#epoch, newest);
    else this.#fault = fault;
    if (fault === "freeze") this.#frozenIndex = newest;
    // What nobody answered is over when the origin comes back, as after a reboot.
    if (fault === null) this.#server.closeIdleConnections();
  }

  reads(fromMs: number, toMs: number): readonly OriginRead[] {
    return this.#reads.filter(({ atMs }) => atMs >= fromMs && atMs <= toMs);
  }

  #newest(): number {
    if (this.#fault === "freeze") return this.#frozenIndex;
    return this.#schedule.newest(readSteadyMs() - this.#station.delayMs);
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? "/", "http://origin");
    const [, reader = "", ...rest] = url.pathname.split("/");
    const path = rest.join("/");
    const msn = this.#toWantedMsn(url);
    const rendition = /^([^/]+)\/index\.m3u8$/.exec(path)?.[1] ?? null;
    if (rendition !== null) {
      this.#reads.push({
        atMs: readSteadyMs(),
        reader,
        rendition,
        isProbe: request.headers["user-agent"] === "weir-probe",
        isBlocking: msn !== null,
        isConditional: request.headers["if-none-match"] !== undefined,
      });
    }
    if (await this.#isBroken(response)) return;
    await sleepMs(this.#station.latencyMs.there);
    if (this.#fault === "slow") await sleepMs(SLOW_MS);
    if (msn !== null) await this.#hold(msn);
    await sleepMs(this.#station.latencyMs.back);
    // A fault also strikes the requests that were under way when it began.
    if (await this.#isBroken(response)) return;
    this.#answer(request, response, path, rendition);
  }

  #toWantedMsn(url: URL): number | null {
    const word = url.searchParams.get("_HLS_msn");
    return this.#station.blocking && word !== null && /^\d+$/.test(word) ? Number(word) : null;
  }

  async #hold(msn: number): Promise<void> {
    const untilMs = readSteadyMs() + HOLD_SEGMENTS_MAX * this.#station.schedule.segmentMs;
    for (;;) {
      const newest = this.#newest();
      const missing = msn - toMsn(this.#station, this.#epoch, newest);
      const nowMs = readSteadyMs();
      if (missing <= 0 || nowMs >= untilMs || this.#isDead()) return;
      const dueMs = this.#schedule.publishMs(newest + missing) + this.#station.delayMs;
      await sleepMs(Math.min(LOOK_MS, Math.max(1, dueMs - nowMs)));
    }
  }

  #isDead(): boolean {
    return this.#fault === "reset" || this.#fault === "hang";
  }

  /** Faults without an answer. True if there is nothing more to do. */
  async #isBroken(response: ServerResponse): Promise<boolean> {
    while (this.#fault === "hang") {
      if (response.destroyed) return true;
      await sleepMs(LOOK_MS);
      // Whoever still waits when the machine is back is told that the connection is gone.
      if (this.#fault !== "hang") response.socket?.resetAndDestroy();
    }
    if (this.#fault === "reset") response.socket?.resetAndDestroy();
    return response.destroyed || response.socket === null || response.socket.destroyed;
  }

  #answer(
    request: IncomingMessage,
    response: ServerResponse,
    path: string,
    rendition: string | null,
  ): void {
    const body = this.#toBody(path, rendition);
    if (this.#fault === "error") {
      send(response, 500, "text/plain", "out of order\n");
    } else if (this.#fault === "html") {
      send(response, 200, "text/html", "<!doctype html><title>Sign in</title>\n");
    } else if (body === null) {
      send(response, 404, "text/plain", "not found\n");
    } else {
      this.#sendBody(request, response, path, body);
    }
  }

  #sendBody(
    request: IncomingMessage,
    response: ServerResponse,
    path: string,
    { bytes, etag }: Body,
  ): void {
    const isPlaylist = path.endsWith(".m3u8");
    response.setHeader("etag", etag);
    response.setHeader(
      "cache-control",
      isPlaylist ? this.#station.cacheControl : "max-age=31536000, immutable",
    );
    if (request.headers["if-none-match"] === etag) {
      response.writeHead(304).end();
      return;
    }
    response.setHeader("content-type", isPlaylist ? "application/vnd.apple.mpegurl" : "video/mp2t");
    response.setHeader("content-length", bytes.byteLength);
    if (this.#fault === "truncate") {
      response.write(bytes.subarray(0, bytes.byteLength >> 1), () => response.destroy());
      return;
    }
    response.end(bytes);
  }

  #toBody(path: string, rendition: string | null): Body | null {
    const station = this.#station;
    if (path === "master.m3u8") return this.#keep(path, () => printMultivariant(station));
    if (rendition === null) {
      const isSegment = path.endsWith(".ts");
      return isSegment ? this.#keep(path, () => path.padEnd(SEGMENT_BYTES, ".")) : null;
    }
    if (!station.renditions.includes(rendition)) return null;
    const [epoch, newest] = [this.#epoch, this.#newest()];
    if (newest < 0) return null;
    // All renditions read alike; what tells them apart is their address.
    return this.#keep(`${epoch.number}/${newest}`, () => printMedia(station, epoch, newest));
  }

  #keep(key: string, print: () => string): Body {
    const known = this.#bodies.get(key);
    if (known !== undefined) return known;
    const bytes = Buffer.from(print());
    const etag = `"${createHash("sha256").update(bytes).digest("hex").slice(0, 20)}"`;
    const body = { bytes, etag };
    this.#bodies.set(key, body);
    return body;
  }
}

function send(response: ServerResponse, status: number, type: string, text: string): void {
  response.writeHead(status, { "content-type": type, "content-length": text.length }).end(text);
}
