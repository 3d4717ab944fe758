// What part of the whole each origin can carry, from what its operator declares: CPU, memory and
// bandwidth, counted 2 : 1 : 3 (a packager is bound by its network card first). For the weights.
//
// Shares are compared, not units: each resource is taken as a part of what all declare of it, so
// nobody has to know how many cores are worth a gigabit. What nobody declares does not count; an
// origin that declares nothing is taken for an average one. They are refreshed once a day, because
// a share that moves moves channels.

export interface DeclaredCapacity {
  readonly originId: string;
  readonly cpu: number | null;
  readonly memory: number | null;
  readonly bandwidth: number | null;
}

const RESOURCES = ["cpu", "memory", "bandwidth"] as const;
const RATIO: Readonly<Record<(typeof RESOURCES)[number], number>> = {
  cpu: 2,
  memory: 1,
  bandwidth: 3,
};
const REFRESH_MS = 86_400_000;

/** Parts of the whole by origin; they add up to 1. */
export function toBandwidthShares(
  declared: readonly DeclaredCapacity[],
): ReadonlyMap<string, number> {
  const used = RESOURCES.filter((name) => declared.some((each) => (each[name] ?? 0) > 0));
  if (used.length === 0) {
    return new Map(declared.map(({ originId }) => [originId, 1 / declared.length]));
  }
  const ratio = used.reduce((sum, name) => sum + RATIO[name], 0);
  const shares = new Map<string, number>();
  for (const name of used) {
    const known = declared.flatMap((each) => each[name] ?? []);
    const average = known.reduce((sum, value) => sum + value, 0) / known.length;
    const total = average * declared.length;
    for (const each of declared) {
      const part = ((each[name] ?? average) / total) * (RATIO[name] / ratio);
      shares.set(each.originId, (shares.get(each.originId) ?? 0) + part);
    }
  }
  return shares;
}

export interface CapacityBook {
  readonly shares: ReadonlyMap<string, number>;
  readonly atMs: number;
}

/** Refreshes the shares if they are a day old or speak of other origins. */
export function applyCapacities(
  book: CapacityBook | null,
  declared: readonly DeclaredCapacity[],
  nowMs: number,
): CapacityBook {
  const isSame =
    book !== null &&
    book.shares.size === declared.length &&
    declared.every(({ originId }) => book.shares.has(originId));
  if (isSame && nowMs - book.atMs < REFRESH_MS) return book;
  return { shares: toBandwidthShares(declared), atMs: nowMs };
}
