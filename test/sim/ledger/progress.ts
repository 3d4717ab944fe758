// Does the channel go on? A ledger that froze for ever would break no other law. While the chosen
// origin answers and has more than its newest segment to tell, viewers must get something new, if
// not from it, then from another member of its timeline.

import type { Standing } from "./drive.ts";
import type { World } from "./plan.ts";
import type { Offer } from "./sighting.ts";

/** Segment durations for which a channel may stand still: one to find out, the others to join. */
const patienceSegments = 8;

/** The real end of what a rendition shows, and the encoder's run there; -1 for a gap. */
export interface Edge {
  readonly endMs: number;
  readonly run: number;
}

export class Progress {
  readonly #world: World;
  #movedMs: number | null = null;
  #edgeMs = Number.NEGATIVE_INFINITY;
  #wanted = "";

  constructor(world: World) {
    this.#world = world;
  }

  /** Null, or for how long viewers have waited for media that is there. */
  check(
    { nowMs, wanted, outcome, answers, offers }: Standing,
    edge: (rendition: string) => Edge | null,
    ended: boolean,
  ): string | null {
    const { longestMs, renditions, stepMs } = this.#world;
    const name = renditions[0]?.name ?? "";
    const shown = edge(name);
    const offer = findOffer(offers, wanted, name, (run) => this.#canFollow(run, shown));
    const isExcused = wanted !== this.#wanted || outcome === "refused" || !answers || ended;
    this.#wanted = wanted;
    if (isExcused || offer === null || shown === null) {
      this.#movedMs = nowMs;
      return null;
    }
    const isNear = shown.endMs >= offer.lastEndMs - longestMs;
    if (isNear || shown.endMs > this.#edgeMs) this.#movedMs = nowMs;
    this.#edgeMs = shown.endMs;
    const waitedMs = nowMs - (this.#movedMs ?? nowMs);
    if (waitedMs <= patienceSegments * longestMs + 4 * stepMs) return null;
    const there = `${wanted} (${outcome}) is at ${offer.lastEndMs} ms of the programme`;
    return `viewers wait for ${waitedMs} ms: ${there}, they at ${shown.endMs}`;
  }

  /**
   * False for a run without init sections behind one with them: no tag ends EXT-X-MAP, so it is
   * refused, also where the other one of two nodes behind one URL is such a run.
   */
  #canFollow(run: number, shown: Edge | null): boolean {
    const hasMap = (id: number | undefined) => {
      return this.#world.encoders.some(({ plan }) => plan.id === id && plan.maps !== "none");
    };
    return hasMap(run) || !hasMap(shown?.run);
  }
}

function findOffer(
  offers: ReadonlyMap<string, Offer>,
  originId: string,
  rendition: string,
  canFollow: (run: number) => boolean,
): Offer | null {
  let best: Offer | null = null;
  for (const [key, offer] of offers) {
    if (offer.originId !== originId || !key.endsWith(`/${rendition}`)) continue;
    if (!canFollow(Number.parseInt(key, 10))) continue;
    if (best === null || offer.lastEndMs > best.lastEndMs) best = offer;
  }
  return best;
}
