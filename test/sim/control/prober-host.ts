// A region's prober: the real machine of looks (core/health/looks.ts), one per channel and origin,
// and what it tells control. It can be made to lie.

import type { Hearing } from "../../../workers/core/health/centre/witness.ts";
import { FROZEN_TARGET_DURATIONS } from "../../../workers/core/health/detector.ts";
import { type LookEvent, type Looks, toLooks } from "../../../workers/core/health/looks.ts";
import type { Sighting, SightingOutcome } from "../../../workers/core/health/sighting.ts";
import type { MediaPlaylist } from "../../../workers/core/hls/playlist.ts";
import type { VirtualClock } from "./clock.ts";
import { LocalClock, type Machines } from "./machines.ts";
import type { Place } from "./network.ts";
import type { OriginReply, SimOrigin } from "./origin.ts";
import type { Plan, Region, Trouble } from "./plan.ts";

const LIVE_MS = 2_000;
const VOD_MS = 10_000;
const MARKS = 3;

interface Watch {
  readonly channelId: string;
  readonly origin: SimOrigin;
  looks: Looks;
  readonly sentAtMs: Map<number, number>;
  lastMsn: number | null;
  advancedAtMs: number;
}

export interface ProberWires {
  readonly clock: VirtualClock;
  readonly plan: Plan;
  readonly machines: Machines;
  readonly read: (text: string) => MediaPlaylist;
  readonly tell: (from: Place, hearing: Hearing, sightings: readonly Sighting[]) => void;
}

export class ProberHost {
  readonly place: Place;
  readonly #wires: ProberWires;
  readonly #local: LocalClock;
  readonly #watches: Watch[] = [];
  #seq = 0;
  #lieMsn = new Map<string, number>();

