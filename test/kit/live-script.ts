// A live channel on a scripted origin: publishes by itself, a segment a second, and fails as told.
// The playlist is that of the moment at which it is answered. What was published when is known, so
// that a test can say how late a viewer was.

import type { IncomingMessage } from "node:http";
import type { Fault } from "./live/origin-fault.ts";
import type { ScriptedAnswer, ScriptedOrigin } from "./scripted-origin.ts";

export interface LiveScriptOptions {
  readonly origin: ScriptedOrigin;
  readonly path: string;
  /** Added to the media sequence number: replicas say 0, unaligned origins something else. */
  readonly offset?: number;
  /** Put in front of segments' names. */
  readonly name?: string;
  readonly blocking?: boolean;
  readonly segmentMs?: number;
}

export interface LiveScript {
  /** Number of the newest segment, without the offset. */
  newest(): number;
  /** When a segment was published. */
  publishedAtMs(segment: number): number;
  setFault(fault: Fault | null): void;
  stop(): void;
}

const WINDOW = 6;
const FIRST = 100;
const SLOW_MS = 3_000;
const TICK_MS = 5;

/** Where all scripts' clocks begin: replicas publish in the same moment. */
const EPOCH_MS = Date.now();

/** Starts publishing. */
export function startLiveScript(options: LiveScriptOptions): LiveScript {
  const { origin, path, offset = 0, name = "s", blocking = false, segmentMs = 1_000 } = options;
  let fault: Fault | null = null;
  let frozenAt = 0;
  let restartedAt = 0;
  const newest = () => FIRST + Math.floor((Date.now() - EPOCH_MS) / segmentMs);
  const print = () => {
    const last = fault === "freeze" ? frozenAt : newest();
    const base = restartedAt === 0 ? 0 : restartedAt;
    const first = Math.max(restartedAt, last - WINDOW + 1);
    const lines = [
      "#EXTM3U",
      "#EXT-X-VERSION:6",
      `#EXT-X-TARGETDURATION:${Math.ceil(segmentMs / 1_000)}`,
      ...(blocking ? ["#EXT-X-SERVER-CONTROL:CAN-BLOCK-RELOAD=YES"] : []),
      `#EXT-X-MEDIA-SEQUENCE:${first - base + (base === 0 ? offset : 0)}`,
    ];
    for (let segment = first; segment <= last; segment++) {
      const startMs = EPOCH_MS + (segment - FIRST) * segmentMs;
      const prefix = base === 0 ? name : `${name}r`;
      lines.push(`#EXT-X-PROGRAM-DATE-TIME:${new Date(startMs).toISOString()}`);
      lines.push(`#EXTINF:${(segmentMs / 1_000).toFixed(3)},`, `${prefix}${segment - base}.ts`);
    }
    return `${lines.join("\n")}\n`;
  };
  const toLastMsn = () => (restartedAt === 0 ? newest() + offset : newest() - restartedAt);

  const answer = async (request: IncomingMessage): Promise<ScriptedAnswer> => {
    const wanted = /_HLS_msn=(\d+)/.exec(request.url ?? "")?.[1];
    if (fault === "slow") await sleep(SLOW_MS);
    while (blocking && wanted !== undefined && toLastMsn() < Number(wanted) && fault === null) {
      await sleep(TICK_MS);
    }
    const body = print();
    const headers = { "content-type": "application/vnd.apple.mpegurl", etag: toTag(body) };
    if (fault === "reset") return { reset: true };
    if (fault === "hang") return { hold: new Promise(() => {}) };
    if (fault === "error") return { status: 500, body: "oops" };
    if (fault === "html") return { body: "<html><body>It works!</body></html>" };
    if (fault === "truncate") {
      return { headers, body: body.slice(0, 90), announcedLength: Buffer.byteLength(body) };
    }
    if (request.headers["if-none-match"] === headers.etag) return { status: 304, headers };
    return { headers, body };
  };
  origin.on(path, answer);
  const media = (request: IncomingMessage): ScriptedAnswer => ({
    headers: { "content-type": "video/mp2t" },
    body: `${name} ${request.url}`,
  });
  origin.onPrefix(path.slice(0, path.lastIndexOf("/") + 1), media);
  return {
    newest,
    publishedAtMs: (segment) => EPOCH_MS + (segment - FIRST) * segmentMs,
    setFault(next) {
      if (next === "freeze") frozenAt = newest();
      if (next === "restart") restartedAt = newest();
      fault = next === "restart" ? null : next;
    },
    stop: () => origin.on(path, { status: 404 }),
  };
}

function toTag(body: string): string {
  let hash = 0;
  for (let index = 0; index < body.length; index++) {
    hash = (Math.imul(hash, 31) + body.charCodeAt(index)) | 0;
  }
  return `"${hash >>> 0}"`;
}

function sleep(waitMs: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, waitMs));
}
