// What the edges tell of the files that viewers want, and what they are told about keeping them.
// Evidence travels isolate -> gate -> keeper like everything that is counted, and what is lost is
// lost; lifetimes travel keeper -> gate -> isolate beside the policy, because they say nothing
// about origins and must not move its version.

/** How often viewers asked for a file since the last telling. */
export interface HotHit {
  /** `{channel}/{path}`, as in viewer URLs without a token. */
  readonly name: string;
  readonly count: number;
}

/** How many times longer than configured the files of libraries are kept, by channel. */
export interface LifetimeBook {
  readonly contract: number;
  /** Grows with every change; a gate never goes back to a smaller one. */
  readonly version: number;
  readonly factors: Readonly<Record<string, number>>;
}
