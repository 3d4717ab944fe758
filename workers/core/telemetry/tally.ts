// Counters of the data plane with their labels, in one bounded map: an isolate counts into one,
// drains it in batches, and a region gate merges the batches of all isolates. Labels come from
// viewers' URLs in part, so their number is bounded by the map and not by trust: past the bound a
// new series is counted under "other", and the first label, the channel or origin, is kept as long
// as there is room for that. Families that strangers can make long have a bound of their own, so
// that they leave room for the others. It does NOT know clocks or who reads it.

import type { TallyFamily, TallyRow } from "../contract/tally.ts";
import { addLog2, toLog2Slot } from "./histogram.ts";

/** Series of one tally: ten channels of eight renditions with a dozen outcomes each. */
export const TALLY_SERIES_MAX = 1_000;
/** Two hundred networks, at one host: the big ones come first. */
const FAMILY_SERIES_MAX: ReadonlyMap<string, number> = new Map([["networks", 400]]);
const LABEL_CHARS_MAX = 64;
const OTHER = "other";

interface Series {
  readonly family: string;
  readonly labels: readonly string[];
  count: number;
  bytes: number;
  readonly log2: number[];
  sumMs: number;
}

export interface Measure {
  readonly bytes?: number;
  /** Counted in the histogram; absent where nothing was timed. */
  readonly durationMs?: number;
  readonly count?: number;
}

export class Tally {
  readonly #series = new Map<string, Series>();
  readonly #sizes = new Map<string, number>();
  readonly #seriesMax: number;

  constructor(seriesMax: number = TALLY_SERIES_MAX) {
    this.#seriesMax = seriesMax;
  }

  /** Counts one thing. */
  add(family: TallyFamily, labels: readonly string[], measure: Measure): void {
    const series = this.#open(family, labels);
    series.count += measure.count ?? 1;
    series.bytes += measure.bytes ?? 0;
    if (measure.durationMs === undefined) return;
    const slot = toLog2Slot(measure.durationMs);
    series.log2[slot] = (series.log2[slot] ?? 0) + 1;
    series.sumMs += Math.max(0, measure.durationMs);
  }

  /** Adds rows of another tally, of the same or a neighbouring build. */
  merge(rows: readonly TallyRow[]): void {
    for (const row of rows) {
      const series = this.#open(row.family, row.labels);
      series.count += row.count;
      series.bytes += row.bytes;
      addLog2(series.log2, row.log2);
      series.sumMs += row.sumMs ?? 0;
    }
  }

  /** Everything counted so far. */
  rows(): readonly TallyRow[] {
    return [...this.#series.values()].map((series) => ({
      ...series,
      log2: Array.from(series.log2, (count) => count ?? 0),
    }));
  }

  /** Everything counted since the last drain. */
  drain(): readonly TallyRow[] {
    const rows = this.rows();
    this.#series.clear();
    this.#sizes.clear();
    return rows;
  }

  get isEmpty(): boolean {
    return this.#series.size === 0;
  }

  #open(family: string, labels: readonly string[]): Series {
    const key = toKey(family, labels);
    const known = this.#series.get(key);
    if (known !== undefined) return known;
    const cut = labels.map((label) => label.slice(0, LABEL_CHARS_MAX));
    if (this.#hasRoom(family)) return this.#make(key, family, cut);
    const others = cut.map((label, index) => (index === 0 ? label : OTHER));
    const ofFirst = this.#series.get(toKey(family, others));
    if (ofFirst !== undefined) return ofFirst;
    // A tenth of the room is left for what is counted together.
    const hasRoom = this.#series.size < this.#seriesMax * 1.1;
    const together = hasRoom ? others : cut.map(() => OTHER);
    const togetherKey = toKey(family, together);
    return this.#series.get(togetherKey) ?? this.#make(togetherKey, family, together);
  }

  #hasRoom(family: string): boolean {
    const size = this.#sizes.get(family) ?? 0;
    const hasOwn = size < (FAMILY_SERIES_MAX.get(family) ?? Number.POSITIVE_INFINITY);
    return hasOwn && this.#series.size < this.#seriesMax;
  }

  #make(key: string, family: string, labels: readonly string[]): Series {
    const series: Series = { family, labels, count: 0, bytes: 0, log2: [], sumMs: 0 };
    this.#series.set(key, series);
    this.#sizes.set(family, (this.#sizes.get(family) ?? 0) + 1);
    return series;
  }
}

function toKey(family: string, labels: readonly string[]): string {
  return `${family}\n${labels.join("\n")}`;
}
