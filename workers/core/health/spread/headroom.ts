// Keeps a fifth of every origin free (design section 6): turns weights into shares of a region's
// demand, none above what its origin may carry. What is over is poured out over the others by their
// weights, and so on until nobody is over. If all are full, everybody is as full as his neighbour,
// and the overload machines are told by how much.

export const HEADROOM_SHARE = 0.2;

export interface Bounded {
  readonly id: string;
  readonly weight: number;
  /** What it can carry, in the unit of the demand; null: not declared, so not bounded. */
  readonly capacity: number | null;
}

export interface Shares {
  /** By origin; they add up to 1 unless nobody has any weight. */
  readonly shares: ReadonlyMap<string, number>;
  /** Demand over what all may carry with their headroom; 0 while it fits. */
  readonly excess: number;
}

/** Shares of the demand; `demand` in the unit of the capacities (requests/s or Mbit/s). */
export function decideShares(origins: readonly Bounded[], demand: number): Shares {
  const able = origins.filter(({ weight }) => weight > 0);
  const limitOf = ({ capacity }: Bounded) =>
    capacity === null || demand <= 0
      ? Number.POSITIVE_INFINITY
      : (capacity * (1 - HEADROOM_SHARE)) / demand;
  const room = able.reduce((sum, each) => sum + limitOf(each), 0);
  const shares = new Map<string, number>(origins.map(({ id }) => [id, 0]));
  if (able.length === 0) return { shares, excess: 0 };
  if (room <= 1) {
    for (const each of able) shares.set(each.id, limitOf(each) / room);
    return { shares, excess: Math.max(0, demand * (1 - room)) };
  }
  let open = able;
  let left = 1;
  for (;;) {
    const total = open.reduce((sum, { weight }) => sum + weight, 0);
    const over = open.filter((each) => (left * each.weight) / total > limitOf(each));
    if (over.length === 0) {
      for (const { id, weight } of open) shares.set(id, (left * weight) / total);
      return { shares, excess: 0 };
    }
    for (const each of over) {
      shares.set(each.id, limitOf(each));
      left -= limitOf(each);
    }
    open = open.filter((each) => !over.includes(each));
  }
}
