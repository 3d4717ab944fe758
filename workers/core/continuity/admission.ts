// Lets an origin's new segments into a rendition's canonical playlist: numbers them, gives them
// what a seam needs, rewrites them once, and appends them. From then on they never change. It also
// takes over what stands behind the last segment (parts, hints, reports) and the date ranges. It
// does not decide who feeds or where a cut is: admit what you are told.

import type { CanonicalBlock } from "./block-store.ts";
import { appendBlocks, dropParts, toCanonicalBlock } from "./block-store.ts";
import { toCanonicalText } from "./canonical-text.ts";
import { printDateLine, toLinesWithIv, toSeamLines } from "./carried-lines.ts";
import type { DateRangeEntry } from "./date-ranges.ts";
import { applyDateRanges } from "./date-ranges.ts";
import { GAP_VERSION } from "./gap-blocks.ts";
import { toHead } from "./head.ts";
import { keepParts } from "./kept-parts.ts";
import type { ChannelStart, Draft } from "./ledger.ts";
import { note, setRendition } from "./ledger.ts";
import type { Listing } from "./listing.ts";
import { toPublishedAtMs } from "./listing.ts";
import type { OpenTail, RawBlock, TagState } from "./raw-block.ts";
import { emptyOpenTail, toEndMs } from "./raw-block.ts";
import type { CanonicalOpen, RenditionBook, TailState } from "./rendition-book.ts";
import { emptyOpen } from "./rendition-book.ts";
import { toCanonicalReports } from "./reports.ts";
import { applyWindow } from "./window.ts";

/** What stands at the join; null: the blocks go on from the last one. */
export interface Seam {
  readonly isDiscontinuity: boolean;
  /** What the canonical playlist has in effect in front of the seam. */
  readonly tail: TagState;
  /** Missed EXT-X-DISCONTINUITY tags that have to be made up for. */
  readonly discontinuities: number;
}

export interface Admission {
  readonly book: RenditionBook;
  readonly listing: Listing;
  readonly timeline: number;
  /** The origin's blocks, without a hole, oldest first. */
  readonly blocks: readonly RawBlock[];
  readonly seam: Seam | null;
  /** False: what stands behind the last segment is not taken. */
  readonly takesOpen: boolean;
}

/** Applies it; false if the playlist was refused, and nothing has changed. */
export function applyAdmission(draft: Draft, admission: Admission): boolean {
  const { book, listing, blocks, takesOpen } = admission;
  const start = draft.ledger.start as ChannelStart;
  const seen = toSeen(listing, takesOpen);
  if (blocks.length === 0 && seen === book.seen) {
    setRendition(draft, applyLook(book, listing, draft.nowMs));
    return true;
  }
  const written = toCanonicalText({
    listing,
    path: book.path,
    timeline: admission.timeline,
    head: book.head.length === 0 ? listing.head : [],
    dateRanges: listing.dateRanges,
    ...toAdaptedLines(admission, start),
    start: toReadPlace(book),
  });
  if (written.kind === "refused") {
    note(draft, "uri-refused", { rendition: book.path }, { detail: written.detail });
    return false;
  }
  noteDurations(draft, admission, start);
  const head = book.head.length === 0 ? toHead(written.head) : book.head;
  const { timeline } = admission;
  const elsewhere = (ownId: string) => findElsewhere(draft, book.path, ownId, timeline);
  const ranges = applyDateRanges(book.dateRanges, written.dateRanges, timeline, elsewhere);
  noteRanges(draft, book.path, ranges);
  const kept = keepParts(book.open, written);
  const grown = applyBlocks({ ...book, head }, listing, blocks, kept.blocks, draft);
  const open = toNextOpen(draft, grown, admission, kept.open);
  const isOpen = open.partCount + open.hints.length > 0;
  const next: RenditionBook = {
    ...grown,
    store: isOpen ? grown.store : dropParts(grown.store),
    version: toVersion(grown, admission, start),
    open,
    dateRanges: ranges.entries,
    seen,
    seq: book.seq + 1,
  };
  setRendition(draft, applyWindow(applyLook(next, listing, draft.nowMs), listing, start));
  return true;
}

