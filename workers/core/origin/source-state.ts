// The memory of a playlist source; see source.ts for the machine that moves it.

import type { Track } from "./track.ts";

/** One request under way. */
export interface Flight {
  readonly id: number;
  readonly originId: string;
  readonly sentAtMs: number;
  /** Aborted then, and counted as a failure. */
  readonly untilMs: number;
  readonly isBlocking: boolean;
}

export interface Source {
  /** The origin whose rhythm is followed; null before the first order. */
  readonly follow: string | null;
  /** Since when; what a standby did before was looked at too seldom to call it late. */
  readonly followedAtMs: number;
  /** One per origin, in order of preference. */
  readonly tracks: readonly Track[];
  readonly flights: readonly Flight[];
  readonly nextId: number;
  /** Nobody wants the playlist after this moment. */
  readonly wantedUntilMs: number;
  readonly lateToldAtMs: number;
}

export const SOURCE_IDLE: Source = {
  follow: null,
  followedAtMs: Number.NEGATIVE_INFINITY,
  tracks: [],
  flights: [],
  nextId: 1,
  wantedUntilMs: Number.NEGATIVE_INFINITY,
  lateToldAtMs: Number.NEGATIVE_INFINITY,
};
