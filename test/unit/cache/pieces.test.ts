// Aligned pieces of large files: together they are the range, and nobody shares across versions.

import { expect, test } from "vitest";
import type { CacheKey } from "../../../workers/core/cache/key.ts";
import { PIECE_BYTES, planPieces, toPieceKey } from "../../../workers/core/cache/pieces.ts";

const LENGTH = 10 * PIECE_BYTES + 100;

test.each([
  ["the first byte", 0, 0, [0]],
  ["one piece exactly", PIECE_BYTES, 2 * PIECE_BYTES - 1, [1]],
  ["over a border", PIECE_BYTES - 1, PIECE_BYTES, [0, 1]],
  ["the short last piece", LENGTH - 1, LENGTH - 1, [10]],
  ["an end beyond the file", 9 * PIECE_BYTES, LENGTH + 5, [9, 10]],
])("%s", (_name, first, last, want) => {
  const pieces = planPieces(first, last, LENGTH);
  expect(pieces.map(({ index }) => index)).toEqual(want);
  for (const piece of pieces) expect(piece.first).toBe(piece.index * PIECE_BYTES);
  expect(pieces.at(0)?.first).toBeLessThanOrEqual(first);
  expect(pieces.at(-1)?.last).toBeGreaterThanOrEqual(Math.min(last, LENGTH - 1));
  expect(pieces.at(-1)?.last).toBeLessThan(LENGTH);
});

test("the whole file is all of its bytes, once", () => {
  let next = 0;
  for (const { first, last } of planPieces(0, LENGTH - 1, LENGTH)) {
    expect(first).toBe(next);
    next = last + 1;
  }
  expect(next).toBe(LENGTH);
});

test("keys differ by file, query, version and piece", () => {
  const key = (text: string) => text as CacheKey;
  const keys = [
    toPieceKey(key("/c/a.mp4"), "v1", 0),
    toPieceKey(key("/c/a.mp4"), "v1", 1),
    toPieceKey(key("/c/a.mp4"), "v2", 0),
    toPieceKey(key("/c/a.mp4?x=1"), "v1", 0),
    toPieceKey(key("/c/b.mp4"), "v1", 0),
    toPieceKey(key("/c/a.mp4"), "v1&~piece=1", 0),
  ];
  expect(new Set(keys).size).toBe(keys.length);
  for (const each of keys) expect(each.split("?").length).toBe(2);
});
