// Probes up to four origins in one long alarm run: the alarm keeps the object alive and is owed a
// repeat by the platform, which a bare timer is not. Each target is read like a viewer would read
// it: entry playlist once in a while, media playlist every time.

import { DurableObject } from "cloudflare:workers";
import type { ProberPlan, ProbeTarget } from "../core/health/probes.ts";
import type { Sighting } from "../core/health/sighting.ts";
import { readClockMs, sleep } from "../platform/clock.ts";
import { makeOriginPort } from "../platform/origin-fetch.ts";
import type { Env } from "./env.ts";
import { MAIN } from "./object-names.ts";
import { makeProbe, type Probe } from "./probe.ts";

/**
 * Length of one alarm run; well under the platform's 15 minutes, and short because what a fetch
 * holds outside the JavaScript heap is given back when the run that made it ends.
 */
const RUN_MS = 10_000;
/** A library does not freeze: it is only asked whether it is there, and each look costs a read. */
const VOD_INTERVAL_MS = 10_000;
/** After a failure the second look comes soon: two in a row are red. */
const SECOND_LOOK_MS = 250;

interface Watch {
  readonly target: ProbeTarget;
  readonly probe: Probe;
  dueAtMs: number;
  failedLast: boolean;
}

export class Prober extends DurableObject<Env> {
  #plan: ProberPlan | null = null;
  #watches: Watch[] = [];
  #runningSinceMs: number | null = null;

  /** Takes an assignment; an unchanged one only makes sure that the loop runs. */
  async assign(plan: ProberPlan): Promise<void> {
    const known = this.#plan ?? (await this.ctx.storage.get<ProberPlan>("plan")) ?? null;
    if (JSON.stringify(known) !== JSON.stringify(plan)) await this.ctx.storage.put("plan", plan);
    this.#use(plan);
    if (this.#runningSinceMs !== null || plan.targets.length === 0) return;
    if ((await this.ctx.storage.getAlarm()) === null)
      await this.ctx.storage.setAlarm(readClockMs());
  }

  override async alarm(): Promise<void> {
    const plan = this.#plan ?? (await this.ctx.storage.get<ProberPlan>("plan")) ?? null;
    if (plan === null) return;
    this.#use(plan);
    this.#runningSinceMs = readClockMs();
    try {
      while (readClockMs() - this.#runningSinceMs < RUN_MS && this.#watches.length > 0) {
        await this.#probeDue();
        const nextMs = Math.min(...this.#watches.map((watch) => watch.dueAtMs));
        await sleep(Math.min(Math.max(nextMs - readClockMs(), 20), 1_000));
      }
    } finally {
      this.#runningSinceMs = null;
    }
    if (this.#watches.length > 0) await this.ctx.storage.setAlarm(readClockMs());
  }

  #use(plan: ProberPlan): void {
    if (JSON.stringify(plan) === JSON.stringify(this.#plan)) return;
    this.#plan = plan;
    const port = makeOriginPort(this.env, "weir-probe");
    const nowMs = readClockMs();
    this.#watches = plan.targets.map((target) => ({
      target,
      probe: makeProbe(target, port),
      dueAtMs: nowMs,
      failedLast: false,
    }));
  }

  async #probeDue(): Promise<void> {
    const startedAtMs = readClockMs();
    const due = this.#watches.filter((watch) => watch.dueAtMs <= startedAtMs);
    await Promise.all(due.map((watch) => this.#look(watch, startedAtMs)));
  }

  /** Reports at once: one slow origin must not delay the news of another. */
  async #look(watch: Watch, startedAtMs: number): Promise<void> {
    const sightings: readonly Sighting[] = await watch.probe.look();
    const failed = sightings.some(({ outcome }) => outcome.kind === "failed");
    const soon = failed && !watch.failedLast;
    watch.failedLast = failed;
    const liveMs = this.#plan?.intervalMs ?? RUN_MS;
    const intervalMs = watch.target.mode === "vod" ? Math.max(liveMs, VOD_INTERVAL_MS) : liveMs;
    watch.dueAtMs = startedAtMs + (soon ? SECOND_LOOK_MS : intervalMs);
    await this.env.HEALTH.getByName(MAIN)
      .report(sightings)
      .catch(() => undefined);
  }
}
