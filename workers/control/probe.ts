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
import { PlaylistReader, PROBE_TIMEOUT_MS, type ReadPlaylist } from "./playlist-reader.ts";

export interface Probe {
  /** One sighting of the origin, and one of its chunk storage if it has one. */
  look(): Promise<readonly Sighting[]>;
}

/** Makes the probe of one target. */
export function makeProbe(target: ProbeTarget, port: OriginPort<OriginBody>): Probe {
  const reader = new PlaylistReader(target, port);
  const { channelId, origin, store } = target;
  /** The newest segment that the storage was seen to have: asked for once, not at every look. */
  let found: string | null = null;
  return {
    async look() {
      const startedAtMs = readClockMs();
      const read = await reader.read();
      const outcome = toOutcome(read, readClockMs() - startedAtMs);
      const sighting: Sighting = { channelId, originId: origin.id, role: "playlists", outcome };
      const url = read.kind === "read" ? toStoredUrl(target, read) : null;
      if (store === null || url === null || url === found) return [sighting];
      const stored = await headObject(store.origin, url, port);
      found = stored.kind === "object" ? url : null;
      return [sighting, { channelId, originId: store.origin.id, role: "storage", outcome: stored }];
    },
  };
}

function toOutcome(
  read: ReadPlaylist<MediaPlaylist> | OriginFailure,
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
): Promise<SightingOutcome> {
  const headerTimeoutMs = PROBE_TIMEOUT_MS;
  const reply = await port.send({
    origin,
    url,
    method: "HEAD",
    ifNoneMatch: null,
    headerTimeoutMs,
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
