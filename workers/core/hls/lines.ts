// Walks the lines of a text for the readers that run on demand. The hot walk in parse-playlist.ts
// is its own loop.

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
    let end = text.indexOf("\n", start);
    if (end === -1) end = text.length;
    const next = end + 1;
    if (end > start && text.charCodeAt(end - 1) === 13) end -= 1;
    yield { line, start, end };
    start = next;
  }
}

/**
 * The value behind `#NAME:` if the line is that tag, else null. A tag without colon has the value
 * "".
 */
export function parseTagValue(content: string, name: string): string | null {
  if (!content.startsWith(name, 1)) return null;
  const behind = content.charCodeAt(name.length + 1);
  if (Number.isNaN(behind) || behind === 32 || behind === 9) return "";
  return behind === 58 ? content.slice(name.length + 2) : null;
}