  constructor(region: Region, origins: readonly SimOrigin[], wires: ProberWires) {
    this.place = { name: `prober-${region}`, region };
    this.#wires = wires;
    this.#local = new LocalClock(wires.clock, wires.plan, this.place.name);
    const { nowMs } = wires.clock;
    origins.forEach((origin, k) => {
      for (const channelId of ["demo", "film"]) {
        const isLive = channelId === "demo";
        // Probers do not march in step: each begins when it was started.
        const startMs =
          nowMs + ((region.charCodeAt(0) * 131 + k * 577) % (isLive ? LIVE_MS : 1_000));
        const looks = toLooks(isLive ? LIVE_MS : VOD_MS, startMs);
        const watch = {
          channelId,
          origin,
          looks,
          sentAtMs: new Map<number, number>(),
          lastMsn: null,
          advancedAtMs: 0,
        };
        this.#watches.push(watch);
        wires.clock.at(startMs, () => this.#step(watch, { kind: "tick" }));
      }
    });
  }

  /** Control has heard of trouble there. */
  suspect(originId: string): void {
    for (const watch of this.#watches) {
      if (watch.origin.id === originId && watch.channelId === "demo") {
        this.#step(watch, { kind: "suspect" });
      }
    }
  }

  #step(watch: Watch, event: LookEvent): void {
    const { clock, machines } = this.#wires;
    const step = machines.applyLookEvent(watch.looks, event, clock.nowMs);
    watch.looks = step.looks;
    for (const effect of step.effects) {
      if (effect.kind === "fetch") this.#fetch(watch, effect.id);
      if (effect.kind === "abort") watch.sentAtMs.delete(effect.id);
      if (effect.kind === "silence") {
        const { waitedMs, looks } = effect;
        const silence = toFailed("timeout", waitedMs);
        this.#tell(
          watch,
          Array.from({ length: looks }, () => silence),
        );
      }
    }
    const { wakeAtMs } = step;
    clock.at(Math.max(wakeAtMs, clock.nowMs + 1), () => {
      // Another event has moved the alarm.
      if (step.looks === watch.looks) this.#step(watch, { kind: "tick" });
    });
  }

  #fetch(watch: Watch, id: number): void {
    const { clock } = this.#wires;
    watch.sentAtMs.set(id, clock.nowMs);
    const what = watch.channelId === "demo" ? "playlist" : "file";
    watch.origin.ask(this.place, what, (reply) => {
      const sentAtMs = watch.sentAtMs.get(id);
      if (sentAtMs === undefined) return;
      watch.sentAtMs.delete(id);
      const outcome = this.#toOutcome(watch, reply, clock.nowMs - sentAtMs);
      const isGood = outcome.kind !== "failed";
      this.#step(watch, { kind: "answered", id, isGood, frozenInMs: this.#toFrozenIn(watch) });
      this.#tell(watch, [outcome]);
    });
  }

  #toOutcome(watch: Watch, reply: OriginReply, latencyMs: number): SightingOutcome {
    if (reply.kind === "failed") return toFailed(reply.failure, latencyMs);
    if (reply.kind === "file") return { kind: "object", latencyMs };
    const playlist = this.#wires.read(reply.text);
    if (playlist.lastMsn !== watch.lastMsn) {
      watch.lastMsn = playlist.lastMsn;
      watch.advancedAtMs = this.#wires.clock.nowMs;
    }
    return {
      kind: "playlist",
      latencyMs,
      targetDurationMs: playlist.targetDurationSeconds * 1_000,
      ended: playlist.ended,
      lastMsn: playlist.lastMsn,
      marks: playlist
        .segments()
        .slice(-MARKS)
        .map(({ msn, programDateTimeMs, durationSeconds, uri }) => ({
          msn,
          pdtMs: programDateTimeMs,
          durationMs: durationSeconds * 1_000,
          name: uri,
        })),
    };
  }

  #toFrozenIn(watch: Watch): number | null {
    const { clock, plan } = this.#wires;
    if (watch.lastMsn === null || watch.advancedAtMs === clock.nowMs) return null;
    return watch.advancedAtMs + FROZEN_TARGET_DURATIONS * plan.targetMs - clock.nowMs;
  }

  #tell(watch: Watch, outcomes: readonly SightingOutcome[]): void {
    const { machines, tell } = this.#wires;
    this.#seq += 1;
    const hearing = {
      witnessId: `${this.place.name} ${watch.channelId} ${watch.origin.id}`,
      region: this.place.region,
      life: `${this.place.name} ${this.#wires.plan.seed}`,
      seq: this.#seq,
      seenAtMs: this.#local.nowMs,
    };
    const { channelId, origin } = watch;
    const count = watch.looks.failures;
    const counted = outcomes.map((outcome) =>
      outcome.kind === "failed" ? { ...outcome, count } : outcome,
    );
    const told = counted.flatMap((outcome) => this.#lie(watch, machines.tell(outcome)));
    const role = "playlists" as const;
    const sightings = told.map((outcome) => ({ channelId, originId: origin.id, role, outcome }));
    tell(this.place, hearing, sightings);
  }

  #lie(watch: Watch, outcome: SightingOutcome): readonly SightingOutcome[] {
    const lie = this.#findLie();
    if (lie === null || watch.channelId !== "demo") return [outcome];
    const { targetMs } = this.#wires.plan;
    const seen = outcome.kind === "playlist" ? outcome.lastMsn : (watch.lastMsn ?? 0);
    const key = watch.origin.id;
    const fake = (lastMsn: number): SightingOutcome => {
      const marks = outcome.kind === "playlist" ? outcome.marks : [];
      const latencyMs = 30;
      return {
        kind: "playlist",
        latencyMs,
        targetDurationMs: targetMs,
        ended: false,
        lastMsn,
        marks,
      };
    };
    switch (lie.lie) {
      case "all-dead":
        return [toFailed("refused", 5), toFailed("refused", 5)];
      case "all-frozen": {
        const stuck = this.#lieMsn.get(key) ?? seen;
        this.#lieMsn.set(key, stuck);
        return [fake(stuck)];
      }
      case "all-well": {
        const next = (this.#lieMsn.get(key) ?? seen) + 1;
        this.#lieMsn.set(key, next);
        return [fake(next)];
      }
    }
  }

  #findLie(): (Trouble & { readonly kind: "lie" }) | null {
    const { clock, plan } = this.#wires;
    for (const trouble of plan.troubles) {
      if (trouble.kind !== "lie" || trouble.region !== this.place.region) continue;
      if (clock.nowMs >= trouble.fromMs && clock.nowMs < trouble.toMs) return trouble;
    }
    return null;
  }
}

function toFailed(
  failure: "refused" | "status-5xx" | "timeout",
  latencyMs: number,
): SightingOutcome {
  return { kind: "failed", latencyMs, failure, detail: failure };
}
