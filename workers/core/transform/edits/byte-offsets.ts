// A byte range without an offset goes on where the one before it ended (bis-22 sections 4.4.4.2 and
// 4.4.4.9). When that one is not in the list any more, be it gone for good, skipped by a delta or
// left behind in an older version, the first segment and the first part that are listed have to say
// where they begin. Those behind them go on from there.

import { parseStringAttribute } from "../../hls/attribute-list.ts";
import type { Segment } from "../../hls/playlist.ts";
import { toAttributeSplice, toLineAttributes } from "./attribute-splices.ts";
import type { Splice } from "./splices.ts";
import type { TextLine } from "./text-lines.ts";
import { filterTag, findTag } from "./text-lines.ts";

/** `own`: the lines of first's block. Nothing for ranges that state or cannot know their offset. */
export function toOffsetSplices(
  text: string,
  own: readonly TextLine[],
  first: Segment,
): readonly Splice[] {
  return [...toSegmentOffset(text, own, first), ...toPartOffset(text, own, first)];
}

function toSegmentOffset(
  text: string,
  own: readonly TextLine[],
  first: Segment,
): readonly Splice[] {
  const offsetBytes = first.byteRange?.offsetBytes;
  const range = filterTag(own, "EXT-X-BYTERANGE").at(-1);
  if (range === undefined || offsetBytes === undefined || offsetBytes === null) return [];
  const written = text.slice(range.valueStart, range.end);
  if (written.includes("@")) return [];
  const end = range.valueStart + written.trimEnd().length;
  return [{ start: end, end, text: `@${offsetBytes}` }];
}

function toPartOffset(text: string, own: readonly TextLine[], first: Segment): readonly Splice[] {
  const line = findTag(own, "EXT-X-PART");
  const offsetBytes = first.parts[0]?.byteRange?.offsetBytes;
  if (line === null || offsetBytes === undefined || offsetBytes === null) return [];
  const range = parseStringAttribute(toLineAttributes(text, line), "BYTERANGE") ?? "@";
  if (range.includes("@")) return [];
  return [toAttributeSplice(text, line, "BYTERANGE", `"${range.trim()}@${offsetBytes}"`)];
}
