// One channel at one origin as a prober watches it: the machine of looks (core/health/looks.ts)
// with real requests. It turns effects into requests, answers into events, and what was seen into
// sightings; it judges nothing.

import { FROZEN_TARGET_DURATIONS } from "../core/health/detector.ts";
import { applyLookEvent, type LookEvent, type Looks, toLooks } from "../core/health/looks.ts";
import type { ProbeTarget } from "../core/health/probes.ts";
import type { Sighting, SightingOutcome } from "../core/health/sighting.ts";
import type { OriginPort } from "../core/origin/port.ts";
import { readClockMs } from "../platform/clock.ts";
import type { OriginBody } from "../platform/origin-fetch.ts";
import { makeProbe, type Probe } from "./probe.ts";

/** A library does not freeze: it is only asked whether it is there, and each look costs a read. */
const VOD_INTERVAL_MS = 10_000;
/** How soon a look that found no free connection is tried again. */
const BUSY_MS = 50;

export interface ProbeWatchPorts {
  readonly port: OriginPort<OriginBody>;
  /** Whether no further request should be begun now. */
  readonly isBusy: () => boolean;
  readonly tell: (watch: ProbeWatch, sightings: readonly Sighting[]) => void;
  /** The moment at which this watch wants to be woken has changed. */
  readonly nudge: () => void;
  readonly waitUntil: (work: Promise<unknown>) => void;
}

export class ProbeWatch {
  readonly originId: string;
  /** Channel and origin. */
  readonly name: string;
  readonly #target: ProbeTarget;
  readonly #ports: ProbeWatchPorts;
  readonly #probe: Probe;
  readonly #aborts = new Map<number, () => void>();
  #looks: Looks;
  #lastMsn: number | null = null;
  #advancedAtMs = 0;
  #isStopped = false;
  /** When it wants to be woken. */
  wakeAtMs: number;
  /** Whether what it tells now is bad news. */
  isUrgent = true;

  constructor(target: ProbeTarget, intervalMs: number, nowMs: number, ports: ProbeWatchPorts) {
    this.originId = target.origin.id;
    this.name = `${target.channelId} ${target.origin.id}`;
    this.#target = target;
    this.#ports = ports;
    this.#probe = makeProbe(target, ports.port);
    const paceMs = target.mode === "vod" ? Math.max(intervalMs, VOD_INTERVAL_MS) : intervalMs;
    this.#looks = toLooks(paceMs, nowMs);
    this.wakeAtMs = nowMs;
  }

  /** Requests that are open. */
  get openCount(): number {
    return this.#looks.flights.length;
  }

  tick(nowMs: number): void {
    if (nowMs < this.wakeAtMs) return;
    // A look that would have to wait for a connection is not begun: it would be timed wrongly. What
    // is open already is judged all the same.
    if (this.#looks.flights.length === 0 && this.#ports.isBusy()) {
      this.wakeAtMs = nowMs + BUSY_MS;
    } else this.#apply({ kind: "tick" }, nowMs);
  }

  /** The prober has slept through this much time. */
  stall(byMs: number, nowMs: number): void {
    this.#apply({ kind: "stall", byMs }, nowMs);
  }

  suspect(nowMs: number): void {
    this.#apply({ kind: "suspect" }, nowMs);
  }

  stop(): void {
    this.#isStopped = true;
    for (const abort of this.#aborts.values()) abort();
  }

  #apply(event: LookEvent, nowMs: number): void {
    if (this.#isStopped) return;
    const step = applyLookEvent(this.#looks, event, nowMs);
    this.#looks = step.looks;
    this.wakeAtMs = step.wakeAtMs;
    for (const effect of step.effects) {
      if (effect.kind === "fetch") this.#ports.waitUntil(this.#look(effect.id));
      if (effect.kind === "abort") this.#abort(effect.id);
      if (effect.kind !== "silence") continue;
      const { waitedMs, looks } = effect;
      const detail = `${this.originId} sent no whole answer for ${waitedMs} ms`;
      const silence = { kind: "failed", latencyMs: waitedMs, failure: "timeout", detail } as const;
      this.#tell(Array.from({ length: looks }, () => silence));
    }
    this.#ports.nudge();
  }

  #abort(id: number): void {
    this.#aborts.get(id)?.();
    this.#aborts.delete(id);
  }

  async #look(id: number): Promise<void> {
    const seen = await this.#probe.look((abort) => this.#aborts.set(id, abort));
    this.#aborts.delete(id);
    const nowMs = readClockMs();
    const isOpen = this.#looks.flights.some((flight) => flight.id === id);
    if (!isOpen || this.#isStopped) return;
    const frozenInMs = this.#toFrozenInMs(seen.outcome, nowMs);
    const isGood = seen.outcome.kind !== "failed";
    this.#apply({ kind: "answered", id, isGood, frozenInMs }, nowMs);
    this.#tell([seen.outcome], seen.stored, frozenInMs !== null && frozenInMs <= 0);
  }

  /** Until a playlist that stands still is frozen; null: it has just advanced, or need not. */
  #toFrozenInMs(outcome: SightingOutcome, nowMs: number): number | null {
    if (outcome.kind !== "playlist" || outcome.ended || this.#target.mode === "vod") return null;
    if (outcome.lastMsn !== this.#lastMsn) {
      this.#lastMsn = outcome.lastMsn;
      this.#advancedAtMs = nowMs;
      return null;
    }
    return this.#advancedAtMs + FROZEN_TARGET_DURATIONS * outcome.targetDurationMs - nowMs;
  }

  #tell(
    outcomes: readonly SightingOutcome[],
    stored: Sighting | null = null,
    isFrozen = false,
  ): void {
    const { channelId } = this.#target;
    const { failures } = this.#looks;
    const sightings = outcomes.map((outcome): Sighting => {
      // How many in a row is counted here, where none of them can be lost on the way.
      const counted = outcome.kind === "failed" ? { ...outcome, count: failures } : outcome;
      return { channelId, originId: this.originId, role: "playlists", outcome: counted };
    });
    const all = stored === null ? sightings : [...sightings, stored];
    this.isUrgent = isFrozen || all.some(({ outcome }) => outcome.kind === "failed");
    this.#ports.tell(this, all);
  }
}
