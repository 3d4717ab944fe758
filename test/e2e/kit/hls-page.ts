// A page on loopback that plays one playlist with the whole of hls.js in its standard settings,
// subtitles shown, and keeps every fatal error. Like the Shaka page it stands for somebody else's
// site; the stack's own player page has a smaller hls.js, without subtitles.

import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import { createRequire } from "node:module";
import type { AddressInfo } from "node:net";
import { dirname, join } from "node:path";

const require = createRequire(import.meta.url);

const PAGE = `<!doctype html>
<html lang="en"><meta charset="utf-8"><title>hls.js</title>
<link rel="icon" href="data:,">
<video muted autoplay playsinline width="640" height="360"></video>
<script src="/hls.js"></script>
<script>
  window.fatals = [];
  window.troubles = [];
  window.seenCues = 0;
  const hls = new Hls();
  hls.on(Hls.Events.ERROR, (_event, { fatal, details, error }) => {
    (fatal ? window.fatals : window.troubles).push(details + ": " + (error?.message ?? ""));
  });
  const known = new Set();
  setInterval(() => {
    for (const track of document.querySelector("video").textTracks) {
      for (const cue of track.cues ?? []) known.add(cue.startTime + cue.text);
    }
    window.seenCues = known.size;
  }, 200);
  hls.on(Hls.Events.SUBTITLE_TRACKS_UPDATED, () => {
    hls.subtitleDisplay = true;
    hls.subtitleTrack = 0;
  });
  hls.loadSource(new URLSearchParams(location.search).get("src"));
  hls.attachMedia(document.querySelector("video"));
</script></html>`;

export interface HlsSite {
  /** The page that plays this playlist. */
  readonly toUrl: (playlistUrl: string) => string;
  readonly stop: () => Promise<void>;
}

export async function startHlsSite(): Promise<HlsSite> {
  const script = await readFile(join(dirname(require.resolve("hls.js")), "hls.min.js"));
  const server = createServer((request, response) => {
    const [path] = (request.url ?? "/").split("?");
    const isScript = path === "/hls.js";
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
