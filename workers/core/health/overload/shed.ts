// Which share of the new sessions is turned away: none, unless there is a surge and the house is
// full; then just enough to bring the load back to 80 (design section 6). For the edge, which asks
// with the session's hash (operators/session-share.ts) and only at the multivariant playlist.
//
// Sessions that run go on, whatever happens. The load that is measured while some are turned away
// is smaller than the one that is offered, so the share is computed from what was offered:
// otherwise it would let all in as soon as it works. It ends when the offered load is clearly below
// the limit.

export const SHED_LOAD = 80;
export const SHED_SURGE = 3;
const END_LOAD = 70;
const END_SURGE = 2;
/** Somebody is always let in: a door that is shut for all cannot see that the crowd has gone. */
export const SHED_SHARE_MAX = 0.95;

export interface ShedInput {
  /** Measured, with the present share turned away. */
  readonly load: number;
  /** Deviations above the baseline, of all requests, also those turned away. */
  readonly surge: number;
  /** Part of the load that new sessions make, 0 to 1. */
  readonly newShare: number;
}

/** The next share of new sessions to turn away, 0 to 1; `before` is the present one. */
export function decideShed(before: number, { load, surge, newShare }: ShedInput): number {
  const fresh = Math.min(1, Math.max(0, newShare));
  // Of `offered`, a part of `fresh` is new sessions; of these, `before` are kept out.
  const keptOut = Math.min(SHED_SHARE_MAX, before * fresh);
  const offered = load / (1 - keptOut);
  const isOn =
    before > 0 ? offered >= END_LOAD && surge > END_SURGE : load >= SHED_LOAD && surge > SHED_SURGE;
  if (!isOn || fresh === 0) return 0;
  const wanted = (offered - SHED_LOAD) / offered / fresh;
  return Math.min(SHED_SHARE_MAX, Math.max(0, wanted));
}
