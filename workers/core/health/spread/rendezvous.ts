// In which order a key (a channel in a region, a session) takes its origins: weighted rendezvous
// hashing. Every origin draws a lot for the key; a lot of weight w wins with probability w / sum.
// Nobody has to know anything but the names and the weights to come to the same order, and when an
// origin goes only the keys that it had move, each to the next in its own order.
//
// The score is w / -ln(u): -ln(u) / w is how long a clock of rate w takes to ring, and the first
// to ring wins. A ring of hashes would need tables and moves neighbours' keys; drawing by u alone
// ignores weights.

import { toPairHash, toUnit, toWordHash, type WordHash } from "./hash.ts";

export interface Weighted {
  readonly id: string;
  /** 0 or less: comes last, in the order given. */
  readonly weight: number;
}

/** Origins by falling score for a key. */
export function decideRendezvous(key: string, origins: readonly Weighted[]): readonly string[] {
  return toRanking(toWordHash(key), toLots(origins));
}

export interface Lot {
  readonly id: string;
  readonly weight: number;
  readonly hash: WordHash;
}

/** Hashes the names once for many keys. */
export function toLots(origins: readonly Weighted[]): readonly Lot[] {
  return origins.map(({ id, weight }) => ({ id, weight, hash: toWordHash(id) }));
}

/** Origins by falling score for a key that is hashed already. */
export function toRanking(key: WordHash, lots: readonly Lot[]): readonly string[] {
  const scored = lots.map((lot) => ({ id: lot.id, score: toScore(key, lot) }));
  // The sort is stable: without a weight the order given stays.
  scored.sort((one, other) => other.score - one.score);
  return scored.map(({ id }) => id);
}

/** The first of the ranking alone; null without an origin of any weight. */
export function findWinner(key: WordHash, lots: readonly Lot[]): string | null {
  let [winner, best]: [string | null, number] = [null, 0];
  for (const lot of lots) {
    const score = toScore(key, lot);
    if (score > best) [winner, best] = [lot.id, score];
  }
  return winner;
}

function toScore(key: WordHash, { weight, hash }: Lot): number {
  return weight > 0 ? weight / -Math.log(toUnit(toPairHash(key, hash))) : 0;
}
