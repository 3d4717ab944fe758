// How a tag or a segment on an unknown host leaves the playlist when the policy says "drop". A
// variant, a rendition, a hint or a date range goes with its line. A segment or a part cannot go:
// every later Media Sequence Number would move. It stays as a gap (bis-22 section 4.4.4.7), which
// players do not load.

import { isNamed, makeAttributeCursor, nextAttribute } from "../hls/attribute-list.ts";
import { seekLineFeed } from "../hls/lines.ts";
import { toLetters } from "../http/letters.ts";
import type { Output } from "./output.ts";
import { applyCut, applyUndo, toCutEnd } from "./output.ts";

/** Leaves out the line of a tag, and with it the cuts that were made behind the first ones. */
export function applyLineRemoval(output: Output, count: number, start: number, end: number): void {
  applyUndo(output, count);
  const next = output.text.indexOf("\n", end);
  applyCut(output, start, next === -1 ? output.text.length : next + 1, "");
  output.dropped += 1;
}

function seekBlock({ text, lastUriStart }: Output): number {
  return seekLineFeed(text, lastUriStart);
}

/**
 * Leaves out a variant: its URI line and everything from its EXT-X-STREAM-INF on. False, with
 * nothing done, if a tag between the two was already rewritten: it cannot be taken back.
 */
export function applyVariantRemoval(output: Output, start: number, end: number): boolean {
  const blockStart = seekBlock(output);
  let from = start;
  for (const { index } of output.text.slice(blockStart, start).matchAll(variantTag)) {
    from = blockStart + index + 1;
  }
  if (from < toCutEnd(output)) return false;
  applyLineRemoval(output, output.count, from, end);
  return true;
}

/** A block begins with the line feed before its first line. */
const variantTag = /\n#EXT-X-STREAM-INF(?=[:\s])/g;

/** Marks the segment whose URI begins at `start` as a gap, unless it is one. */
export function applySegmentGap(output: Output, start: number): void {
  // Behind a blank before the URI the tag would be none.
  const lineStart = output.text.lastIndexOf("\n", start) + 1;
  const block = output.text.slice(seekBlock(output), lineStart);
  if (/^#EXT-X-GAP\s*$/m.test(block)) return;
  const lineBreak = block.endsWith("\r\n") ? "\r\n" : "\n";
  applyCut(output, lineStart, lineStart, `#EXT-X-GAP${lineBreak}`);
  output.dropped += 1;
}

/** Marks the part whose tag is this line as a gap, unless it is one. */
export function applyPartGap(output: Output, start: number, end: number): void {
  if (isGap(output.text, start, end)) return;
  applyCut(output, end, end, ",GAP=YES");
  output.dropped += 1;
}

function isGap(text: string, start: number, end: number): boolean {
  const list = text.slice(text.indexOf(":", start) + 1, end);
  const cursor = makeAttributeCursor(toLetters(list), 0, list.length);
  while (nextAttribute(cursor) === "pair") {
    if (isNamed(cursor, "GAP") && list.slice(cursor.valueStart, cursor.valueEnd) === "YES") {
      return true;
    }
  }
  return false;
}
