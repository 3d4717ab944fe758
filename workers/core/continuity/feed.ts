// Carries a rendition on from what its visit's origin lists: the next segments, gaps for segments
// that nobody saw, the same media at another member of the timeline, or, at the first sight after a
// cut, the join (join.ts).

import type { Seam } from "./admission.ts";
import { applyAdmission } from "./admission.ts";
import { emptyStore } from "./block-store.ts";
import { toCanonicalState } from "./canonical-text.ts";
import { applyGapBlocks } from "./gap-blocks.ts";
import { applyJoin } from "./join.ts";
import type { Draft } from "./ledger.ts";
import { note, toVisit } from "./ledger.ts";
import type { Listing } from "./listing.ts";
import { toBlockAt } from "./listing.ts";
import { toLocalDsn } from "./local-dsn.ts";
import { seekNext } from "./next-segment.ts";
import { toListing } from "./origin-book.ts";
import { toOwedVisit } from "./owed-cut.ts";
import type { RawBlock, TagState } from "./raw-block.ts";
import { emptyTagState } from "./raw-block.ts";
import type { RenditionBook } from "./rendition-book.ts";
import { ledgerLimits } from "./settings.ts";
import type { Visit } from "./timeline.ts";

/** Applies what the feeding member lists of this rendition. */
export function applyFeed(draft: Draft, rendition: string): void {
  const { ledger } = draft;
  const visit = toVisit(ledger);
  if (visit === null) return;
  // While a standby is waited for, the end that it has to reach must not move.
  if (ledger.pending !== null && ledger.pending.lagSeconds !== null) return;
  // Renditions that were read late still get what was listed before the end.
  if (ledger.end.kind === "ended" && ledger.renditions.get(rendition)?.endSeen === true) return;
  const origin = ledger.origins.get(visit.origin);
  const listing = origin === undefined ? null : toListing(origin, visit.epoch, rendition);
  if (listing === null) return;
  const book = ledger.renditions.get(rendition);
  const owed = book === undefined ? visit : toOwedVisit(ledger, book, visit);
  if (book === undefined || owed !== null) {
    applyJoin(draft, owed ?? visit, rendition, listing, book ?? null);
  } else if (isFedBy(book, visit)) {
    applyContinuation(draft, visit, book, listing);
  } else {
    applyMemberChange(draft, visit, book, listing);
  }
}

function isFedBy({ source }: RenditionBook, visit: Visit): boolean {
  const isSame = source.origin === visit.origin && source.epoch === visit.epoch;
  return isSame && source.visit === visit.n;
}

function applyContinuation(
  draft: Draft,
  visit: Visit,
  book: RenditionBook,
  listing: Listing,
): void {
  const { timeline } = visit;
  const next = book.source.localMsn + 1;
  const blocks = listing.blocks.filter(({ msn }) => msn >= next);
  const first = blocks[0];
  const missing = first === undefined ? 0 : first.msn - next;
  if (first !== undefined && missing > 0) {
    if (applyHelp(draft, visit, book, listing)) return;
    return void applyHole(draft, visit, book, listing, blocks, missing);
  }
  const seam = toSeam(visit, book, listing, first);
  applyAdmission(draft, { book, listing, timeline, blocks, seam, takesOpen: true });
}

/** What has to be said in front of the first of these blocks; null for an ordinary one. */
function toSeam(
  visit: Visit,
  book: RenditionBook,
  listing: Listing,
  first: RawBlock | undefined,
): Seam | null {
  const { isDiscontinuity, atSeam } = book.source;
  const tail = book.tail.state;
  if (atSeam && (isDiscontinuity || book.store.count === 0)) {
    return { isDiscontinuity, tail, discontinuities: 0 };
  }
  return atSeam && first !== undefined ? toQuietSeam(listing, book, visit, first) : null;
}

/** True if another member of the timeline lists what is missing: it goes on from there. */
function applyHelp(draft: Draft, visit: Visit, book: RenditionBook, listing: Listing): boolean {
  const { ledger } = draft;
  const timeline = ledger.timelines.find(({ n }) => n === visit.timeline);
  if (book.tail.endMs === null || book.store.count === 0) return false;
  for (const member of timeline?.members ?? []) {
    const origin = ledger.origins.get(member.origin);
    const other = origin === undefined ? null : toListing(origin, member.epoch, book.path);
    const next = other === null || other === listing ? null : seekNext(draft, book, other);
    if (other === null || next === null || next.missing > 0) continue;
    if (toBlockAt(other, next.msn) === null) continue;
    applyMemberChange(draft, { ...visit, ...member }, book, other);
    const helped = draft.ledger.renditions.get(book.path);
    if (helped === undefined || helped.tail.nextMsn <= book.tail.nextMsn) return false;
    note(
      draft,
      "switched-invisibly",
      { rendition: book.path, origin: member.origin },
      {
        from: visit.origin,
        timeline: visit.timeline,
        cause: "hole",
      },
    );
    applyMemberChange(draft, visit, helped, listing);
    return true;
  }
  return false;
}

