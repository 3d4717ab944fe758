// What an origin has: from a path to a resource, for the live channel and for the VOD set.
//
// Live: /live/master.m3u8, /live/{rendition}/index.m3u8 and the media beside it, under the same
// names as in S3 chunk storage; ETags are MD5s, so both doors tell the same identity. VOD: /vod/….
// Only what is or was on show exists: a segment of the future is a 404, and so is one whose
// availability is over. Paths are compared as they are, without decoding: each file has one URL.
// The window on show is an argument, so a frozen origin is an origin asked with an old window.

import type { MediaLibrary } from "./media-library.ts";
import type { Resource } from "./origin-answer.ts";
import { type LiveScheme, printLivePlaylist, printMultivariant } from "./playlist-text.ts";
import { type SegmentWindow, toSegmentPlace } from "./segment-clock.ts";
import { parseSegmentName, printInitName } from "./segment-naming.ts";
import { toAvailableCount } from "./segment-retention.ts";
import { type SegmentShelf, type StoredBytes, toStoredBytes } from "./segment-shelf.ts";
import { PLAYLIST_TYPE, toMediaType, type VodTree } from "./vod-tree.ts";

export const LIVE_PATH = "/live/";
export const VOD_PATH = "/vod/";

export interface OriginContentOptions {
  readonly library: MediaLibrary;
  readonly scheme: LiveScheme;
  readonly shelf: SegmentShelf;
  readonly vod: VodTree;
}

/** What is asked for: the path as it came, and the query without its question mark. */
export interface OriginTarget {
  readonly path: string;
  readonly query: string;
}

/** Finds what is meant while `shown` is on show; `published` is more if the origin is frozen. */
export type OriginContent<Shown = SegmentWindow> = (
  target: OriginTarget,
  shown: Shown,
  published: Shown,
) => Resource | undefined;

const LIVE_PLAYLIST_CACHE_CONTROL = "public, max-age=1";
const STEADY_PLAYLIST_CACHE_CONTROL = "public, max-age=60";
const MEDIA_CACHE_CONTROL = "public, max-age=3600, immutable";

export function isPlaylistPath(path: string): boolean {
  return path.endsWith(".m3u8");
}

export function makeOriginContent(options: OriginContentOptions): OriginContent {
  const { library, scheme, shelf, vod } = options;
  const { clock, naming } = scheme;
  const steadyMs = clock.epochMs;
  const ladderFacts = library.ladder.map((rendition) => rendition.facts);
  const multivariant = printMultivariant(ladderFacts, (facts) => `${facts.name}/index.m3u8`);
  const inits = new Map(
    library.ladder.flatMap((rendition) =>
      rendition.init ? [[rendition, toStoredBytes(rendition.init)] as const] : [],
    ),
  );

  const findVod = (path: string): Resource | undefined => {
    const file = vod.get(path);
    if (file === undefined) return undefined;
    if (isPlaylistPath(path)) return toPlaylist(file, steadyMs, STEADY_PLAYLIST_CACHE_CONTROL);
    return toMedia(file, file.contentType, steadyMs);
  };

  const findLive = (path: string, window: SegmentWindow, newestMsn: number) => {
    if (path === "master.m3u8") {
      return toPlaylist(toText(multivariant), steadyMs, STEADY_PLAYLIST_CACHE_CONTROL);
    }
    const slash = path.indexOf("/");
    const rendition = library.ladder.find(({ facts }) => facts.name === path.slice(0, slash));
    if (rendition === undefined) return undefined;
    const name = path.slice(slash + 1);
    if (name === "index.m3u8") {
      const changedMs = toSegmentPlace(clock, window.lastMsn).publishAtMs;
      const text = toText(printLivePlaylist(rendition, scheme, window));
      return toPlaylist(text, changedMs, LIVE_PLAYLIST_CACHE_CONTROL);
    }
    const init = name === printInitName(naming) ? inits.get(rendition) : undefined;
    if (init !== undefined) return toMedia(init, toMediaType(rendition), steadyMs);
    const msn = parseSegmentName(naming, name);
    if (msn === undefined || msn < clock.msnOffset || msn > newestMsn) return undefined;
    const isOld = msn <= newestMsn - toAvailableCount(clock);
    if (isOld && msn < window.firstMsn) return undefined;
    const { publishAtMs } = toSegmentPlace(clock, msn);
    return toMedia(shelf.get(rendition, msn), toMediaType(rendition), publishAtMs);
  };

  return ({ path }, window, published) => {
    if (path.startsWith(VOD_PATH)) return findVod(path.slice(VOD_PATH.length));
    if (!path.startsWith(LIVE_PATH)) return undefined;
    return findLive(path.slice(LIVE_PATH.length), window, published.lastMsn);
  };
}

function toText(text: string): StoredBytes {
  return toStoredBytes(new TextEncoder().encode(text));
}

function toPlaylist(stored: StoredBytes, lastModifiedMs: number, cacheControl: string): Resource {
  const { bytes, md5 } = stored;
  const contentType = PLAYLIST_TYPE;
  const rangeable = false;
  return { bytes, contentType, etag: `"${md5}"`, lastModifiedMs, cacheControl, rangeable };
}

function toMedia(stored: StoredBytes, contentType: string, lastModifiedMs: number): Resource {
  const { bytes, md5 } = stored;
  const cacheControl = MEDIA_CACHE_CONTROL;
  return { bytes, contentType, etag: `"${md5}"`, lastModifiedMs, cacheControl, rangeable: true };
}
