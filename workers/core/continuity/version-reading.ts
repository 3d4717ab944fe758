// What was read of one version of an origin's playlist, and how it relates to what was known.

import type { OpenTail, RawBlock } from "./raw-block.ts";
import type { HeadReading } from "./read-head.ts";

export const versionRelations = [
  /** Nothing was known. */
  "first",
  /** It goes on from what is known. */
  "advanced",
  /** No new segment; perhaps new parts. */
  "same",
  /** What was known goes further. */
  "behind",
  /** It goes on behind a hole. */
  "jumped",
  /** Other media under known numbers, or numbers that went back: another epoch. */
  "contradicts",
] as const;
export type VersionRelation = (typeof versionRelations)[number];

export interface VersionReading {
  readonly relation: VersionRelation;
  /** Segments beyond the known ones; for "first" and "jumped" all that are listed. */
  readonly fresh: readonly RawBlock[];
  readonly open: OpenTail;
  readonly head: HeadReading;
  readonly dateRanges: readonly string[];
}