/** Segments that were published and left again between two looks. */
function applyHole(
  draft: Draft,
  visit: Visit,
  book: RenditionBook,
  listing: Listing,
  blocks: readonly RawBlock[],
  missing: number,
): void {
  const { timeline } = visit;
  const first = blocks[0] as RawBlock;
  const seconds = toHoleSeconds(book, first, missing);
  const missed = Math.max(0, first.dsn - first.discontinuities - book.source.localDsn);
  const about = { rendition: book.path, origin: visit.origin };
  const filled =
    missing > ledgerLimits.gapBlocksMax
      ? null
      : applyGapBlocks(draft, book, { timeline, count: missing, seconds, discontinuities: missed });
  if (filled !== null) {
    note(draft, "hole-filled", about, { segments: missing, seconds });
    const source = { ...filled.source, localMsn: first.msn - 1 };
    const seam = toQuietSeam(listing, filled, visit, first);
    const joined = { ...filled, source };
    applyAdmission(draft, { book: joined, listing, timeline, blocks, seam, takesOpen: true });
    return;
  }
  note(draft, "window-jumped", about, { segments: missing });
  const jumped = toJumped(book, missing, first);
  const seam: Seam = { isDiscontinuity: false, tail: emptyTagState, discontinuities: 0 };
  applyAdmission(draft, { book: jumped, listing, timeline, blocks, seam, takesOpen: true });
}

function toHoleSeconds(book: RenditionBook, first: RawBlock, missing: number): number {
  const { endMs, lastSeconds } = book.tail;
  if (endMs === null || first.dateMs === null || first.discontinuities > 0) {
    return missing * lastSeconds;
  }
  const seconds = (first.dateMs - endMs) / 1000;
  return seconds > 0 ? seconds : missing * lastSeconds;
}

/** A book whose window begins anew, further on. */
export function toJumped(book: RenditionBook, missing: number, first: RawBlock): RenditionBook {
  const dsn = book.tail.dsn + Math.max(0, first.dsn - first.discontinuities - book.source.localDsn);
  return {
    ...book,
    store: emptyStore,
    front: { dsn, state: emptyTagState },
    tail: { ...book.tail, nextMsn: book.tail.nextMsn + missing, dsn, state: emptyTagState },
    source: {
      ...book.source,
      localMsn: first.msn - 1,
      localDsn: first.dsn - first.discontinuities,
    },
  };
}

/**
 * The feeding member is another one than wrote the last block, perhaps under a label of its own: go
 * on where the bytes go on.
 */
function applyMemberChange(
  draft: Draft,
  visit: Visit,
  book: RenditionBook,
  listing: Listing,
): void {
  const next = seekNext(draft, book, listing);
  if (next === null) return;
  // Another label begins with a segment: until there is one, the stretch can be taken back.
  if (visit.n !== book.source.visit && toBlockAt(listing, next.msn) === null) return;
  const localDsn = toLocalDsn(draft, visit, book, listing, next);
  const localMsn = next.msn - next.missing - 1;
  // A cut of which viewers have seen parts only has its discontinuity still to be written down.
  const isDiscontinuity = book.source.atSeam && book.source.isDiscontinuity;
  const source = {
    ...book.source,
    visit: visit.n,
    origin: visit.origin,
    epoch: visit.epoch,
    localMsn,
    localDsn,
    shift: book.tail.nextMsn - localMsn - 1,
    firstMsn: visit.n === book.source.visit ? book.source.firstMsn : book.tail.nextMsn,
    atSeam: true,
    isDiscontinuity,
  };
  const moved = { ...book, timeline: visit.timeline, source, seen: "" };
  applyContinuation(draft, visit, moved, listing);
  const isOwn = (toBlockAt(listing, next.msn)?.discontinuities ?? 0) > 0;
  applyShifts(draft, visit, moved, localDsn - (isDiscontinuity && !isOwn ? 1 : 0));
}

/** Renditions that are seen later number themselves as the first one does. */
function applyShifts(draft: Draft, visit: Visit, book: RenditionBook, localDsn: number): void {
  if (visit.msnShift !== null) return;
  const { shift: msnShift, firstMsn } = book.source;
  const dsnShift = book.tail.dsn - localDsn;
  const visits = draft.ledger.visits.map((one) => {
    return one.n === visit.n ? { ...one, msnShift, dsnShift, firstMsn } : one;
  });
  draft.ledger = { ...draft.ledger, visits };
}

/** A seam between equal bytes: only what is not in effect already has to be said. */
function toQuietSeam(
  listing: Listing,
  book: RenditionBook,
  visit: Visit,
  first: RawBlock,
): Seam | null {
  const state = toCanonicalState(listing, book.path, visit.timeline, first.before);
  const { tail } = book;
  if (state === null) return null;
  const isMapKept = state.map === tail.state.map;
  const isKeyKept = toKeyLines(state) === toKeyLines(tail.state);
  if (isMapKept && isKeyKept) return null;
  return { isDiscontinuity: false, tail: tail.state, discontinuities: 0 };
}

function toKeyLines(state: TagState): string {
  return state.keys.map(({ line }) => line.replace(/,IV=0x[0-9a-f]{32}$/, "")).join("\n");
}
