// Which of two versions of a live playlist is the newer one, for relays and isolates: by generation
// and number, never by arrival. And whether what calls itself newer may be shown at all: viewers'
// players halt when sequence numbers go back (bis-22 sections 6.2.2 and 6.3.4), so a coordinator
// that lost its memory must not bring that about.

import type { Have, VersionFacts } from "../contract/version.ts";

/** Negative: `a` is older; positive: newer; 0: the same version. Null is older than anything. */
export function compareVersions(a: Have | null, b: Have | null): number {
  if (a === null || b === null) return (a === null ? 0 : 1) - (b === null ? 0 : 1);
  return a.generation - b.generation || a.seq - b.seq;
}

/** Whether `next` may follow what was shown: none of its numbers goes back. */
export function isSuccessor(shown: VersionFacts | null, next: VersionFacts | null): boolean {
  if (shown === null || next === null) return true;
  if (next.mediaSequence < shown.mediaSequence) return false;
  if (next.discontinuitySequence < shown.discontinuitySequence) return false;
  if (next.lastMsn !== shown.lastMsn) return next.lastMsn > shown.lastMsn;
  return (next.lastPart ?? -1) >= (shown.lastPart ?? -1);
}
