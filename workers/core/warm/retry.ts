// What follows from a failure: another try or none, and whether everything goes slower for it.
// Waits double, and are spread, so that a thousand files that failed in one moment do not come back
// in one moment. The spread comes from names and not from chance: a history can be replayed.

import type { WarmFailure } from "../contract/warming.ts";

export interface RetryRule {
  /** Tries in one pass, the first included; then it is a dead letter. */
  readonly triesMax: number;
  /** Whether somebody asked for less. */
  readonly isPressure: boolean;
}

/** Tries of what may end better by itself, the first included. */
export const TRIES_MAX = 4;
const AGAIN: RetryRule = { triesMax: TRIES_MAX, isPressure: false };
const NEVER: RetryRule = { triesMax: 1, isPressure: false };

export const RETRY_RULES: Readonly<Record<WarmFailure, RetryRule>> = {
  pending: AGAIN,
  absent: NEVER,
  forbidden: NEVER,
  // Whoever asks for less means to give later: half a minute of patience.
  throttled: { triesMax: 6, isPressure: true },
  "origin-failed": AGAIN,
  refused: NEVER,
  truncated: AGAIN,
  "not-cached": AGAIN,
  evicted: AGAIN,
  // A cache keeps the wrong version for as long as it may: only a purge or time helps.
  "validator-mismatch": NEVER,
  "length-mismatch": NEVER,
  "md5-mismatch": NEVER,
  unreachable: AGAIN,
};

/** Whether another try may end better without anybody doing something. */
export function isMendable(failure: WarmFailure): boolean {
  return RETRY_RULES[failure].triesMax > 1;
}

const FIRST_WAIT_MS = 1_000;
const WAIT_MS_MAX = 60_000;

/** Wait before the next try after `tries` of them: between half and all of a doubling time. */
export function toRetryWaitMs(tries: number, name: string): number {
  const fullMs = Math.min(WAIT_MS_MAX, FIRST_WAIT_MS * 2 ** Math.max(0, tries - 1));
  return Math.floor(fullMs * (0.5 + toSpread(`${name} ${tries}`) / 2));
}

/** A number from 0 to 1 that looks like chance and is always the same for a name. */
function toSpread(name: string): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < name.length; index++) {
    hash = Math.imul(hash ^ name.charCodeAt(index), 0x01000193);
  }
  // The last steps of a good mixer: FNV alone leaves neighbours beside each other.
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return ((hash ^ (hash >>> 16)) >>> 0) / 2 ** 32;
}
