// Forgets the older blocks of a listing that was read as a whole window. Their lines are slices of
// that window's text and would keep all of it in memory, so those that stay are read again from a
// text of their own.

import type { Listing } from "./listing.ts";
import type { RawBlock } from "./raw-block.ts";
import { readBlocks } from "./read-blocks.ts";
import { ledgerLimits } from "./settings.ts";

/** The listing itself if it is not longer than others are between two versions. */
export function toTrimmed(listing: Listing): Listing {
  if (listing.blocks.length <= 2 * ledgerLimits.heldBlocksMax) return listing;
  return { ...listing, blocks: toOwnBlocks(listing.blocks.slice(-ledgerLimits.heldBlocksMax)) };
}

function toOwnBlocks(blocks: readonly RawBlock[]): readonly RawBlock[] {
  const [first] = blocks;
  if (first === undefined) return blocks;
  const text = blocks.map(({ lines }) => `${lines.join("\n")}\n`).join("");
  const { msn, dateMs, before: state } = first;
  const dsn = first.dsn - first.discontinuities;
  const read = readBlocks(text, 0, { msn, dsn, state, dateMs, rangeTail: null });
  return read.blocks.map((block, index) => {
    return { ...block, dateMs: blocks[index]?.dateMs ?? block.dateMs };
  });
}
