// The VOD set as a tree of files: the same ladder once from start to end, plus the MPEG-TS set.
//
// One tree serves two doors: publishVod (vod-upload.ts) puts it into S3 chunk storage, and an
// origin server answers from it under /vod/. Paths are relative to the set's own root:
// master.m3u8, {rendition}/index.m3u8, {rendition}/{n}.m4s, ts/master.m3u8, ts/{n}.ts.
// It holds references to the library's bytes, not copies, and knows neither HTTP nor S3.

import type { MediaLibrary, Rendition } from "./media-library.ts";
import { printMultivariant, printVodPlaylist } from "./playlist-text.ts";
import { type StoredBytes, toStoredBytes } from "./segment-shelf.ts";

export interface VodFile extends StoredBytes {
  readonly contentType: string;
}

export type VodTree = ReadonlyMap<string, VodFile>;

export const PLAYLIST_TYPE = "application/vnd.apple.mpegurl";

/** The media type of a rendition's segments and init section. */
export function toMediaType(rendition: Rendition): string {
  const types = { fmp4: "video/mp4", "fmp4-audio": "audio/mp4", mpegts: "video/mp2t" } as const;
  return types[rendition.facts.kind];
}

export function makeVodTree(library: MediaLibrary): VodTree {
  const tree = new Map<string, VodFile>();
  const addText = (path: string, text: string) => {
    const bytes = new TextEncoder().encode(text);
    tree.set(path, { ...toStoredBytes(bytes), contentType: PLAYLIST_TYPE });
  };
  const ladderFacts = library.ladder.map((rendition) => rendition.facts);
  addText(
    "master.m3u8",
    printMultivariant(ladderFacts, (facts) => `${facts.name}/index.m3u8`),
  );
  addText(
    "ts/master.m3u8",
    printMultivariant([library.mpegts.facts], () => "index.m3u8"),
  );
  for (const rendition of [...library.ladder, library.mpegts]) {
    const { name, kind } = rendition.facts;
    const contentType = toMediaType(rendition);
    addText(`${name}/index.m3u8`, printVodPlaylist(rendition.facts));
    if (rendition.init) {
      tree.set(`${name}/init.mp4`, { ...toStoredBytes(rendition.init), contentType });
    }
    for (const [index, bytes] of rendition.segments.entries()) {
      const extension = kind === "mpegts" ? "ts" : "m4s";
      tree.set(`${name}/${index}.${extension}`, { ...toStoredBytes(bytes), contentType });
    }
  }
  return tree;
}
