// The laws about places where one encoder's media meets another's. A discontinuity stands there and
// nowhere else; it has the same number at the same place of the programme in all renditions; and no
// more media is skipped or repeated than the windows of the origins force. What counts is bytes and
// not labels: the same bytes under two labels need no discontinuity, and one run may be left and
// come back to. Then a rendition that nobody read meanwhile has no segment of the other run, but
// its discontinuities all the same, because players lay renditions over each other by their number.

import type { World } from "./plan.ts";
import { isClosed, isClosedShort, slackMs, toFirstMs, toGapMs, toRun } from "./seam.ts";
import type { Fault, Forecast, Offer, Sighting } from "./sighting.ts";
import { printSighting, toFault } from "./sighting.ts";
import type { Truth } from "./truth.ts";

/** How often a law was eased for what nobody could do better, over the whole run. */
export const easedCounts = new Map<Fault["law"], number>();

interface Opening {
  readonly rendition: string;
  readonly seen: Sighting;
  /** Where gaps stand behind the discontinuity, it belongs to the first of them. */
  readonly fromMs: number;
}

export class CutLaws {
  readonly #world: World;
  /** First segment of each cut, by its number, as the first rendition showed it. */
  readonly #openings = new Map<number, Opening>();
  /** Renditions that have shown nothing but parts behind a cut, by its number. */
  readonly #glimpses = new Map<number, string>();
  /** End of the last segment behind a cut, by rendition, by the cut's number. */
  readonly #ends = new Map<string, Map<number, number>>();

  /** How far any rendition had come when the next cut was made: all are cut there. */
  readonly #furthest = new Map<number, number>();
  #forecast: Forecast | null = null;
  /** Number of the last cut that anybody was shown, and of the last one before the forecast. */
  #shownCut = -1;
  #saidAtCut = -1;

  constructor(world: World) {
    this.#world = world;
  }

  /**
   * From now on viewers see the join that was forecast; null if nothing was. `isCut`: the choice
   * before this one was a cut, which nobody may have been shown yet.
   */
  expect(forecast: Forecast | null, isCut: boolean): void {
    const isUnseen = isCut && this.#shownCut <= this.#saidAtCut;
    this.#saidAtCut = isUnseen ? this.#saidAtCut + 1 : Math.max(this.#saidAtCut, this.#shownCut);
    this.#forecast = forecast;
  }

  /** What was forecast holds no more: it could not be done at once. */
  withdraw(): void {
    this.#forecast = null;
  }

  /** Some viewer has been shown this cut, if only its first parts. */
  noteShown(cut: number): void {
    this.#shownCut = Math.max(this.#shownCut, cut);
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
    if (isClosed(seen) && seen.block.discontinuity) this.#glimpses.set(cut, rendition);
    if (seen.truth === null) return [];
    this.#noteEnd(rendition, seen);
    const isOpening = [...between, seen].some(({ block }) => block.discontinuity);
    const faults = [
      isOpening ? this.#checkOpening(rendition, seen, between) : this.#checkInside(rendition, seen),
    ];
    if (previous !== null) {
      faults.push(this.#checkJoin(rendition, previous, seen, between));
      faults.push(this.#checkLoss(rendition, previous, seen, between, offers));
      faults.push(this.#checkForecast(rendition, previous, seen));
    }
    return faults.filter((fault) => fault !== null);
  }

  #noteEnd(rendition: string, { block, endMs }: Sighting): void {
    const ends = this.#ends.get(rendition) ?? new Map<number, number>();
    this.#ends.set(rendition, ends.set(block.cut, endMs));
  }

  #checkOpening(rendition: string, seen: Sighting, between: readonly Sighting[]): Fault | null {
    const { cut } = seen.block;
    const opening = this.#openings.get(cut);
    const fromMs = seen.startMs - toGapMs(seen, between);
    if (opening === undefined) {
      this.#openings.set(cut, { rendition, seen, fromMs });
      return null;
    }
    const apartMs = Math.max(fromMs - opening.seen.startMs, opening.fromMs - seen.startMs);
    const isSame = toRun(opening.seen) === toRun(seen);
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
    const isNext =
      toRun(previous) === toRun(seen) &&
      from.segment.index + 1 + between.length === to.segment.index;
    const own = to.segment.discontinuities - from.segment.discontinuities;
    const needed = isNext ? own : 1;
    const isProved = this.#world.replicas === "identical";
    const isRelabelled = isNext && previous.timeline !== seen.timeline && !isProved;
    const walk = [previous, ...between, seen];
    let [cuts, unexplained, isCutShort] = [0, 0, false];
    for (let at = 1; at < walk.length; at += 1) {
      const [before, here] = [walk[at - 1] as Sighting, walk[at] as Sighting];
      isCutShort ||= isClosed(before) && !before.block.gap;
      if (!here.block.discontinuity) continue;
      [cuts, isCutShort] = [cuts + 1, false];
      if (isClosed(before) || this.#isVisit(rendition, before, here, isNext)) continue;
      unexplained += 1;
    }
    if (isCutShort) {
      return this.#toJoinFault(rendition, previous, seen, "no discontinuity behind parts");
    }
    if (cuts >= needed && unexplained <= needed + (isRelabelled ? 1 : 0)) return null;
    return this.#toJoinFault(rendition, previous, seen, `${cuts} discontinuities`);
  }

  #toJoinFault(rendition: string, previous: Sighting, seen: Sighting, what: string): Fault {
    const here = `between ${printSighting(previous)} and ${printSighting(seen)}`;
    return toFault("cuts", rendition, `${what} ${here}`);
  }

  /**
   * True if a discontinuity belongs to a stretch of another timeline of which this rendition shows
   * no whole segment: it shows parts of it, or a gap because it was not read meanwhile. Then other
   * renditions have been cut there, and with the same number.
   */
  #isVisit(rendition: string, before: Sighting, here: Sighting, isNext: boolean): boolean {
    if (isClosed(here)) return before.timeline !== here.timeline;
    const { cut, gap } = here.block;
    if (gap) return this.#isElsewhere(rendition, cut, isNext ? before : null);
    // Back from it: the gap in front of this one stands for the visit, or for the rest of a segment
    // whose first parts were all that was shown.
    const isBack = this.#isElsewhere(rendition, cut - 1, null);
    return before.block.gap && (isBack || isClosedShort(before, here));
  }

