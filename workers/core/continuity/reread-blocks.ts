// Reads blocks again from their own lines: in a text of their own, behind another block, or after
// they were stored. What their lines say comes out the same; what earlier lines have set comes from
// the place where the reading begins. Dates are kept, for some were counted back from later
// versions.

import type { RawBlock } from "./raw-block.ts";
import type { ReadStart } from "./read-blocks.ts";
import { readBlocks } from "./read-blocks.ts";

/** The lines of blocks as one text. */
export function printBlocks(blocks: readonly RawBlock[]): string {
  return blocks.map(({ lines }) => `${lines.join("\n")}\n`).join("");
}

/** Where these blocks began to be read. */
export function toStartOf(blocks: readonly RawBlock[]): ReadStart | null {
  const [first] = blocks;
  if (first === undefined) return null;
  const { msn, dsn, discontinuities, before: state, dateMs } = first;
  return { msn, dsn: dsn - discontinuities, state, dateMs, rangeTail: null };
}

export function toReread(
  text: string,
  start: ReadStart,
  dates: readonly (number | null)[],
): readonly RawBlock[] {
  return readBlocks(text, 0, start).blocks.map((block, index): RawBlock => {
    return { ...block, dateMs: dates[index] ?? block.dateMs };
  });
}

export function toDates(blocks: readonly RawBlock[]): readonly (number | null)[] {
  return blocks.map(({ dateMs }) => dateMs);
}
