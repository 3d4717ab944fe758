// The laws of a preload event over random histories: reports that come late, twice or never, caches
// that forget and serve old versions, people who pause and resume, objects that lose their memory.
// What the caches hold is modelled beside the machine; the machine knows only what it is told.
//
//   no file that was proven is fetched again before something denied the proof;
//   nothing is called warm that the last look did not find warm;
//   an accepted event ends, once the faults have ended, and with everything warm.
//
// The canaries at the end break the machine on purpose: each law must notice.

import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { PreloadRequest } from "../../workers/core/contract/events.ts";
import type {
  BatchReport,
  Sighting,
  WarmBatch,
  WarmedFile,
} from "../../workers/core/contract/warming.ts";
import { applyEvent, toNextAtMs, toWarmingEvent } from "../../workers/core/warm/apply-event.ts";
import { planEvent } from "../../workers/core/warm/plan-event.ts";
import { toProgress } from "../../workers/core/warm/progress.ts";
import type {
  WarmEffect,
  WarmInput,
  WarmingEvent,
  WarmStep,
} from "../../workers/core/warm/warming-event.ts";
import { makeChance } from "../kit/chance.ts";

type Machine = (event: WarmingEvent, input: WarmInput, nowMs: number) => WarmStep;

interface Plan {
  readonly seed: number;
  readonly files: number;
  readonly regions: number;
  readonly hotTier: boolean;
  readonly rewarm: boolean;
  readonly steps: readonly Move[];
}

const MOVES = [
  "report",
  "report",
  "report",
  "report-twice",
  "lose",
  "late",
  "silent",
  "evict",
  "replace",
  "absent",
  "pause",
  "resume",
  "verify",
  "woke",
  "wait",
  "wait",
] as const;
type Move = (typeof MOVES)[number];

const histories: fc.Arbitrary<Plan> = fc.record({
  seed: fc.integer({ min: 1, max: 1_000_000 }),
  files: fc.integer({ min: 1, max: 60 }),
  regions: fc.integer({ min: 1, max: 3 }),
  hotTier: fc.boolean(),
  rewarm: fc.boolean(),
  steps: fc.array(fc.constantFrom(...MOVES), { maxLength: 60 }),
});

const BASE: Sighting = {
  status: 200,
  isHit: false,
  detail: null,
  words: null,
  isBroken: false,
  etag: null,
  lengthBytes: 10,
  md5: null,
  version: null,
  ageSeconds: 0,
};

/** Caches of all places and the storage behind them, and the object that runs the event. */
class World {
  event: WarmingEvent;
  nowMs = 1_000_000;
  readonly #apply: Machine;
  readonly #plan: Plan;
  readonly #chance: () => number;
  readonly #cached = new Map<string, string>();
  readonly #versions = new Map<string, number>();
  readonly #absent = new Set<string>();
  readonly #out: WarmBatch[] = [];
  readonly #given: WarmBatch[] = [];
  /** Objects that were proven, and that nothing has denied since; and the version proven. */
  readonly #proven = new Set<string>();
  readonly #provenTag = new Map<string, string>();
  readonly faults: string[] = [];

  constructor(plan: Plan, apply: Machine) {
    this.#plan = plan;
    this.#apply = apply;
    this.#chance = makeChance(plan.seed);
    const regions = ["enam", "weur", "apac"].slice(0, plan.regions);
    const verify = { rewarm: plan.rewarm };
    const request: PreloadRequest = {
      title: "t",
      channel: "c",
      playlist: "p",
      regions,
      verify,
    };
    this.event = toWarmingEvent("e", request, this.nowMs);
    this.give({ kind: "clock" });
  }

  give(input: WarmInput): void {
    const step = this.#apply(this.event, input, this.nowMs);
    // As the object does it: what is written is all that is known.
    this.event = JSON.parse(JSON.stringify(step.event)) as WarmingEvent;
    for (const effect of step.effects) this.#run(effect);
    this.#check();
  }

