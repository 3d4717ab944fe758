// What was really wrong at which moment: the plan's word, against which decisions are judged.

import type { OriginFault, Plan, Region, Trouble } from "./plan.ts";
import { REGIONS } from "./plan.ts";

/** What is shorter is a blip: nobody should do anything about it. */
const BLIP_MS = 250;
const HARD: readonly OriginFault[] = ["refused", "server-errors", "hang", "freeze"];

export class Truth {
  readonly #troubles: readonly Trouble[];

  constructor(plan: Plan) {
    this.#troubles = plan.troubles;
  }

  /** Whether an origin was really bad at some moment of a stretch, for most of the world. */
  wasBad(origin: string, fromMs: number, toMs: number): boolean {
    return this.wasFaulty(origin, HARD, fromMs, toMs) || this.#wasCutOff(origin, fromMs, toMs);
  }

  wasFaulty(origin: string, faults: readonly OriginFault[], fromMs: number, toMs: number): boolean {
    return this.#troubles.some(
      (each) =>
        each.kind === "origin" &&
        each.origin === origin &&
        faults.includes(each.fault) &&
        each.toMs - each.fromMs >= BLIP_MS &&
        isMeeting(each, fromMs, toMs),
    );
  }

  /** Whether a witness lied or was cut off from anybody. */
  wasWitnessTroubled(fromMs: number, toMs: number): boolean {
    return this.#troubles.some(
      (each) => (each.kind === "lie" || each.kind === "cut") && isMeeting(each, fromMs, toMs),
    );
  }

  /** Whether a place could not reach an origin, or could not be answered, in a stretch. */
  wasUnreachable(place: string, region: Region, origin: string, fromMs: number, toMs: number) {
    const isPlaceCut = this.#troubles.some(
      (each) =>
        each.kind === "cut" &&
        isMeeting(each, fromMs, toMs) &&
        each.ends.includes(origin) &&
        each.ends.some((end) => end === place || (end === region && /^(edge|prober)-/.test(place))),
    );
    return (
      isPlaceCut || this.wasFaultyAtAll(origin, ["refused", "server-errors", "hang"], fromMs, toMs)
    );
  }

  /** Blips too. */
  wasFaultyAtAll(
    origin: string,
    faults: readonly OriginFault[],
    fromMs: number,
    toMs: number,
  ): boolean {
    return this.#troubles.some(
      (each) =>
        each.kind === "origin" &&
        each.origin === origin &&
        faults.includes(each.fault) &&
        isMeeting(each, fromMs, toMs),
    );
  }

  /** Most regions could not reach it at some moment of the stretch. */
  #wasCutOff(origin: string, fromMs: number, toMs: number): boolean {
    const cut = new Set<string>();
    for (const each of this.#troubles) {
      if (each.kind === "cut" && each.ends.includes(origin) && isMeeting(each, fromMs, toMs)) {
        for (const end of each.ends) if (REGIONS.some((region) => region === end)) cut.add(end);
      }
      // A witness that lies is as bad as one that is cut off; two of them are a majority.
      if (each.kind === "lie" && isMeeting(each, fromMs, toMs)) cut.add(each.region);
    }
    return cut.size * 2 > REGIONS.length;
  }
}

function isMeeting(trouble: Trouble, fromMs: number, toMs: number): boolean {
  return trouble.fromMs <= toMs && trouble.toMs >= fromMs;
}
