// A playlist source against an origin on a simulated clock: versions are published with jitter,
// answers take their time there and back, requests are counted. Discrete events, no waiting: a
// minute of streaming takes milliseconds. For source-simulation.test.ts.

import type { Look } from "../../../workers/core/origin/look.ts";
import {
  applySourceEvent,
  type SourceEffect,
  type SourceEvent,
} from "../../../workers/core/origin/source.ts";
import { SOURCE_IDLE, type Source } from "../../../workers/core/origin/source-state.ts";
import { makeChance } from "../../kit/chance.ts";

export interface SimulatedOrigin {
  readonly id: string;
  /** Time to the origin; the same back. */
  readonly wayMs: number;
  /** From one publication to the next. */
  readonly segmentMs: number;
  /** Of a list with parts; as long as a segment by default. */
  readonly targetMs?: number;
  /** Half the width of the jitter as a share of a segment. */
  readonly jitter: number;
  readonly canBlock: boolean;
  /** From then on it fails so. */
  readonly fault?: { readonly kind: "error" | "hang" | "freeze"; readonly fromMs: number };
}

export interface SimulationReport {
  /** Requests per origin after the warm-up, and versions that it published meanwhile. */
  readonly requests: ReadonlyMap<string, number>;
  readonly versions: number;
  /** How late each version of the followed origin was told, milliseconds. */
  readonly latenessMs: readonly number[];
  /** When each origin's bodies and troubles were told. */
  readonly told: readonly {
    readonly atMs: number;
    readonly originId: string;
    readonly news: string;
  }[];
  readonly flightsMax: number;
}

interface Planned {
  readonly atMs: number;
  readonly run: (nowMs: number) => void;
}

const WARM_MS = 20_000;

/** Runs a source that follows the first origin for `lastMs`. */
export function simulate(
  origins: readonly SimulatedOrigin[],
  lastMs: number,
  seed = 1,
): SimulationReport {
  return new Simulation(origins, lastMs, seed).run();
}

class Simulation {
  readonly #origins: readonly SimulatedOrigin[];
  readonly #lastMs: number;
  readonly #schedules: ReadonlyMap<string, readonly number[]>;
  readonly #requests = new Map<string, number>();
  readonly #latenessMs: number[] = [];
  readonly #told: { atMs: number; originId: string; news: string }[] = [];
  readonly #agenda: Planned[] = [];
  /** Origin -> the newest version that it has answered with. */
  readonly #seen = new Map<string, number>();
  #source: Source = SOURCE_IDLE;
  #wakes = 0;
  #flightsMax = 0;

  constructor(origins: readonly SimulatedOrigin[], lastMs: number, seed: number) {
    const chance = makeChance(seed);
    this.#origins = origins;
    this.#lastMs = lastMs;
    this.#schedules = new Map(origins.map((each) => [each.id, toSchedule(each, lastMs, chance)]));
  }

  run(): SimulationReport {
    const order: SourceEvent = {
      kind: "order",
      follow: this.#origins[0]?.id ?? "",
      origins: this.#origins.map(({ id }) => id),
      watchMs: this.#lastMs,
    };
    this.#plan(0, (nowMs) => this.#apply(order, nowMs));
    for (;;) {
      this.#agenda.sort((a, b) => a.atMs - b.atMs);
      const next = this.#agenda.shift();
      if (next === undefined || next.atMs > this.#lastMs) break;
      next.run(next.atMs);
    }
    const first = this.#schedules.get(this.#origins[0]?.id ?? "") ?? [];
    return {
      requests: this.#requests,
      versions: first.filter((atMs) => atMs >= WARM_MS && atMs <= this.#lastMs).length,
      latenessMs: this.#latenessMs,
      told: this.#told,
      flightsMax: this.#flightsMax,
    };
  }

  #plan(atMs: number, run: (nowMs: number) => void): void {
    this.#agenda.push({ atMs, run });
  }

  #apply(event: SourceEvent, nowMs: number): void {
    const step = applySourceEvent(this.#source, event, nowMs);
    this.#source = step.source;
    this.#flightsMax = Math.max(this.#flightsMax, step.source.flights.length);
    for (const effect of step.effects) {
      if (effect.kind === "fetch") this.#send(effect, nowMs);
      else if (effect.kind !== "abort") {
        const news = effect.kind === "tell" ? effect.news : effect.kind;
        this.#told.push({ atMs: nowMs, originId: effect.originId, news });
      }
    }
    this.#wakes += 1;
    const mark = this.#wakes;
    if (step.wakeAtMs === null) return;
    this.#plan(step.wakeAtMs, (atMs) => {
      if (mark === this.#wakes) this.#apply({ kind: "tick" }, atMs);
    });
  }

