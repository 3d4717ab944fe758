// The same media agrees over renditions: a segment that two of them show is behind the same number
// of discontinuities in both, because that number is what a player lays them over each other by.
// A rendition that was not read for a while has to make up for what it missed. Segments may be
// shown twice (a standby that lags); then one of the numbers has to agree. Under two labels it is
// two segments: nobody may know that two origins have one encoder, and cuts between them differ by
// a segment from rendition to rendition. What follows under one label tells all the same.

import type { Fault, Sighting } from "./sighting.ts";
import { toFault } from "./sighting.ts";

export class AgreementLaw {
  /** Numbers by segment, by rendition. */
  readonly #cuts = new Map<string, Map<string, Set<number>>>();
  readonly #last = new Map<string, Sighting>();
  /** What a window began with that nobody had seen the front of, by rendition and cut. */
  readonly #fronts = new Map<string, Sighting>();

  /** `isFront`: nothing was ever shown of what is in front of it. */
  note(rendition: string, seen: Sighting, isFront: boolean): void {
    const { cut } = seen.block;
    const front = `${rendition} ${cut}`;
    if (isFront && !this.#fronts.has(front)) this.#fronts.set(front, seen);
    const segment = `@t${seen.timeline}/${seen.block.title}`;
    this.#last.set(rendition, seen);
    const byRendition = this.#cuts.get(segment) ?? new Map<string, Set<number>>();
    this.#cuts.set(segment, byRendition);
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
      const there = `and behind ${[...other[1]].join(", ")} in ${other[0]}`;
      faults.push(
        toFault("cuts", first, `${segment} is behind cut ${[...cuts].join(", ")} ${there}`),
      );
    }
    return faults;
  }

  /**
   * True if a rendition is about to show that segment again, behind one of these numbers, or if it
   * did and that had left its window before anybody looked.
   */
  #isExpected(rendition: string, segment: string, cuts: ReadonlySet<number>): boolean {
    const last = this.#last.get(rendition);
    const index = Number(segment.slice(segment.lastIndexOf("s") + 1));
    const isBefore = last?.truth != null && last.truth.segment.index < index;
    if (isBefore && cuts.has(last.block.cut)) return true;
    return [...cuts].some((cut) => {
      const front = this.#fronts.get(`${rendition} ${cut}`);
      if (front?.truth == null || front.block.discontinuity) return false;
      const run = `@t${front.timeline}/e${front.truth.encoder.plan.id}s`;
      return segment.startsWith(run) && front.truth.segment.index > index;
    });
  }
}