/** The feeding origin's own fault is passed on: a stall would be worse than a rounded second. */
function noteDurations(draft: Draft, { book, blocks }: Admission, start: ChannelStart): void {
  const target = start.targetDurationSeconds;
  const longest = blocks.find(({ durationSeconds }) => Math.round(durationSeconds) > target);
  if (longest === undefined) return;
  const inputs = { msn: longest.msn, seconds: longest.durationSeconds, target };
  note(draft, "duration-above-target", { rendition: book.path }, inputs);
}

function noteRanges(
  draft: Draft,
  rendition: string,
  ranges: { readonly renamed: readonly string[]; readonly changed: readonly string[] },
): void {
  for (const id of ranges.renamed) note(draft, "date-range-renamed", { rendition }, { id });
  for (const id of ranges.changed) note(draft, "date-range-changed", { rendition }, { id });
}

function findElsewhere(
  { ledger }: Draft,
  path: string,
  ownId: string,
  timeline: number,
): DateRangeEntry | null {
  let named: DateRangeEntry | null = null;
  for (const other of ledger.renditions.values()) {
    if (other.path === path) continue;
    for (const entry of other.dateRanges) {
      if (entry.ownId === ownId && entry.timeline === timeline) return entry;
      if (entry.id === ownId) named = entry;
    }
  }
  return named;
}

function applyLook(book: RenditionBook, listing: Listing, nowMs: number): RenditionBook {
  const { listedSeconds, isEvent, ended } = listing.facts;
  const windowSeconds = isEvent ? book.windowSeconds : Math.max(book.windowSeconds, listedSeconds);
  const endSeen = ended && isAtTip(book, listing);
  const seq = endSeen === book.endSeen ? book.seq : book.seq + 1;
  return { ...book, windowSeconds, endSeen, seq, lastSeenMs: nowMs };
}

/** What changes a playlist besides new segments. */
function toSeen(listing: Listing, takesOpen: boolean): string {
  const { open, dateRanges } = listing;
  const tail = takesOpen ? [...open.lines, ...open.hints, ...open.reports] : [];
  return [...dateRanges, ...tail].join("\n");
}

/** True if all that the origin lists was admitted. */
export function isAtTip(book: RenditionBook, listing: Listing): boolean {
  return book.source.localMsn === listing.facts.lastMsn;
}

function toReadPlace(book: RenditionBook) {
  const { nextMsn: msn, dsn, state, endMs: dateMs } = book.tail;
  return { msn, dsn, state, dateMs: book.store.count === 0 ? null : dateMs, rangeTail: null };
}

/** The origin's lines with what seam and numbering add, and without parts that may not be shown. */
function toAdaptedLines(
  { book, listing, blocks, seam, takesOpen }: Admission,
  start: ChannelStart,
): { readonly blocks: readonly (readonly string[])[]; readonly open: readonly string[] } {
  const showsParts = takesParts(listing, start);
  const adapt = (
    block: Pick<RawBlock, "lines" | "before" | "state" | "dateMs"> & { readonly hasDate: boolean },
    localMsn: number,
    isFirst: boolean,
  ) => {
    const isAtSeam = isFirst && seam !== null;
    const lines = isAtSeam ? toLinesAtSeam(block, seam) : block.lines;
    // The origin may still write the date of a segment that is being made.
    const isWhole = localMsn <= listing.facts.lastMsn;
    const isDated = book.source.datesEach && isWhole && !isAtSeam;
    const dated = isDated ? toLinesWithDate(lines, block) : lines;
    const keyed = book.source.shift === 0 ? dated : toLinesWithIv(dated, block.state, localMsn);
    return showsParts ? keyed : keyed.filter((line) => !line.startsWith("#EXT-X-PART:"));
  };
  const adapted = blocks.map((block, index) => adapt(block, block.msn, index === 0));
  const open = takesOpen ? listing.open : emptyOpenTail;
  const hasOpen = showsParts && open.parts.count > 0;
  const openBlock = { ...open, hasDate: hasDate(open) };
  const openMsn = listing.facts.lastMsn + 1;
  const openLines = hasOpen ? adapt(openBlock, openMsn, blocks.length === 0) : open.lines;
  const hints = showsParts ? open.hints : [];
  return { blocks: adapted, open: [...openLines, ...hints, ...open.reports] };
}

function hasDate(open: OpenTail): boolean {
  return open.lines.some((line) => line.startsWith("#EXT-X-PROGRAM-DATE-TIME:"));
}

