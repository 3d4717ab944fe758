// A live origin with picture, sound and subtitles in playlists of their own, that can be made to
// fail. Two of them with different schemes are two packagers of one programme: they agree on the
// picture and the wall clock, and on nothing else. It is the packager that fails, so playlists; the
// segments stand for chunk storage, which goes on: what only a dead machine has, nobody can serve.
//
// Gaps against a real packager: it publishes on the beat, and only what is on show can be fetched
// plus the three windows before it.

import { createServer, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { Rendition } from "../../../infra/local/demo/media-library.ts";
import { type LiveScheme, printLivePlaylist } from "../../../infra/local/demo/playlist-text.ts";
import {
  decideWindow,
  type SegmentWindow,
  toSegmentPlace,
} from "../../../infra/local/demo/segment-clock.ts";
import {
  parseSegmentName,
  printInitName,
  printSegmentName,
} from "../../../infra/local/demo/segment-naming.ts";
import { makeSegmentShelf, type SegmentShelf } from "../../../infra/local/demo/segment-shelf.ts";
import type { SwitchMedia } from "./switch-media.ts";

export const SWITCH_FAULTS = ["reset", "error", "html", "freeze", "hang"] as const;
export type SwitchFault = (typeof SWITCH_FAULTS)[number];

const WINDOWS_KEPT = 4;
const PTS_PER_MS = 90;
const PTS_WRAP = 2 ** 33;
const PLAYLIST_TYPE = "application/vnd.apple.mpegurl";

export class SwitchOrigin {
  readonly #media: SwitchMedia;
  readonly #scheme: LiveScheme;
  readonly #shelf: SegmentShelf;
  readonly #server: Server;
  #fault: SwitchFault | null = null;
  #frozen: SegmentWindow | null = null;

  constructor(media: SwitchMedia, scheme: LiveScheme) {
    this.#media = media;
    this.#scheme = scheme;
    this.#shelf = makeSegmentShelf(scheme.clock);
    this.#server = createServer((request, response) => {
      const [path = ""] = (request.url ?? "").split("?");
      this.#answer(path.slice(1), response);
    });
    this.#server.keepAliveTimeout = 60_000;
  }

  async listen(): Promise<string> {
    await new Promise<void>((resolve) => this.#server.listen(0, "127.0.0.1", resolve));
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  setFault(fault: SwitchFault | null): void {
    this.#frozen = fault === "freeze" ? this.#window() : null;
    this.#fault = fault;
    // What still hangs is cut off when the machine is back.
    if (fault === null) this.#server.closeAllConnections();
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  #window(): SegmentWindow {
    return this.#frozen ?? decideWindow(this.#scheme.clock, Date.now());
  }

  #answer(path: string, response: ServerResponse): void {
    const fault = path.endsWith(".m3u8") ? this.#fault : null;
    if (fault === "hang") return;
    if (fault === "reset") {
      response.socket?.resetAndDestroy();
    } else if (fault === "error") {
      send(response, 500, "text/plain", "out of order\n");
    } else if (fault === "html") {
      send(response, 200, "text/html", "<!doctype html><title>Sign in</title>\n");
    } else {
      const found = this.#find(path);
      if (found === null) send(response, 404, "text/plain", "not found\n");
      else send(response, 200, found.type, found.body);
    }
  }

  #find(path: string): { readonly type: string; readonly body: string | Uint8Array } | null {
    if (path === "master.m3u8") return { type: PLAYLIST_TYPE, body: this.#printMultivariant() };
    const [folder = "", ...rest] = path.split("/");
    const name = rest.join("/");
    if (folder === "words") return this.#findWords(name);
    const tracks: Readonly<Record<string, Rendition>> = {
      video: this.#media.video,
      audio: this.#media.audio,
    };
    const track = Object.hasOwn(tracks, folder) ? tracks[folder] : undefined;
    if (track === undefined) return null;
    if (name === "index.m3u8") {
      const body = printLivePlaylist(track, this.#scheme, this.#window());
      return { type: PLAYLIST_TYPE, body };
    }
    const type = folder === "video" ? "video/mp4" : "audio/mp4";
    if (name === printInitName(this.#scheme.naming) && track.init !== undefined) {
      return { type, body: track.init };
    }
    const msn = this.#toShownMsn(name);
    return msn === null ? null : { type, body: this.#shelf.get(track, msn).bytes };
  }

  #toShownMsn(name: string): number | null {
    const { clock, naming } = this.#scheme;
    const msn = parseSegmentName(naming, name);
    const { lastMsn } = decideWindow(clock, Date.now());
    const firstMsn = lastMsn - WINDOWS_KEPT * clock.windowCount;
    return msn === undefined || msn > lastMsn || msn < firstMsn ? null : msn;
  }

  #printMultivariant(): string {
    const { video, audio } = this.#media;
    const common = 'NAME="English",LANGUAGE="en",DEFAULT=YES,AUTOSELECT=YES';
    const attributes = [
      `BANDWIDTH=${video.facts.bandwidth + audio.facts.bandwidth}`,
      `CODECS="${video.facts.codecs},${audio.facts.codecs}"`,
      `RESOLUTION=${video.facts.resolution?.width}x${video.facts.resolution?.height}`,
      'FRAME-RATE=25.000,AUDIO="sound",SUBTITLES="words"',
    ];
    const lines = [
      "#EXTM3U",
      "#EXT-X-VERSION:7",
      "#EXT-X-INDEPENDENT-SEGMENTS",
      `#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="sound",${common},CHANNELS="2",URI="audio/index.m3u8"`,
      `#EXT-X-MEDIA:TYPE=SUBTITLES,GROUP-ID="words",${common},URI="words/index.m3u8"`,
      `#EXT-X-STREAM-INF:${attributes.join(",")}`,
      "video/index.m3u8",
    ];
    return `${lines.join("\n")}\n`;
  }

  /** Subtitles that say which segment is on, timed like the picture. */
  #findWords(name: string): { readonly type: string; readonly body: string } | null {
    const { clock, naming } = this.#scheme;
    if (name === "index.m3u8") {
      const window = this.#window();
      const lines = [
        "#EXTM3U",
        "#EXT-X-VERSION:7",
        `#EXT-X-TARGETDURATION:${clock.segmentMs / 1000}`,
      ];
      lines.push(`#EXT-X-MEDIA-SEQUENCE:${window.firstMsn}`);
      for (let msn = window.firstMsn; msn <= window.lastMsn; msn += 1) {
        const date = new Date(toSegmentPlace(clock, msn).startMs).toISOString();
        lines.push(`#EXT-X-PROGRAM-DATE-TIME:${date}`, `#EXTINF:${clock.segmentMs / 1000},`);
        lines.push(printSegmentName(naming, msn).replace(/m4s$/, "vtt"));
      }
      return { type: PLAYLIST_TYPE, body: `${lines.join("\n")}\n` };
    }
    const msn = this.#toShownMsn(name.replace(/vtt$/, "m4s"));
    if (msn === null || !name.endsWith(".vtt")) return null;
    // The media lies at MSN times the duration; see segment-clock.ts.
    const pts = (msn * clock.segmentMs * PTS_PER_MS) % PTS_WRAP;
    const seconds = String(clock.segmentMs / 1000).padStart(2, "0");
    const lines = [
      "WEBVTT",
      `X-TIMESTAMP-MAP=MPEGTS:${pts},LOCAL:00:00:00.000`,
      "",
      `00:00:00.000 --> 00:00:${seconds}.000`,
      `segment ${msn}`,
    ];
    return { type: "text/vtt", body: `${lines.join("\n")}\n` };
  }
}

function send(response: ServerResponse, status: number, type: string, body: string | Uint8Array) {
  const bytes = Buffer.from(body);
  const headers = { "content-type": type, "content-length": bytes.byteLength };
  response.writeHead(status, { ...headers, "cache-control": "max-age=1" }).end(bytes);
}
