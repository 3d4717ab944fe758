// To which regions a policy must be sent now: those that have not confirmed the present one, again
// and again, and the others now and then, so that the age that they tell is honest. For the health
// centre's object.
//
// A region that was cut off when a decision was made hears of it within a second of being back. To
// wait for the next regular confirmation instead would leave two policies in force for five.

/** Between two attempts at a region that has not confirmed. */
const AGAIN_MS = 500;
/** Between two confirmations of an unchanged policy. */
const CONFIRM_MS = 5_000;

export interface Delivery {
  /** Highest version that the region has confirmed; null: none. */
  readonly confirmedVersion: number | null;
  readonly sentAtMs: number;
  readonly sentVersion: number | null;
}

/** By region. */
export type Deliveries = ReadonlyMap<string, Delivery>;

/** The regions that are due, in their order. */
export function planDeliveries(
  deliveries: Deliveries,
  regions: readonly string[],
  version: number,
  nowMs: number,
): readonly string[] {
  return regions.filter((region) => {
    const delivery = deliveries.get(region);
    if (delivery === undefined || delivery.sentVersion !== version) return true;
    const isConfirmed = delivery.confirmedVersion === version;
    return nowMs - delivery.sentAtMs >= (isConfirmed ? CONFIRM_MS : AGAIN_MS);
  });
}

/** Notes that a policy was sent. */
export function applySent(
  deliveries: Deliveries,
  regions: readonly string[],
  version: number,
  nowMs: number,
): Deliveries {
  const next = new Map(deliveries);
  for (const region of regions) {
    const confirmedVersion = next.get(region)?.confirmedVersion ?? null;
    next.set(region, { confirmedVersion, sentAtMs: nowMs, sentVersion: version });
  }
  return next;
}

/** Notes that a region has it. */
export function applyConfirmed(
  deliveries: Deliveries,
  region: string,
  version: number,
): Deliveries {
  const before = deliveries.get(region);
  if (before === undefined || (before.confirmedVersion ?? 0) >= version) return deliveries;
  return new Map(deliveries).set(region, { ...before, confirmedVersion: version });
}
