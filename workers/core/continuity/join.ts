// Joins a rendition to the timeline that the channel was cut to, on first sight: finds its first
// segment behind the cut, brings the old end up to the cut so that all renditions cut alike, and
// writes the seam. The moment of the cut was decided for the channel (cut.ts); here it is only
// applied. A rendition that was never seen before simply begins there.

import { applyAdmission } from "./admission.ts";
import { emptyStore } from "./block-store.ts";
import { applyGapBlocks } from "./gap-blocks.ts";
import type { Draft } from "./ledger.ts";
import { note } from "./ledger.ts";
import type { Listing } from "./listing.ts";
import { toPublishedAtMs } from "./listing.ts";
import { toListing } from "./origin-book.ts";
import type { RawBlock } from "./raw-block.ts";
import { emptyTagState } from "./raw-block.ts";
import type { RenditionBook, SourceState } from "./rendition-book.ts";
import { emptyOpen } from "./rendition-book.ts";
import { ledgerLimits } from "./settings.ts";
import type { Cut, CutClock, Visit } from "./timeline.ts";

/** Where a listing begins behind a cut: a complete segment, the open one, or not yet. */
export interface JoinPoint {
  readonly msn: number;
  readonly dsn: number;
  readonly discontinuities: number;
  readonly blocks: readonly RawBlock[];
}

export function applyJoin(
  draft: Draft,
  visit: Visit,
  rendition: string,
  listing: Listing,
  book: RenditionBook | null,
): void {
  const { cut } = visit;
  const point = cut === null ? toFirstPoint(listing) : seekCutPoint(draft, visit, cut, listing);
  if (point === null) return;
  if (book === null && draft.ledger.renditions.size >= ledgerLimits.renditionsMax) {
    note(draft, "limit-reached", { rendition }, { limit: "renditionsMax" });
    return;
  }
  const begun =
    book === null ? toNewBook(visit, rendition, point) : toJoined(draft, visit, book, point);
  if (begun === null) return;
  const { isDiscontinuity } = begun.source;
  const tail = begun.store.count === 0 ? emptyTagState : begun.tail.state;
  const seam = { isDiscontinuity, tail, discontinuities: 0 };
  const { timeline } = visit;
  const admission = { book: begun, listing, timeline, blocks: point.blocks, seam, takesOpen: true };
  if (applyAdmission(draft, admission)) noteVisit(draft, visit, begun, point);
}

function seekCutPoint(draft: Draft, visit: Visit, cut: Cut, listing: Listing): JoinPoint | null {
  const origin = draft.ledger.origins.get(visit.origin);
  const reference = origin === undefined ? null : toListing(origin, visit.epoch, cut.reference);
  return seekJoinPoint(listing, cut, reference);
}

function toFirstPoint(listing: Listing): JoinPoint | null {
  return toPoint(listing, listing.blocks[0]);
}

/** From this block on, or from the open segment if there is none. */
function toPoint(listing: Listing, first: RawBlock | undefined): JoinPoint | null {
  if (first !== undefined) {
    const blocks = listing.blocks.filter(({ msn }) => msn >= first.msn);
    return { msn: first.msn, dsn: first.dsn, discontinuities: first.discontinuities, blocks };
  }
  if (listing.open.parts.count === 0) return null;
  const last = listing.blocks.at(-1);
  const { discontinuities } = listing.open;
  const dsn = (last?.dsn ?? 0) + discontinuities;
  return { msn: listing.facts.lastMsn + 1, dsn, discontinuities, blocks: [] };
}

/** Start of a block on the clock of a cut; null if it has none. */
export function toStartMs(listing: Listing, block: RawBlock, clock: CutClock): number | null {
  if (clock === "date") return block.dateMs;
  return toPublishedAtMs(listing, block.msn) - block.durationSeconds * 1000;
}

/**
 * The first segment of this listing behind the cut; null as long as there is none. Inside the new
 * timeline renditions go by its own dates; without them, by its numbers.
 */
export function seekJoinPoint(
  listing: Listing,
  cut: Cut,
  reference: Listing | null,
): JoinPoint | null {
  const { startDateMs } = cut;
  const isDated = startDateMs !== null && listing.blocks.at(-1)?.dateMs != null;
  if (isDated) return seekByTime(listing, startDateMs, "date");
  const isAkin = reference !== null && isNumberedAs(listing, reference);
  if (isAkin && reference !== listing) return seekByNumber(listing, cut);
  return seekByTime(listing, cut.startMs, cut.clock) ?? null;
}

/** True if two renditions of one origin have the same numbers at the same time. */
function isNumberedAs(a: Listing, b: Listing): boolean {
  const isClose = Math.abs(a.facts.lastMsn - b.facts.lastMsn) <= NUMBERS_APART;
  return isClose && Math.abs(toMeanSeconds(a) / toMeanSeconds(b) - 1) < 0.25;
}

function toMeanSeconds({ facts }: Listing): number {
  return facts.listedSeconds / Math.max(1, facts.lastMsn - facts.firstMsn + 1);
}

/** Renditions are read at different moments. */
const NUMBERS_APART = 3;

