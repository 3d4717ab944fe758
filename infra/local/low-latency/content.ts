// What a low-latency origin has: from a path to a resource, and which requests wait for one.
//
// /live/master.m3u8, /live/{rendition}/index.m3u8 and beside it {msn}.m4s, {msn}.{part}.m4s and
// init.mp4. Only what is on show exists, and what was within a window and a minute; of the future,
// the hinted part alone (bis-22 section 6.2.6). Nothing lies in chunk storage: a part would be
// stale before it were stored. The edge on show is an argument, so a frozen origin is one that is
// asked with an old edge.

import type { Resource } from "../demo/origin-answer.ts";
import { LIVE_PATH, type OriginContent } from "../demo/origin-content.ts";
import type { OriginHolding } from "../demo/origin-server.ts";
import { parseSegmentName, printInitName } from "../demo/segment-naming.ts";
import { toAvailableCount } from "../demo/segment-retention.ts";
import { type StoredBytes, toStoredBytes } from "../demo/segment-shelf.ts";
import { PLAYLIST_TYPE } from "../demo/vod-tree.ts";
import {
  decideLiveEdge,
  isOnShow,
  type LiveEdge,
  PARTS_PER_SEGMENT,
  toPublicationMs,
} from "./part-clock.ts";
import type { PartLadder, PartRendition } from "./part-ladder.ts";
import type { PartShelf } from "./part-shelf.ts";
import {
  type PartScheme,
  printPartMultivariant,
  printPartName,
  printPartPlaylist,
  toTargetSeconds,
} from "./playlist-text.ts";
import { decidePartWait, decideReload, toPartsAheadMax, wantsDelta } from "./reload.ts";

export interface PartContentOptions {
  readonly ladder: PartLadder;
  readonly scheme: PartScheme;
  readonly shelf: PartShelf;
  readonly now: () => number;
}

const READY = { kind: "ready" } as const;
/** Section 6.2.5.2: whoever waited for three target durations is told that nothing came. */
const HOLD_TARGETS_MAX = 3;
const PLAYLIST_CACHE_CONTROL = "public, max-age=1";
const STEADY_PLAYLIST_CACHE_CONTROL = "public, max-age=60";
const MEDIA_CACHE_CONTROL = "public, max-age=3600, immutable";

/** What has been published by now; an origin without parts knows whole segments only. */
export function makePartShown({ scheme, now }: PartContentOptions): () => LiveEdge {
  return () => {
    const edge = decideLiveEdge(scheme.clock, now());
    return scheme.hasParts ? edge : { ...edge, partCount: 0 };
  };
}

export function makePartContent(options: PartContentOptions): OriginContent<LiveEdge> {
  const { ladder, scheme } = options;
  const { clock, hasParts } = scheme;
  const renditions = [...ladder.videos, ladder.audio];
  const multivariant = toText(printPartMultivariant(ladder));
  const inits = new Map(renditions.map((each) => [each, toStoredBytes(each.init)]));
  return ({ path, query }, edge, published) => {
    if (path === `${LIVE_PATH}master.m3u8`) {
      return toPlaylist(multivariant, clock.epochMs, STEADY_PLAYLIST_CACHE_CONTROL);
    }
    const [folder, name] = toPlace(path);
    const rendition = renditions.find((each) => each.name === folder);
    if (rendition === undefined) return undefined;
    if (name === "index.m3u8") {
      const isDelta = hasParts && wantsDelta(query);
      const text = printPartPlaylist(ladder, rendition, scheme, edge, isDelta);
      return toPlaylist(toText(text), toChangedMs(scheme, edge), PLAYLIST_CACHE_CONTROL);
    }
    const init = name === printInitName(scheme.naming) ? inits.get(rendition) : undefined;
    if (init !== undefined) return toMedia(init, rendition, clock.epochMs);
    return findMedia(options, rendition, name, edge, published);
  };
}

