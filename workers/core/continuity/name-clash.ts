// May two origins of the same bytes share a label? Not if a name of one of them ever means another
// segment at the other: caches keep names for a year. Every member of a timeline counts, because
// each of them may have fed under its label: also one that was never compared with the newcomer,
// whose bytes were proved through a third member. What is the same is not decided here
// (identity.ts does).

import type { Ledger } from "./ledger.ts";
import { matchListings } from "./match-listings.ts";
import { toListing } from "./origin-book.ts";
import type { NameRelation } from "./pair-proof.ts";
import type { Member } from "./timeline.ts";

/** `known` is what was found when the two were compared; null if they never were. */
export function hasNameClash(
  ledger: Ledger,
  a: Member,
  b: Member,
  known: NameRelation | null,
): boolean {
  if (known !== null) return known === "clashing";
  const [one, two] = [ledger.origins.get(a.origin), ledger.origins.get(b.origin)];
  if (one === undefined || two === undefined) return false;
  for (const path of ledger.renditions.keys()) {
    const left = toListing(one, a.epoch, path);
    const right = toListing(two, b.epoch, path);
    if (left === null || right === null) continue;
    const match = matchListings(left, right, { needsDates: false, needsNames: true });
    if (match.kind === "match" && match.names === "clashing") return true;
  }
  return false;
}
