// An origin of segments for benches: live playlists of several renditions as of this very moment,
// their segments once they are published and not before, and single files of any size by name.
// Bodies are paced, so that a fill lasts; faults strike segments only; every request is written
// down. Whatever the first part of a path is names the reader.
//
//   /{reader}/{rendition}/index.m3u8       /{reader}/{rendition}/a0-000123.ts    live
//   /{reader}/{folder}/{name}-{bytes}b.ts                                        a single file
//
// Gaps against a real origin: no TLS, no HTTP/2, one process, noise for media; a list of many
// ranges is not understood; pace is per connection, the whole is not limited.

import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { readSteadyMs, sleepMs } from "../live/clock.ts";
import { makeSchedule, type Schedule } from "../live/schedule.ts";
import { FIRST_EPOCH, parseName, printMedia, printMultivariant } from "../live/station.ts";
import { type SegmentBody, toSegmentBody, toSegmentName } from "./segment-bytes.ts";
import type { SegmentFault, SegmentRead, SegmentStation } from "./segment-station.ts";

/** Bytes that are written at once; a paced body waits between two of them. */
const PIECE_BYTES = 65_536;
/** How often a hanging request looks whether the fault is over. */
const LOOK_MS = 50;
const HANG_MS_MAX = 30_000;
const SLOW_MS = 3_000;

export class SegmentOrigin {
  readonly #station: SegmentStation;
  readonly #schedule: Schedule;
  readonly #server: Server;
  readonly #reads: SegmentRead[] = [];
  #fault: SegmentFault | null = null;
  #edition = 0;

  constructor(station: SegmentStation) {
    this.#station = station;
    this.#schedule = makeSchedule(station.live.schedule);
    this.#server = createServer((request, response) => void this.#serve(request, response));
    this.#server.keepAliveTimeout = 120_000;
  }

  async listen(): Promise<number> {
    await new Promise<void>((resolve) => this.#server.listen(0, "127.0.0.1", 1_024, resolve));
    return (this.#server.address() as AddressInfo).port;
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  /** Begins a fault, or ends it with null. "replaced" gives every name other bytes, once. */
  setFault(fault: SegmentFault | null): void {
    if (fault === "replaced") this.#edition += 1;
    else this.#fault = fault;
  }

  reads(fromMs: number, toMs: number): readonly SegmentRead[] {
    return this.#reads.filter(({ atMs }) => atMs >= fromMs && atMs <= toMs);
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = (request.url ?? "/").split("?")[0] ?? "/";
    const isProbe = request.headers["user-agent"] === "weir-probe";
    if (path.endsWith(".m3u8")) return this.#servePlaylist(path, response);
    const atMs = readSteadyMs();
    const body = this.#toBody(path);
    const status = body === null ? 404 : 200;
    const method = request.method ?? "GET";
    const isPrefetch = request.headers["x-prefetch"] !== undefined;
    if (!isProbe) this.#reads.push({ atMs, path, method, status, isPrefetch });
    await sleepMs(this.#station.latencyMs);
    if (body === null) return void response.writeHead(404, { "content-length": 0 }).end();
    if (!isProbe && (await this.#strikes(response))) return;
    await this.#send(request, response, body, isProbe);
  }

  #servePlaylist(path: string, response: ServerResponse): void {
    const { live } = this.#station;
    const newest = this.#schedule.newest(readSteadyMs());
    const text = path.endsWith("/index.m3u8")
      ? printMedia(live, FIRST_EPOCH, newest)
      : printMultivariant(live);
    response.writeHead(200, {
      "content-type": "application/vnd.apple.mpegurl",
      "content-length": Buffer.byteLength(text),
      "cache-control": live.cacheControl,
    });
    response.end(text);
  }

  #toBody(path: string): SegmentBody | null {
    const name = toSegmentName(path);
    const single = /-(\d+)b\.ts$/.exec(name);
    if (single !== null) return toSegmentBody(name, Number(single[1]), this.#edition);
    const segment = parseName(name);
    const rendition = name.split("/")[0] ?? "";
    const lengthBytes = this.#station.renditionBytes[rendition];
    if (segment === null || lengthBytes === undefined) return null;
    const isPublished = segment.index <= this.#schedule.newest(readSteadyMs());
    return isPublished ? toSegmentBody(name, lengthBytes, this.#edition) : null;
  }

  /** Faults that leave no whole answer. True if there is nothing more to do. */
  async #strikes(response: ServerResponse): Promise<boolean> {
    switch (this.#fault) {
      case "reset":
        response.socket?.resetAndDestroy();
        return true;
      case "error":
        response.writeHead(500, { "content-length": 0 }).end();
        return true;
      case "absent":
        response.writeHead(404, { "content-length": 0 }).end();
        return true;
      case "html":
        response.writeHead(200, { "content-type": "text/html" }).end("<title>Sign in</title>");
        return true;
      case "hang": {
        const untilMs = readSteadyMs() + HANG_MS_MAX;
        while (this.#fault === "hang" && readSteadyMs() < untilMs) await sleepMs(LOOK_MS);
        response.socket?.resetAndDestroy();
        return true;
      }
      case "slow":
        await sleepMs(SLOW_MS);
        return false;
      default:
        return false;
    }
  }

  async #send(
    request: IncomingMessage,
    response: ServerResponse,
    { bytes, md5 }: SegmentBody,
    isProbe: boolean,
  ): Promise<void> {
    const range = /^bytes=(\d+)-(\d*)$/.exec(request.headers.range ?? "");
    const start = Number(range?.[1] ?? 0);
    const end = range?.[2]
      ? Math.min(Number(range[2]), bytes.byteLength - 1)
      : bytes.byteLength - 1;
    response.writeHead(range === null ? 200 : 206, {
      "content-type": "video/mp2t",
      "content-length": end - start + 1,
      "cache-control": "max-age=31536000, immutable",
      "accept-ranges": "bytes",
      etag: `"${md5}"`,
      ...(range === null ? { "content-md5": Buffer.from(md5, "hex").toString("base64") } : {}),
      ...(range === null ? {} : { "content-range": `bytes ${start}-${end}/${bytes.byteLength}` }),
    });
    if (request.method === "HEAD") return void response.end();
    const isCut = !isProbe && this.#fault === "truncate";
    const isDamaged = !isProbe && this.#fault === "damage";
    const stop = isCut ? start + ((end - start) >> 1) : end + 1;
    for (let at = start; at < stop && !response.destroyed; at += PIECE_BYTES) {
      const piece = bytes.subarray(at, Math.min(stop, at + PIECE_BYTES));
      response.write(isDamaged ? Buffer.from(piece).fill(0, 0, 16) : piece);
      if (this.#station.pieceMs > 0) await sleepMs(this.#station.pieceMs);
    }
    if (isCut) response.socket?.destroy();
    else response.end();
  }
}
