// What a rendition lacks around a cut, as gaps: the end of the old timeline that it never saw, the
// visits of timelines that it missed, and the beginning of the new one where that has left the
// origin's list before this rendition was read. With them a discontinuity has the same number and
// the same place in all renditions; players without dates lay renditions over each other by it.

import { emptyStore } from "./block-store.ts";
import { applyGapBlocks } from "./gap-blocks.ts";
import type { JoinPoint } from "./join-point.ts";
import { isNumberedAs } from "./join-point.ts";
import type { Draft } from "./ledger.ts";
import { note } from "./ledger.ts";
import type { Listing } from "./listing.ts";
import { toListing } from "./origin-book.ts";
import { emptyTagState } from "./raw-block.ts";
import type { RenditionBook } from "./rendition-book.ts";
import { ledgerLimits } from "./settings.ts";
import type { Visit } from "./timeline.ts";

export interface Late {
  readonly count: number;
  readonly seconds: number;
}

/**
 * What of the new timeline has left the listing already, because this rendition was not read when
 * the others were cut: segments from the cut to the first one listed. Null if none has.
 */
export function toLate(
  draft: Draft,
  visit: Visit,
  listing: Listing,
  { msn }: JoinPoint,
): Late | null {
  const { cut } = visit;
  const first = listing.blocks[0];
  if (cut === null || first === undefined || msn !== first.msn) return null;
  const each = first.durationSeconds;
  if (cut.startDateMs !== null && first.dateMs !== null) {
    const seconds = (first.dateMs - cut.startDateMs) / 1000;
    const count = Math.round(seconds / each);
    return count > 0 ? { count, seconds } : null;
  }
  // Without dates by the numbers of the reference, if both are numbered alike.
  const origin = draft.ledger.origins.get(visit.origin);
  const reference = origin === undefined ? null : toListing(origin, visit.epoch, cut.reference);
  const count = msn - cut.startMsn;
  const isAkin = reference === listing || (reference !== null && isNumberedAs(listing, reference));
  return isAkin && count > 0 ? { count, seconds: count * each } : null;
}

/** Gaps behind the cut, so that its number and all that follow are the other renditions' own. */
export function toOpened(
  draft: Draft,
  visit: Visit,
  book: RenditionBook,
  point: JoinPoint,
  { count, seconds }: Late,
): RenditionBook | null {
  if (count > ledgerLimits.gapBlocksMax) return null;
  const { timeline, dsnShift, cut } = visit;
  const reachedDsn = dsnShift === null ? 0 : point.dsn - point.discontinuities + dsnShift;
  const discontinuities = Math.max(1, reachedDsn - book.tail.dsn);
  const startDateMs = cut?.startDateMs ?? null;
  const opened = applyGapBlocks(draft, book, {
    timeline,
    count,
    seconds,
    discontinuities,
    startDateMs,
  });
  if (opened !== null) {
    note(draft, "cut-padded-with-gap", { rendition: book.path }, { segments: count, seconds });
  }
  return opened;
}

/** Gaps up to the cut, or an empty window further on if too much is missing. */
export function toPadded(
  draft: Draft,
  visit: Visit,
  book: RenditionBook,
  point: JoinPoint,
  isLate: boolean,
): RenditionBook {
  const { cut } = visit;
  if (cut === null) return book;
  const endMs = cut.clock === "date" ? book.tail.endMs : book.tail.publishedAtMs;
  const seconds = endMs === null ? 0 : (cut.endMs - endMs) / 1000;
  const discontinuities = toMissedCount(visit, book, point, isLate);
  const count = Math.max(toMissingCount(visit, book, seconds), discontinuities);
  if (count === 0) return book;
  const timeline = book.timeline;
  const atLeast = Math.max(seconds, GAP_SECONDS_MIN);
  const padded =
    count > ledgerLimits.gapBlocksMax
      ? null
      : applyGapBlocks(draft, book, { timeline, count, seconds: atLeast, discontinuities });
  const about = { rendition: book.path };
  if (padded !== null) {
    note(draft, "cut-padded-with-gap", about, { segments: count, seconds });
    return padded;
  }
  note(draft, "window-jumped", about, { seconds });
  const { dsnShift, endDsn } = visit;
  const reachedDsn = dsnShift === null ? (endDsn ?? 0) + 1 : point.dsn + dsnShift;
  const dsn = Math.max(book.tail.dsn + 1, reachedDsn) - point.discontinuities;
  const nextMsn = Math.max(book.tail.nextMsn + 1, point.msn + (visit.msnShift ?? 0));
  return {
    ...book,
    store: emptyStore,
    front: { dsn, state: emptyTagState },
    tail: { ...book.tail, nextMsn, dsn, state: emptyTagState },
  };
}

/** A gap that only carries a discontinuity has to last a moment. */
const GAP_SECONDS_MIN = 0.05;

/**
 * Discontinuities that the other renditions have shown and this one has not: timelines that came
 * and went while nobody read it.
 */
function toMissedCount(
  visit: Visit,
  book: RenditionBook,
  point: JoinPoint,
  isLate: boolean,
): number {
  const { dsnShift, endDsn } = visit;
  // Where the first segments are gone, so may be discontinuities of the new timeline's own.
  const reachedDsn = dsnShift === null || isLate ? endDsn : point.dsn + dsnShift - 1;
  return reachedDsn === null ? 0 : Math.max(0, reachedDsn - book.tail.dsn);
}

/**
 * Segments that this rendition lacks up to the cut. Numbers of the reference count if they agree
 * with the time that is missing, else the time alone.
 */
function toMissingCount(visit: Visit, book: RenditionBook, seconds: number): number {
  const each = book.tail.lastSeconds;
  if (!(each > 0) || seconds <= 0.001) return 0;
  const byNumber = visit.firstMsn === null ? null : visit.firstMsn - book.tail.nextMsn;
  if (byNumber !== null && byNumber >= 0 && Math.abs(seconds / each - byNumber) < 1)
    return byNumber;
  return seconds < each / 2 ? 0 : Math.max(1, Math.round(seconds / each));
}
