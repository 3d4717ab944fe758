// Measures how far a standby is behind what viewers have, before anybody needs to know. One look
// says little: just before a publication every origin is a segment behind. The least of the last
// looks is the lag.

import { decideClock, listWatched, toAnnouncedEndMs } from "./cut.ts";
import { toStartMs } from "./join-point.ts";
import type { Draft, Ledger } from "./ledger.ts";
import { setOrigin } from "./ledger.ts";
import type { Listing } from "./listing.ts";
import { LAG_LOOKS, toLagSeconds } from "./listing.ts";
import type { OriginBook } from "./origin-book.ts";
import { applyListing, toListing } from "./origin-book.ts";
import type { RenditionBook } from "./rendition-book.ts";

export function applyLag(draft: Draft, origin: string, rendition: string): void {
  const origins = draft.ledger.origins.get(origin);
  const book = draft.ledger.renditions.get(rendition);
  if (origins === undefined || book === undefined) return;
  const listing = toListing(origins, origins.current, rendition);
  const lag = listing === null ? null : toSeenLag(book, listing);
  if (listing === null || lag === null) return;
  const lagsSeconds = [...listing.lagsSeconds, lag].slice(-LAG_LOOKS);
  setOrigin(draft, applyListing(origins, origins.current, rendition, { ...listing, lagsSeconds }));
}

/** Seconds that this listing's newest media is behind what viewers have; null without dates. */
export function toSeenLag(book: RenditionBook, listing: Listing): number | null {
  const last = listing.blocks.at(-1);
  if (last === undefined || decideClock(book, listing) !== "date") return null;
  const startMs = toStartMs(listing, last, "date");
  const endMs = toAnnouncedEndMs(book, "date");
  if (startMs === null || endMs === null) return null;
  const reachedMs = startMs + (last.durationSeconds + listing.open.parts.seconds) * 1000;
  return Math.max(0, (endMs - reachedMs) / 1000);
}

/** The largest lag over the watched renditions. */
export function toOriginLag(ledger: Ledger, book: OriginBook): number | null {
  let most: number | null = null;
  for (const watched of listWatched(ledger)) {
    const listing = toListing(book, book.current, watched.path);
    if (listing === null || decideClock(watched, listing) !== "date") continue;
    const lag = toLagSeconds(listing);
    if (lag !== null) most = Math.max(most ?? 0, lag);
  }
  return most;
}