/** What waits at an origin with parts. */
export function makePartHolding(options: PartContentOptions): OriginHolding<LiveEdge> {
  const { ladder, scheme, now } = options;
  const limits = { partsAheadMax: toPartsAheadMax(ladder.partTargetSeconds) };
  const folders = [...ladder.videos, ladder.audio].map(({ name }) => name);
  return {
    decide: ({ path, query }, edge) => {
      const [folder, name] = toPlace(path);
      if (!folders.includes(folder)) return READY;
      if (name === "index.m3u8") return decideReload(query, edge, scheme.clock, limits);
      const part = parsePartName(scheme, name);
      return part === undefined ? READY : decidePartWait(...part, edge, scheme.clock);
    },
    holdMsMax: HOLD_TARGETS_MAX * toTargetSeconds(ladder) * 1000,
    now,
  };
}

function findMedia(
  { scheme, shelf }: PartContentOptions,
  rendition: PartRendition,
  name: string,
  edge: LiveEdge,
  published: LiveEdge,
): Resource | undefined {
  const { clock, naming, hasParts } = scheme;
  const isKept = (msn: number) =>
    msn >= clock.msnOffset && msn >= published.msn - toAvailableCount(clock);
  const msn = parseSegmentName(naming, name);
  if (msn !== undefined) {
    if (!isKept(msn) || !isOnShow(edge, msn, null)) return undefined;
    const publishedMs = toPublicationMs(clock, msn, PARTS_PER_SEGMENT - 1);
    return toMedia(shelf.get(rendition, msn).whole(), rendition, publishedMs);
  }
  const [partMsn, part] = (hasParts ? parsePartName(scheme, name) : undefined) ?? [];
  if (partMsn === undefined || part === undefined) return undefined;
  if (!isKept(partMsn) || !isOnShow(edge, partMsn, part)) return undefined;
  const stored = shelf.get(rendition, partMsn).part(part);
  return stored && toMedia(stored, rendition, toPublicationMs(clock, partMsn, part));
}

/** The folder of the rendition and the name below it. */
function toPlace(path: string): readonly [string, string] {
  const below = path.startsWith(LIVE_PATH) ? path.slice(LIVE_PATH.length) : "";
  const slash = below.indexOf("/");
  return [below.slice(0, Math.max(0, slash)), below.slice(slash + 1)];
}

/** A part has one spelling, as a segment has. */
function parsePartName({ naming }: PartScheme, name: string) {
  const [, stem, digit] = /^(.+)\.(\d)\.m4s$/.exec(name) ?? [];
  if (stem === undefined || digit === undefined) return undefined;
  const msn = parseSegmentName(naming, `${stem}.m4s`);
  const part = Number(digit);
  if (msn === undefined || part >= PARTS_PER_SEGMENT) return undefined;
  return printPartName(naming, msn, part) === name ? ([msn, part] as const) : undefined;
}

/** When the newest part of this edge was published. */
function toChangedMs({ clock, hasParts }: PartScheme, { msn, partCount }: LiveEdge): number {
  const isOpen = hasParts && partCount > 0;
  const lastMsn = isOpen ? msn : msn - 1;
  return toPublicationMs(clock, lastMsn, isOpen ? partCount - 1 : PARTS_PER_SEGMENT - 1);
}

function toText(text: string): StoredBytes {
  return toStoredBytes(new TextEncoder().encode(text));
}

function toPlaylist(
  { bytes, md5 }: StoredBytes,
  lastModifiedMs: number,
  cacheControl: string,
): Resource {
  const contentType = PLAYLIST_TYPE;
  const rangeable = false;
  return { bytes, contentType, etag: `"${md5}"`, lastModifiedMs, cacheControl, rangeable };
}

function toMedia(
  { bytes, md5 }: StoredBytes,
  { kind }: PartRendition,
  lastModifiedMs: number,
): Resource {
  const contentType = kind === "video" ? "video/mp4" : "audio/mp4";
  const cacheControl = MEDIA_CACHE_CONTROL;
  return { bytes, contentType, etag: `"${md5}"`, lastModifiedMs, cacheControl, rangeable: true };
}
