// Durations and sizes as counts per power of two: thirty-two numbers say enough about a
// distribution to find a percentile within a factor of two, they can be added up over isolates,
// regions and days without losing anything, and counting one costs an addition. Finer buckets were
// refused: an operator asks "is it 20 or 200 ms", and every bucket is a line of every scrape.

/** Slots of a histogram: slot k holds [2^k, 2^(k+1)), slot 0 also what is smaller. */
export const LOG2_SLOTS = 24;

/** The slot of a value; what is larger than the last slot's end is counted there. */
export function toLog2Slot(value: number): number {
  if (!(value >= 2)) return 0;
  return Math.min(LOG2_SLOTS - 1, Math.floor(Math.log2(value)));
}

/** Adds `counts` to `into`, slot by slot; missing slots count nothing. */
export function addLog2(into: number[], counts: readonly number[]): void {
  for (const [slot, count] of counts.entries()) into[slot] = (into[slot] ?? 0) + count;
}

/** Upper bound of a slot, which a percentile in it is at most. */
export function toLog2Bound(slot: number): number {
  return 2 ** (slot + 1);
}

/** The bound under which the given share of all values lies; null for an empty histogram. */
export function toLog2Percentile(counts: readonly number[], share: number): number | null {
  const total = counts.reduce((sum, count) => sum + count, 0);
  if (total === 0) return null;
  let sum = 0;
  for (const [slot, count] of counts.entries()) {
    sum += count;
    if (sum >= total * share) return toLog2Bound(slot);
  }
  return toLog2Bound(counts.length - 1);
}
