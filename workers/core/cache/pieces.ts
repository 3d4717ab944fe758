// How a large file is kept: in aligned pieces of one size, so that two viewers of neighbouring byte
// ranges share what they have in common, and nobody has to read an hour to see ten seconds (byte
// range playlists of whole films). For the media road. A piece's key carries the validator of the
// whole: pieces of two versions of a file can never meet in one reply.

import type { CacheKey } from "./key.ts";

/** Files above this are kept in pieces; below, whole: a range of those is cut for nothing. */
export const LARGE_BYTES_MIN = 32 * 1024 * 1024;
/** Size of a piece: a second or two of the best rendition, and one window of a running fill. */
export const PIECE_BYTES = 4 * 1024 * 1024;

/** One piece, positions in the whole file, `last` inclusive. */
export interface Piece {
  readonly index: number;
  readonly first: number;
  readonly last: number;
}

/** The pieces that hold bytes `first` to `last` of a file of `lengthBytes`, in order. */
export function planPieces(first: number, last: number, lengthBytes: number): readonly Piece[] {
  const from = Math.floor(first / PIECE_BYTES);
  const to = Math.floor(Math.min(last, lengthBytes - 1) / PIECE_BYTES);
  return Array.from({ length: Math.max(0, to - from + 1) }, (_, offset) => {
    const index = from + offset;
    const start = index * PIECE_BYTES;
    return { index, first: start, last: Math.min(start + PIECE_BYTES, lengthBytes) - 1 };
  });
}

/** Key of a piece of a file with this strong validator. */
export function toPieceKey(key: CacheKey, etag: string, index: number): CacheKey {
  const mark = key.includes("?") ? "&" : "?";
  return `${key}${mark}~piece=${index}.${encodeURIComponent(etag)}` as CacheKey;
}
