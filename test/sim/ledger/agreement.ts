// The same media agrees over renditions: a segment that two of them show is behind the same number
// of discontinuities in both, because that number is what a player lays them over each other by.
// A rendition that was not read for a while has to make up for what it missed. Segments may be
// shown twice (a standby that lags); then one of the numbers has to agree. And where a cut lies
// between two origins that nobody knows to be the same encoder's, its place may differ by a segment:
// what one rendition shows last in front of it, under the old label, another shows first behind it.

import type { Fault, Sighting } from "./sighting.ts";
import { toFault } from "./sighting.ts";

export class AgreementLaw {
  /** Numbers by segment, by rendition. */
  readonly #cuts = new Map<string, Map<string, Set<number>>>();
  /** Segments that stand first behind a cut, with their label. */
  readonly #openings = new Set<string>();
  readonly #last = new Map<string, Sighting>();

  note(rendition: string, seen: Sighting, previous: Sighting | null): void {
    const { title, cut } = seen.block;
    const isCut = previous !== null && previous.block.cut < cut;
    if (isCut && previous.timeline !== seen.timeline) this.#openings.add(`${title} ${cut}`);
    this.#last.set(rendition, seen);
    const byRendition = this.#cuts.get(title) ?? new Map<string, Set<number>>();
    this.#cuts.set(title, byRendition);
    const cuts = byRendition.get(rendition) ?? new Set();
    byRendition.set(rendition, cuts.add(cut));
  }

  /** All that does not agree when the history is over. */
  conclude(): readonly Fault[] {
    const faults: Fault[] = [];
    for (const [segment, byRendition] of this.#cuts) {
      const [[first, cuts] = ["", new Set<number>()], ...others] = byRendition;
      const other = others.find(([, each]) => ![...cuts].some((cut) => each.has(cut)));
      if (other === undefined || this.#isExpected(first, segment, other[1])) continue;
      if (this.#isExpected(other[0], segment, cuts)) continue;
      if (this.#isAtCut(segment, cuts, other[1])) continue;
      const there = `and behind ${[...other[1]].join(", ")} in ${other[0]}`;
      faults.push(
        toFault("cuts", first, `${segment} is behind cut ${[...cuts].join(", ")} ${there}`),
      );
    }
    return faults;
  }

  /** True if the segment opens the later of two cuts that follow each other. */
  #isAtCut(segment: string, one: ReadonlySet<number>, other: ReadonlySet<number>): boolean {
    const [low = 0, high = 0] = [Math.max(...one), Math.max(...other)].sort((a, b) => a - b);
    return high - low === 1 && this.#openings.has(`${segment} ${high}`);
  }

  /** True if a rendition is about to show that segment again, behind one of these numbers. */
  #isExpected(rendition: string, segment: string, cuts: ReadonlySet<number>): boolean {
    const last = this.#last.get(rendition);
    const index = Number(segment.slice(segment.indexOf("s") + 1));
    const isBefore = last?.truth != null && last.truth.segment.index < index;
    return isBefore && cuts.has(last.block.cut);
  }
}
