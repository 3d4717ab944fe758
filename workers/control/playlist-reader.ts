// Reads playlists from one origin the way a viewer's request would, and remembers which media
// playlist stands for the channel: the first variant of the entry playlist.

import { type OriginFailure, toOriginFailure } from "../core/health/failure.ts";
import type { ProbeTarget } from "../core/health/probes.ts";
import { printPlaylistFailure } from "../core/hls/failure.ts";
import { parsePlaylist } from "../core/hls/parse-playlist.ts";
import type { MediaPlaylist, MultivariantPlaylist, Playlist } from "../core/hls/playlist.ts";
import { isWithinBucket } from "../core/origin/attempts.ts";
import { toEncodedPath, toPlaceUrl } from "../core/origin/place.ts";
import type { OriginPort } from "../core/origin/port.ts";
import { decideReply } from "../core/origin/reply.ts";
import { readText } from "../platform/body.ts";
import { readClockMs } from "../platform/clock.ts";
import type { OriginBody } from "../platform/origin-fetch.ts";

/** Longest wait for headers, and then for the body. */
export const PROBE_TIMEOUT_MS = 1_500;
const BODY_BYTES_MAX = 4 * 1024 * 1024;
/** The entry playlist changes rarely; the media playlist it named is read every time. */
const ENTRY_AGE_MS_MAX = 30_000;

/** Gets the means to give up the request that is open. */
export type OnSend = (abort: () => void) => void;

export interface ReadPlaylist<T> {
  readonly kind: "read";
  readonly playlist: T;
  readonly url: string;
  readonly latencyMs: number;
}

export class PlaylistReader {
  readonly #target: ProbeTarget;
  readonly #port: OriginPort<OriginBody>;
  readonly #placeUrl: string;
  #media: { readonly url: string; readonly readAtMs: number } | null = null;
  /** Playlists that its entry playlist names; null: that was never read, or is the only one. */
  renditions: readonly string[] | null = null;

  constructor(target: ProbeTarget, port: OriginPort<OriginBody>) {
    this.#target = target;
    this.#port = port;
    this.#placeUrl = toPlaceUrl(target.origin, target.place);
  }

  /** The channel's media playlist as it is now. A failure forgets which one that was. */
  async read(onSend: OnSend): Promise<ReadPlaylist<MediaPlaylist> | OriginFailure> {
    const read = await this.#readMedia(onSend);
    if (read.kind === "origin-failure") this.#media = null;
    return read;
  }

  async #readMedia(onSend: OnSend): Promise<ReadPlaylist<MediaPlaylist> | OriginFailure> {
    const nowMs = readClockMs();
    if (this.#media === null || nowMs - this.#media.readAtMs > ENTRY_AGE_MS_MAX) {
      const entryUrl = this.#placeUrl + toEncodedPath(this.#target.playlist);
      const entry = await this.#fetch(entryUrl, onSend);
      if (entry.kind === "origin-failure") return entry;
      const { playlist } = entry;
      if (playlist.kind === "media") return { ...entry, playlist };
      const url = this.#toMediaUrl(entry.url, playlist);
      if (typeof url !== "string") return url;
      this.#media = { url, readAtMs: nowMs };
      this.renditions = toRenditions(playlist);
    }
    const media = await this.#fetch(this.#media.url, onSend);
    if (media.kind === "origin-failure") return media;
    const { playlist } = media;
    if (playlist.kind === "media") return { ...media, playlist };
    return this.#fail("bad-playlist", "lists no media playlist");
  }

  /** Where the first variant leads; never to a host that the catalog does not name. */
  #toMediaUrl(entryUrl: string, entry: MultivariantPlaylist): string | OriginFailure {
    const uri = entry.variants()[0]?.uri;
    if (uri === undefined) return this.#fail("bad-playlist", "lists no variant");
    const url = URL.parse(uri, entryUrl);
    const { origin } = this.#target;
    const isOurs = url?.origin === new URL(this.#placeUrl).origin;
    if (url !== null && isOurs && isWithinBucket({ origin, url: url.href })) return url.href;
    return this.#fail("beyond-prefix", "lists a first variant elsewhere, which is not probed");
  }

  async #fetch(url: string, onSend: OnSend): Promise<ReadPlaylist<Playlist> | OriginFailure> {
    const { origin } = this.#target;
    const headerTimeoutMs = PROBE_TIMEOUT_MS;
    const condition = { ifNoneMatch: null, headerTimeoutMs, onSend } as const;
    const request = { origin, url, method: "GET", ...condition } as const;
    const reply = await this.#port.send(request);
    if (reply.kind === "origin-failure") return reply;
    const verdict = decideReply(reply);
    if (verdict.kind === "origin-failure") {
      await reply.body?.cancel();
      return verdict;
    }
    const reading = await readText(reply, BODY_BYTES_MAX, PROBE_TIMEOUT_MS);
    if (reading.kind === "origin-failure") return reading;
    const playlist = parsePlaylist(reading.text);
    if (playlist.kind !== "failure") {
      return { kind: "read", playlist, url, latencyMs: reply.latencyMs };
    }
    const failure = playlist.reason === "not-a-playlist" ? "not-a-playlist" : "bad-playlist";
    return this.#fail(failure, printPlaylistFailure(playlist));
  }

  #fail(failure: OriginFailure["failure"], words: string): OriginFailure {
    const { id } = this.#target.origin;
    return toOriginFailure(id, failure, `${id}, ${words}`);
  }
}

/** Every playlist that viewers may choose, each once; queries may change with every read. */
function toRenditions(entry: MultivariantPlaylist): readonly string[] {
  const uris = [
    ...entry.variants().map(({ uri }) => uri),
    ...entry.renditions().flatMap(({ uri }) => uri ?? []),
  ];
  return [...new Set(uris.map((uri) => uri.replace(/[?#].*$/, "")))];
}