function seekByTime(listing: Listing, startMs: number, clock: CutClock): JoinPoint | null {
  let best: RawBlock | undefined;
  let bestMs = Number.POSITIVE_INFINITY;
  for (const block of listing.blocks) {
    const blockMs = toStartMs(listing, block, clock);
    const apartMs = blockMs === null ? Number.POSITIVE_INFINITY : Math.abs(blockMs - startMs);
    if (apartMs < bestMs) [best, bestMs] = [block, apartMs];
  }
  const last = listing.blocks.at(-1);
  const lastMs = last === undefined ? null : toStartMs(listing, last, clock);
  if (best === undefined || last === undefined || lastMs === null) return null;
  const halfMs = best.durationSeconds * 500;
  if (lastMs >= startMs - halfMs) return toPoint(listing, best);
  const openMs = lastMs + last.durationSeconds * 1000;
  return openMs >= startMs - halfMs ? toPoint(listing, undefined) : null;
}

/** Without dates of its own a rendition follows the numbers of the reference. */
function seekByNumber(listing: Listing, cut: Cut): JoinPoint | null {
  const first = listing.blocks.find(({ msn }) => msn >= cut.startMsn);
  if (first !== undefined) return toPoint(listing, first);
  return listing.facts.lastMsn + 1 === cut.startMsn ? toPoint(listing, undefined) : null;
}

function toSource(visit: Visit, point: JoinPoint, nextMsn: number): SourceState {
  return {
    visit: visit.n,
    origin: visit.origin,
    epoch: visit.epoch,
    localMsn: point.msn - 1,
    shift: nextMsn - point.msn,
    localDsn: point.dsn - point.discontinuities,
    firstMsn: nextMsn,
    atSeam: true,
    isDiscontinuity: visit.isDiscontinuity,
    datesEach: visit.isDiscontinuity,
  };
}

/** A rendition that nobody has seen: it begins with this visit, numbered like the others. */
function toNewBook(visit: Visit, path: string, point: JoinPoint): RenditionBook | null {
  if (visit.msnShift === null && visit.cut?.reference !== path) return null;
  const nextMsn = point.msn + (visit.msnShift ?? 0);
  const dsn = point.dsn - point.discontinuities + (visit.dsnShift ?? 0);
  const tail = {
    nextMsn,
    dsn,
    state: emptyTagState,
    endMs: null,
    publishedAtMs: 0,
    lastSeconds: 0,
    admittedAtMs: 0,
  };
  return {
    path,
    timeline: visit.timeline,
    head: [],
    version: 1,
    store: emptyStore,
    front: { dsn, state: emptyTagState },
    tail,
    source: { ...toSource(visit, point, nextMsn), isDiscontinuity: false },
    open: emptyOpen,
    dateRanges: [],
    seen: "",
    oldWindowSeconds: 0,
    windowSeconds: 0,
    endSeen: false,
    lastSeenMs: 0,
    seq: 0,
  };
}

/** A rendition that viewers have: brought up to the cut, and ready for the new timeline. */
function toJoined(
  draft: Draft,
  visit: Visit,
  book: RenditionBook,
  point: JoinPoint,
): RenditionBook | null {
  const padded = toPadded(draft, visit, book, point);
  const nextMsn = padded.tail.nextMsn;
  // Behind a seam with a discontinuity the block's own tags are the seam's one.
  const isCut = visit.isDiscontinuity && padded.store.count > 0;
  const source = { ...toSource(visit, point, nextMsn), isDiscontinuity: isCut };
  return {
    ...padded,
    timeline: visit.timeline,
    source,
    open: emptyOpen,
    seen: "",
    oldWindowSeconds: Math.max(book.windowSeconds, book.oldWindowSeconds),
    windowSeconds: 0,
    endSeen: false,
  };
}

/** Gaps up to the cut, or an empty window further on if too much is missing. */
function toPadded(
  draft: Draft,
  visit: Visit,
  book: RenditionBook,
  point: JoinPoint,
): RenditionBook {
  const { cut } = visit;
  if (cut === null) return book;
  const endMs = cut.clock === "date" ? book.tail.endMs : book.tail.publishedAtMs;
  const seconds = endMs === null ? 0 : (cut.endMs - endMs) / 1000;
  const discontinuities = toMissedCount(visit, book, point);
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
  const dsn =
    Math.max(book.tail.dsn + 1, point.dsn + (visit.dsnShift ?? 0)) - point.discontinuities;
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
function toMissedCount(visit: Visit, book: RenditionBook, point: JoinPoint): number {
  const { dsnShift, endDsn } = visit;
  const reachedDsn = dsnShift === null ? endDsn : point.dsn + dsnShift - 1;
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

/** The reference rendition tells the others how the numbers go on. */
function noteVisit(draft: Draft, visit: Visit, begun: RenditionBook, point: JoinPoint): void {
  if (visit.msnShift !== null) return;
  const isFirst = begun.source.isDiscontinuity ? 1 : point.discontinuities;
  const canonicalDsn = begun.tail.dsn + isFirst;
  const visits = draft.ledger.visits.map((one) => {
    if (one.n !== visit.n) return one;
    return {
      ...one,
      msnShift: begun.source.shift,
      dsnShift: canonicalDsn - point.dsn,
      firstMsn: visit.firstMsn ?? begun.source.firstMsn,
    };
  });
  draft.ledger = { ...draft.ledger, visits };
}
