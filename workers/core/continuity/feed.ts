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
import { toListing } from "./origin-book.ts";
import type { RawBlock, TagState } from "./raw-block.ts";
import { emptyTagState, isSameName, isSameState } from "./raw-block.ts";
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
  if (book === undefined || book.source.visit !== visit.n) {
    applyJoin(draft, visit, rendition, listing, book ?? null);
  } else if (book.source.origin === visit.origin && book.source.epoch === visit.epoch) {
    applyContinuation(draft, visit, book, listing);
  } else {
    applyMemberChange(draft, visit, book, listing);
  }
}

function applyContinuation(
  draft: Draft,
  visit: Visit,
  book: RenditionBook,
  listing: Listing,
): void {
  const next = book.source.localMsn + 1;
  const blocks = listing.blocks.filter(({ msn }) => msn >= next);
  const first = blocks[0];
  const missing = first === undefined ? 0 : first.msn - next;
  if (first !== undefined && missing > 0) {
    return void applyHole(draft, visit, book, listing, blocks, missing);
  }
  const { isDiscontinuity, atSeam } = book.source;
  const before = first === undefined ? null : toBlockAt(listing, next - 1);
  // A first listed block says again what has left with the segments before it.
  const isNew = first !== undefined && before !== null && !isSameState(first.before, before.state);
  const quiet = isNew ? toQuietSeam(listing, book, visit, first, false) : null;
  const seam = atSeam ? { isDiscontinuity, tail: book.tail.state, discontinuities: 0 } : quiet;
  applyAdmission(draft, { book, listing, timeline: visit.timeline, blocks, seam, takesOpen: true });
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
    const seam = toQuietSeam(listing, filled, visit, first, false);
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

/** The feeding member is another one than wrote the last block: go on where the bytes go on. */
function applyMemberChange(
  draft: Draft,
  visit: Visit,
  book: RenditionBook,
  listing: Listing,
): void {
  const next = seekNext(draft, book, listing);
  if (next === null) return;
  const blocks = listing.blocks.filter(({ msn }) => msn >= next);
  const first = blocks[0];
  const shift = book.tail.nextMsn - next;
  const localDsn =
    first === undefined ? (listing.blocks.at(-1)?.dsn ?? 0) : first.dsn - first.discontinuities;
  const source = {
    ...book.source,
    origin: visit.origin,
    epoch: visit.epoch,
    localMsn: next - 1,
    localDsn,
    shift,
  };
  const begun = toBlockAt(listing, next - 1) ?? first;
  const seam = begun === undefined ? null : toQuietSeam(listing, book, visit, first ?? begun, true);
  const moved = { ...book, source, seen: "" };
  if (first === undefined || seam === null) {
    applyAdmission(draft, {
      book: moved,
      listing,
      timeline: visit.timeline,
      blocks,
      seam: null,
      takesOpen: listing.facts.lastMsn === next - 1,
    });
    return;
  }
  applyAdmission(draft, {
    book: moved,
    listing,
    timeline: visit.timeline,
    blocks,
    seam,
    takesOpen: true,
  });
}

/**
 * The number, in this listing, of the segment that follows the last admitted one; null if the
 * listing does not reach it yet or cannot be compared.
 */
export function seekNext(draft: Draft, book: RenditionBook, listing: Listing): number | null {
  const { endMs, lastSeconds } = book.tail;
  const last = listing.blocks.at(-1);
  if (last === undefined) return null;
  if (endMs !== null && last.dateMs !== null) {
    const toleranceMs = Math.min(lastSeconds * 500, 250);
    const startMs = (block: RawBlock) => block.dateMs ?? Number.NEGATIVE_INFINITY;
    const found = listing.blocks.find((block) => startMs(block) >= endMs - toleranceMs);
    if (found !== undefined) return found.msn;
    const isAtEnd = startMs(last) + last.durationSeconds * 1000 >= endMs - toleranceMs;
    return isAtEnd ? last.msn + 1 : null;
  }
  const origin = draft.ledger.origins.get(book.source.origin);
  const old = origin === undefined ? null : toListing(origin, book.source.epoch, book.path);
  const before = old === null ? null : toBlockAt(old, book.source.localMsn);
  const same = listing.blocks.find((block) => before !== null && isSameName(block, before));
  if (same !== undefined) return same.msn + 1;
  const next = before === null ? null : before.msn + 1;
  const first = listing.blocks[0] as RawBlock;
  return next !== null && next >= first.msn && next <= last.msn + 1 ? next : null;
}

/** A seam between equal bytes: only what is not in effect already has to be said. */
function toQuietSeam(
  listing: Listing,
  book: RenditionBook,
  visit: Visit,
  first: RawBlock,
  isSameInit: boolean,
): Seam | null {
  const state = toCanonicalState(listing, book.path, visit.timeline, first.before);
  const { tail } = book;
  if (state === null) return null;
  const isMapKept = isSameInit || state.map === tail.state.map;
  const isKeyKept = toKeyLines(state) === toKeyLines(tail.state);
  if (isMapKept && isKeyKept) return null;
  return { isDiscontinuity: false, tail: tail.state, discontinuities: 0 };
}

function toKeyLines(state: TagState): string {
  return state.keys.map(({ line }) => line.replace(/,IV=0x[0-9a-f]{32}$/, "")).join("\n");
}
