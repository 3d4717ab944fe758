// The ledger's own judge: looks at every canonical playlist that viewers get, knows the truth about
// the bytes, and says which promise was broken. It never looks into the ledger.
//
//   numbers     MEDIA-SEQUENCE, DISCONTINUITY-SEQUENCE and the last segment never go back
//   blocks      what was announced under a number stays what it is
//   bytes       a label stands for one encoder's run, a name in it for one segment; key, IV, map
//               and byte range are the ones that those bytes need
//   cuts        a discontinuity stands where media do not follow each other, nowhere else, and in
//               all renditions at the same place
//   joins       at a cut no more media is skipped or repeated than the origins' windows force
//   dates       a segment keeps the date that its origin gave it
//   parts       what low latency announces early comes true
//   forecast    a join is what the ledger said that it would be
//   form        one can read it, and it keeps the shape that a player relies on

import { AgreementLaw } from "./agreement.ts";
import { findChange } from "./block-change.ts";
import { ByteLaws } from "./bytes.ts";
import type { CanonicalBlock, CanonicalPlaylist } from "./canonical.ts";
import { readCanonical } from "./canonical.ts";
import { CutLaws } from "./cuts.ts";
import type { Choice } from "./drive.ts";
import type { Rendition } from "./encoder.ts";
import { programmeStartMs } from "./packager.ts";
import { PartLaws } from "./parts.ts";
import type { World } from "./plan.ts";
import type { Edge } from "./progress.ts";
import { toRun } from "./seam.ts";
import type { Fault, Forecast, Offer, Sighting } from "./sighting.ts";
import { toFault } from "./sighting.ts";
import type { Truth } from "./truth.ts";
import { TruthIndex, toPlace } from "./truth.ts";

interface Memory {
  readonly rendition: Rendition;
  readonly folder: string;
  readonly blocks: Map<number, CanonicalBlock>;
  readonly known: Map<number, Sighting>;
  mediaSequence: number;
  discontinuitySequence: number;
  lastMsn: number;
  head: string;
  text: string;
  readonly path: string;
  readonly parts: PartLaws;
  hasParts: boolean;
}

export class Judge {
  readonly #truth: TruthIndex;
  readonly #memories = new Map<string, Memory>();
  readonly #bytes: ByteLaws;
  readonly #cuts: CutLaws;
  readonly #dateRanges = new Map<string, string>();
  readonly #agreement = new AgreementLaw();
  readonly #isEvent: boolean;
  #faults: Fault[] = [];
  #offers: ReadonlyMap<string, Offer> = new Map();

  constructor(world: World) {
    this.#truth = new TruthIndex(world.encoders);
    this.#bytes = new ByteLaws(world);
    this.#cuts = new CutLaws(world);
    this.#isEvent = world.origins.some(({ plan }) => plan.nodes.some((node) => node.plan.event));
  }

  /** Where a rendition stands. */
  edge(name: string): Edge | null {
    const memory = this.#memories.get(name);
    const known = memory?.known.get(memory.lastMsn);
    return known === undefined ? null : { endMs: known.endMs, run: toRun(known) };
  }

  /** What is wrong with one playlist; `offers` is what each origin last told, by encoder. */
  check(
    rendition: Rendition,
    path: string,
    text: string,
    offers: ReadonlyMap<string, Offer>,
  ): readonly Fault[] {
    this.#faults = [];
    this.#offers = offers;
    const memory = this.#memory(rendition, path);
    if (memory.text === text) return [];
    if (memory.text.endsWith("#EXT-X-ENDLIST\n")) {
      return [{ law: "form", what: `${rendition.name}: changes after its end` }];
    }
    memory.text = text;
    let playlist: CanonicalPlaylist;
    try {
      playlist = readCanonical(text, memory.blocks);
    } catch (error) {
      return [{ law: "form", what: error instanceof Error ? error.message : String(error) }];
    }
    this.#checkNumbers(memory, playlist);
    for (const block of playlist.blocks) this.#checkBlock(memory, block);
    this.#cuts.noteShown(playlist.lastCut);
    this.#checkDateRanges(playlist);
    const { hints, reports, openParts } = playlist;
    if (hints.length + reports.length + openParts.length > 0 || memory.hasParts) {
      memory.hasParts = true;
      this.#faults.push(...memory.parts.check(playlist, (each) => this.#lastMsnOf(each)));
    }
    return this.#faults;
  }