  #run(effect: WarmEffect): void {
    if (effect.kind === "send") {
      for (const path of effect.batch.paths) {
        const key = `${effect.batch.place} ${path}`;
        if (effect.batch.mode === "warm" && this.#proven.has(key))
          this.faults.push(`${key} was proven, and is fetched again`);
      }
      this.#out.push(effect.batch);
    } else if (effect.kind === "list") this.give({ kind: "listed", files: this.#files() });
    else {
      const listing = {
        files: this.#files(),
        hotTier: this.#plan.hotTier,
        fault: null,
        prices: null,
      };
      const plan = planEvent(this.event.request, listing, this.nowMs);
      this.give({ kind: "planned", plan, files: listing.files, hotTier: listing.hotTier });
    }
  }

  #files() {
    return Array.from({ length: this.#plan.files }, (_, index) => {
      const path = `${index}.ts`;
      const etag = this.#version(path);
      const expected = { lengthBytes: 10, etag, md5: null, version: null };
      // A content that was replaced is another content: what was proven is proven no more.
      for (const key of this.#proven)
        if (key.endsWith(` ${path}`) && this.#provenTag.get(key) !== etag) this.#proven.delete(key);
      return { path, expected, originId: "a" };
    });
  }

  #version(path: string): string {
    return `v${this.#versions.get(path) ?? 0}`;
  }

  /** A look over the delivery path: a hit, or a fill. */
  #look(place: string, path: string): Sighting {
    const key = `${place} ${path}`;
    const held = this.#cached.get(key);
    if (held !== undefined) return { ...BASE, isHit: true, etag: `"${held}"` };
    if (this.#absent.has(path)) return { ...BASE, status: 404 };
    this.#cached.set(key, this.#version(path));
    return { ...BASE, etag: `"${this.#version(path)}"` };
  }

  #work(batch: WarmBatch): BatchReport {
    const files = batch.paths.map((path): WarmedFile => {
      const first = this.#look(batch.place, path);
      const isRead = batch.mode === "warm" && first.status === 200;
      return { path, first, second: isRead ? this.#look(batch.place, path) : null };
    });
    return {
      contract: 1,
      batch: batch.batch,
      ticket: batch.ticket,
      report: { adapter: "cache-api", dataCentre: null, files },
    };
  }

  #report(batch: WarmBatch, report: BatchReport): void {
    const before = new Map(this.#objects());
    for (const path of batch.paths) {
      const file = report.report?.files.find((each) => each.path === path);
      if ((file?.second ?? file?.first)?.isHit !== true)
        this.#proven.delete(`${batch.place} ${path}`);
      else if (before.get(`${batch.place} ${path}`)?.state === "warm") {
        const { etag } = file?.second ?? file?.first ?? BASE;
        const wanted = before.get(`${batch.place} ${path}`)?.expected?.etag;
        if (etag !== `"${wanted}"`) this.#proven.delete(`${batch.place} ${path}`);
      }
    }
    this.give({ kind: "reported", report });
    // A law of its own: what turned warm just now was seen warm in this very report.
    for (const [key, task] of this.#objects()) {
      if (task.state !== "warm" || before.get(key)?.state === "warm") continue;
      const path = key.slice(key.indexOf(" ") + 1);
      const file = report.report?.files.find((each) => each.path === path);
      const seen = file?.second ?? file?.first;
      const isProof = seen?.isHit === true && seen.etag === `"${task.expected?.etag}"`;
      if (!isProof || !key.startsWith(`${batch.place} `))
        this.faults.push(`${key} is called warm without a proof`);
    }
  }

  *#objects() {
    for (const { place, tasks } of this.event.batches)
      for (const task of tasks) yield [`${place} ${task.path}`, task] as const;
  }

  #check(): void {
    for (const [key, task] of this.#objects()) {
      const isWarm = task.state === "warm";
      if (isWarm) {
        this.#provenTag.set(key, task.expected?.etag ?? "");
        this.#proven.add(key);
      }
      if (isWarm !== (task.failure === null)) this.faults.push(`${key}: ${task.failure}`);
      if (isWarm && task.seen?.sighting.isHit !== true)
        this.faults.push(`${key} is called warm, and its last look was no hit`);
    }
    const { objects } = toProgress(this.event, this.nowMs);
    if (objects.warm + objects.failed > objects.planned) this.faults.push("more than all");
    if (this.event.state === "done" && objects.warm !== objects.planned)
      this.faults.push("done, and not all is warm");
  }

