// Forgets the older blocks of a listing that was read as a whole window. Their lines are slices of
// that window's text and would keep all of it in memory, so those that stay are read again from a
// text of their own.

import type { Listing } from "./listing.ts";
import { printBlocks, toDates, toReread, toStartOf } from "./reread-blocks.ts";
import { ledgerLimits } from "./settings.ts";

/** The listing itself if it is not longer than others are between two versions. */
export function toTrimmed(listing: Listing): Listing {
  if (listing.blocks.length <= 2 * ledgerLimits.heldBlocksMax) return listing;
  const kept = listing.blocks.slice(-ledgerLimits.heldBlocksMax);
  const start = toStartOf(kept);
  if (start === null) return listing;
  return { ...listing, blocks: toReread(printBlocks(kept), start, toDates(kept)) };
}
