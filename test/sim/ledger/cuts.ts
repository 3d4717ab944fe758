// The laws about places where one encoder's media meets another's. A discontinuity stands there and
// nowhere else; it has the same number at the same place of the programme in all renditions; and no
// more media is skipped or repeated than the windows of the origins force.

import type { World } from "./plan.ts";
import type { Fault, Forecast, Offer, Sighting } from "./sighting.ts";
import { printSighting, toFault } from "./sighting.ts";
import type { Truth } from "./truth.ts";

/** Audio frames and rounded dates. */
const slackMs = 60;

export class CutLaws {
  readonly #world: World;
  /** First segment of each cut, by its number, as the first rendition showed it. */
  readonly #openings = new Map<number, { readonly rendition: string; readonly seen: Sighting }>();

  /** How far any rendition had come when the next cut was made: all are cut there. */
  readonly #furthest = new Map<number, number>();
  #forecast: Forecast | null = null;

  constructor(world: World) {
    this.#world = world;
  }

  /** From now on viewers see the join that was forecast; null if nothing was, or nothing holds. */
  expect(forecast: Forecast | null): void {
    this.#forecast = forecast;
  }

  /** `between` are the gaps from the last real segment, which may be null, to this one. */
  check(
    rendition: string,
    seen: Sighting,
    previous: Sighting | null,
    between: readonly Sighting[],
    offers: ReadonlyMap<string, Offer>,
  ): readonly Fault[] {
    const { cut } = seen.block;
    this.#furthest.set(cut, Math.max(this.#furthest.get(cut) ?? seen.endMs, seen.endMs));
    if (seen.truth === null) return [];
    const isOpening = [...between, seen].some(({ block }) => block.discontinuity);
    const faults = [
      isOpening ? this.#checkOpening(rendition, seen) : this.#checkInside(rendition, seen),
    ];
    if (previous !== null) {
      faults.push(this.#checkJoin(rendition, previous, seen, between));
      faults.push(this.#checkLoss(rendition, previous, seen, offers));
      faults.push(this.#checkForecast(rendition, previous, seen));
    }
    return faults.filter((fault) => fault !== null);
  }

  #checkOpening(rendition: string, seen: Sighting): Fault | null {
    const { cut } = seen.block;
    const opening = this.#openings.get(cut);
    if (opening === undefined) {
      this.#openings.set(cut, { rendition, seen });
      return null;
    }
    const apartMs = Math.abs(opening.seen.startMs - seen.startMs);
    // Equal bytes may have two labels: each rendition changes over where its own bytes go on.
    const isSame = opening.seen.timeline === seen.timeline || toRun(opening.seen) === toRun(seen);
    if (isSame && apartMs <= this.#world.longestMs + slackMs) return null;
    const there = `in ${opening.rendition} at ${printSighting(opening.seen)}`;
    return toFault("cuts", rendition, `cut ${cut} is at ${printSighting(seen)}, ${there}`);
  }

  /** Behind a cut stands the encoder that opened it. */
  #checkInside(rendition: string, seen: Sighting): Fault | null {
    const { cut } = seen.block;
    const opening = this.#openings.get(cut)?.seen;
    if (opening === undefined || toRun(opening) === toRun(seen)) return null;
    const what = `${printSighting(seen)} is behind cut ${cut}, opened by ${printSighting(opening)}`;
    return toFault("cuts", rendition, what);
  }

  #checkJoin(
    rendition: string,
    previous: Sighting,
    seen: Sighting,
    between: readonly Sighting[],
  ): Fault | null {
    const from = previous.truth as Truth;
    const to = seen.truth as Truth;
    const run = [...between, seen];
    const cuts = run.filter(({ block }) => block.discontinuity).length;
    const here = `between ${printSighting(previous)} and ${printSighting(seen)}`;
    const isNext =
      toRun(previous) === toRun(seen) &&
      from.segment.index + 1 + between.length === to.segment.index;
    const own = to.segment.discontinuities - from.segment.discontinuities;
    const isLabelNew = previous.timeline !== seen.timeline;
    if (isNext && cuts === own) return null;
    // A gap may stand for a timeline that others have shown and this one has missed, or for the
    // rest of a segment that was closed at a cut; where the others are cut is checked at openings.
    if (isNext && between.length > 0 && cuts > own) return null;
    const isProved = this.#world.replicas === "identical";
    if (isNext && isLabelNew && !isProved && cuts === own + 1) return null;
    // A gap may stand for a timeline that this rendition has missed, with its discontinuity.
    if (!isNext && (cuts === 1 || (cuts > 1 && between.length > 0))) return null;
    return toFault("cuts", rendition, `${cuts} discontinuities ${here}`);
  }

  /** Where another rendition was cut with the same number to the same timeline. */
  #findOpeningMs(rendition: string, { block, timeline }: Sighting): number | null {
    const opening = this.#openings.get(block.cut);
    if (opening === undefined || opening.rendition === rendition) return null;
    return opening.seen.timeline === timeline ? opening.seen.startMs : null;
  }

