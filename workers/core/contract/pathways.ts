// What control tells the edges about delivery hosts, which players know as pathways: how each is,
// and whether an operator has taken it out. Travels beside the policy and not within it, because a
// host's state says nothing about origins and must not move the policy's version.

/** Red: players should leave it. Unknown: nobody has looked yet, or nobody could tell. */
export const PATHWAY_VERDICTS = ["green", "unknown", "red"] as const;
export type PathwayVerdict = (typeof PATHWAY_VERDICTS)[number];

export interface PathwayState {
  readonly id: string;
  readonly verdict: PathwayVerdict;
  /** An operator wants sessions to leave it. */
  readonly isDrained: boolean;
}

/** Every delivery host of the catalog. */
export interface PathwayBook {
  readonly contract: number;
  /** Grows with every change; a gate never goes back to a smaller one. */
  readonly version: number;
  readonly states: readonly PathwayState[];
}