/** Players that add dates up themselves carry a jump of clocks on from block to block. */
function toLinesWithDate(
  lines: readonly string[],
  block: { readonly dateMs: number | null; readonly hasDate: boolean },
): readonly string[] {
  const date = block.hasDate ? null : printDateLine(block.dateMs);
  return date === null ? lines : [date, ...lines];
}

function toLinesAtSeam(
  block: Pick<RawBlock, "lines" | "before" | "dateMs"> & { readonly hasDate: boolean },
  { tail, isDiscontinuity, discontinuities }: Seam,
): readonly string[] {
  const { seam, own } = toSeamLines({ tail, block, isDiscontinuity });
  const missed = Array.from({ length: discontinuities }, () => "#EXT-X-DISCONTINUITY");
  return [...missed, ...seam, ...own];
}

/** Parts need the channel's PART-INF and must fit its PART-TARGET (bis-22 section 4.4.3.7). */
export function takesParts(listing: Listing, start: ChannelStart): boolean {
  const { partTargetSeconds } = listing.facts;
  if (start.partTargetSeconds === null || partTargetSeconds === null) return false;
  return partTargetSeconds <= start.partTargetSeconds + 1e-9;
}

function applyBlocks(
  book: RenditionBook,
  listing: Listing,
  raw: readonly RawBlock[],
  written: readonly RawBlock[],
  { ledger, nowMs }: Draft,
): RenditionBook {
  const start = ledger.start as ChannelStart;
  const dated = written.map((block, index) => {
    return block.hasDate ? block : { ...block, dateMs: raw[index]?.dateMs ?? block.dateMs };
  });
  const last = dated.at(-1);
  const rawLast = raw.at(-1);
  if (last === undefined || rawLast === undefined) return book;
  const blocks: readonly CanonicalBlock[] = dated.map(toCanonicalBlock);
  const tail: TailState = {
    nextMsn: last.msn + 1,
    dsn: last.dsn,
    state: last.state,
    endMs: toEndMs(last),
    publishedAtMs: toPublishedAtMs(listing, rawLast.msn),
    lastSeconds: last.durationSeconds,
    admittedAtMs: nowMs,
  };
  const source = {
    ...book.source,
    localMsn: rawLast.msn,
    localDsn: rawLast.dsn,
    atSeam: false,
  };
  const store = appendBlocks(book.store, blocks, 3 * start.targetDurationSeconds);
  return { ...book, store, tail, source };
}

/**
 * The open tail behind this version. A member that has fewer parts of the same segment than were
 * announced does not take them back.
 */
function toNextOpen(
  draft: Draft,
  book: RenditionBook,
  { listing, blocks, takesOpen }: Admission,
  open: OpenTail,
): CanonicalOpen {
  const isBehind = blocks.length === 0 && open.parts.count < book.open.partCount;
  if (isBehind) return book.open;
  return takesOpen && isAtTip(book, listing) ? toOpen(draft, book, listing, open) : emptyOpen;
}

function toOpen(
  draft: Draft,
  book: RenditionBook,
  listing: Listing,
  open: OpenTail,
): CanonicalOpen {
  const { lines, parts, dateMs, discontinuities, hints } = open;
  return {
    lines: parts.count > 0 ? lines : [],
    partCount: parts.count,
    partSeconds: parts.seconds,
    hasGapPart: parts.hasGap,
    dateMs,
    discontinuities,
    hints,
    reports: toCanonicalReports(draft, book, listing, open.reports),
  };
}

/**
 * Lowest EXT-X-VERSION for the origin's own tags and for what the ledger adds (bis-22 section
 * 8).
 */
function toVersion(
  book: RenditionBook,
  { listing, seam, blocks }: Admission,
  start: ChannelStart,
): number {
  const { state } = book.tail;
  const addsIv = book.source.shift !== 0 && state.keys.some(({ line }) => line.includes(",IV="));
  const addsMap = seam !== null && state.map !== null;
  const hasGap = blocks.some(({ isGap }) => isGap);
  const least = Math.max(
    hasGap ? GAP_VERSION : 1,
    addsIv ? 2 : 1,
    addsMap ? 6 : 1,
    start.partInf === null ? 1 : 3,
  );
  return Math.max(book.version, listing.facts.version, least);
}
