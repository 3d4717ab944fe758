// Reads the EXT-X-DATERANGE tags of a playlist (bis-22 section 4.4.5.1): their identity and the
// time at which they are surely over. For the edits that may leave some of them out.

import { parseDecimalAttribute, parseStringAttribute } from "../../hls/attribute-list.ts";
import { parseDateTime } from "../../hls/date-time.ts";
import { toLineAttributes } from "./attribute-splices.ts";
import type { TextLine } from "./text-lines.ts";

export interface DateRangeLine {
  readonly line: TextLine;
  readonly id: string;
  /** Null if nothing states the end: it may still go on. */
  readonly endMs: number | null;
}

export function toDateRangeLines(
  text: string,
  lines: readonly TextLine[],
): readonly DateRangeLine[] {
  return lines
    .filter((line) => line.tag === "EXT-X-DATERANGE")
    .map((line) => {
      const attributes = toLineAttributes(text, line);
      const start = parseDateTime(parseStringAttribute(attributes, "START-DATE") ?? "");
      const end = parseDateTime(parseStringAttribute(attributes, "END-DATE") ?? "");
      const seconds = parseDecimalAttribute(attributes, "DURATION");
      const byDuration =
        start === null || seconds === null || seconds < 0 ? null : start + seconds * 1000;
      const id = parseStringAttribute(attributes, "ID") ?? "";
      return { line, id, endMs: end ?? byDuration };
    });
}