  #memory(rendition: Rendition, path: string): Memory {
    const known = this.#memories.get(rendition.name);
    if (known !== undefined) return known;
    const folder = path.slice(0, path.lastIndexOf("/"));
    const made: Memory = {
      rendition,
      folder,
      path,
      parts: new PartLaws(rendition.name, folder, (timeline) => this.#bytes.runOf(timeline)),
      hasParts: false,
      blocks: new Map(),
      known: new Map(),
      mediaSequence: -1,
      discontinuitySequence: -1,
      lastMsn: -1,
      head: "",
      text: "",
    };
    this.#memories.set(rendition.name, made);
    return made;
  }

  /** A join is about to be made, and this was said of it. */
  expect(forecast: Forecast | null, isCut: boolean): void {
    this.#cuts.expect(forecast, isCut);
  }

  /** What can be said only when all has been shown. */
  conclude(): readonly Fault[] {
    return this.#agreement.conclude();
  }

  /** What the ledger said of a join must fit what it did, and what viewers see from now on. */
  checkChoice({ forecast, outcome, reason }: Choice): readonly Fault[] {
    if (outcome !== "done") this.#cuts.withdraw();
    if (forecast === null) return [];
    const { originId, join } = forecast;
    const isSticky = /^(held-by-recent-switch|discontinuity-without-need)$/.test(reason);
    const said = `${originId} was said to be ${join} (${forecast.reason})`;
    const isKept = join === "impossible" ? outcome !== "done" : outcome !== "refused" || isSticky;
    return isKept
      ? []
      : [{ law: "forecast", what: `${said}; the choice is ${outcome} (${reason})` }];
  }

  #lastMsnOf(path: string): number | null {
    const found = [...this.#memories.values()].find((memory) => memory.path === path);
    return found?.lastMsn ?? null;
  }