  /** True if others were cut with that number, away from what stands here under its label. */
  #isElsewhere(rendition: string, cut: number, here: Sighting | null): boolean {
    if ((this.#glimpses.get(cut) ?? rendition) !== rendition) return true;
    const opening = this.#openings.get(cut);
    if (opening === undefined || opening.rendition === rendition) return false;
    const { seen } = opening;
    return here === null || toRun(seen) !== toRun(here) || seen.timeline !== here.timeline;
  }

  /** How far any rendition has come behind the cuts from one segment's to the other's. */
  #toFurthestMs(previous: Sighting, seen: Sighting): number {
    let furthestMs = previous.endMs;
    for (let { cut } = previous.block; cut < seen.block.cut; cut += 1) {
      furthestMs = Math.max(furthestMs, this.#furthest.get(cut) ?? furthestMs);
    }
    return furthestMs;
  }

  /**
   * What the rendition that got furthest may see again beyond a segment: another one was read so
   * seldom that it is two behind, all are cut in one place, and no segment begins half way.
   */
  #toSpreadMs({ block, endMs }: Sighting): number {
    const { longestMs } = this.#world;
    let hindmostMs = endMs;
    for (const ends of this.#ends.values()) {
      const [, lastMs] = [...ends].findLast(([cut]) => cut <= block.cut) ?? [0, endMs];
      hindmostMs = Math.min(hindmostMs, lastMs);
    }
    const beyondMs = endMs - hindmostMs - longestMs;
    return Math.max(0, Math.min(longestMs, beyondMs) - longestMs / 2);
  }

  /**
   * Where another rendition was cut with the same number to the same encoder's run, under whatever
   * label: a rendition that missed the cut may make up for it where the run has another one.
   */
  #findOpeningMs(rendition: string, seen: Sighting): number | null {
    const opening = this.#openings.get(seen.block.cut);
    if (opening === undefined || opening.rendition === rendition) return null;
    return toRun(opening.seen) === toRun(seen) ? opening.seen.startMs : null;
  }

  #checkForecast(rendition: string, previous: Sighting, seen: Sighting): Fault | null {
    if (this.#forecast === null || previous.timeline === seen.timeline) return null;
    if (this.#findOpeningMs(rendition, seen) !== null) return null;
    // A cut that was there before is an earlier choice's, wherever its segments come only now.
    const { cut } = seen.block;
    if (cut > previous.block.cut && cut <= this.#saidAtCut) return null;
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
    between: readonly Sighting[],
    offers: ReadonlyMap<string, Offer>,
  ): Fault | null {
    const { encoder } = seen.truth as Truth;
    const from = (previous.truth as Truth).encoder;
    const key = `${encoder.plan.id}/${rendition}`;
    const offer = offers.get(key);
    const { longestMs } = this.#world;
    if (offer === undefined || !this.#areDated(previous, seen)) return null;
    const clocksMs = Math.abs(from.dateMs(previous.endMs) - encoder.dateMs(previous.endMs));
    const allowedMs = longestMs + clocksMs + slackMs;
    const gapMs = seen.startMs - previous.endMs;
    const cutMs = this.#toFurthestMs(previous, seen);
    // Of a segment that was closed early its parts were shown.
    const closed = between.filter(isClosed);
    const shownMs = closed.reduce((sum, { block }) => sum + block.seconds * 1000, 0);
    // Where one rendition has been cut the others have to follow.
    const openingMs = this.#findOpeningMs(rendition, seen) ?? previous.endMs;
    const forcedGapMs =
      Math.max(
        previous.endMs,
        toFirstMs(offers, key, offer, previous, longestMs),
        cutMs,
        openingMs,
      ) - previous.endMs;
    const forcedRepeatMs = previous.endMs - Math.min(previous.endMs, offer.lastEndMs, openingMs);
    const here = `between ${printSighting(previous)} and ${printSighting(seen)}`;
    if (gapMs - shownMs > forcedGapMs + allowedMs) {
      const lost = `${forcedGapMs} ms were lost at ${offer.originId}`;
      return toFault("joins", rendition, `${gapMs} ms of media are skipped ${here}; ${lost}`);
    }
    const spreadMs = this.#toSpreadMs(previous);
    if (-gapMs > forcedRepeatMs + allowedMs && -gapMs <= forcedRepeatMs + allowedMs + spreadMs) {
      easedCounts.set("joins", (easedCounts.get("joins") ?? 0) + 1);
    }
    if (-gapMs > forcedRepeatMs + allowedMs + spreadMs) {
      const behind = `${offer.originId} was ${forcedRepeatMs} ms behind`;
      return toFault("joins", rendition, `${-gapMs} ms of media are repeated ${here}; ${behind}`);
    }
    return null;
  }
}
