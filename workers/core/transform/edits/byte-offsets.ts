// A byte range without an offset goes on where the one before it ended (bis-22 sections 4.4.4.2 and
// 4.4.4.9). When that one is not in the list any more, be it gone for good, skipped by a delta or
// left behind in an older version, the first segment and the first part that are listed have to say
// where they begin. Those behind them go on from there.

import { parseStringAttribute } from "../../hls/attribute-list.ts";
import type { Part, Segment } from "../../hls/playlist.ts";
import { toAttributeSplice, toLineAttributes } from "./attribute-splices.ts";
import type { Splice } from "./splices.ts";
import type { TextLine } from "./text-lines.ts";
import { filterTag } from "./text-lines.ts";

/** What is still listed: the segments, and the parts behind the last of them. */
export interface Listed {
  readonly segments: readonly Segment[];
  readonly openParts: readonly Part[];
}

/** `lines`: those of what is listed. Nothing for ranges that state or cannot know their offset. */
export function toOffsetSplices(
  text: string,
  lines: readonly TextLine[],
  listed: Listed,
): readonly Splice[] {
  return [...toSegmentOffset(text, lines, listed), ...toPartOffset(text, lines, listed)];
}

function toSegmentOffset(
  text: string,
  lines: readonly TextLine[],
  { segments: [first] }: Listed,
): readonly Splice[] {
  const offsetBytes = first?.byteRange?.offsetBytes;
  if (first === undefined || offsetBytes === undefined || offsetBytes === null) return [];
  const own = lines.filter((line) => line.start <= first.blockEnd);
  const range = filterTag(own, "EXT-X-BYTERANGE").at(-1);
  if (range === undefined) return [];
  const written = text.slice(range.valueStart, range.end);
  if (written.includes("@")) return [];
  const end = range.valueStart + written.trimEnd().length;
  return [{ start: end, end, text: `@${offsetBytes}` }];
}

function toPartOffset(
  text: string,
  lines: readonly TextLine[],
  { segments, openParts }: Listed,
): readonly Splice[] {
  // A line without a colon is no part.
  const line = lines.find(({ tag, valueStart, end }) => tag === "EXT-X-PART" && valueStart < end);
  const [part] = segments.find(({ parts }) => parts.length > 0)?.parts ?? openParts;
  const offsetBytes = part?.byteRange?.offsetBytes;
  if (line === undefined || offsetBytes === undefined || offsetBytes === null) return [];
  const range = parseStringAttribute(toLineAttributes(text, line), "BYTERANGE") ?? "@";
  if (range.includes("@")) return [];
  return [toAttributeSplice(text, line, "BYTERANGE", `"${range.trim()}@${offsetBytes}"`)];
}