  #report(law: Fault["law"], memory: Memory, what: string): void {
    this.#faults.push(toFault(law, memory.rendition.name, what));
  }

  #checkNumbers(memory: Memory, playlist: CanonicalPlaylist): void {
    const { mediaSequence, discontinuitySequence, blocks } = playlist;
    const lastMsn = mediaSequence + blocks.length - 1;
    const pairs = [
      ["MEDIA-SEQUENCE", memory.mediaSequence, mediaSequence],
      ["DISCONTINUITY-SEQUENCE", memory.discontinuitySequence, discontinuitySequence],
      ["the last segment", memory.lastMsn, lastMsn],
    ] as const;
    for (const [name, before, now] of pairs) {
      if (now < before)
        this.#report("numbers", memory, `${name} goes back from ${before} to ${now}`);
    }
    if (blocks.length === 0) this.#report("form", memory, "no segments");
    this.#checkWindow(memory, playlist);
    Object.assign(memory, { mediaSequence, discontinuitySequence, lastMsn });
    const head = playlist.head.filter((line) => !line.startsWith("#EXT-X-VERSION:")).join("\n");
    if (memory.head !== "" && memory.head !== head) {
      this.#report("form", memory, `the head changes from ${memory.head} to ${head}`);
    }
    memory.head = head;
    const seconds = Math.max(...blocks.map((block) => Math.round(block.seconds)));
    if (seconds > playlist.targetSeconds) {
      this.#report("form", memory, `a segment of ${seconds} s, target ${playlist.targetSeconds}`);
    }
  }

  /** Nothing leaves an EVENT, and nothing the last three target durations (bis-22 6.2.2). */
  #checkWindow(memory: Memory, playlist: CanonicalPlaylist): void {
    const { mediaSequence, targetSeconds, blocks, type } = playlist;
    const isShorter = memory.mediaSequence !== -1 && mediaSequence > memory.mediaSequence;
    if (!isShorter || mediaSequence > memory.lastMsn + 1) return;
    if (type === "EVENT") this.#report("form", memory, "segments leave an EVENT playlist");
    const seconds = blocks.reduce((sum, block) => sum + block.seconds, 0);
    if (seconds >= 3 * targetSeconds) return;
    this.#report("form", memory, `the window shrinks to ${seconds} s, target ${targetSeconds}`);
  }

  #checkBlock(memory: Memory, block: CanonicalBlock): void {
    const before = memory.blocks.get(block.msn);
    if (before === block) return;
    memory.blocks.set(block.msn, block);
    if (before !== undefined) {
      const change = findChange(before, block);
      if (change !== null) this.#report("blocks", memory, `${block.msn} changes its ${change}`);
      const known = memory.known.get(block.msn);
      if (known !== undefined) memory.known.set(block.msn, { ...known, block });
      return;
    }
    const seen = this.#identify(memory, block);
    memory.known.set(block.msn, seen);
    const { rendition, folder } = memory;
    const byteFault = this.#bytes.check(rendition, folder, seen);
    if (byteFault !== null) this.#faults.push(byteFault);
    const { previous, between } = lookBack(memory, block.msn);
    const { name } = rendition;
    if (seen.truth !== null) {
      this.#agreement.note(name, seen, previous === null && between.length === 0);
      this.#checkDate(memory, seen, seen.truth);
    }
    this.#faults.push(...this.#cuts.check(name, seen, previous, between, this.#offers));
  }

  #identify(memory: Memory, block: CanonicalBlock): Sighting {
    const truth = this.#truth.find(block.title, memory.rendition);
    const { timeline } = toPlace(block.uri, memory.folder);
    const startMs = truth?.startMs ?? memory.known.get(block.msn - 1)?.endMs ?? 0;
    const endMs = truth?.endMs ?? startMs + block.seconds * 1000;
    return { block, truth, timeline, startMs, endMs };
  }

  #checkDate(memory: Memory, { block }: Sighting, { encoder, segment, startMs }: Truth): void {
    if (block.dateMs === null) return;
    const { driftPpm } = encoder.plan;
    const tolerance = driftPpm === 0 ? 2 : 60;
    const off = block.dateMs - programmeStartMs - encoder.dateMs(startMs);
    if (Math.abs(off) <= tolerance) return;
    // An EVENT list that is dated at its head says for ever later what its durations add up to.
    const anchorMs = this.#isEvent ? encoder.anchorMs(segment) : startMs;
    const gained = encoder.dateMs(startMs) - encoder.dateMs(anchorMs) - (startMs - anchorMs);
    if (Math.abs(off + gained) <= tolerance) return;
    this.#report("dates", memory, `${block.msn} (${block.title}) is dated ${off} ms off`);
  }

  #checkDateRanges({ dateRanges }: CanonicalPlaylist): void {
    const seen = new Set<string>();
    for (const line of dateRanges) {
      const id = /(?:^|,)ID="([^"]*)"/.exec(line)?.[1] ?? "";
      const known = this.#dateRanges.get(id);
      if (known === undefined) this.#dateRanges.set(id, line);
      else if (known !== line) {
        this.#faults.push({ law: "blocks", what: `DATERANGE ${id} was ${known}, is ${line}` });
      }
      if (seen.has(id)) this.#faults.push({ law: "form", what: `DATERANGE ${id} stands twice` });
      seen.add(id);
    }
  }
}

/** The last real segment before a number, and the gaps from there; null if it was never seen. */
function lookBack(
  { known }: Memory,
  msn: number,
): { readonly previous: Sighting | null; readonly between: readonly Sighting[] } {
  const between: Sighting[] = [];
  for (let at = msn - 1; ; at -= 1) {
    const before = known.get(at);
    if (before === undefined) return { previous: null, between };
    if (before.truth !== null) return { previous: before, between: between.reverse() };
    between.push(before);
  }
}
