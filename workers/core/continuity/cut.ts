// Decides where the channel is cut when it has to go on with other bytes. A cut belongs to the
// channel: one moment at which the old timeline ends (the end of the furthest announced media), and
// one segment of the new timeline, in a reference rendition, with which it begins; all renditions
// follow.
//
// Which segment? The one that begins nearest to the end, so that at most half a segment is lost or
// comes twice. Where viewers play parts, it has to begin independently and to have something to
// show: a low-latency player has a second or two in hand, and hls.js takes no parts behind a
// playlist that has none. So the segment that holds the end comes again rather than that the next
// one is waited for. If the standby has not got that far, it is waited for as long as players have
// media to show; beyond that its newest segment is taken, and what was shown comes again.

import { toStartMs } from "./join-point.ts";
import type { Draft, Ledger } from "./ledger.ts";
import { listFed, toTargetMs, toVisit } from "./ledger.ts";
import type { Listing } from "./listing.ts";
import { toBlockAt } from "./listing.ts";
import { toListing } from "./origin-book.ts";
import type { PartFacts, RawBlock } from "./raw-block.ts";
import { toEndMs } from "./raw-block.ts";
import type { RenditionBook } from "./rendition-book.ts";
import type { Cut, CutClock, Member } from "./timeline.ts";

export type CutPlan =
  | {
      readonly kind: "now";
      readonly cut: Cut;
      readonly repeatSeconds: number;
      readonly skipSeconds: number;
    }
  /** The standby has not reached the end yet; null: nothing is known of it. */
  | { readonly kind: "wait"; readonly lagSeconds: number | null };

/** Dates further apart than this are two clocks, not a lag. */
const RELATED_SECONDS = 600;
/** Dates of parts are added up from rounded durations. */
const PART_TOLERANCE_MS = 50;
/** Target durations without a look until a rendition counts as not watched. */
const WATCHED_TARGETS = 3;

/** The renditions that viewers have and that were read lately, the reference first. */
export function listWatched(ledger: Ledger): readonly RenditionBook[] {
  const targetMs = (ledger.start?.targetDurationSeconds ?? 0) * 1000;
  const books = listFed(ledger);
  const newestMs = Math.max(...books.map(({ lastSeenMs }) => lastSeenMs));
  const order = ledger.multivariant?.order ?? [];
  const rank = (path: string) => {
    const at = order.indexOf(path);
    return at < 0 ? order.length : at;
  };
  return books
    .filter(({ lastSeenMs }) => newestMs - lastSeenMs <= WATCHED_TARGETS * targetMs)
    .sort((a, b) => rank(a.path) - rank(b.path));
}

/** End of what was announced of a rendition, open parts included; null without dates. */
export function toAnnouncedEndMs(book: RenditionBook, clock: CutClock): number | null {
  const endMs = clock === "date" ? book.tail.endMs : book.tail.publishedAtMs;
  return endMs === null ? null : endMs + book.open.partSeconds * 1000;
}

export function decideCut(ledger: Ledger, target: Member, isLate: boolean): CutPlan {
  const watched = listWatched(ledger);
  const origin = ledger.origins.get(target.origin);
  const listingOf = (path: string) =>
    origin === undefined ? null : toListing(origin, target.epoch, path);
  const listed = watched.filter(({ path }) => (listingOf(path)?.blocks.length ?? 0) > 0);
  const seenMs = ({ path }: RenditionBook) => listingOf(path)?.lastSeenMs ?? 0;
  const newestMs = Math.max(...listed.map(seenMs));
  // The first variant, unless others were read there later: an old look is not where it is now.
  const slackMs = toTargetMs(ledger) / 2;
  const reference = listed.find((book) => newestMs - seenMs(book) <= slackMs);
  const listing = reference === undefined ? null : listingOf(reference.path);
  if (reference === undefined || listing === null) return { kind: "wait", lagSeconds: null };
  const clock = decideClock(reference, listing);
  const ends = watched.map((book) => toAnnouncedEndMs(book, clock)).filter((end) => end !== null);
  const furthestMs = toFurthestMs(ends, reference.tail.lastSeconds * 1000);
  const ownEndMs = toAnnouncedEndMs(reference, clock) ?? furthestMs;
  // A rendition with other durations may end a little later; then the reference's end is the end.
  const isClose = Math.abs(furthestMs - ownEndMs) < reference.tail.lastSeconds * 500;
  const endMs = isClose ? ownEndMs : furthestMs;
  const isAtPart = watched.some(({ open }) => open.partCount + open.hints.length > 0);
  const input = { listing, clock, endMs, reference: reference.path, isLate };
  return isAtPart ? decideAtPart(input) : decideAtSegment(input);
}

/**
 * The end of the rendition that got furthest. If another one is behind by more than a segment, half
 * way: one loses and the other sees again at most a segment, instead of one losing all.
 */
function toFurthestMs(ends: readonly number[], segmentMs: number): number {
  const furthestMs = Math.max(...ends);
  const spreadMs = furthestMs - Math.min(...ends);
  return furthestMs - Math.max(0, Math.min(segmentMs, spreadMs - segmentMs));
}

interface CutInput {
  readonly listing: Listing;
  readonly clock: CutClock;
  readonly endMs: number;
  readonly reference: string;
  /** True if there is no more time to wait. */
  readonly isLate: boolean;
}

/** Dates, if both sides have them and they can be one clock. */
export function decideClock(book: RenditionBook, listing: Listing): CutClock {
  const { endMs } = book.tail;
  const firstMs = listing.blocks[0]?.dateMs ?? null;
  const lastMs = listing.blocks.at(-1)?.dateMs ?? null;
  if (endMs === null || firstMs === null || lastMs === null) return "publication";
  const behindSeconds = (endMs - lastMs) / 1000;
  const aheadSeconds = (firstMs - endMs) / 1000;
  return behindSeconds > RELATED_SECONDS || aheadSeconds > RELATED_SECONDS ? "publication" : "date";
}

