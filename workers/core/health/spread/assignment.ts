// Spreads the channels of a region over origins that could serve all of them, so that equals carry
// equal loads. For the health centre, which alone knows all channels; an edge ranks by itself
// (rendezvous.ts) and needs no table.
//
// Lots alone are fair only on average: of a thousand channels over ten equals one gets 90 and
// another 115. So every origin has a bound, its fair part and a twentieth more, and a channel goes
// to the first in its own ranking that has room. A channel moves when its origin goes, and a few
// more do because a neighbour filled up; the larger the bound, the fewer.

import { toPairHash, toUnit, toWordHash, type WordHash } from "./hash.ts";
import { type Lot, toLots, toRanking, type Weighted } from "./rendezvous.ts";

/**
 * Room over the fair part: small enough for 15 % between equals, large enough to keep moves few.
 */
const SLACK = 0.05;

export interface Loaded {
  readonly id: string;
  /** What it costs its origin, in any unit; equal loads are a spread by number. */
  readonly load: number;
}

/** Channel -> origin. Channels of no origin with a weight are left out. */
export function planAssignments(
  region: string,
  channels: readonly Loaded[],
  origins: readonly Weighted[],
): ReadonlyMap<string, string> {
  const lots = toLots(origins.filter(({ weight }) => weight > 0));
  const weight = lots.reduce((sum, lot) => sum + lot.weight, 0);
  const total = channels.reduce((sum, { load }) => sum + load, 0);
  const room = new Map(lots.map((lot) => [lot.id, ((total * lot.weight) / weight) * (1 + SLACK)]));
  const regionHash = toWordHash(region);
  const drawn = channels.map((channel) => {
    const hash = toPairHash(regionHash, toWordHash(channel.id));
    return { ...channel, hash, turn: toUnit(hash) };
  });
  // The largest first, because it is the hardest to place; equals in an order of their own, that
  // does not change when another channel comes or goes.
  drawn.sort((one, other) => other.load - one.load || one.turn - other.turn);
  const placed = new Map<string, string>();
  for (const { id, load, hash } of drawn) {
    const origin = findRoom(hash, lots, room, load);
    if (origin === null) continue;
    placed.set(id, origin);
    room.set(origin, (room.get(origin) ?? 0) - load);
  }
  return placed;
}

/** The first in the key's ranking with room; if nobody has any, the one with the most. */
function findRoom(
  key: WordHash,
  lots: readonly Lot[],
  room: ReadonlyMap<string, number>,
  load: number,
): string | null {
  const ranking = toRanking(key, lots);
  const fitting = ranking.find((id) => (room.get(id) ?? 0) >= load);
  if (fitting !== undefined) return fitting;
  let [emptiest, most]: [string | null, number] = [null, Number.NEGATIVE_INFINITY];
  for (const id of ranking) {
    const left = room.get(id) ?? 0;
    if (left > most) [emptiest, most] = [id, left];
  }
  return emptiest;
}
