// What one isolate remembers between requests: playlists (L0), absences, fills under way, fresh
// failures of origins, and the policy. All of it bounded, all of it lost without harm when the
// isolate goes. Requests share it; nothing in it belongs to a viewer.

import type { CacheKey } from "../core/cache/key.ts";
import { type Flights, makeFlights } from "../platform/flight.ts";
import { makePolicySource, type PolicySource } from "../platform/policy-source.ts";
import type { MediaOutcome } from "./arriving-file.ts";
import { type LiveChannels, makeLiveChannels } from "./live/live-channels.ts";
import type { PlaylistFill, PlaylistVersion } from "./playlist-version.ts";

/** Bytes of playlists kept in memory; an isolate has 128 MB for everything. */
const PLAYLIST_BYTES_MAX = 24 * 1024 * 1024;
/** Absent names kept; each is a key and a number. */
const ABSENCES_MAX = 4_096;

export interface Isolate {
  readonly policy: PolicySource;
  readonly playlists: PlaylistMemory;
  readonly live: LiveChannels;
  readonly absences: AbsenceMemory;
  readonly playlistFills: Flights<PlaylistFill>;
  /** Look-ups of playlists in the data centre's cache. */
  readonly playlistRecalls: Flights<PlaylistVersion | null>;
  readonly mediaFills: Flights<MediaOutcome>;
  /** Region and key of files whose last fill broke off: the cache may hold a part of them. */
  readonly brokenFills: Set<string>;
  /** Channel and origin -> when it last failed here with blame. */
  readonly originFailures: Map<string, number>;
}

/** Makes an empty memory. One per worker module. */
export function makeIsolate(): Isolate {
  return {
    policy: makePolicySource(),
    playlists: makePlaylistMemory(PLAYLIST_BYTES_MAX),
    live: makeLiveChannels(),
    absences: makeAbsenceMemory(ABSENCES_MAX),
    playlistFills: makeFlights(),
    playlistRecalls: makeFlights(),
    mediaFills: makeFlights(),
    brokenFills: new Set(),
    originFailures: new Map(),
  };
}

export interface PlaylistMemory {
  get(key: CacheKey): PlaylistVersion | null;
  put(key: CacheKey, version: PlaylistVersion): void;
  drop(key: CacheKey): void;
}

/** Keeps the most recently used playlists within a byte budget. */
export function makePlaylistMemory(bytesMax: number): PlaylistMemory {
  const entries = new Map<CacheKey, PlaylistVersion>();
  let bytes = 0;
  const drop = (key: CacheKey) => {
    bytes -= entries.get(key)?.bytes ?? 0;
    entries.delete(key);
  };
  return {
    drop,
    get(key) {
      const version = entries.get(key);
      if (version === undefined) return null;
      // A Map keeps the order of insertion: putting an entry back makes it the youngest.
      entries.delete(key);
      entries.set(key, version);
      return version;
    },
    put(key, version) {
      drop(key);
      entries.set(key, version);
      bytes += version.bytes;
      for (const oldest of entries.keys()) {
        if (bytes <= bytesMax) break;
        drop(oldest);
      }
    },
  };
}

export interface AbsenceMemory {
  /** Why the asset is known to be absent at `nowMs`, or null. */
  find(key: CacheKey, nowMs: number): string | null;
  put(key: CacheKey, detail: string, untilMs: number): void;
}

/** Keeps short-lived "there is no such thing" answers. */
export function makeAbsenceMemory(countMax: number): AbsenceMemory {
  const entries = new Map<CacheKey, { readonly detail: string; readonly untilMs: number }>();
  return {
    find(key, nowMs) {
      const entry = entries.get(key);
      if (entry === undefined) return null;
      if (nowMs < entry.untilMs) return entry.detail;
      entries.delete(key);
      return null;
    },
    put(key, detail, untilMs) {
      entries.delete(key);
      entries.set(key, { detail, untilMs });
      const oldest = entries.keys().next();
      if (entries.size > countMax && !oldest.done) entries.delete(oldest.value);
    },
  };
}
