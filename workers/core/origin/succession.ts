// Decides whether a live playlist may follow the one that viewers have already seen.
//
// Players halt when sequence numbers go back (RFC 8216bis sections 6.2.2 and 6.3.4), so a replica
// that is behind must not be shown, however healthy its 200 looks. Between timelines the numbers
// mean different media and are not compared; joining them is the continuity ledger's work.

/** What of a live playlist must never go back. */
export interface SequenceFacts {
  readonly timeline: number;
  readonly mediaSequence: number;
  readonly discontinuitySequence: number;
  readonly lastMsn: number;
  readonly lastPart: number | null;
}

/** "newer", "same" (nothing was added), or "behind". */
export type Succession = "newer" | "same" | "behind";

/** Compares a candidate with what was shown last; null: nothing was. */
export function decideSuccession(shown: SequenceFacts | null, next: SequenceFacts): Succession {
  if (shown === null || shown.timeline !== next.timeline) return "newer";
  const parts = (next.lastPart ?? -1) - (shown.lastPart ?? -1);
  const ahead = next.lastMsn - shown.lastMsn || parts;
  const regresses =
    ahead < 0 ||
    next.mediaSequence < shown.mediaSequence ||
    next.discontinuitySequence < shown.discontinuitySequence;
  if (regresses) return "behind";
  return ahead === 0 ? "same" : "newer";
}
