// The pace at which preloading may ask one origin, over all events: a token bucket whose tokens are
// reserved ahead (the generic cell rate algorithm). A caller is told when its first request may go
// and how far apart the others must be, so that nobody has to come back for every token, and no
// burst follows a wait: the bucket holds one token.
//
// Picture: a baker who writes times on the tickets, instead of letting everybody stand in line.

export interface PaceState {
  /** When the next free place is, Unix milliseconds. */
  readonly freeAtMs: number;
}

export const PACE_NONE: PaceState = { freeAtMs: 0 };

/** Longest time ahead that is promised: who comes later than that is told to wait this long. */
export const PACE_AHEAD_MS_MAX = 300_000;

/** Reserves `count` places at `requestsPerSecond`. */
export function applyReservation(
  state: PaceState,
  { count, requestsPerSecond }: { readonly count: number; readonly requestsPerSecond: number },
  nowMs: number,
): { readonly state: PaceState; readonly delayMs: number; readonly spacingMs: number } {
  const spacingMs = 1_000 / Math.max(0.001, requestsPerSecond);
  const startMs = Math.min(Math.max(nowMs, state.freeAtMs), nowMs + PACE_AHEAD_MS_MAX);
  return {
    state: { freeAtMs: startMs + spacingMs * Math.max(0, count) },
    delayMs: startMs - nowMs,
    spacingMs,
  };
}
