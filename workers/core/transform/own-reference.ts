// The quick way for references to the channel's own files. It exists when the playlist lies at the
// same path at the origin and at this edge and its folders are in canonical spelling, which is the
// ordinary case. Then nothing has to be resolved: it is enough to see how many folders a reference
// shares with the playlist, whose own folder is "v720/" in this picture:
//
//
// The rest must be a plain reference; the head takes the place of all that stands before it. What
// does not fit goes the long way (uri-map.ts), and both give the same text: a property test holds
// them together.

import { isPlainPath, isPlainReference, notPlain } from "../http/plain-reference.ts";
import type { RewriteContext } from "./rewrite-context.ts";

export interface OwnPlace {
  readonly prefixUrl: string;
  /** Where the path of the prefix begins, with its slash. */
  readonly rootStart: number;
  /** Where the playlist lies below the prefix, a slash behind each folder; may be empty. */
  readonly folder: string;
  readonly folderUrl: string;
  /** From the playlist up to the prefix. */
  readonly ups: string;
  /** The same and down to the timeline; empty on timeline 0. */
  readonly labelHead: string;
  /** Head of a media file beside the playlist; empty on timeline 0. */
  readonly mediaHead: string;
  /** What seekRest found: how many letters of `folder` the reference shares. */
  sharedChars: number;
}

/** Null if the quick way does not exist for this playlist. */
export function makeOwnPlace(context: RewriteContext): OwnPlace | null {
  const { playlistPath, playlistUrl, prefixUrl, timeline } = context;
  if (context.playlistLabel !== undefined && context.playlistLabel.kind !== "timeline") return null;
  const pathStart = prefixUrl.length;
  const pathEnd = pathStart + playlistPath.length;
  // A slice compares eight letters at a time, startsWith one.
  if (playlistUrl.slice(0, pathStart) !== prefixUrl) return null;
  if (playlistUrl.slice(pathStart, pathEnd) !== playlistPath) return null;
  if (playlistUrl.length !== pathEnd && !playlistUrl.startsWith("?", pathEnd)) return null;
  const rootStart = seekRoot(prefixUrl);
  if (rootStart === notPlain || !isPlainPath(playlistPath, 0, playlistPath.length)) return null;
  const folderChars = seekNameStart(playlistPath);
  const folder = playlistPath.slice(0, folderChars);
  const ups = printUps(folder, 0);
  const labelHead = timeline === 0 ? "" : `${ups}@t${timeline}/`;
  return {
    prefixUrl,
    rootStart,
    folder,
    folderUrl: playlistUrl.slice(0, pathStart + folderChars),
    ups,
    labelHead,
    mediaHead: timeline === 0 ? "" : labelHead + folder,
    sharedChars: 0,
  };
}

const slash = 47;

/** Where the last segment of a path without query begins. */
function seekNameStart(path: string): number {
  let start = path.length;
  while (start > 0 && path.charCodeAt(start - 1) !== slash) start -= 1;
  return start;
}

/** Where the path of a canonical `http://host/folders/` begins; notPlain for other forms. */
function seekRoot(url: string): number {
  const isHttp = url.startsWith("htt") && url.startsWith("p", 3);
  const authority = isHttp && url.startsWith("://", 4) ? 7 : url.startsWith("s:/", 4) ? 8 : 0;
  const last = url.length - 1;
  if (!isHttp || authority === 0 || !url.startsWith("/", last)) return notPlain;
  if (authority === 8 && !url.startsWith("/", 7)) return notPlain;
  let root = authority;
  while (isHostLetter(url.charCodeAt(root))) root += 1;
  if (root === authority || url.charCodeAt(root) !== slash) return notPlain;
  return root === last || isPlainPath(url, root + 1, last) ? root : notPlain;
}

/** Lower-case letters and digits, and the marks of ports and of numeric addresses. */
function isHostLetter(code: number): boolean {
  if (code >= 97) return code <= 122;
  return (code >= 45 && code <= 58 && code !== slash) || code === 91 || code === 93;
}

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
 * Where the rest of a reference begins, with `sharedChars` set; `notOwn` if the quick way does not
 * fit it.
 */
export function seekRest(place: OwnPlace, text: string, start: number, end: number): number {
  const { folder, folderUrl } = place;
  place.sharedChars = folder.length;
  if (isPlainReference(text, start, end)) return start;
  // A slice compares eight letters at a time, startsWith one.
  const rest = start + folderUrl.length;
  if (text.slice(start, rest) === folderUrl && isPlainReference(text, rest, end)) return rest;
  const found = seekBelowPrefix(place, text, start);
  return found !== notOwn && isPlainReference(text, found, end) ? found : notOwn;
}

/** References that leave the folder: above it, from the host's root, or absolute. */
function seekBelowPrefix(place: OwnPlace, text: string, start: number): number {
  const { folder, prefixUrl, rootStart } = place;
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
    const known = text.startsWith("/", start) ? prefixUrl.slice(rootStart) : prefixUrl;
    position += known.length;
    if (text.slice(start, position) !== known) return notOwn;
  }
  for (;;) {
    const next = folder.indexOf("/", shared) + 1;
    if (next === 0 || !text.startsWith(folder.slice(shared, next), position)) break;
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
