// Timelines and visits. A timeline is a set of epochs whose bytes are the same; its number labels
// URIs and is never given to anything else. A visit is a stretch of the canonical playlist that one
// timeline feeds: going back to a timeline is a new visit of an old label.

export interface Timeline {
  readonly n: number;
  readonly members: readonly Member[];
  /** Its bytes are those of this timeline, under names that would clash there; else null. */
  readonly twinOf: number | null;
  /** Until when its media must stay available; null while it feeds. */
  readonly keepUntilMs: number | null;
}

export interface Member {
  readonly origin: string;
  readonly epoch: number;
}

/** How the start of the new timeline and the end of the old one are compared. */
export type CutClock = "date" | "publication";

export interface Visit {
  readonly n: number;
  readonly timeline: number;
  /** The member that feeds it; may change inside the timeline. */
  readonly origin: string;
  readonly epoch: number;
  readonly sinceMs: number;
  readonly isDiscontinuity: boolean;
  /** True if open segments were closed for it. */
  readonly closedParts: boolean;
  /** Null for the first visit. */
  readonly cut: Cut | null;
  /** Discontinuity sequence that all renditions have reached where it begins; null: not known. */
  readonly endDsn: number | null;
  /** From local to canonical numbers in the reference rendition, for renditions seen later. */
  readonly msnShift: number | null;
  readonly dsnShift: number | null;
  /** Canonical number of its first segment in the reference rendition. */
  readonly firstMsn: number | null;
}

/** A cut belongs to the channel: every rendition is cut at this moment. */
export interface Cut {
  readonly clock: CutClock;
  /** End of the furthest announced media, on the old timeline's clock. */
  readonly endMs: number;
  /** Start of the new timeline, on its own clock. */
  readonly startMs: number;
  /** The first segment's number there, and its date. */
  readonly startMsn: number;
  readonly startDateMs: number | null;
  /** True if the first segment was still being made when the cut was decided. */
  readonly wantsOpen: boolean;
  /** True if the new timeline is joined at its newest segment because it lags. */
  readonly isLagging: boolean;
  readonly reference: string;
}

export function isMember(timeline: Timeline, origin: string, epoch: number): boolean {
  return timeline.members.some((one) => one.origin === origin && one.epoch === epoch);
}
