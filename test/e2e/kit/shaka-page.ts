// A page that plays one playlist with Shaka Player in its standard settings (low latency is one of
// them), and keeps every error that the player reports.

import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { type PlayerSite, startPlayerSite } from "./player-site.ts";

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

const SCRIPT = `
  // Kept as they are and read late: live, Shaka says first that a 404 ends playback, then tries
  // again after a tenth of a second and takes the severity back.
  const kept = [];
  const keep = (fault) => kept.push(fault);
  const toWords = ({ severity, code, message, data }) => {
    const words = message + " " + JSON.stringify(data ?? null).slice(0, 300);
    return { severity, code, words };
  };
  Object.defineProperty(window, "shakaFaults", { get: () => kept.map(toWords) });
  window.shakaVersion = shaka.Player.version;
  shaka.polyfill.installAll();
  const player = new shaka.Player();
  player.addEventListener("error", (event) => keep(event.detail));
  window.readPlayedMs = () => player.getPlayheadTimeAsDate()?.getTime() ?? null;
  window.goToLive = () => player.goToLive();
  player
    .attach(document.querySelector("video"))
    .then(() => player.load(source))
    .catch(keep);
`;

export type ShakaSite = PlayerSite;

export function startShakaSite(): Promise<ShakaSite> {
  const dist = join(dirname(require.resolve("shaka-player/package.json")), "dist");
  const libraryPath = join(dist, "shaka-player.compiled.js");
  return startPlayerSite({ name: "Shaka", libraryPath, script: SCRIPT });
}
