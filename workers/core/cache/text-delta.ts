// The difference between two versions of one text, for the way between machines: pieces of the old
// text and new text in between. Made for playlists, which change in two ways: something is added at
// the end, or the window slides, so that a line near the top changes, the first lines below it go
// and new ones come at the end. Anything else still comes out right, only longer; who sends decides
// whether it is worth it.

import type { DeltaPiece } from "../contract/version.ts";

/** Characters that must agree before a place in the old text is believed to be the same. */
const ANCHOR_CHARS = 48;
/** Lines missing in the old text before the rest is taken for new: bounds the search. */
const MISSES_MAX = 32;

/** Plans how to make `next` from `base`. */
export function planTextDelta(base: string, next: string): readonly DeltaPiece[] {
  const shared = countShared(base, 0, next, 0);
  if (shared === next.length) return [[0, shared]];
  const pieces: DeltaPiece[] = [];
  let from = next.lastIndexOf("\n", shared - 1) + 1;
  if (from > 0) pieces.push([0, from]);
  let at = from;
  let misses = 0;
  while (at < next.length) {
    const place = base.indexOf(next.slice(at, at + ANCHOR_CHARS), from);
    if (place >= 0 && next.length - at >= ANCHOR_CHARS) {
      const count = countShared(base, place, next, at);
      pieces.push([place, place + count]);
      at += count;
      from = place + count;
      continue;
    }
    misses += 1;
    const lineEnd = next.indexOf("\n", at);
    const isRest = lineEnd < 0 || from >= base.length || misses > MISSES_MAX;
    const end = isRest ? next.length : lineEnd + 1;
    pieces.push(next.slice(at, end));
    at = end;
  }
  return pieces;
}

/** Puts the pieces together; null if they do not fit the base. */
export function applyTextDelta(base: string, pieces: readonly DeltaPiece[]): string | null {
  let text = "";
  for (const piece of pieces) {
    if (typeof piece === "string") {
      text += piece;
      continue;
    }
    const [start, end] = piece;
    if (!(start >= 0 && start <= end && end <= base.length)) return null;
    text += base.slice(start, end);
  }
  return text;
}

/** Characters on the way, roughly. */
export function countDeltaChars(pieces: readonly DeltaPiece[]): number {
  return pieces.reduce((sum, piece) => sum + (typeof piece === "string" ? piece.length : 12), 0);
}

function countShared(a: string, fromA: number, b: string, fromB: number): number {
  const most = Math.min(a.length - fromA, b.length - fromB);
  let count = 0;
  while (count < most && a.charCodeAt(fromA + count) === b.charCodeAt(fromB + count)) count += 1;
  return count;
}
