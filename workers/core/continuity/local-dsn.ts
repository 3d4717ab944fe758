// How another member of a timeline counts the discontinuities of the same media. Each packager
// counts from its own beginning, so their numbers are a constant apart, in every rendition: known
// from any segment that both have listed, now or when their bytes were compared. With it a
// discontinuity that lies in a hole between two members is not lost.

import { toPairApart } from "./identity.ts";
import type { Draft } from "./ledger.ts";
import type { Listing } from "./listing.ts";
import { toBlockAt } from "./listing.ts";
import type { NextSegment } from "./next-segment.ts";
import { toListing } from "./origin-book.ts";
import type { RenditionBook } from "./rendition-book.ts";
import type { Member, Visit } from "./timeline.ts";

/** The last admitted segment's discontinuity sequence in the other listing's counting. */
export function toLocalDsn(
  draft: Draft,
  visit: Visit,
  book: RenditionBook,
  listing: Listing,
  next: NextSegment,
): number {
  const { source } = book;
  const begun = toBlockAt(listing, next.msn);
  const last = listing.blocks.at(-1);
  const nearby = begun === null ? (last?.dsn ?? 0) : begun.dsn - begun.discontinuities;
  if (next.missing === 0) return nearby;
  // Behind a hole the count may have gone on unseen: a segment that both listed says by how much.
  const apart = toListedApart(draft, book, listing) ?? toProvedApart(draft, visit, book);
  if (apart !== null) return toBounded(source.localDsn + apart, nearby, next);
  // Who numbers segments alike counts alike.
  const isAlike = next.msn - next.missing - 1 === source.localMsn;
  return isAlike ? toBounded(source.localDsn, nearby, next) : nearby;
}

/** At most one discontinuity of each missing segment was unseen. */
function toBounded(localDsn: number, nearby: number, { missing }: NextSegment): number {
  const unseen = nearby - localDsn;
  return unseen >= 0 && unseen <= missing ? localDsn : nearby;
}

/** By a segment that both list now. */
function toListedApart(draft: Draft, book: RenditionBook, listing: Listing): number | null {
  const origin = draft.ledger.origins.get(book.source.origin);
  const old = origin === undefined ? null : toListing(origin, book.source.epoch, book.path);
  for (const block of old?.blocks ?? []) {
    const same = listing.blocks.find(({ dateMs }) => isSameDate(dateMs, block.dateMs));
    if (same !== undefined) return same.dsn - block.dsn;
  }
  return null;
}

function isSameDate(a: number | null, b: number | null): boolean {
  return a !== null && b !== null && Math.abs(a - b) < 100;
}

/** By what was seen when the two were compared, or each of them with a third one. */
function toProvedApart({ ledger }: Draft, visit: Visit, book: RenditionBook): number | null {
  const from: Member = { origin: book.source.origin, epoch: book.source.epoch };
  const to: Member = { origin: visit.origin, epoch: visit.epoch };
  const direct = toPairApart(ledger, from, to, book.path);
  if (direct !== null) return direct;
  const timeline = ledger.timelines.find(({ n }) => n === visit.timeline);
  for (const third of timeline?.members ?? []) {
    const first = toPairApart(ledger, from, third, book.path);
    const second = toPairApart(ledger, third, to, book.path);
    if (first !== null && second !== null) return first + second;
  }
  return null;
}
