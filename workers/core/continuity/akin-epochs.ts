// Which epoch a rendition belongs to that was not seen in it before. Renditions of one encoder
// have, at one moment, about the same number if their segments are as long; an encoder beside it,
// or a restarted one, has others. Where neither dates nor numbers say anything, nothing is
// concluded.

import type { Listing } from "./listing.ts";
import { toLastBlock } from "./listing.ts";
import type { Epoch, OriginBook } from "./origin-book.ts";

/** Another epoch, not yet seen in this rendition, whose numbers run as this listing's do. */
export function seekAkin(book: OriginBook, rendition: string, listing: Listing): Epoch | null {
  const found = book.epochs.findLast((epoch) => {
    if (epoch.id === book.current || epoch.listings.has(rendition)) return false;
    return isAkin(epoch, listing);
  });
  return found ?? null;
}

/**
 * True if a rendition that was first seen just when its encoder started over was filed with the old
 * epoch: its numbers run as the new one's do, and not as those of the old one's other renditions.
 */
export function isMisfiled(
  old: Epoch,
  current: Epoch,
  rendition: string,
  listing: Listing,
): boolean {
  const others = [...old.listings].filter(([path]) => path !== rendition);
  if (others.length === 0 || !isAkin(current, listing)) return false;
  return !isAkin({ ...old, listings: new Map(others) }, listing);
}

/** True if some rendition of the epoch has, at the same moment, about the same number. */
export function isAkin(epoch: Epoch, listing: Listing): boolean {
  const last = toLastBlock(listing);
  if (last === null) return false;
  for (const other of epoch.listings.values()) {
    const end = toLastBlock(other);
    if (end === null) continue;
    const steps = last.msn - end.msn;
    if (last.dateMs === null || end.dateMs === null) {
      const passedMs = Math.max(0, listing.lastSeenMs - other.lastSeenMs);
      const passed = passedMs / 1000 / Math.max(0.1, last.durationSeconds);
      if (steps >= -AKIN_SEGMENTS && steps <= AKIN_SEGMENTS + passed) return true;
      continue;
    }
    const apart = (last.dateMs - end.dateMs) / 1000 - steps * last.durationSeconds;
    if (Math.abs(apart) <= AKIN_SEGMENTS * last.durationSeconds) return true;
  }
  return false;
}

/** Renditions of one encoder are read at different moments. */
const AKIN_SEGMENTS = 3;

/** True if a rendition of the epoch with these numbers and durations has other dates for them. */
export function isForeign(epoch: Epoch, listing: Listing): boolean {
  const last = toLastBlock(listing);
  for (const other of epoch.listings.values()) {
    const end = toLastBlock(other);
    if (last === null || last.dateMs === null || end === null || end.dateMs === null) continue;
    const steps = last.msn - end.msn;
    const isAlike = Math.abs(last.durationSeconds - end.durationSeconds) < 0.05;
    if (!isAlike || Math.abs(steps) > AKIN_SEGMENTS) continue;
    const apart = (last.dateMs - end.dateMs) / 1000 - steps * last.durationSeconds;
    if (Math.abs(apart) > AKIN_SEGMENTS * last.durationSeconds) return true;
  }
  return false;
}
