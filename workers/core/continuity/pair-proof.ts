// What is known about the bytes of two epochs, of two origins or of one; identity.ts finds it out.

/**
 * equal: one name for one segment. other: names of another make. clashing: names of the same make
 * with other numbers in them, so that one name means two segments.
 */
export type NameRelation = "equal" | "other" | "clashing";

export type ProofState = "open" | "asked" | "equal" | "none";

export interface RenditionProof {
  readonly segment: ProofState;
  readonly init: ProofState;
  readonly askedAtMs: number;
  /**
   * Discontinuity sequence of a shared segment at the second member of the pair's key, less that at
   * the first: each counts from its own beginning. Absent in older snapshots.
   */
  readonly dsnApart?: number;
}

/** What is known about the bytes of two epochs. */
export interface PairProof {
  /** Null as long as no two names could be compared. */
  readonly names: NameRelation | null;
  readonly isDifferent: boolean;
  readonly renditions: ReadonlyMap<string, RenditionProof>;
}
