// A site on loopback that plays one playlist with one player library. It stands for somebody else's
// site: another origin than the edge's, so that CORS is part of what is tested.

import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

export interface PlayerSite {
  /** The page that plays this playlist. */
  readonly toUrl: (playlistUrl: string) => string;
  readonly stop: () => Promise<void>;
}

export interface PlayerSiteOptions {
  /** For the title of the page. */
  readonly name: string;
  /** The library's file. */
  readonly libraryPath: string;
  /** Runs behind the library; finds the playlist's address in `source`. */
  readonly script: string;
}

export async function startPlayerSite(options: PlayerSiteOptions): Promise<PlayerSite> {
  const library = await readFile(options.libraryPath);
  const page = printPage(options);
  const server = createServer((request, response) => {
    const [path] = (request.url ?? "").split("?");
    const isLibrary = path === "/library.js";
    const type = isLibrary ? "text/javascript" : "text/html; charset=utf-8";
    response.writeHead(isLibrary || path === "/" ? 200 : 404, { "content-type": type });
    response.end(isLibrary ? library : page);
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

function printPage({ name, script }: PlayerSiteOptions): string {
  return `<!doctype html>
<html lang="en"><meta charset="utf-8"><title>${name}</title>
<link rel="icon" href="data:,">
<video muted autoplay playsinline width="640" height="360"></video>
<script src="/library.js"></script>
<script>
  const source = new URLSearchParams(location.search).get("src");
  ${script}
</script></html>`;
}
