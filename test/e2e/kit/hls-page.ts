// A page that plays one playlist with the whole of hls.js in its standard settings (low latency is
// one of them), subtitles shown, and keeps every fatal error. The stack's own player page has a
// smaller hls.js, without subtitles.

import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { type PlayerSite, startPlayerSite } from "./player-site.ts";

const require = createRequire(import.meta.url);

const SCRIPT = `
  window.fatals = [];
  window.troubles = [];
  window.seenCues = 0;
  // What each reload of the shown rendition brought: when, and its newest segment.
  window.reloads = [];
  const hls = new Hls();
  hls.on(Hls.Events.ERROR, (_event, { fatal, details, error }) => {
    (fatal ? window.fatals : window.troubles).push(details + ": " + (error?.message ?? ""));
  });
  hls.on(Hls.Events.LEVEL_LOADED, (_event, { details }) => {
    const lastName = details.fragments.at(-1)?.relurl ?? "";
    // What was lost while starting is only won back by playing faster, which is off by default.
    hls.config.maxLiveSyncPlaybackRate = details.partList ? 1.2 : 1;
    window.reloads.push({ atMs: Date.now(), lastName });
  });
  window.goToLive = () => {
    document.querySelector("video").currentTime = hls.liveSyncPosition;
  };
  window.readPlayedMs = () => hls.playingDate?.getTime() ?? null;
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
  hls.loadSource(source);
  hls.attachMedia(document.querySelector("video"));
`;

export type HlsSite = PlayerSite;

export function startHlsSite(): Promise<HlsSite> {
  const libraryPath = join(dirname(require.resolve("hls.js")), "hls.min.js");
  return startPlayerSite({ name: "hls.js", libraryPath, script: SCRIPT });
}
