// Joins a rendition to the timeline that the channel was cut to, on first sight: finds its first
// segment behind the cut, brings the old end up to the cut so that all renditions cut alike, and
// writes the seam. The moment of the cut was decided for the channel (cut.ts); here it is only
// applied. A rendition that was never seen before simply begins there.

import { applyAdmission } from "./admission.ts";
import { emptyStore } from "./block-store.ts";
import { toLate, toOpened, toPadded } from "./cut-gaps.ts";
import type { JoinPoint } from "./join-point.ts";
import { seekJoinPoint, toFirstPoint } from "./join-point.ts";
import type { Draft } from "./ledger.ts";
import { note, setRendition } from "./ledger.ts";
import type { Listing } from "./listing.ts";
import { toListing } from "./origin-book.ts";
import { emptyTagState } from "./raw-block.ts";
import type { RenditionBook, SourceState } from "./rendition-book.ts";
import { emptyOpen } from "./rendition-book.ts";
import { ledgerLimits } from "./settings.ts";
import type { Cut, Visit } from "./timeline.ts";

export function applyJoin(
  draft: Draft,
  visit: Visit,
  rendition: string,
  listing: Listing,
  book: RenditionBook | null,
): void {
  const { cut } = visit;
  const point = cut === null ? toFirstPoint(listing) : seekCutPoint(draft, visit, cut, listing);
  if (point === null) return void applyEndedBefore(draft, book, listing);
  if (book === null && draft.ledger.renditions.size >= ledgerLimits.renditionsMax) {
    note(draft, "limit-reached", { rendition }, { limit: "renditionsMax" });
    return;
  }
  const begun =
    book === null
      ? toNewBook(visit, rendition, point)
      : toJoined(draft, visit, book, listing, point);
  if (begun === null) return;
  const { isDiscontinuity } = begun.source;
  const tail = begun.store.count === 0 ? emptyTagState : begun.tail.state;
  const seam = { isDiscontinuity, tail, discontinuities: 0 };
  const { timeline } = visit;
  const admission = { book: begun, listing, timeline, blocks: point.blocks, seam, takesOpen: true };
  if (applyAdmission(draft, admission)) noteVisit(draft, visit, begun, point);
}

/** The origin ends without anything behind the cut: viewers have all that will ever be. */
function applyEndedBefore(draft: Draft, book: RenditionBook | null, listing: Listing): void {
  if (book === null || book.endSeen || !listing.facts.ended) return;
  setRendition(draft, { ...book, endSeen: true, seq: book.seq + 1 });
}

function seekCutPoint(draft: Draft, visit: Visit, cut: Cut, listing: Listing): JoinPoint | null {
  const origin = draft.ledger.origins.get(visit.origin);
  const reference = origin === undefined ? null : toListing(origin, visit.epoch, cut.reference);
  return seekJoinPoint(listing, cut, reference);
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
  listing: Listing,
  point: JoinPoint,
): RenditionBook | null {
  const late = toLate(draft, visit, listing, point);
  const padded = toPadded(draft, visit, book, point, late !== null);
  const isCut = visit.isDiscontinuity && padded.store.count > 0;
  const opened = isCut && late !== null ? toOpened(draft, visit, padded, point, late) : null;
  const begun = opened ?? padded;
  // Behind a seam with a discontinuity the block's own tags are the seam's one.
  const isDiscontinuity = isCut && opened === null;
  const source = { ...toSource(visit, point, begun.tail.nextMsn), isDiscontinuity };
  return {
    ...begun,
    timeline: visit.timeline,
    source,
    open: emptyOpen,
    seen: "",
    oldWindowSeconds: Math.max(book.windowSeconds, book.oldWindowSeconds),
    windowSeconds: 0,
    endSeen: false,
  };
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