  move(move: Move): void {
    const pick = <T>(list: readonly T[]) => list[Math.floor(this.#chance() * list.length)];
    switch (move) {
      case "report":
      case "report-twice": {
        const batch = this.#out.shift();
        if (batch === undefined) return;
        this.#given.push(batch);
        const report = this.#work(batch);
        this.#report(batch, report);
        if (move === "report-twice") this.#report(batch, report);
        return;
      }
      case "silent": {
        const batch = this.#out.shift();
        if (batch === undefined) return;
        this.#report(batch, { ...this.#work(batch), report: null });
        return;
      }
      case "late": {
        const batch = pick(this.#given);
        if (batch !== undefined) this.#report(batch, this.#work(batch));
        return;
      }
      case "lose":
        this.#out.shift();
        return;
      case "evict":
        for (const key of [...this.#cached.keys()])
          if (this.#chance() < 0.3) this.#cached.delete(key);
        return;
      case "replace": {
        const path = `${Math.floor(this.#chance() * this.#plan.files)}.ts`;
        this.#versions.set(path, (this.#versions.get(path) ?? 0) + 1);
        return;
      }
      case "absent":
        this.#absent.add(`${Math.floor(this.#chance() * this.#plan.files)}.ts`);
        return;
      case "woke":
        this.give({ kind: "woke" });
        return;
      case "wait":
        this.wait();
        return;
      default:
        this.give({ kind: "act", action: move });
    }
  }

  /** Time passes to the next moment of the event's own, as its alarm would have it. */
  wait(): void {
    const nextAtMs = toNextAtMs(this.event, this.nowMs);
    this.nowMs = Math.max(this.nowMs + 1, nextAtMs ?? 0);
    this.give({ kind: "clock" });
  }

  /** The faults end: what is gone comes back, caches forget the old, everybody reports. */
  calm(): void {
    this.#absent.clear();
    for (const [key, held] of [...this.#cached]) {
      if (held !== this.#version(key.slice(key.indexOf(" ") + 1))) this.#cached.delete(key);
    }
    const isResting = () => this.event.state === "done" || this.event.state === "cancelled";
    for (let turns = 0; turns < 2_000 && !isResting(); turns++) {
      if (this.event.state === "paused" || this.event.state === "failed") this.move("resume");
      if (this.#out.length > 0) this.move("report");
      else this.wait();
    }
    if (!isResting()) this.faults.push(`never ended: ${this.event.state}`);
  }
}

function play(plan: Plan, apply: Machine): readonly string[] {
  const world = new World(plan, apply);
  for (const move of plan.steps) world.move(move);
  world.calm();
  return world.faults;
}

describe("an event", () => {
  test("keeps the laws over any history", () => {
    fc.assert(
      fc.property(histories, (plan) => {
        expect(play(plan, applyEvent)).toEqual([]);
      }),
      { numRuns: 300 },
    );
  });
});

describe("canaries", () => {
  const breaks = (apply: Machine) =>
    fc.check(
      fc.property(histories, (plan) => play(plan, apply).length === 0),
      { numRuns: 300, seed: 7, endOnFailure: true },
    ).failed;

  test("a machine that takes a fetch for a proof is caught", () => {
    const gullible: Machine = (event, input, nowMs) => {
      if (input.kind !== "reported" || input.report.report === null)
        return applyEvent(event, input, nowMs);
      const files = input.report.report.files.map((file) => ({
        ...file,
        first: { ...file.first, isHit: true },
      }));
      const report = { ...input.report, report: { ...input.report.report, files } };
      return applyEvent(event, { kind: "reported", report }, nowMs);
    };
    expect(breaks(gullible)).toBe(true);
  });

  test("a machine that sends everything again after a loss of memory is caught", () => {
    const forgetful: Machine = (event, input, nowMs) => {
      if (input.kind !== "woke") return applyEvent(event, input, nowMs);
      const batches = event.batches.map((batch) => ({
        ...batch,
        tasks: batch.tasks.map((task) => ({
          ...task,
          state: "queued" as const,
          failure: "pending" as const,
        })),
      }));
      // Laws are checked on what goes out: in one step with the change.
      return applyEvent({ ...event, state: "running", batches }, input, nowMs);
    };
    expect(breaks(forgetful)).toBe(true);
  });

  test("a machine that loses a batch is caught", () => {
    const careless: Machine = (event, input, nowMs) => {
      const step = applyEvent(event, input, nowMs);
      const batches = step.event.batches.map((batch) => ({
        ...batch,
        lease: batch.lease && { ...batch.lease, untilMs: Number.MAX_SAFE_INTEGER },
      }));
      return { ...step, event: { ...step.event, batches } };
    };
    expect(breaks(careless)).toBe(true);
  });
});
