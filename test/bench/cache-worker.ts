// The limit of what a worker with a cache can do: one that answers every request from the Cache API
// and looks at nothing, on a direct socket of a workerd of its own. What is not there is fetched
// from the origin and stored.

import { convertV4MiniflareOptions, Log, LogLevel, Miniflare } from "miniflare";
import { claimPort } from "../../infra/local/ports.ts";

const HOST = "127.0.0.1";

/** Starts a bare caching worker in front of an origin. */
export async function startCacheWorker(originUrl: string) {
  const port = (await claimPort(0)) ?? 0;
  const entry = (await claimPort(0)) ?? 0;
  const worker = {
    name: "bare-cache",
    compatibilityDate: "2026-09-15",
    modules: [{ type: "ESModule", path: "index.js", contents: printScript(originUrl) }],
    unsafeDirectSockets: [{ host: HOST, port }],
  };
  const miniflare = new Miniflare(
    convertV4MiniflareOptions({
      host: HOST,
      port: entry,
      cf: false,
      log: new Log(LogLevel.ERROR),
      workers: [worker] as never,
    }),
  );
  await miniflare.ready;
  return { url: `http://${HOST}:${port}`, stop: () => miniflare.dispose() };
}

function printScript(originUrl: string): string {
  return `export default {
    async fetch(request, env, ctx) {
      const key = "https://bare.example" + new URL(request.url).pathname;
      const stored = await caches.default.match(key);
      if (stored !== undefined) return stored;
      const response = await fetch(${JSON.stringify(originUrl)} + new URL(request.url).pathname);
      if (response.ok) ctx.waitUntil(caches.default.put(key, response.clone()));
      return response;
    },
  };`;
}
