// Where lines end, and a walk over them for the readers that run on demand. The hot walk in
// scan-lines.ts is its own loop.

/** Offset of the line feed at or behind `position`, or the length of the text. */
export function seekLineFeed(text: string, position: number): number {
  const found = text.indexOf("\n", position);
  return found === -1 ? text.length : found;
}

/** Offset of the first visible letter of the line that holds `position`, itself a visible one. */
export function seekLineStart(text: string, position: number): number {
  let start = text.lastIndexOf("\n", position) + 1;
  while (text.charCodeAt(start) <= 32) start += 1;
  return start;
}

/** End of the line without its carriage return; `lineFeedAt` is what seekLineFeed found. */
export function toLineEnd(text: string, start: number, lineFeedAt: number): number {
  const hasReturn = lineFeedAt > start && text.charCodeAt(lineFeedAt - 1) === 13;
  return hasReturn ? lineFeedAt - 1 : lineFeedAt;
}

export interface Line {
  /** Counted from 1. */
  readonly line: number;
  readonly start: number;
  /** End without the line break. */
  readonly end: number;
}

export function* eachLine(text: string): Generator<Line> {
  let line = 0;
  for (let start = 0; start < text.length; ) {
    line += 1;
    const lineFeedAt = seekLineFeed(text, start);
    yield { line, start, end: toLineEnd(text, start, lineFeedAt) };
    start = lineFeedAt + 1;
  }
}

/** Blanks, tabs and all other letters up to U+0020 say nothing at the ends of a line. */
function isBlank(code: number): boolean {
  return code <= 32;
}

/** The URI of a line, or the line itself, without blanks around it; empty for a blank line. */
export function trimLine(content: string): string {
  let start = 0;
  let end = content.length;
  while (start < end && isBlank(content.charCodeAt(start))) start += 1;
  while (end > start && isBlank(content.charCodeAt(end - 1))) end -= 1;
  return content.slice(start, end);
}

/**
 * The value behind `#NAME:` if the line is that tag, else null. A tag without colon has the value
 * "".
 */
export function parseTagValue(content: string, name: string): string | null {
  if (!content.startsWith(name, 1)) return null;
  const nameEnd = name.length + 1;
  if (content.charCodeAt(nameEnd) === 58) return content.slice(nameEnd + 1);
  return nameEnd === content.length || isBlank(content.charCodeAt(nameEnd)) ? "" : null;
}

/** As parseTagValue, for a tag that is none without its colon. */
export function parseNeededValue(content: string, name: string): string | null {
  return content.startsWith(":", name.length + 1) ? parseTagValue(content, name) : null;
}