  #send(effect: SourceEffect & { readonly kind: "fetch" }, nowMs: number): void {
    const origin = this.#origins.find(({ id }) => id === effect.originId) as SimulatedOrigin;
    const before = this.#requests.get(origin.id) ?? 0;
    if (nowMs >= WARM_MS) this.#requests.set(origin.id, before + 1);
    const msn = effect.block?.msn ?? null;
    this.#plan(nowMs + origin.wayMs, (atMs) => this.#answer(origin, effect.id, msn, atMs));
  }

  #answer(origin: SimulatedOrigin, id: number, msn: number | null, nowMs: number): void {
    const { fault, wayMs } = origin;
    const schedule = this.#schedules.get(origin.id) as readonly number[];
    const isDown = fault !== undefined && nowMs >= fault.fromMs;
    if (isDown && fault.kind === "hang") return;
    if (isDown && fault.kind === "error") {
      const look: Look = { kind: "failed", failure: "status-5xx" };
      this.#plan(nowMs + wayMs, (atMs) => this.#apply({ kind: "answer", id, look }, atMs));
      return;
    }
    const untilMs = isDown ? fault.fromMs : nowMs;
    const newest = schedule.findLastIndex((atMs) => atMs <= untilMs);
    if (origin.canBlock && msn !== null && newest < msn && !isDown) {
      this.#plan(schedule[msn] ?? this.#lastMs, (atMs) => this.#answer(origin, id, msn, atMs));
      return;
    }
    this.#plan(nowMs + wayMs, (atMs) => {
      const look = this.#look(origin, newest, nowMs);
      this.#apply({ kind: "answer", id, look }, atMs);
    });
  }

  /** What an answer that left the origin at `leftMs` shows. */
  #look(origin: SimulatedOrigin, newest: number, leftMs: number): Look {
    const before = this.#seen.get(origin.id) ?? null;
    if (before !== null && newest <= before) return { kind: "unchanged" };
    this.#seen.set(origin.id, newest);
    const publishedAtMs = this.#schedules.get(origin.id)?.[newest] ?? 0;
    const counts = before !== null && leftMs >= WARM_MS && origin === this.#origins[0];
    if (counts) this.#latenessMs.push(leftMs - publishedAtMs);
    return toLook(origin, newest, before === null ? 0 : newest - before);
  }
}

function toLook(origin: SimulatedOrigin, newest: number, added: number): Look {
  return {
    kind: "media",
    lastMsn: newest,
    lastPart: null,
    openMs: 0,
    targetDurationMs: origin.targetMs ?? origin.segmentMs,
    stepMs: origin.segmentMs,
    ended: false,
    canBlock: origin.canBlock,
    hasParts: false,
    progress: "ahead",
    addedMs: added * origin.segmentMs,
    addedCount: added,
  };
}

/** When each version is published: every interval is drawn for itself. */
function toSchedule(origin: SimulatedOrigin, lastMs: number, chance: () => number): number[] {
  const times = [0];
  for (let atMs = 0; atMs < lastMs; ) {
    atMs += origin.segmentMs * (1 + (2 * chance() - 1) * origin.jitter);
    times.push(atMs);
  }
  return times;
}

/** The value below which so many per cent of the samples lie. */
export function toPercentile(samples: readonly number[], percent: number): number {
  const sorted = [...samples].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor((sorted.length * percent) / 100))] ?? 0;
}
