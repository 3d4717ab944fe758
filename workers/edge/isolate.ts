// What one isolate remembers between requests: playlists (L0), absences, fills under way, fresh
// failures of origins, and the policy. All of it bounded, all of it lost without harm when the
// isolate goes. Requests share it; nothing in it belongs to a viewer.

import type { CacheKey } from "../core/cache/key.ts";
import type { QueryMarks } from "../core/resolve/query-mark.ts";
import { type Flights, makeFlights } from "../platform/flight.ts";
import { makePolicySource, type PolicySource } from "../platform/policy-source.ts";
import { makeQueryMarks } from "../platform/query-marks.ts";
import type { FillHead } from "./fill/fill-head.ts";
import { type FillMemory, makeFillMemory } from "./fill/fill-memory.ts";
import type { OriginMemory } from "./fill/fill-ports.ts";
import { makeOriginMemory } from "./fill/origin-memory.ts";
import { makeSmallFiles, type SmallFiles } from "./fill/small-files.ts";
import { LibraryNames } from "./library/library-names.ts";
import { ChannelNames } from "./live/channel-names.ts";
import { type LiveChannels, makeLiveChannels } from "./live/live-channels.ts";
import { countFault, type Measures, makeMeasures } from "./measure.ts";
import type { PlaylistFill, PlaylistVersion } from "./playlist-version.ts";
import { makeTokenMemory, type TokenMemory } from "./token-memory.ts";

/** Bytes of playlists kept in memory; an isolate has 128 MB for everything. */
const PLAYLIST_BYTES_MAX = 24 * 1024 * 1024;
/** Bytes of files that end with their fills; whoever still reads them goes on in the cache. */
const FILL_BYTES_MAX = 4 * 1024 * 1024;
/** Bytes of files that are on their way, for those who join late. */
const RUNNING_BYTES = 24 * 1024 * 1024;
/** Bytes of init sections and small hot files kept in memory. */
const SMALL_BYTES_MAX = 12 * 1024 * 1024;
/** Absent names kept; each is a key and a number. */
const ABSENCES_MAX = 4_096;

export interface Isolate extends OriginMemory {
  readonly policy: PolicySource;
  readonly playlists: PlaylistMemory;
  readonly live: LiveChannels;
  /** Names that a live channel's playlists announce. */
  readonly names: (channelId: string) => ChannelNames;
  readonly libraries: LibraryNames;
  /** Marks under the policy's secret; null: the policy has none. */
  readonly marks: (secret: string | undefined) => QueryMarks | null;
  readonly absences: AbsenceMemory;
  readonly playlistFills: Flights<PlaylistFill>;
  /** Look-ups of playlists in the data centre's cache. */
  readonly playlistRecalls: Flights<PlaylistVersion | null>;
  readonly fills: FillMemory;
  readonly smallFiles: SmallFiles;
  /** Region and key of files that are kept in pieces -> what is known of the whole. */
  readonly largeFiles: Map<string, FillHead>;
  /** Region and key of files whose last fill broke off: the cache may hold a part of them. */
  readonly brokenFills: Set<string>;
  /** Paths of files that are fetched before anybody asks. */
  readonly prefetches: Set<string>;
  /** Keys of those that were fetched so lately; bounded. */
  readonly prefetched: Set<string>;
  readonly measures: Measures;
  /** Viewers' tokens whose signature was checked. */
  readonly tokens: TokenMemory;
}

/** Makes an empty memory. One per worker module. */
export function makeIsolate(): Isolate {
  const names = new Map<string, ChannelNames>();
  let marks: { readonly secret: string; readonly marks: QueryMarks } | null = null;
  const measures = makeMeasures();
  return {
    marks(secret) {
      if (secret === undefined) return null;
      if (marks?.secret !== secret) marks = { secret, marks: makeQueryMarks(secret) };
      return marks.marks;
    },
    names(channelId) {
      const known = names.get(channelId) ?? new ChannelNames();
      names.set(channelId, known);
      return known;
    },
    policy: makePolicySource(),
    playlists: makePlaylistMemory(PLAYLIST_BYTES_MAX),
    live: makeLiveChannels(),
    libraries: new LibraryNames(),
    absences: makeAbsenceMemory(ABSENCES_MAX),
    playlistFills: makeFlights(),
    playlistRecalls: makeFlights(),
    fills: makeFillMemory(FILL_BYTES_MAX, RUNNING_BYTES),
    largeFiles: new Map(),
    smallFiles: makeSmallFiles(SMALL_BYTES_MAX),
    brokenFills: new Set(),
    ...makeOriginMemory((event) => {
      if (event !== "request") measures.tally.add("rescues", [event], {});
    }),
    fault: (failure) => countFault(measures, failure),
    prefetches: new Set(),
    prefetched: new Set(),
    measures,
    tokens: makeTokenMemory(),
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
