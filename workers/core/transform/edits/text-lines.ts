// The lines of a playlist as edits see them: what kind of line, which tag, which value, and where
// it stands. It agrees with parse-playlist.ts about what a tag and what a URI is (bis-22 section
// 4.1). Slower than the parser's own walk and meant for edits only.

import { eachLine } from "../../hls/lines.ts";

export interface TextLine {
  /** Counted from 1. */
  readonly line: number;
  readonly kind: "tag" | "uri" | "other";
  readonly start: number;
  /** End without the line break. */
  readonly end: number;
  /** Start of the next line. */
  readonly next: number;
  /** Name of the tag without "#"; empty if the line is none. */
  readonly tag: string;
  /** Offset of the tag's value, which ends at `end`; `end` if there is none. */
  readonly valueStart: number;
}

const space = 32;
const hash = 35;

export function toTextLines(text: string): readonly TextLine[] {
  const lines: TextLine[] = [];
  for (const { line, start, end } of eachLine(text)) {
    const lineFeed = text.indexOf("\n", end);
    const next = lineFeed === -1 ? text.length : lineFeed + 1;
    lines.push(toTextLine(text, { line, start, end, next }));
  }
  return lines;
}

function toTextLine(
  text: string,
  place: {
    readonly line: number;
    readonly start: number;
    readonly end: number;
    readonly next: number;
  },
): TextLine {
  const { start, end } = place;
  if (text.startsWith("#EXT", start) && end - start >= 4) {
    let colon = start + 4;
    while (colon < end) {
      const code = text.charCodeAt(colon);
      if (code === 58 || code <= space) break;
      colon += 1;
    }
    const tag = text.slice(start + 1, colon);
    const hasValue = colon < end && text.charCodeAt(colon) === 58;
    return { ...place, kind: "tag", tag, valueStart: hasValue ? colon + 1 : end };
  }
  let position = start;
  while (position < end && text.charCodeAt(position) <= space) position += 1;
  const isUri = position < end && text.charCodeAt(position) !== hash;
  return { ...place, kind: isUri ? "uri" : "other", tag: "", valueStart: end };
}

/** The first line with this tag. */
export function findTag(lines: readonly TextLine[], tag: string): TextLine | null {
  return lines.find((line) => line.tag === tag) ?? null;
}

/** All lines with this tag; a tag that may stand once can still stand twice in an origin's list. */
export function filterTag(lines: readonly TextLine[], tag: string): readonly TextLine[] {
  return lines.filter((line) => line.tag === tag);
}

/**
 * Where a tag of the playlist's head goes that has no line yet: behind the version, or the first
 * line.
 */
export function toHeadEnd(lines: readonly TextLine[]): number {
  const line = findTag(lines, "EXT-X-VERSION") ?? lines[0];
  return line?.next ?? 0;
}
