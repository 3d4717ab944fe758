// The laws about bytes: a label stands for one run of one encoder, and no origin's run gets a
// second one; a name in it stands for one segment; a block says what its bytes need to be read.

import type { Rendition } from "./encoder.ts";
import type { World } from "./plan.ts";
import type { Fault, Sighting } from "./sighting.ts";
import { printSighting, toFault } from "./sighting.ts";
import { findBlockFault, toPlace } from "./truth.ts";

export class ByteLaws {
  readonly #world: World;
  readonly #runByTimeline = new Map<number, number>();
  readonly #timelinesByRun = new Map<number, Set<number>>();
  readonly #segmentByPlace = new Map<string, string>();

  constructor(world: World) {
    this.#world = world;
  }

  /** The run that a timeline stands for; null if it was not seen yet. */
  runOf(timeline: number): number | null {
    return this.#runByTimeline.get(timeline) ?? null;
  }

  check(rendition: Rendition, folder: string, seen: Sighting): Fault | null {
    const { block, truth, timeline } = seen;
    const { name } = rendition;
    if (truth === null) {
      // Only what the ledger makes itself comes from no encoder.
      if (block.gap || block.uri.includes("@parts/")) return null;
      return toFault("bytes", name, `${block.msn} is nobody's: ${block.uri}`);
    }
    const { id } = truth.encoder.plan;
    const owner = this.#runByTimeline.get(timeline) ?? id;
    this.#runByTimeline.set(timeline, owner);
    const here = printSighting(seen);
    const timelines = this.#timelinesByRun.get(id) ?? new Set();
    this.#timelinesByRun.set(id, timelines.add(timeline));
    const originCount = this.#world.originsByRun.get(id) ?? 1;
    if (timelines.size > originCount) {
      const what = `${here}: run ${id} has ${timelines.size} timelines at ${originCount} origins`;
      return toFault("bytes", name, what);
    }
    if (owner !== id) return toFault("bytes", name, `${here}: that timeline is run ${owner}`);
    const { path } = toPlace(block.uri, folder);
    const place = `@t${timeline}/${path}#${block.range?.offsetBytes ?? ""}`;
    const segment = `${name} ${block.title}`;
    const other = this.#segmentByPlace.get(place) ?? segment;
    this.#segmentByPlace.set(place, other);
    if (other !== segment) return toFault("bytes", name, `${place} is ${other} and ${segment}`);
    const base = this.#world.msnBases.get(id) ?? 0;
    const fault = findBlockFault(block, truth, rendition, folder, base);
    if (fault !== null) return toFault("bytes", name, `${here}: ${fault}`);
    const rightSeconds = (truth.endMs - truth.startMs) / 1000;
    if (Math.abs(block.seconds - rightSeconds) < 0.001) return null;
    return toFault("bytes", name, `${here} lasts ${rightSeconds} s, told are ${block.seconds} s`);
  }
}
