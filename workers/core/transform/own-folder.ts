// The folder of a playlist as the quick way of own-reference.ts needs it. It depends on addresses
// alone, and the same playlist is rewritten every few seconds for hours, so what was worked out is
// remembered: that was measured at a sixth of the rewriting of a live playlist. Remembering is
// invisible: an entry is taken only for the very addresses that it was made of.

import { isAt, toLetters } from "../http/letters.ts";
import type { RewriteContext } from "./rewrite-context.ts";

export interface OwnFolder {
  readonly prefixUrl: string;
  readonly playlistPath: string;
  /** Where the playlist lies below the prefix, a slash behind each folder; may be empty. */
  readonly path: string;
  /** From the playlist up to the prefix. */
  readonly ups: string;
  /** URL of the playlist; its first `urlChars` letters are the URL of the folder. */
  readonly playlistUrl: string;
  readonly urlChars: number;
  readonly urlLetters: Uint8Array;
  readonly timeline: number;
  /** Up to the prefix and down to the timeline; empty on timeline 0. */
  readonly labelHead: string;
  /** Head of a media file beside the playlist; empty on timeline 0. */
  readonly mediaHead: string;
}

/** Playlists of one edge at a time; beyond that all are forgotten and worked out again. */
const rememberedMax = 256;
const remembered = new Map<string, OwnFolder>();

/** Null if the quick way does not exist for this playlist. */
export function toOwnFolder(context: RewriteContext): OwnFolder | null {
  const { playlistLabel, playlistPath, playlistUrl, prefixUrl, timeline } = context;
  if (playlistLabel !== undefined && playlistLabel.kind !== "timeline") return null;
  const known = remembered.get(playlistUrl);
  if (
    known !== undefined &&
    known.timeline === timeline &&
    known.prefixUrl === prefixUrl &&
    known.playlistPath === playlistPath
  ) {
    return known;
  }
  const made = makeOwnFolder(playlistPath, playlistUrl, prefixUrl, timeline);
  if (made === null) return null;
  if (remembered.size >= rememberedMax) remembered.clear();
  remembered.set(playlistUrl, made);
  return made;
}

const slash = 47;
/** `http://h/`: what is shorter ends before the path. */
const prefixCharsMin = 9;

const name = "[\\w!$&'()*+,;=-][\\w!$&'()*+,;=.~@-]*";
/** Canonical spelling: host in lower case, plain path; any query. */
const canonicalUrl = new RegExp(`^https?://[a-z0-9.:[\\]-]+(?:/${name}){1,16}(?:\\?|$)`);

function makeOwnFolder(
  playlistPath: string,
  playlistUrl: string,
  prefixUrl: string,
  timeline: number,
): OwnFolder | null {
  const pathStart = prefixUrl.length;
  const pathEnd = pathStart + playlistPath.length;
  // Of a canonical URL each part is canonical: prefix and path need no look of their own.
  if (pathStart < prefixCharsMin || prefixUrl.charCodeAt(pathStart - 1) !== slash) return null;
  if (!isAt(playlistUrl, 0, prefixUrl) || !isAt(playlistUrl, pathStart, playlistPath)) return null;
  const queryAt = playlistUrl.indexOf("?");
  if ((queryAt === -1 ? playlistUrl.length : queryAt) !== pathEnd) return null;
  if (!canonicalUrl.test(playlistUrl)) return null;
  const folderChars = playlistPath.lastIndexOf("/") + 1;
  const path = playlistPath.slice(0, folderChars);
  const ups = printUps(path, 0);
  const labelHead = timeline === 0 ? "" : `${ups}@t${timeline}/`;
  return {
    prefixUrl,
    playlistPath,
    path,
    ups,
    playlistUrl,
    urlChars: pathStart + folderChars,
    urlLetters: toLetters(playlistUrl.slice(0, pathStart + folderChars)),
    timeline,
    labelHead,
    mediaHead: timeline === 0 ? "" : labelHead + path,
  };
}

/** One "../" for each folder of the path behind its first `sharedChars` letters. */
export function printUps(path: string, sharedChars: number): string {
  let ups = "";
  for (let at = path.indexOf("/", sharedChars); at !== -1; at = path.indexOf("/", at + 1)) {
    ups += "../";
  }
  return ups;
}
