// Sightings, files and events for the tests of the warming machine.

import type { PreloadRequest } from "../../../workers/core/contract/events.ts";
import type {
  BatchReport,
  Sighting,
  WarmBatch,
  WarmedFile,
} from "../../../workers/core/contract/warming.ts";
import { applyEvent, toWarmingEvent } from "../../../workers/core/warm/apply-event.ts";
import { planEvent } from "../../../workers/core/warm/plan-event.ts";
import type {
  PlannedFile,
  WarmEffect,
  WarmInput,
  WarmingEvent,
} from "../../../workers/core/warm/warming-event.ts";

export const HIT: Sighting = {
  status: 200,
  isHit: true,
  detail: "l1",
  words: null,
  isBroken: false,
  etag: '"v1"',
  lengthBytes: 100,
  md5: "0".repeat(32),
  version: "Fri, 20 Nov 2026 12:00:00 GMT",
  ageSeconds: 3,
};
export const MISS: Sighting = { ...HIT, isHit: false, detail: null, ageSeconds: 0 };
export const GONE: Sighting = { ...MISS, status: 404, detail: "not-found" };
export const SILENT: Sighting = { ...MISS, status: 0 };

export const EXPECTED = { lengthBytes: 100, etag: "v1", md5: null, version: null };

export function toFiles(count: number, originId: string | null = "a"): PlannedFile[] {
  return Array.from({ length: count }, (_, index) => ({
    path: `${index}.ts`,
    expected: EXPECTED,
    originId,
  }));
}

export const REQUEST: PreloadRequest = {
  title: "The show",
  channel: "show",
  playlist: "index.m3u8",
  regions: ["enam", "weur"],
};

/** An event and what it asked for so far; drives the machine as an object would. */
export class Driven {
  event: WarmingEvent;
  nowMs: number;
  readonly sent: WarmBatch[] = [];
  readonly asked: string[] = [];

  constructor(request: PreloadRequest = REQUEST, nowMs = 1_000_000) {
    this.nowMs = nowMs;
    this.event = toWarmingEvent("e1", request, nowMs);
  }

  give(input: WarmInput, laterMs = 0): readonly WarmEffect[] {
    this.nowMs += laterMs;
    const step = applyEvent(this.event, input, this.nowMs);
    this.event = step.event;
    for (const effect of step.effects) {
      if (effect.kind === "send") this.sent.push(effect.batch);
      else this.asked.push(effect.kind);
    }
    if (step.refusal !== null) this.asked.push(`refused: ${step.refusal}`);
    return step.effects;
  }

  plan(files: readonly PlannedFile[], hotTier = false, fault: string | null = null): this {
    this.give({ kind: "clock" });
    const listing = { files, hotTier, fault, prices: null };
    const plan = planEvent(this.event.request, listing, this.nowMs);
    this.give({ kind: "planned", plan, files, hotTier });
    return this;
  }

  /** Answers the oldest batches that are out, `see` deciding what was seen of each file. */
  answer(see: (path: string, batch: WarmBatch) => WarmedFile | null, count = 1): void {
    for (let index = 0; index < count; index++) {
      const batch = this.sent.shift();
      if (batch === undefined) return;
      this.give({ kind: "reported", report: toReport(batch, (path) => see(path, batch)) }, 10);
    }
  }

  /** Answers until nothing is out. */
  answerAll(see: (path: string, batch: WarmBatch) => WarmedFile | null): void {
    for (let turns = 0; turns < 10_000; turns++) {
      if (this.sent.length > 0) this.answer(see);
      else if (!this.event.batches.some(({ dueAtMs }) => dueAtMs > this.nowMs)) return;
      else this.give({ kind: "clock" }, 100);
    }
    throw new Error("the event never ended");
  }

  states(place?: string): Record<string, string> {
    const batches = this.event.batches.filter(
      (each) => place === undefined || each.place === place,
    );
    return Object.fromEntries(
      batches.flatMap(({ tasks }) => tasks.map(({ path, state }) => [path, state])),
    );
  }
}

/** Warm at once: fetched, and a hit when read back; a look sees the hit. */
export function seeWarm(path: string, { mode }: Pick<WarmBatch, "mode">): WarmedFile {
  return mode === "look" ? { path, first: HIT, second: null } : { path, first: MISS, second: HIT };
}

export function toReport(batch: WarmBatch, see: (path: string) => WarmedFile | null): BatchReport {
  const files = batch.paths.flatMap((path) => see(path) ?? []);
  const report = { adapter: "cache-api", dataCentre: "FRA", files } as const;
  return { contract: 1, batch: batch.batch, ticket: batch.ticket, report };
}
