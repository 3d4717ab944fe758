// Does the channel go on? A ledger that froze for ever would break no other law. Viewers must have
// all but the newest segment of an origin that was chosen and is well, soon after it was chosen.

import type { Standing } from "./drive.ts";
import type { World } from "./plan.ts";
import type { Offer } from "./sighting.ts";

/** Segment durations for which a channel may stand still: one to find out, the others to join. */
const patienceSegments = 8;

export class Progress {
  readonly #world: World;
  /** How far the chosen origin's media had come, and when viewers were last near it. */
  #nearMs: number | null = null;
  #wanted = "";

  constructor(world: World) {
    this.#world = world;
  }

  /** Null, or for how long viewers have waited for media that is there. */
  check(
    { nowMs, wanted, outcome, answers, offers }: Standing,
    edge: (rendition: string) => { readonly endMs: number } | null,
    ended: boolean,
  ): string | null {
    const { longestMs, renditions, stepMs } = this.#world;
    if (wanted !== this.#wanted || outcome === "refused" || !answers || ended) {
      this.#wanted = wanted;
      this.#nearMs = nowMs;
    }
    const [first] = renditions;
    const offer = first === undefined ? null : findOffer(offers, wanted, first.name);
    const shown = first === undefined ? null : edge(first.name);
    if (offer === null || shown === null) return null;
    if (shown.endMs >= offer.lastEndMs - longestMs) this.#nearMs = nowMs;
    const waitedMs = nowMs - (this.#nearMs ?? nowMs);
    if (waitedMs <= patienceSegments * longestMs + 4 * stepMs) return null;
    return `viewers wait for ${waitedMs} ms: ${wanted} (${outcome}) is at ${offer.lastEndMs} ms of the programme, they at ${shown.endMs}`;
  }
}

function findOffer(
  offers: ReadonlyMap<string, Offer>,
  originId: string,
  rendition: string,
): Offer | null {
  let best: Offer | null = null;
  for (const [key, offer] of offers) {
    if (offer.originId !== originId || !key.endsWith(`/${rendition}`)) continue;
    if (best === null || offer.lastEndMs > best.lastEndMs) best = offer;
  }
  return best;
}
