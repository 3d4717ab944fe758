// The quick way for references to the channel's own files. It exists when the playlist lies at the
// same path at the origin and at this edge and its folders are in canonical spelling, which is the
// ordinary case. Then nothing has to be resolved: it is enough to see how many folders a reference
// shares with the playlist, whose own folder is "v720/" in this picture:
//
//   seg-1.ts                                  shares v720/   the rest is seg-1.ts
//   ../key.bin                                shares nothing the rest is key.bin
//   https://origin.example/live/v720/seg-1.ts shares v720/   the rest is seg-1.ts
//
// The rest must be a plain reference; the head takes the place of all that stands before it. What
// does not fit goes the long way (uri-map.ts), and both give the same text: a property test holds
// them together.

import { isAt, isSame, isSpelt, toWords } from "../http/letters.ts";
import { isPlainReference, seekPlainEnd } from "../http/plain-reference.ts";
import type { OwnFolder } from "./own-folder.ts";
import { printUps, toOwnFolder } from "./own-folder.ts";
import type { RewriteContext } from "./rewrite-context.ts";

export interface OwnPlace {
  readonly folder: OwnFolder;
  /** Bytes of the playlist, if they are at hand; see isSame in http/letters.ts for the words. */
  readonly bytes: Uint8Array | null;
  words: DataView | null;
  /** Where in the playlist the URL of the folder was found; 0: nowhere yet. */
  folderUrlAt: number;
  /** What seekRest found: how many letters of the folder's path the reference shares. */
  sharedChars: number;
}

/** Null if the quick way does not exist for this playlist. */
export function makeOwnPlace(context: RewriteContext, bytes: Uint8Array | null): OwnPlace | null {
  const folder = toOwnFolder(context);
  if (folder === null) return null;
  return { folder, bytes, words: null, folderUrlAt: 0, sharedChars: 0 };
}

const slash = 47;
/** Letters of "https://"; the host of an http URL begins one before. */
const hostStart = 8;

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
  const { bytes, folder, folderUrlAt } = place;
  const rest = start + folder.urlChars;
  if (rest >= end) return notOwn;
  if (bytes === null) {
    if (!isAt(text, start, folder.playlistUrl, folder.urlChars)) return notOwn;
    return isPlainReference(text, rest, end) ? rest : notOwn;
  }
  if (folderUrlAt === 0) {
    if (!isSpelt(bytes, start, folder.urlLetters)) return notOwn;
    place.folderUrlAt = start;
  } else {
    place.words ??= toWords(bytes);
    if (!isSame(place.words, start, folderUrlAt, folder.urlChars)) return notOwn;
  }
  return seekPlainEnd(bytes, rest) === end ? rest : notOwn;
}

/**
 * Where the rest of a reference begins, with `sharedChars` set; `notOwn` if the quick way does not
 * fit it.
 */
export function seekRest(place: OwnPlace, text: string, start: number, end: number): number {
  place.sharedChars = place.folder.path.length;
  if (isPlainReference(text, start, end)) return start;
  const rest = seekRestInFolder(place, text, start, end);
  if (rest !== notOwn) return rest;
  const found = seekBelowPrefix(place, text, start);
  return found !== notOwn && isPlainReference(text, found, end) ? found : notOwn;
}

/** References that leave the folder: above it, from the host's root, or absolute. */
function seekBelowPrefix(place: OwnPlace, text: string, start: number): number {
  const { path, prefixUrl } = place.folder;
  let position = start;
  let shared = 0;
  if (text.startsWith("../", start)) {
    shared = path.length;
    while (text.startsWith("../", position)) {
      if (shared === 0) return notOwn;
      shared = seekParent(path, shared);
      position += 3;
    }
  } else {
    const isRooted = text.startsWith("/", start);
    const known = isRooted ? prefixUrl.slice(prefixUrl.indexOf("/", hostStart)) : prefixUrl;
    if (!isAt(text, start, known)) return notOwn;
    position += known.length;
  }
  for (;;) {
    const sharedHere = countShared(path, shared, text, position);
    if (sharedHere === 0) break;
    position += sharedHere;
    shared += sharedHere;
  }
  place.sharedChars = shared;
  return position;
}

/** Letters of the path's next folder, with its slash; 0 if another one stands in the text. */
function countShared(path: string, start: number, text: string, position: number): number {
  const charsMax = Math.min(path.length - start, text.length - position);
  for (let index = 0; index < charsMax; index += 1) {
    const code = path.charCodeAt(start + index);
    if (text.charCodeAt(position + index) !== code) return 0;
    if (code === slash) return index + 1;
  }
  return 0;
}

/** The length of the path above the last of the folders that take up `chars` letters. */
function seekParent(path: string, chars: number): number {
  let parent = chars - 1;
  while (parent > 0 && path.charCodeAt(parent - 1) !== slash) parent -= 1;
  return parent;
}

/** What stands before the rest in the answer. */
export function toHead(place: OwnPlace, isMedia: boolean): string {
  const { sharedChars } = place;
  const { labelHead, mediaHead, path, ups } = place.folder;
  const isLabelled = isMedia && labelHead !== "";
  if (sharedChars === path.length) return isLabelled ? mediaHead : "";
  if (isLabelled) return labelHead + path.slice(0, sharedChars);
  return sharedChars === 0 ? ups : printUps(path, sharedChars);
}
