// A page on loopback that plays one playlist with Shaka Player in its standard settings, and keeps
// every error that the player reports. It stands for somebody else's site: another origin than the
// edge's, so that CORS is part of what is tested.

import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import { createRequire } from "node:module";
import type { AddressInfo } from "node:net";
import { dirname, join } from "node:path";

const require = createRequire(import.meta.url);

export interface ShakaFault {
  /** 2 ends playback, 1 does not. */
  readonly severity: number;
  /** Shaka's number; missing where its own code threw. */
  readonly code?: number;
  readonly words: string;
}

declare global {
  interface Window {
    shakaFaults: ShakaFault[];
    shakaVersion: string;
  }
}

const PAGE = `<!doctype html>
<html lang="en"><meta charset="utf-8"><title>Shaka</title>
<link rel="icon" href="data:,">
<video muted autoplay playsinline width="640" height="360"></video>
<script src="/shaka.js"></script>
<script>
  window.shakaFaults = [];
  window.shakaVersion = shaka.Player.version;
  const keep = (fault) => {
    const { severity, code, message, data } = fault;
    const words = message + " " + JSON.stringify(data ?? null).slice(0, 300);
    window.shakaFaults.push({ severity, code, words });
  };
  shaka.polyfill.installAll();
  const player = new shaka.Player();
  player.addEventListener("error", (event) => keep(event.detail));
  player
    .attach(document.querySelector("video"))
    .then(() => player.load(new URLSearchParams(location.search).get("src")))
    .catch(keep);
</script></html>`;

export interface ShakaSite {
  /** The page that plays this playlist. */
  readonly toUrl: (playlistUrl: string) => string;
  readonly stop: () => Promise<void>;
}

export async function startShakaSite(): Promise<ShakaSite> {
  const dist = join(dirname(require.resolve("shaka-player/package.json")), "dist");
  const script = await readFile(join(dist, "shaka-player.compiled.js"));
  const server = createServer((request, response) => {
    const [path] = (request.url ?? "/").split("?");
    const isScript = path === "/shaka.js";
    const type = isScript ? "text/javascript" : "text/html; charset=utf-8";
    response.writeHead(isScript || path === "/" ? 200 : 404, { "content-type": type });
    response.end(isScript ? script : PAGE);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    toUrl: (playlistUrl) => `http://127.0.0.1:${port}/?src=${encodeURIComponent(playlistUrl)}`,
    async stop() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
