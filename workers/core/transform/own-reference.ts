// The quick way for references to the channel's own files. It exists when the playlist lies at the
// same path at the origin and at this edge and its folders are in canonical spelling, which is the
// ordinary case. Then nothing has to be resolved: it is enough to see how many folders a reference
// shares with the playlist, whose own folder is "v720/" in this picture:
//
//
// The rest must be a plain reference; the head takes the place of all that stands before it. What
// does not fit goes the long way (uri-map.ts), and both give the same text: a property test holds
// them together.

import { isAt, isSame, toWords } from "../http/letters.ts";
import { isPlainReference, seekPlainEnd } from "../http/plain-reference.ts";
import type { RewriteContext } from "./rewrite-context.ts";

export interface OwnPlace {
  readonly prefixUrl: string;
  /** Where the playlist lies below the prefix, a slash behind each folder; may be empty. */
  readonly folder: string;
  /** From the playlist up to the prefix. */
  readonly ups: string;
  /** URL of the playlist; its first `folderUrlChars` letters are the URL of its folder. */
  readonly playlistUrl: string;
  readonly folderUrlChars: number;
  /** The same and down to the timeline; empty on timeline 0. */
  readonly labelHead: string;
  /** Head of a media file beside the playlist; empty on timeline 0. */
  readonly mediaHead: string;
  /** Bytes of the playlist, if they are at hand; see isSame in http/letters.ts for the words. */
  readonly bytes: Uint8Array | null;
  words: DataView | null;
  /** Where in the playlist the URL of the folder was found; 0: nowhere yet. */
  folderUrlAt: number;
  /** What seekRest found: how many letters of `folder` the reference shares. */
  sharedChars: number;
}

/** Null if the quick way does not exist for this playlist. */
export function makeOwnPlace(context: RewriteContext, bytes: Uint8Array | null): OwnPlace | null {
  const { playlistLabel, playlistPath, playlistUrl, prefixUrl, timeline } = context;
  if (playlistLabel !== undefined && playlistLabel.kind !== "timeline") return null;
  const pathStart = prefixUrl.length;
  const pathEnd = pathStart + playlistPath.length;
  // Of a canonical URL each part is canonical: prefix and path need no look of their own.
  if (pathStart < prefixCharsMin || prefixUrl.charCodeAt(pathStart - 1) !== slash) return null;
  if (!isAt(playlistUrl, 0, prefixUrl) || !isAt(playlistUrl, pathStart, playlistPath)) return null;
  const queryAt = playlistUrl.indexOf("?");
  if ((queryAt === -1 ? playlistUrl.length : queryAt) !== pathEnd) return null;
  if (!canonicalUrl.test(playlistUrl)) return null;
  const folderChars = playlistPath.lastIndexOf("/") + 1;
  const folder = playlistPath.slice(0, folderChars);
  const ups = printUps(folder, 0);
  const labelHead = timeline === 0 ? "" : `${ups}@t${timeline}/`;
  return {
    prefixUrl,
    folder,
    ups,
    playlistUrl,
    folderUrlChars: pathStart + folderChars,
    labelHead,
    mediaHead: timeline === 0 ? "" : labelHead + folder,
    bytes,
    words: null,
    folderUrlAt: 0,
    sharedChars: 0,
  };
}

const slash = 47;
/** Letters of "https://"; the host of an http URL begins one before. */
const hostStart = 8;
/** `http://h/`: what is shorter ends before the path. */
const prefixCharsMin = 9;

const name = "[\\w!$&'()*+,;=-][\\w!$&'()*+,;=.~@-]*";
/** Canonical spelling: host in lower case, plain path; any query. */
const canonicalUrl = new RegExp(`^https?://[a-z0-9.:[\\]-]+(?:/${name}){1,16}(?:\\?|$)`);

/** One "../" for each folder behind the first `sharedChars` letters. */
function printUps(folder: string, sharedChars: number): string {
  let ups = "";
  for (let at = folder.indexOf("/", sharedChars); at !== -1; at = folder.indexOf("/", at + 1)) {
    ups += "../";
  }
  return ups;
}

/** What seekRest answers for a reference that must go the long way. */
export const notOwn = -1;

/**
 * Where the rest of an absolute reference into the playlist's folder begins; `notOwn` if it is
 * something else, or not plain. The first one is compared with the folder's URL, all others with
 * the first one.
 */
export function seekRestInFolder(
  place: OwnPlace,
  text: string,
  start: number,
  end: number,
): number {
  const { bytes, folderUrlAt, folderUrlChars, playlistUrl } = place;
  const rest = start + folderUrlChars;
  if (rest >= end) return notOwn;
  if (bytes === null || folderUrlAt === 0) {
    if (!isAt(text, start, playlistUrl, folderUrlChars)) return notOwn;
    place.folderUrlAt = start;
    return isPlainReference(text, rest, end) ? rest : notOwn;
  }
  place.words ??= toWords(bytes);
  if (!isSame(place.words, start, folderUrlAt, folderUrlChars)) return notOwn;
  return seekPlainEnd(bytes, rest) === end ? rest : notOwn;
}

/**
 * Where the rest of a reference begins, with `sharedChars` set; `notOwn` if the quick way does not
 * fit it.
 */
export function seekRest(place: OwnPlace, text: string, start: number, end: number): number {
  place.sharedChars = place.folder.length;
  if (isPlainReference(text, start, end)) return start;
  const rest = seekRestInFolder(place, text, start, end);
  if (rest !== notOwn) return rest;
  const found = seekBelowPrefix(place, text, start);
  return found !== notOwn && isPlainReference(text, found, end) ? found : notOwn;
}

/** References that leave the folder: above it, from the host's root, or absolute. */
function seekBelowPrefix(place: OwnPlace, text: string, start: number): number {
  const { folder, prefixUrl } = place;
  let position = start;
  let shared = 0;
  if (text.startsWith("../", start)) {
    shared = folder.length;
    while (text.startsWith("../", position)) {
      if (shared === 0) return notOwn;
      shared = seekParent(folder, shared);
      position += 3;
    }
  } else {
    const isRooted = text.startsWith("/", start);
    const known = isRooted ? prefixUrl.slice(prefixUrl.indexOf("/", hostStart)) : prefixUrl;
    if (!isAt(text, start, known)) return notOwn;
    position += known.length;
  }
  for (;;) {
    const next = folder.indexOf("/", shared) + 1;
    if (next === 0 || !isAt(text, position, folder.slice(shared, next))) break;
    position += next - shared;
    shared = next;
  }
  place.sharedChars = shared;
  return position;
}

/** The length of the path above the last of the folders that take up `chars` letters. */
function seekParent(folder: string, chars: number): number {
  let parent = chars - 1;
  while (parent > 0 && folder.charCodeAt(parent - 1) !== slash) parent -= 1;
  return parent;
}

/** What stands before the rest in the answer. */
export function toHead(place: OwnPlace, isMedia: boolean): string {
  const { folder, labelHead, mediaHead, sharedChars, ups } = place;
  const isLabelled = isMedia && labelHead !== "";
  if (sharedChars === folder.length) return isLabelled ? mediaHead : "";
  if (isLabelled) return labelHead + folder.slice(0, sharedChars);
  return sharedChars === 0 ? ups : printUps(folder, sharedChars);
}
