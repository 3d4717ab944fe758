// Looks at one origin of one channel once: reads the playlists as a viewer would and says what it
// saw. Judges nothing. For a packager with a chunk storage it also asks the storage for the newest
// segment, because a playlist that announces what nobody can fetch is no better than none.

import { type OriginFailure, toOriginFailure } from "../core/health/failure.ts";
import type { ProbeTarget } from "../core/health/probes.ts";
import { type SegmentMark, SIGHTING_MARKS_MAX, type Sighting } from "../core/health/sighting.ts";
import { parsePlaylist } from "../core/hls/parse-playlist.ts";
import type { MediaPlaylist, MultivariantPlaylist, Playlist } from "../core/hls/playlist.ts";
import { toEncodedPath, toPlaceUrl } from "../core/origin/place.ts";
import type { OriginPort } from "../core/origin/port.ts";
import { decideReply } from "../core/origin/reply.ts";
import { readText } from "../platform/body.ts";
import { readClockMs } from "../platform/clock.ts";
import type { OriginBody } from "../platform/origin-fetch.ts";

export interface Probe {
  /** One sighting of the origin, and one of its chunk storage if it has one. */
  look(): Promise<readonly Sighting[]>;
}

/** Longest wait for headers, and then for the body. */
const TIMEOUT_MS = 1_500;
const BODY_BYTES_MAX = 4 * 1024 * 1024;
/** The entry playlist changes rarely; the media playlist it named is read every time. */
const ENTRY_AGE_MS_MAX = 30_000;

interface Looked<T> {
  readonly kind: "looked";
  readonly playlist: T;
  readonly latencyMs: number;
}

/** Makes the probe of one target. */
export function makeProbe(target: ProbeTarget, port: OriginPort<OriginBody>): Probe {
  const { channelId, origin } = target;
  const placeUrl = toPlaceUrl(origin, target.place);
  let media: { readonly url: string; readonly readAtMs: number } | null = null;

  const read = async (url: string): Promise<Looked<Playlist> | OriginFailure> => {
    const headerTimeoutMs = TIMEOUT_MS;
    const reply = await port.send({
      origin,
      url,
      method: "GET",
      ifNoneMatch: null,
      headerTimeoutMs,
    });
    if (reply.kind === "origin-failure") return reply;
    const verdict = decideReply(reply);
    if (verdict.kind === "origin-failure") {
      await reply.body?.cancel();
      return verdict;
    }
    const reading = await readText(reply, BODY_BYTES_MAX, TIMEOUT_MS);
    if (reading.kind === "origin-failure") return reading;
    const playlist = parsePlaylist(reading.text);
    if (playlist.kind !== "failure") {
      return { kind: "looked", playlist, latencyMs: reply.latencyMs };
    }
    const failure = playlist.reason === "not-a-playlist" ? "not-a-playlist" : "bad-playlist";
    const detail = `${origin.id}, line ${playlist.line}: ${playlist.detail}`;
    return toOriginFailure(origin.id, failure, detail);
  };

  /** The playlist that a first variant leads to; never to a host that the catalog does not name. */
  const findMediaUrl = (entryUrl: string, entry: MultivariantPlaylist): string | OriginFailure => {
    const uri = entry.variants()[0]?.uri;
    if (uri === undefined) {
      return toOriginFailure(origin.id, "bad-playlist", `${origin.id} lists no variant`);
    }
    const url = URL.parse(uri, entryUrl);
    if (url?.origin === new URL(placeUrl).origin) return url.href;
    const detail = `${origin.id} lists a first variant on another host, which is not probed`;
    return toOriginFailure(origin.id, "beyond-prefix", detail);
  };

  const readMedia = async (): Promise<Looked<MediaPlaylist> | OriginFailure> => {
    const nowMs = readClockMs();
    if (media === null || nowMs - media.readAtMs > ENTRY_AGE_MS_MAX) {
      const entryUrl = `${placeUrl}${toEncodedPath(target.playlist)}`;
      const entry = await read(entryUrl);
      if (entry.kind === "origin-failure") return entry;
      const { playlist } = entry;
      if (playlist.kind === "media") return { ...entry, playlist };
      const url = findMediaUrl(entryUrl, playlist);
      if (typeof url !== "string") return url;
      media = { url, readAtMs: nowMs };
    }
    const looked = await read(media.url);
    if (looked.kind === "origin-failure") return looked;
    const { playlist } = looked;
    if (playlist.kind === "media") return { ...looked, playlist };
    media = null;
    return toOriginFailure(origin.id, "bad-playlist", `${origin.id} lists no media playlist`);
  };

  const lookAtStore = async (marks: readonly SegmentMark[], playlist: MediaPlaylist) => {
    const newest = playlist.segments().at(-1);
    if (target.store === null || newest === undefined || media === null || marks.length === 0)
      return [];
    const url = new URL(newest.uri, media.url).href;
    if (!url.startsWith(placeUrl)) return [];
    const storeUrl =
      toPlaceUrl(target.store.origin, target.store.place) + url.slice(placeUrl.length);
    return [await headStore(target.store.origin, storeUrl, channelId, port)];
  };

  return {
    async look() {
      const startedAtMs = readClockMs();
      const looked = await readMedia();
      if (looked.kind === "origin-failure") {
        const { failure, detail } = looked;
        const latencyMs = readClockMs() - startedAtMs;
        media = null;
        return [
          {
            channelId,
            originId: origin.id,
            outcome: { kind: "failed", latencyMs, failure, detail },
          },
        ];
      }
      const { playlist, latencyMs } = looked;
      const marks = toMarks(playlist);
      const outcome = {
        kind: "playlist",
        latencyMs,
        targetDurationMs: Math.round(playlist.targetDurationSeconds * 1_000),
        ended: playlist.ended,
        lastMsn: playlist.lastMsn,
        marks,
      } as const;
      return [{ channelId, originId: origin.id, outcome }, ...(await lookAtStore(marks, playlist))];
    },
  };
}

async function headStore(
  origin: ProbeTarget["origin"],
  url: string,
  channelId: string,
  port: OriginPort<OriginBody>,
): Promise<Sighting> {
  const reply = await port.send({
    origin,
    url,
    method: "HEAD",
    ifNoneMatch: null,
    headerTimeoutMs: TIMEOUT_MS,
  });
  const verdict = reply.kind === "origin-failure" ? reply : decideReply(reply);
  const latencyMs = reply.kind === "origin-failure" ? 0 : reply.latencyMs;
  const outcome =
    verdict.kind === "origin-failure"
      ? ({ kind: "failed", latencyMs, failure: verdict.failure, detail: verdict.detail } as const)
      : ({ kind: "object", latencyMs } as const);
  return { channelId, originId: origin.id, outcome };
}

function toMarks(playlist: MediaPlaylist): SegmentMark[] {
  return playlist
    .segments()
    .slice(-SIGHTING_MARKS_MAX)
    .map((segment) => ({
      msn: segment.msn,
      pdtMs: segment.programDateTimeMs,
      durationMs: Math.round(segment.durationSeconds * 1_000),
      name: segment.uri.replace(/[?#].*$/, "").replace(/^.*\//, ""),
    }));
}
