// Where a rendition goes on in another member's listing of the same bytes: by dates if both have
// them, else by the name of the last segment, else by its number. Says how many segments in between
// that listing has lost already; it does not say who else may have them (feed.ts).

import { toMeanSeconds } from "./join-point.ts";
import type { Draft } from "./ledger.ts";
import type { Listing } from "./listing.ts";
import { toBlockAt } from "./listing.ts";
import { toListing } from "./origin-book.ts";
import type { RawBlock } from "./raw-block.ts";
import { isSameName } from "./raw-block.ts";
import type { RenditionBook } from "./rendition-book.ts";
import { ledgerLimits } from "./settings.ts";

/** Where another listing of the same bytes goes on. */
export interface NextSegment {
  readonly msn: number;
  /** Segments before it that it does not list any more. */
  readonly missing: number;
}

/** Null if the listing does not reach the end of what was admitted, or cannot be compared. */
export function seekNext(draft: Draft, book: RenditionBook, listing: Listing): NextSegment | null {
  const { endMs, lastSeconds } = book.tail;
  const last = listing.blocks.at(-1);
  if (last === undefined) return null;
  if (endMs === null || last.dateMs === null) return seekUndatedNext(draft, book, listing, last);
  const toleranceMs = Math.min(lastSeconds * 500, 250);
  const startMs = (block: RawBlock) => block.dateMs ?? Number.NEGATIVE_INFINITY;
  const found = listing.blocks.find((block) => startMs(block) >= endMs - toleranceMs);
  if (found === undefined) {
    const isAtEnd = startMs(last) + last.durationSeconds * 1000 >= endMs - toleranceMs;
    return isAtEnd ? { msn: last.msn + 1, missing: 0 } : null;
  }
  const holeSeconds = (startMs(found) - endMs) / 1000;
  const isHole = holeSeconds * 1000 > toleranceMs;
  if (!isHole) return { msn: found.msn, missing: 0 };
  // The mean, because what follows a hole may be the one short segment in four.
  const eachSeconds = toMeanSeconds(listing);
  const byTime = eachSeconds > 0 ? Math.max(1, Math.round(holeSeconds / eachSeconds)) : 1;
  // Durations may alternate: if this member's numbers go on from the old one's, they say it better.
  const byNumber = found.msn - book.source.localMsn - 1;
  const isAlike = byNumber > 0 && Math.abs(byNumber - byTime) <= Math.max(1, byTime / 2);
  return { msn: found.msn, missing: isAlike ? byNumber : byTime };
}

/** Without dates by name, or by number if no name is in both. */
function seekUndatedNext(
  draft: Draft,
  book: RenditionBook,
  listing: Listing,
  last: RawBlock,
): NextSegment | null {
  const origin = draft.ledger.origins.get(book.source.origin);
  const old = origin === undefined ? null : toListing(origin, book.source.epoch, book.path);
  const before = old === null ? null : toBlockAt(old, book.source.localMsn);
  const same = listing.blocks.find((block) => before !== null && isSameName(block, before));
  if (same !== undefined) return { msn: same.msn + 1, missing: 0 };
  // It may have left the old listing meanwhile: then its number is all that is known of it.
  const next = book.source.localMsn + 1;
  const first = listing.blocks[0] as RawBlock;
  if (before === null && first.msn > next + ledgerLimits.gapBlocksMax) return null;
  if (next > last.msn + 1) return null;
  return { msn: Math.max(next, first.msn), missing: Math.max(0, first.msn - next) };
}
