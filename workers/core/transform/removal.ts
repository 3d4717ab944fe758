// How a tag or a segment on an unknown host leaves the playlist when the policy says "drop". A
// variant, a rendition, a hint or a date range goes with its line. A segment or a part cannot go:
// every later Media Sequence Number would move. It stays as a gap (bis-22 section 4.4.4.7), which
// players do not load.

import { isNamed, makeAttributeCursor, nextAttribute } from "../hls/attribute-list.ts";
import { seekLineFeed } from "../hls/lines.ts";

export interface Output {
  readonly text: string;
  /** What was written so far, up to the input offset `from`. */
  out: string;
  from: number;
  /** Start of the last URI: the current segment's or variant's block begins behind its line. */
  lastUriStart: number;
  dropped: number;
}

/** Leaves out the line of a tag, and all that was already written of it. */
export function applyLineRemoval(
  output: Output,
  before: OutputMark,
  start: number,
  end: number,
): void {
  output.out = before.out + output.text.slice(before.from, start);
  const next = output.text.indexOf("\n", end);
  output.from = next === -1 ? output.text.length : next + 1;
  output.dropped += 1;
}

export interface OutputMark {
  readonly out: string;
  readonly from: number;
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
  if (from < output.from) return false;
  applyLineRemoval(output, { out: output.out, from: output.from }, from, end);
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
  output.out += `${output.text.slice(output.from, lineStart)}#EXT-X-GAP${lineBreak}`;
  output.from = lineStart;
  output.dropped += 1;
}

/** Marks the part whose tag is this line as a gap, unless it is one. */
export function applyPartGap(output: Output, start: number, end: number): void {
  if (isGap(output.text, start, end)) return;
  output.out += `${output.text.slice(output.from, end)},GAP=YES`;
  output.from = end;
  output.dropped += 1;
}

function isGap(text: string, start: number, end: number): boolean {
  const cursor = makeAttributeCursor(text, text.indexOf(":", start) + 1, end);
  while (nextAttribute(cursor) === "pair") {
    if (isNamed(cursor, "GAP") && text.slice(cursor.valueStart, cursor.valueEnd) === "YES") {
      return true;
    }
  }
  return false;
}
