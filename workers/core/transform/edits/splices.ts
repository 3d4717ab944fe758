// Changes of a text as a list of spans with their new content. Edits speak in splices and never
// build a text themselves: what no splice covers is copied byte for byte, and new lines end the way
// the playlist's own lines end.

export interface Splice {
  /** Span of the old text; start = end inserts. */
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/** The text with all splices applied. They may come in any order and must not overlap. */
export function printSplices(text: string, splices: readonly Splice[]): string {
  if (splices.length === 0) return text;
  const ordered = [...splices].sort((a, b) => a.start - b.start || a.end - b.end);
  const pieces: string[] = [];
  let from = 0;
  for (const splice of ordered) {
    if (splice.start < from) throw new Error(`Splices overlap at offset ${splice.start}.`);
    pieces.push(text.slice(from, splice.start), splice.text);
    from = splice.end;
  }
  pieces.push(text.slice(from));
  return pieces.join("");
}

/** How the lines of this playlist end: as its first one does. */
export function toLineBreak(text: string): "\r\n" | "\n" {
  const first = text.indexOf("\n");
  return first > 0 && text.charCodeAt(first - 1) === 13 ? "\r\n" : "\n";
}

/** New lines in front of the line that begins at `offset`. */
export function toLinesBefore(text: string, offset: number, lines: readonly string[]): Splice {
  const lineBreak = toLineBreak(text);
  const block = lines.map((line) => line + lineBreak).join("");
  if (offset < text.length || text.endsWith("\n"))
    return { start: offset, end: offset, text: block };
  // Behind a last line without line break: the break goes in front, and the style is kept. A lone
  // carriage return at the end is half a break already.
  const opening = text.endsWith("\r") ? "\n" : lineBreak;
  return { start: offset, end: offset, text: opening + lines.join(lineBreak) };
}
