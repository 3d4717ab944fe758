// Looks at up to four origins from one region, in one long alarm run: the alarm keeps the object
// alive and is owed a repeat by the platform, which a bare timer is not. When to look is
// core/health/looks.ts' decision, one machine per channel and origin; this shell gives them the
// time and tells the health centre what was seen, bad news at once and good news in batches.
//
// One prober of each region also brings what the region's gate has gathered of the edges there.

import { DurableObject } from "cloudflare:workers";
import { CONTRACT_VERSION } from "../core/contract/message.ts";
import { readClockMs, sleep, within } from "../platform/clock.ts";
import { regionObject } from "../platform/objects.ts";
import { makeOriginPort } from "../platform/origin-fetch.ts";
import type { ProberTask } from "./centre/prober-corps.ts";
import type { Env } from "./env.ts";
import type { Telling } from "./health-centre.ts";
import { MAIN } from "./object-names.ts";
import { ProbeWatch } from "./probe-watch.ts";

/**
 * Length of one alarm run; well under the platform's 15 minutes, and short because what a fetch
 * holds outside the JavaScript heap is given back when the run that made it ends.
 */
const RUN_MS = 10_000;
/** Longest sleep between two looks at the watches. */
const STEP_MS_MAX = 1_000;
/** How long good news may wait for company. */
const TELL_MS = 200;
/** Messages that are kept while the health centre cannot be reached, newest last. */
const OUTBOX_MAX = 256;
/** Longest call to the health centre. */
const TELL_MS_MAX = 3_000;
/** Longest wait of the gate for something urgent, and the pauses after a call, good or failed. */
const COLLECT_MS = 2_000;
const COLLECT_PAUSE_MS = 100;
const COLLECT_PAUSE_MS_FAILED = 500;
const TASK = "task";
/** Requests that may be open when a look begins: one less than the platform lets wait. */
const OPEN_MAX = 5;
/** Between the first looks of two watches. */
const APART_MS = 60;
/** A timer that is later than this says that the machine is too busy to judge by time. */
const STALL_MS = 100;

export class Prober extends DurableObject<Env> {
  #task: ProberTask | null = null;
  #watches: readonly ProbeWatch[] = [];
  #isRunning = false;
  readonly #life = crypto.randomUUID();
  readonly #seqs = new Map<string, number>();
  #outbox: Telling[] = [];
  #tellAtMs: number | null = null;
  #isTelling = false;
  #nudge = Promise.withResolvers<void>();

