// How a tag or a segment on an unknown host leaves the playlist when the policy says "drop". A
// variant, a rendition, a hint or a date range goes with its line. A segment or a part cannot go:
// every later Media Sequence Number would move. It stays as a gap (bis-22 section 4.4.4.7), which
// players do not load.

import { seekLineFeed } from "../hls/lines.ts";
import type { Output } from "./output.ts";
import { applyCut, applyUndo } from "./output.ts";

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

/** Leaves out a variant: its URI line and everything from its EXT-X-STREAM-INF on. */
export function applyVariantRemoval(output: Output, start: number, end: number): void {
  const blockStart = seekBlock(output);
  const tag = output.text.slice(blockStart, start).lastIndexOf("#EXT-X-STREAM-INF");
  const from = tag === -1 ? start : blockStart + tag;
  applyLineRemoval(output, output.count, from, end);
}

/** Marks the segment whose URI line begins at `start` as a gap, unless it is one. */
export function applySegmentGap(output: Output, start: number): void {
  const block = output.text.slice(seekBlock(output), start);
  if (/^#EXT-X-GAP\s*$/m.test(block)) return;
  const lineBreak = block.endsWith("\r\n") ? "\r\n" : "\n";
  applyCut(output, start, start, `#EXT-X-GAP${lineBreak}`);
  output.dropped += 1;
}

/** Marks the part whose tag is this line as a gap, unless it is one. */
export function applyPartGap(output: Output, start: number, end: number): void {
  if (/[:,]GAP=YES\s*(?:,|$)/.test(output.text.slice(start, end))) return;
  applyCut(output, end, end, ",GAP=YES");
  output.dropped += 1;
}
