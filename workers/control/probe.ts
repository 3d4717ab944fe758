// Looks at one origin of one channel once and says what it saw; judges nothing. For a packager with
// a chunk storage it also asks the storage for the newest segment, because a playlist that
// announces what nobody can fetch is no better than none.

import type { OriginFailure } from "../core/health/failure.ts";
import type { ProbeTarget } from "../core/health/probes.ts";
import {
  type SegmentMark,
  SIGHTING_MARKS_MAX,
  type Sighting,
  type SightingOutcome,
} from "../core/health/sighting.ts";
import type { MediaPlaylist } from "../core/hls/playlist.ts";
import { toPlaceUrl } from "../core/origin/place.ts";
import type { OriginPort } from "../core/origin/port.ts";
import { decideReply } from "../core/origin/reply.ts";
import { readClockMs } from "../platform/clock.ts";
import type { OriginBody } from "../platform/origin-fetch.ts";
import {
  type OnSend,
  PlaylistReader,
  PROBE_TIMEOUT_MS,
  type ReadPlaylist,
} from "./playlist-reader.ts";

export interface Look {
  readonly outcome: SightingOutcome;
  /** What its chunk storage said; null: there is none, or nothing new to ask it for. */
  readonly stored: Sighting | null;
}

export interface Probe {
  /** `onSend` gets the means to give up the request that is open. */
  look(onSend: OnSend): Promise<Look>;
}

/** Makes the probe of one target. */
export function makeProbe(target: ProbeTarget, port: OriginPort<OriginBody>): Probe {
  const reader = new PlaylistReader(target, port);
  const { channelId, store } = target;
  /** The newest segment that the storage was seen to have: asked for once, not at every look. */
  let found: string | null = null;
  return {
    async look(onSend) {
      const startedAtMs = readClockMs();
      const read = await reader.read(onSend);
      const outcome = toOutcome(read, reader, readClockMs() - startedAtMs);
      const url = read.kind === "read" ? toStoredUrl(target, read) : null;
      if (store === null || url === null || url === found) return { outcome, stored: null };
      const seen = await headObject(store.origin, url, port, onSend);
      found = seen.kind === "object" ? url : null;
      const stored = {
        channelId,
        originId: store.origin.id,
        role: "storage",
        outcome: seen,
      } as const;
      return { outcome, stored };
    },
  };
}

function toOutcome(
  read: ReadPlaylist<MediaPlaylist> | OriginFailure,
  { renditions }: PlaylistReader,
  tookMs: number,
): SightingOutcome {
  if (read.kind === "origin-failure") {
    const { failure, detail } = read;
    return { kind: "failed", latencyMs: tookMs, failure, detail };
  }
  const { playlist, latencyMs } = read;
  return {
    kind: "playlist",
    latencyMs,
    targetDurationMs: Math.round(playlist.targetDurationSeconds * 1_000),
    ended: playlist.ended,
    lastMsn: playlist.lastMsn,
    marks: toMarks(playlist),
    ...(renditions === null ? {} : { renditions }),
  };
}

/** Where the storage should hold the newest segment; null if that stands elsewhere. */
function toStoredUrl(target: ProbeTarget, read: ReadPlaylist<MediaPlaylist>): string | null {
  const newest = read.playlist.segments().at(-1);
  if (target.store === null || newest === undefined) return null;
  const placeUrl = new URL(toPlaceUrl(target.origin, target.place)).href;
  const url = URL.parse(newest.uri, read.url)?.href;
  if (url === undefined || !url.startsWith(placeUrl)) return null;
  return toPlaceUrl(target.store.origin, target.store.place) + url.slice(placeUrl.length);
}

async function headObject(
  origin: ProbeTarget["origin"],
  url: string,
  port: OriginPort<OriginBody>,
  onSend: OnSend,
): Promise<SightingOutcome> {
  const headerTimeoutMs = PROBE_TIMEOUT_MS;
  const reply = await port.send({
    origin,
    url,
    method: "HEAD",
    ifNoneMatch: null,
    headerTimeoutMs,
    onSend,
  });
  if (reply.kind === "origin-failure") {
    return { kind: "failed", latencyMs: 0, failure: reply.failure, detail: reply.detail };
  }
  const verdict = decideReply(reply);
  const { latencyMs } = reply;
  if (verdict.kind !== "origin-failure") return { kind: "object", latencyMs };
  return { kind: "failed", latencyMs, failure: verdict.failure, detail: verdict.detail };
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
