// What makes it impossible to go on with an origin. Known before it is needed, and said with one
// word: an operator can then repair the packager while the other origin still lives.

import { toDefines } from "./head.ts";
import type { ChannelStart, Ledger } from "./ledger.ts";
import type { Listing } from "./listing.ts";
import { toEpoch } from "./origin-book.ts";
import type { JoinReason } from "./reason.ts";
import type { RenditionBook } from "./rendition-book.ts";

/** Target durations without anything new after which an origin counts as silent. */
const SILENT_TARGETS = 3;

/** Null if the origin can be joined, be it with a discontinuity. */
export function decideObstacle(ledger: Ledger, origin: string, nowMs: number): JoinReason | null {
  const book = ledger.origins.get(origin);
  const { start } = ledger;
  if (book === undefined) return "unknown-origin";
  if (ledger.end.kind === "ended") return "channel-ended";
  if (book.missing.length > 0) return "parity";
  const listings = toEpoch(book, book.current)?.listings ?? new Map<string, Listing>();
  if (start === null || listings.size === 0) return "unread";
  for (const [path, listing] of listings) {
    const obstacle = decideListing(listing, ledger.renditions.get(path) ?? null, start);
    if (obstacle !== null) return obstacle;
  }
  if ([...listings.values()].some(({ facts }) => facts.ended)) return "origin-ended";
  const newestMs = Math.max(...[...listings.values()].map(({ lastAdvanceMs }) => lastAdvanceMs));
  const isSilent = nowMs - newestMs > SILENT_TARGETS * start.targetDurationSeconds * 1000;
  return isSilent ? "silent" : null;
}

function decideListing(
  listing: Listing,
  book: RenditionBook | null,
  start: ChannelStart,
): JoinReason | null {
  const target = start.targetDurationSeconds;
  if (listing.blocks.some(({ durationSeconds }) => Math.round(durationSeconds) > target)) {
    return "target-duration";
  }
  if (toDefines(listing.head) !== start.defines) return "definitions";
  if (book === null) return null;
  const isFrames = book.head.some((line) => /^#EXT-X-(?:I-FRAMES|IMAGES)-ONLY/.test(line));
  if (isFrames !== listing.facts.isFrames) return "playlist-kind";
  const last = listing.blocks.at(-1);
  const endsMap = book.tail.state.map !== null && last !== undefined && last.state.map === null;
  return endsMap ? "init-section" : null;
}
