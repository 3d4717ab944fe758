// Lets the front of a canonical playlist go, as its origin's does (bis-22 sections 6.2.1 and
// 6.2.2). Blocks of the present visit leave when the origin does not list them any more; blocks of
// older visits leave when the window is longer than it was with them. It never gets shorter than
// three target durations, nor than what the origin has listed before: an encoder that has just
// started lists little, and players need the rest.

import { parseStringAttribute } from "../hls/attribute-list.ts";
import { dropFront, openFront } from "./block-store.ts";
import { toMarkedRanges } from "./date-ranges.ts";
import type { ChannelStart } from "./ledger.ts";
import type { Listing } from "./listing.ts";
import type { RenditionBook } from "./rendition-book.ts";
import { toFrontMsn } from "./rendition-book.ts";
import { ledgerLimits } from "./settings.ts";
import { toAttributes } from "./tag-lines.ts";

export function applyWindow(
  book: RenditionBook,
  listing: Listing,
  start: ChannelStart,
): RenditionBook {
  const next = start.isEvent ? applyCountLimit(book) : applyFront(book, listing, start);
  return applyRanges(next, listing);
}

function applyFront(book: RenditionBook, listing: Listing, start: ChannelStart): RenditionBook {
  const target = start.targetDurationSeconds;
  const { shift, firstMsn } = book.source;
  const originFrontMsn = listing.facts.firstMsn + shift;
  const lostMsn = toLostMsn(book, listing);
  let next = book;
  for (;;) {
    const frontMsn = toFrontMsn(next);
    const isOld = frontMsn < firstMsn;
    if (!isOld && frontMsn >= originFrontMsn && next.store.count <= ledgerLimits.blocksMax) break;
    const windowSeconds = isOld ? book.oldWindowSeconds : book.windowSeconds - target;
    const keepSeconds = Math.max(3 * target, frontMsn < lostMsn ? 0 : windowSeconds);
    if (next.store.seconds - keepSeconds < 1e-6 || next.store.count <= 1) break;
    const opened = openFront(next.store, next.front.state);
    const first = opened.front[0];
    if (first === undefined) break;
    next = { ...next, store: opened };
    if (opened.seconds - first.durationSeconds < keepSeconds - 1e-6) break;
    next = applyDrop(next);
  }
  return next;
}

/**
 * Number in front of which nothing may stay: an origin need not keep a segment longer than one more
 * window after it has left its list (C7), and behind a cut it may list less than the one before.
 */
function toLostMsn(book: RenditionBook, listing: Listing): number {
  const { firstMsn, lastMsn } = listing.facts;
  const msn = firstMsn + book.source.shift - (lastMsn - firstMsn + 1);
  return msn > book.source.firstMsn ? msn : 0;
}

/** An EVENT playlist keeps everything, up to the limit. */
function applyCountLimit(book: RenditionBook): RenditionBook {
  let next = book;
  while (next.store.count > ledgerLimits.blocksMax) {
    next = applyDrop({ ...next, store: openFront(next.store, next.front.state) });
  }
  return next;
}

/** Takes the first block off an opened front. */
function applyDrop(book: RenditionBook): RenditionBook {
  const first = book.store.front[0];
  if (first === undefined) return book;
  const front = {
    dsn: book.front.dsn + first.discontinuities,
    state: first.state ?? book.front.state,
  };
  return { ...book, store: dropFront(book.store, 1), front };
}

function applyRanges(book: RenditionBook, listing: Listing): RenditionBook {
  if (book.dateRanges.length === 0) return book;
  const frontMs = toFrontDateMs(book);
  const ids = new Set(
    listing.dateRanges.map((line) => parseStringAttribute(toAttributes(line), "ID") ?? ""),
  );
  const { timeline } = book;
  return { ...book, dateRanges: toMarkedRanges(book.dateRanges, frontMs, ids, timeline) };
}

/** Start of the first listed block; null without dates. */
export function toFrontDateMs(book: RenditionBook): number | null {
  const { front, chunks, end } = book.store;
  const first = front[0] ?? chunks[0] ?? end[0];
  return first?.dateMs ?? null;
}
