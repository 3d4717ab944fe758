// The channel of the ledger bench, made of rules and not of chance: fifteen renditions (twelve
// pictures, two sounds, subtitles) of two-second segments in a sliding window of hours. Names of
// fixed width, a date before every segment, an init section; sounds end with a whole AAC frame.

import { applyLedgerEvent } from "../../workers/core/continuity/apply-event.ts";
import type { LedgerEvent } from "../../workers/core/continuity/event.ts";
import type { Ledger } from "../../workers/core/continuity/ledger.ts";
import { toLedger } from "../../workers/core/continuity/ledger.ts";
import { parsePlaylist } from "../../workers/core/hls/parse-playlist.ts";

export const renditionCount = 15;
export const segmentsPerHour = 1800;
const startMs = Date.UTC(2026, 10, 20);
const firstMsn = 48_211;
const prefixUrl = "https://origin.example/live/";

export function toPath(rendition: number): string {
  if (rendition < 12) return `v${rendition}/index.m3u8`;
  return rendition < 14 ? `a${rendition - 12}/index.m3u8` : "s0/index.m3u8";
}

function printSegment(rendition: number, index: number): string {
  const date = new Date(startMs + index * 2000).toISOString();
  const isSound = rendition === 12 || rendition === 13;
  const seconds = !isSound ? "2.000000" : index % 4 === 3 ? "1.984000" : "2.005333";
  const ending = rendition === 14 ? "vtt" : "m4s";
  const name = `segment-${String(firstMsn + index).padStart(8, "0")}.${ending}`;
  return `#EXT-X-PROGRAM-DATE-TIME:${date}\n#EXTINF:${seconds},\n${name}\n`;
}

/** What the origin's playlist says when `count` segments from number `first` on are listed. */
export function printVersion(rendition: number, first: number, count: number): string {
  const map = rendition === 14 ? "" : '#EXT-X-MAP:URI="init.mp4"\n';
  const head = "#EXTM3U\n#EXT-X-VERSION:6\n#EXT-X-TARGETDURATION:2\n";
  const blocks: string[] = [];
  for (let index = first; index < first + count; index += 1) {
    blocks.push(printSegment(rendition, index));
  }
  return `${head}#EXT-X-MEDIA-SEQUENCE:${firstMsn + first}\n${map}${blocks.join("")}`;
}

/** A version as the ledger gets it: read already, which is another bench's figure. */
export function toVersionEvent(rendition: number, first: number, count: number): LedgerEvent {
  const playlist = parsePlaylist(printVersion(rendition, first, count));
  if (playlist.kind !== "media") throw new Error("Not a media playlist.");
  const path = toPath(rendition);
  return {
    kind: "playlist",
    origin: "east",
    path,
    playlist,
    place: {
      channel: "demo",
      playlistUrl: prefixUrl + path,
      prefixUrl,
      beyondPrefix: false,
      hosts: [],
      unknownHosts: "keep",
      query: "",
    },
  };
}

export const toNowMs = (first: number, count: number): number => startMs + (first + count) * 2000;

/** A ledger that has seen whole windows of all renditions. */
export function fillLedger(count: number): Ledger {
  let ledger = toLedger({
    channel: "demo",
    origins: ["east", "west"],
    replicas: "auto",
    assembleParts: true,
  });
  for (let rendition = 0; rendition < renditionCount; rendition += 1) {
    const event = toVersionEvent(rendition, 0, count);
    ledger = applyLedgerEvent(ledger, event, toNowMs(0, count)).ledger;
  }
  return ledger;
}
