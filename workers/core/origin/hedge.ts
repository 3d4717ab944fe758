// When a second origin is asked while the first still thinks, and how often that may happen
// (design section 6: rescue and hedge within 10 % extra requests). For fills.
//
// The picture: a purse that every ordinary request fills by a tenth of a coin, and from which a
// hedge takes a whole one. It holds a few coins at most, so that a quiet hour does not pay for a
// storm. A rescue after a failure is never refused, since the failed request brought nothing, but
// it takes its coin too: while an origin is failing nobody hedges on top of it.

export interface HedgePurse {
  /** Coins; may be negative after rescues. */
  readonly coins: number;
}

const SHARE = 0.1;
const COINS_MAX = 5;
const COINS_MIN = -5;

/** A purse at the start: enough for one hedge, because the first slow origin is met cold. */
export const NEW_PURSE: HedgePurse = { coins: 1 };

/** What happens to the purse: an ordinary request, a hedge, or a rescue. */
export function applySpending(
  purse: HedgePurse,
  event: "request" | "hedge" | "rescue",
): HedgePurse {
  const coins = purse.coins + (event === "request" ? SHARE : -1);
  return { coins: Math.min(COINS_MAX, Math.max(COINS_MIN, coins)) };
}

/** Whether a hedge can be paid for. */
export function mayHedge(purse: HedgePurse): boolean {
  return purse.coins >= 1;
}

/** Nobody is hedged against sooner, or trusted for longer, milliseconds. */
const HEDGE_MS_MIN = 150;
const HEDGE_MS_MAX = 1_000;
/** For an origin that has never answered here. */
const HEDGE_MS_UNKNOWN = 500;
/** Yellow at four times the usual (design section 6); the same factor makes us impatient. */
const SLOW_FACTOR = 4;

/** How long to wait for headers before a second origin is asked too. */
export function toHedgeMs(usualLatencyMs: number | null): number {
  if (usualLatencyMs === null) return HEDGE_MS_UNKNOWN;
  return Math.min(HEDGE_MS_MAX, Math.max(HEDGE_MS_MIN, SLOW_FACTOR * usualLatencyMs));
}

/** Weight of the newest latency in the usual one. */
const NEWEST = 0.2;

/** The usual latency after one more answer. */
export function toUsualLatencyMs(usualMs: number | null, latencyMs: number): number {
  return usualMs === null ? latencyMs : usualMs + NEWEST * (latencyMs - usualMs);
}
