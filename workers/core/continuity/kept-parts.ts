// Announced parts stay as they were (bis-22 section 6.2.1), also when another member of the
// timeline goes on with the segment under names of its own: the first parts keep the names they
// were announced with, only what comes behind them has the new ones. The bytes are the same.

import type { OpenTail, RawBlock } from "./raw-block.ts";
import type { CanonicalOpen } from "./rendition-book.ts";

interface Written {
  readonly blocks: readonly RawBlock[];
  readonly open: OpenTail;
}

/** What an origin lists now, with the announced part lines in the place of its own. */
export function keepParts(announced: CanonicalOpen, { blocks, open }: Written): Written {
  if (announced.partCount === 0) return { blocks, open };
  const known = announced.lines.filter(isPart);
  const [first, ...others] = blocks;
  if (first === undefined) return { blocks, open: { ...open, lines: toKept(open.lines, known) } };
  return { blocks: [{ ...first, lines: toKept(first.lines, known) }, ...others], open };
}

function isPart(line: string): boolean {
  return line.startsWith("#EXT-X-PART:");
}

function toKept(lines: readonly string[], known: readonly string[]): readonly string[] {
  let at = 0;
  return lines.map((line) => {
    if (!isPart(line)) return line;
    at += 1;
    return known[at - 1] ?? line;
  });
}
