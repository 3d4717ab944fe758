// Who else has the bytes of a canonical media file, and under which name: the alias table of a
// timeline. Members with equal names need no table; for others the segments are matched by date in
// what is held of both listings, which is the newest minutes, where rescues happen.

import { listFamily } from "./identity.ts";
import type { Ledger } from "./ledger.ts";
import type { Listing } from "./listing.ts";
import { matchNames } from "./match-listings.ts";
import { toListing } from "./origin-book.ts";
import type { Member, Timeline } from "./timeline.ts";

export interface RescueSource {
  readonly origin: string;
  /** Path below that origin's prefix, with its query. */
  readonly path: string;
}

/**
 * The origins that hold the bytes of a file of timeline `n`; `path` without the label, as it stands
 * below the prefix of the member that announced it. Empty for names that nobody holds any more.
 */
export function toRescue(ledger: Ledger, n: number, path: string): readonly RescueSource[] {
  const timeline = ledger.timelines.find((one) => one.n === n);
  if (timeline === undefined) return [];
  const members = listMembers(ledger, timeline);
  const found = new Map<string, RescueSource>();
  for (const rendition of ledger.renditions.keys()) {
    for (const named of members) {
      const listing = toMemberListing(ledger, named, rendition);
      if (listing === null) continue;
      for (const other of members) {
        const counterpart = toMemberListing(ledger, other, rendition);
        const alias = counterpart === null ? null : matchNames(listing, counterpart, path);
        if (alias !== null) found.set(other.origin, { origin: other.origin, path: alias });
      }
    }
    if (found.size > 0) break;
  }
  return [...found.values()];
}

/** Members of the timeline and of its twins, whose bytes are the same. */
function listMembers(ledger: Ledger, timeline: Timeline): readonly Member[] {
  return listFamily(ledger, timeline).flatMap(({ members }) => members);
}

function toMemberListing(ledger: Ledger, member: Member, rendition: string): Listing | null {
  const book = ledger.origins.get(member.origin);
  return book === undefined ? null : toListing(book, member.epoch, rendition);
}
