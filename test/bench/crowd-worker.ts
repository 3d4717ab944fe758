// The limit of what one workerd can do for a crowd: workers without any of our code that hold every
// request for a file until an origin of so much latency would have answered the first one, and then
// write to all of them at once, a piece at a time. Several on sockets of their own in one process,
// as our edges are. What a follower waits here behind the leader, the runtime and the machine take.
//
// Gaps against a cache: there is no origin, the bytes are noughts, and nobody is replaced who dies.

import { convertV4MiniflareOptions, Log, LogLevel, Miniflare } from "miniflare";
import { claimPort } from "../../infra/local/ports.ts";

const HOST = "127.0.0.1";
const PIECE_BYTES = 65_536;

export interface CrowdPace {
  readonly lengthBytes: number;
  /** From the first request for a path to its first byte. */
  readonly holdMs: number;
  readonly pieceMs: number;
}

/** Starts so many of them. */
export async function startCrowdWorkers(count: number, pace: CrowdPace) {
  const ports: number[] = [];
  while (ports.length <= count) ports.push((await claimPort(0)) ?? 0);
  const [entry = 0, ...own] = ports;
  const workers = own.map((port) => ({
    name: `bare-crowd-${port}`,
    compatibilityDate: "2026-09-15",
    modules: [{ type: "ESModule", path: "index.js", contents: printScript(pace) }],
    unsafeDirectSockets: [{ host: HOST, port }],
  }));
  const miniflare = new Miniflare(
    convertV4MiniflareOptions({
      host: HOST,
      port: entry,
      cf: false,
      log: new Log(LogLevel.ERROR),
      workers: workers as never,
    }),
  );
  await miniflare.ready;
  return {
    urls: own.map((port) => `http://${HOST}:${port}`),
    stop: () => miniflare.dispose(),
  };
}

/** Who comes later waits on a promise and a timer of its own, or the runtime takes it for hung. */
function printScript({ lengthBytes, holdMs, pieceMs }: CrowdPace): string {
  return `const holds = new Map();
  const piece = new Uint8Array(${PIECE_BYTES});
  async function pour(writable) {
    const writer = writable.getWriter();
    for (let at = 0; at < ${lengthBytes}; at += piece.byteLength) {
      if (at > 0) await scheduler.wait(${pieceMs});
      await writer.write(piece.subarray(0, Math.min(piece.byteLength, ${lengthBytes} - at)));
    }
    await writer.close();
  }
  export default {
    async fetch(request, env, ctx) {
      const { pathname } = new URL(request.url);
      const known = holds.get(pathname);
      if (known === undefined) {
        const hold = { waiting: [], isOver: false };
        holds.set(pathname, hold);
        await scheduler.wait(${holdMs});
        hold.isOver = true;
        for (const resolve of hold.waiting) resolve();
      } else if (!known.isOver) {
        const timer = setInterval(() => {}, 1000);
        await new Promise((resolve) => known.waiting.push(resolve));
        clearInterval(timer);
      }
      const { readable, writable } = new FixedLengthStream(${lengthBytes});
      ctx.waitUntil(pour(writable).catch(() => undefined));
      return new Response(readable, { headers: { "content-type": "video/mp2t" } });
    },
  };`;
}
