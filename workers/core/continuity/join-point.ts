// Where a rendition begins behind a cut: finds the segment in its list that belongs to the moment
// at which the channel was cut (cut.ts), by dates, by the numbers of the reference rendition, or by
// the time of publication. It changes nothing (join.ts does).

import type { Listing } from "./listing.ts";
import { toPublishedAtMs } from "./listing.ts";
import type { RawBlock } from "./raw-block.ts";
import type { Cut, CutClock } from "./timeline.ts";

/** Where a listing begins behind a cut: a complete segment, the open one, or not yet. */
export interface JoinPoint {
  readonly msn: number;
  readonly dsn: number;
  readonly discontinuities: number;
  readonly blocks: readonly RawBlock[];
}

export function toFirstPoint(listing: Listing): JoinPoint | null {
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
  // In the reference rendition the number is the very segment that was chosen.
  const isAkin = reference !== null && isNumberedAs(listing, reference);
  if (reference === listing || isAkin) return seekByNumber(listing, cut);
  return seekByTime(listing, cut.startMs, cut.clock) ?? null;
}

/** True if two renditions of one origin have the same numbers at the same time. */
export function isNumberedAs(a: Listing, b: Listing): boolean {
  const [early, late] = a.lastSeenMs <= b.lastSeenMs ? [a, b] : [b, a];
  const passed = (late.lastSeenMs - early.lastSeenMs) / 1000 / toMeanSeconds(late);
  const apart = late.facts.lastMsn - early.facts.lastMsn;
  const isClose = apart >= -NUMBERS_APART && apart <= NUMBERS_APART + passed;
  return isClose && Math.abs(toMeanSeconds(a) / toMeanSeconds(b) - 1) < 0.25;
}

/** Of the segments that are listed. */
export function toMeanSeconds({ facts }: Listing): number {
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