  /** Takes a task; an unchanged one only makes sure that the loop runs. */
  async assign(task: ProberTask): Promise<void> {
    const known = this.#task ?? (await this.ctx.storage.get<ProberTask>(TASK)) ?? null;
    if (JSON.stringify(known) !== JSON.stringify(task)) await this.ctx.storage.put(TASK, task);
    this.#use(task);
    if (this.#isRunning || task.targets.length === 0) return;
    if ((await this.ctx.storage.getAlarm()) === null)
      await this.ctx.storage.setAlarm(readClockMs());
  }

  /** Somebody had trouble with an origin: it is looked at now. */
  suspect(originId: string): void {
    const nowMs = readClockMs();
    for (const watch of this.#watches) if (watch.originId === originId) watch.suspect(nowMs);
    this.#nudge.resolve();
  }

  override async alarm(): Promise<void> {
    const task = this.#task ?? (await this.ctx.storage.get<ProberTask>(TASK)) ?? null;
    if (task === null) return;
    this.#use(task);
    this.#isRunning = true;
    const untilMs = readClockMs() + RUN_MS;
    try {
      await Promise.all([
        this.#watch(untilMs),
        ...(task.collects ? [this.#collect(task.region, untilMs)] : []),
      ]);
    } finally {
      this.#isRunning = false;
    }
    if (this.#watches.length > 0) await this.ctx.storage.setAlarm(readClockMs());
  }

  #use(task: ProberTask): void {
    if (JSON.stringify(task) === JSON.stringify(this.#task)) return;
    this.#task = task;
    const port = makeOriginPort(this.env, "weir-probe");
    const nowMs = readClockMs();
    for (const watch of this.#watches) watch.stop();
    this.#watches = task.targets.map((target, index) => {
      // Not all at once: the first looks would stand in each other's way.
      return new ProbeWatch(target, task.intervalMs, nowMs + index * APART_MS, {
        port,
        isBusy: () => this.#isBusy(),
        tell: (watch, outcomes) => this.#put(watch, outcomes),
        nudge: () => this.#nudge.resolve(),
        waitUntil: (work) => this.ctx.waitUntil(work),
      });
    });
  }

  async #watch(untilMs: number): Promise<void> {
    for (let nowMs = readClockMs(); nowMs < untilMs; nowMs = readClockMs()) {
      if (this.#watches.length === 0) return;
      for (const watch of this.#watches) watch.tick(nowMs);
      if (this.#tellAtMs !== null && nowMs >= this.#tellAtMs) this.ctx.waitUntil(this.#tell());
      const wakes = this.#watches.map(({ wakeAtMs }) => wakeAtMs);
      const tellAtMs = this.#isTelling ? null : this.#tellAtMs;
      const wakeAtMs = Math.min(...wakes, tellAtMs ?? untilMs, untilMs);
      this.#nudge = Promise.withResolvers();
      const waitMs = Math.min(STEP_MS_MAX, Math.max(5, wakeAtMs - readClockMs()));
      const sleptAtMs = readClockMs();
      await Promise.race([this.#nudge.promise, sleep(waitMs)]);
      this.#noteStall(readClockMs() - sleptAtMs - waitMs);
    }
  }

  /** A machine that is too busy to wake us in time cannot tell who was silent meanwhile. */
  #noteStall(lateMs: number): void {
    if (lateMs < STALL_MS) return;
    const nowMs = readClockMs();
    for (const watch of this.#watches) watch.stall(lateMs, nowMs);
  }

  /** The platform lets six requests wait for their headers; a seventh would be timed wrongly. */
  #isBusy(): boolean {
    const open = this.#watches.reduce((sum, watch) => sum + watch.openCount, 0);
    return open >= OPEN_MAX;
  }

  #put(watch: ProbeWatch, sightings: Telling["sightings"]): void {
    const { region, name } = this.#task ?? { region: "", name: "" };
    const witnessId = `${name} ${watch.name}`;
    const seq = (this.#seqs.get(witnessId) ?? 0) + 1;
    this.#seqs.set(witnessId, seq);
    const seenAtMs = readClockMs();
    const hearing = { witnessId, region, life: this.#life, seq, seenAtMs };
    this.#outbox = [...this.#outbox, { hearing, sightings }].slice(-OUTBOX_MAX);
    const waitMs = watch.isUrgent ? 0 : TELL_MS;
    this.#tellAtMs = Math.min(this.#tellAtMs ?? Number.POSITIVE_INFINITY, seenAtMs + waitMs);
    this.#nudge.resolve();
  }

  /** One call at a time, so that messages arrive in their order; what fails is told again. */
  async #tell(): Promise<void> {
    const name = this.#task?.name;
    if (this.#isTelling || name === undefined) return;
    this.#isTelling = true;
    const batch = this.#outbox;
    this.#outbox = [];
    this.#tellAtMs = null;
    const call = this.env.HEALTH.getByName(MAIN).witness(name, batch);
    const end = await within(Promise.resolve(call), TELL_MS_MAX).catch(() => "late" as const);
    this.#isTelling = false;
    if (end === "late") this.#outbox = [...batch, ...this.#outbox].slice(-OUTBOX_MAX);
    if (this.#outbox.length > 0) this.#tellAtMs ??= readClockMs() + TELL_MS;
    this.#nudge.resolve();
  }

  /** Brings what the edges of the region have counted, as soon as anything of it is urgent. */
  async #collect(region: string, untilMs: number): Promise<void> {
    for (let nowMs = readClockMs(); nowMs < untilMs; nowMs = readClockMs()) {
      const waitMs = Math.min(COLLECT_MS, untilMs - nowMs);
      try {
        const gate = regionObject(this.env.GATES, region);
        const news = await within(
          gate.collect({ contract: CONTRACT_VERSION, waitMs }),
          waitMs + COLLECT_MS,
        );
        if (news !== "late") await this.env.HEALTH.getByName(MAIN).counted(news);
        await sleep(COLLECT_PAUSE_MS);
      } catch {
        await sleep(COLLECT_PAUSE_MS_FAILED);
      }
    }
  }
}