function decideAtSegment(input: CutInput): CutPlan {
  const { listing, clock, endMs } = input;
  const last = listing.blocks.at(-1) as RawBlock;
  const lastStartMs = toStartMs(listing, last, clock) ?? endMs;
  const lastEndMs = lastStartMs + last.durationSeconds * 1000;
  const nearest = seekNearest(listing, clock, endMs);
  if (nearest !== null && lastEndMs - endMs > last.durationSeconds * 500) {
    return toPlan(input, nearest.block.msn, nearest.startMs, false);
  }
  // The next segment to come begins where the old timeline ends.
  if (Math.abs(lastEndMs - endMs) <= last.durationSeconds * 500) {
    return toPlan(input, last.msn + 1, lastEndMs, true);
  }
  return decideBehind(input, last, lastStartMs, lastEndMs);
}

function decideAtPart(input: CutInput): CutPlan {
  const { listing, clock, endMs } = input;
  const last = listing.blocks.at(-1) as RawBlock;
  const lastStartMs = toStartMs(listing, last, clock) ?? endMs;
  const spanMs = last.durationSeconds * 1000;
  const lastEndMs = lastStartMs + spanMs;
  const latestMs = endMs + PART_TOLERANCE_MS;
  // Waiting for what has nothing to show yet costs more than all of a segment again.
  const starts = listStarts(listing, clock).filter(({ hasMedia, startMs }) => {
    return hasMedia || startMs <= latestMs;
  });
  const found = toNearest(starts, endMs);
  const isInReach = found !== null && found.startMs >= endMs - spanMs - PART_TOLERANCE_MS;
  if (isInReach) return toPlan(input, found.msn, found.startMs, found.isOpen);
  return decideBehind(input, last, lastStartMs, lastEndMs);
}

interface Start {
  readonly msn: number;
  readonly startMs: number;
  /** True for the segment that is being made. */
  readonly isOpen: boolean;
  /** True if players can begin with it at once: it is whole, or a part of it is out. */
  readonly hasMedia: boolean;
}

/** Where segments begin independently. */
function listStarts(listing: Listing, clock: CutClock): readonly Start[] {
  const promised = listing.head.some((line) => line.startsWith("#EXT-X-INDEPENDENT-SEGMENTS"));
  const isFit = ({ count, startsIndependent }: PartFacts) => {
    return promised || count === 0 || startsIndependent;
  };
  const starts: Start[] = [];
  for (const block of listing.blocks) {
    const startMs = toStartMs(listing, block, clock);
    if (startMs !== null && isFit(block.parts)) {
      starts.push({ msn: block.msn, startMs, isOpen: false, hasMedia: true });
    }
  }
  const last = listing.blocks.at(-1) as RawBlock;
  const lastMs = toStartMs(listing, last, clock);
  if (lastMs !== null && isFit(listing.open.parts)) {
    const startMs = lastMs + last.durationSeconds * 1000;
    const hasMedia = listing.facts.partTargetSeconds !== null && listing.open.parts.count > 0;
    starts.push({ msn: last.msn + 1, startMs, isOpen: true, hasMedia });
  }
  return starts;
}

function toNearest(starts: readonly Start[], endMs: number): Start | null {
  const apart = ({ startMs }: Start) => Math.abs(startMs - endMs);
  let best: Start | null = null;
  for (const start of starts) if (best === null || apart(start) < apart(best)) best = start;
  return best;
}

function decideBehind(
  input: CutInput,
  last: RawBlock,
  lastStartMs: number,
  lastEndMs: number,
): CutPlan {
  const lagSeconds = (input.endMs - lastEndMs) / 1000;
  if (!input.isLate) return { kind: "wait", lagSeconds };
  return toPlan(input, last.msn, lastStartMs, false, true);
}

function seekNearest(
  listing: Listing,
  clock: CutClock,
  endMs: number,
): { readonly block: RawBlock; readonly startMs: number } | null {
  let best: { readonly block: RawBlock; readonly startMs: number } | null = null;
  for (const block of listing.blocks) {
    const startMs = toStartMs(listing, block, clock);
    if (startMs === null) continue;
    const isNearer = best === null || Math.abs(startMs - endMs) < Math.abs(best.startMs - endMs);
    if (isNearer) best = { block, startMs };
  }
  return best;
}

function toPlan(
  input: CutInput,
  startMsn: number,
  startMs: number,
  wantsOpen: boolean,
  isLagging = false,
): CutPlan {
  const { clock, endMs, reference } = input;
  const startDateMs = toDateAt(input.listing, startMsn);
  const cut: Cut = {
    clock,
    endMs,
    startMs,
    startMsn,
    startDateMs,
    wantsOpen,
    isLagging,
    reference,
  };
  const seconds = (startMs - endMs) / 1000;
  return {
    kind: "now",
    cut,
    repeatSeconds: Math.max(0, -seconds),
    skipSeconds: Math.max(0, seconds),
  };
}

function toDateAt(listing: Listing, msn: number): number | null {
  const block = toBlockAt(listing, msn);
  if (block !== null) return block.dateMs;
  const last = listing.blocks.at(-1);
  return last?.msn === msn - 1 ? toEndMs(last) : null;
}

/** The member that feeds now. */
export function toServing(draft: Draft): Member | null {
  const visit = toVisit(draft.ledger);
  return visit === null ? null : { origin: visit.origin, epoch: visit.epoch };
}