  #checkForecast(rendition: string, previous: Sighting, seen: Sighting): Fault | null {
    if (this.#forecast === null || previous.timeline === seen.timeline) return null;
    if (this.#findOpeningMs(rendition, seen) !== null) return null;
    const { run, join, repeatSecondsMax, originId } = this.#forecast;
    const from = previous.truth as Truth;
    const to = seen.truth as Truth;
    if (toRun(seen) !== run) return null;
    const here = `between ${printSighting(previous)} and ${printSighting(seen)}`;
    const isCut = seen.block.discontinuity && !to.segment.discontinuity;
    if (join === "invisible" && isCut) {
      return toFault("forecast", rendition, `${originId} was said to join invisibly; cut ${here}`);
    }
    const clocksMs = Math.abs(from.encoder.dateMs(0) - to.encoder.dateMs(0));
    const allowedMs = repeatSecondsMax * 1000 + this.#world.longestMs + clocksMs + slackMs;
    const repeatMs = previous.endMs - seen.startMs;
    if (join === "invisible" || repeatMs <= allowedMs || !this.#areDated(previous, seen))
      return null;
    const what = `${originId} was said to repeat ${repeatSecondsMax} s, repeats ${repeatMs} ms`;
    return toFault("forecast", rendition, `${what} ${here}`);
  }

  #areDated(...seen: readonly Sighting[]): boolean {
    return seen.every((each) => this.#world.dated.has(toRun(each)));
  }

  /** Media may be skipped or repeated by a segment, and by what the origin could not help. */
  #checkLoss(
    rendition: string,
    previous: Sighting,
    seen: Sighting,
    offers: ReadonlyMap<string, Offer>,
  ): Fault | null {
    const { encoder } = seen.truth as Truth;
    const from = (previous.truth as Truth).encoder;
    const offer = offers.get(`${encoder.plan.id}/${rendition}`);
    const { longestMs } = this.#world;
    if (offer === undefined || !this.#areDated(previous, seen)) return null;
    const clocksMs = Math.abs(from.dateMs(previous.endMs) - encoder.dateMs(previous.endMs));
    const allowedMs = longestMs + clocksMs + slackMs;
    const gapMs = seen.startMs - previous.endMs;
    const cutMs = this.#furthest.get(previous.block.cut) ?? previous.endMs;
    // Where one rendition has been cut the others have to follow.
    const openingMs = this.#findOpeningMs(rendition, seen) ?? previous.endMs;
    const forcedGapMs =
      Math.max(previous.endMs, offer.firstStartMs, cutMs, openingMs) - previous.endMs;
    const forcedRepeatMs = previous.endMs - Math.min(previous.endMs, offer.lastEndMs, openingMs);
    const here = `between ${printSighting(previous)} and ${printSighting(seen)}`;
    if (gapMs > forcedGapMs + allowedMs) {
      const lost = `${forcedGapMs} ms were lost at ${offer.originId}`;
      return toFault("joins", rendition, `${gapMs} ms of media are skipped ${here}; ${lost}`);
    }
    if (-gapMs > forcedRepeatMs + allowedMs) {
      const behind = `${offer.originId} was ${forcedRepeatMs} ms behind`;
      return toFault("joins", rendition, `${-gapMs} ms of media are repeated ${here}; ${behind}`);
    }
    return null;
  }
}

function toRun({ truth }: Sighting): number {
  return truth?.encoder.plan.id ?? -1;
}
