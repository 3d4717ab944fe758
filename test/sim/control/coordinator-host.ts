// The live channel's coordinator and its one source: the real source machine (core/origin), the
// real state of a coordinator with the real ledger (edge/live/channel-state.ts), on wires that
// fail.
//
// Gaps against the real thing: one playlist, no multivariant; source and coordinator stand in one
// place; its store is a map that survives restarts; no generations (a scenario of the real objects
// covers them); comparisons of bytes are answered from the plan and not from bytes.

import type { Offer, PlaylistNews } from "../../../workers/core/contract/live.ts";
import { CONTRACT_VERSION } from "../../../workers/core/contract/message.ts";
import type { JoinWord, Report } from "../../../workers/core/contract/report.ts";
import type { Have } from "../../../workers/core/contract/version.ts";
import type { MediaPlaylist } from "../../../workers/core/hls/playlist.ts";
import { type Look, type Reach, toMediaLook } from "../../../workers/core/origin/look.ts";
import {
  applySourceEvent,
  type SourceEffect,
  type SourceEvent,
} from "../../../workers/core/origin/source.ts";
import { SOURCE_IDLE, type Source } from "../../../workers/core/origin/source-state.ts";
import { ChannelState } from "../../../workers/edge/live/channel-state.ts";
import type {
  CoordinatorStore,
  StoredRendition,
} from "../../../workers/edge/live/coordinator-store.ts";
import { type LiveSituation, toLiveSituation } from "../../../workers/edge/live/situation.ts";
import type { VirtualClock } from "./clock.ts";
import type { PolicyReader } from "./gate-host.ts";
import { LocalClock } from "./machines.ts";
import type { Place } from "./network.ts";
import type { OriginReply, SimOrigin } from "./origin.ts";
import type { Plan } from "./plan.ts";
import { Tally } from "./tally.ts";

export const LIVE_PLAYLIST = "live.m3u8";
const WATCH_MS = 20_000;
const ORDER_MS = 1_000;
const TICK_MS = 500;
const JOINS_MS = 500;
const PROOF_MS = 120;

/** What the judge sees of the feed. */
export interface FeedChange {
  readonly atMs: number;
  readonly from: string;
  readonly to: string;
  /** Another timeline: a discontinuity for every player. */
  readonly isVisible: boolean;
}

export interface CoordinatorWires {
  readonly clock: VirtualClock;
  readonly plan: Plan;
  readonly origins: readonly SimOrigin[];
  readonly reader: PolicyReader;
  readonly read: (text: string) => MediaPlaylist;
  readonly report: (from: Place, reports: readonly Report[]) => void;
  /** The ledger's word on how its standbys could take over. */
  readonly tellJoins: (from: Place, joins: ReadonlyMap<string, JoinWord>) => void;
}

interface Seen {
  readonly text: string;
  readonly reach: Reach;
}

export class CoordinatorHost {
  readonly place: Place;
  readonly feeds: FeedChange[] = [];
  readonly #wires: CoordinatorWires;
  readonly #local: LocalClock;
  readonly #store = makeStore();
  readonly #tally: Tally;
  readonly #seen = new Map<string, Seen>();
  readonly #texts = new Map<number, string>();
  readonly #flights = new Map<number, { readonly originId: string; readonly sentAtMs: number }>();
  #source: Source = SOURCE_IDLE;
  #state: ChannelState | null = null;
  #situation: LiveSituation | null = null;
  #feed: { readonly origin: string | null; readonly timeline: number } | null = null;
  #turn = 0;

  constructor(place: Place, wires: CoordinatorWires) {
    this.place = place;
    this.#wires = wires;
    this.#local = new LocalClock(wires.clock, wires.plan, "coordinator");
    this.#tally = new Tally(place.region, wires.clock, (reports) => wires.report(place, reports));
    wires.clock.every(TICK_MS, () => this.#tick());
    wires.clock.every(ORDER_MS, () => this.#order());
    wires.clock.every(JOINS_MS, () => this.#tellJoins());
  }

  /** What an edge that has `have` is told. */
  next(have: Have | null): readonly PlaylistNews[] {
    const wants = [{ playlist: LIVE_PLAYLIST, have }];
    return this.#state?.news(wants, this.#local.nowMs) ?? [];
  }

  /** Thrown out of memory, and back. */
  restart(): void {
    this.#state = null;
    this.#order();
  }

  #order(): void {
    const { known } = this.#wires.reader;
    const situation = known === null ? null : toLiveSituation("demo", known);
    if (situation === null) return;
    if (this.#state === null) this.#state = new ChannelState(situation, this.#store, 1);
    else if (situation.identity !== this.#situation?.identity) {
      this.#state.use(situation, this.#local.nowMs);
    }
    this.#situation = situation;
    const follow = this.#state.current() ?? situation.wish[0] ?? "";
    this.#step({ kind: "order", follow, origins: situation.wish, watchMs: WATCH_MS });
  }

  #tellJoins(): void {
    const joins = this.#state?.joinWords(this.#local.nowMs) ?? null;
    if (joins !== null) this.#wires.tellJoins(this.place, joins);
  }

  #tick(): void {
    if (this.#state === null) return;
    this.#after(this.#state.tick(this.#local.nowMs).proofs);
  }

  #step(event: SourceEvent): void {
    const { clock } = this.#wires;
    const step = applySourceEvent(this.#source, event, clock.nowMs);
    this.#source = step.source;
    this.#turn += 1;
    const turn = this.#turn;
    for (const effect of step.effects) this.#carryOut(effect);
    if (step.wakeAtMs === null) return;
    clock.at(Math.max(step.wakeAtMs, clock.nowMs + 1), () => {
      if (this.#turn === turn) this.#step({ kind: "tick" });
    });
  }

  #carryOut(effect: SourceEffect): void {
    switch (effect.kind) {
      case "fetch":
        this.#fetch(effect.id, effect.originId);
        break;
      case "abort": {
        const flight = this.#flights.get(effect.id);
        this.#flights.delete(effect.id);
        if (flight !== undefined) this.#tally.late(flight.originId);
        break;
      }
      case "tell": {
        const text = this.#texts.get(effect.id) ?? "";
        const isSame = effect.news === "unchanged";
        this.#offer(effect.originId, isSame ? { kind: "unchanged" } : { kind: "body", text });
        break;
      }
      case "tell-failure": {
        const { failure, count } = effect;
        this.#offer(effect.originId, { kind: "failed", failure, detail: failure, count });
        break;
      }
      case "tell-late": {
        const { lateMs, isOverdue } = effect;
        this.#offer(effect.originId, { kind: "late", lateMs, isOverdue });
      }
    }
  }

  #fetch(id: number, originId: string): void {
    const { clock, origins } = this.#wires;
    this.#flights.set(id, { originId, sentAtMs: clock.nowMs });
    const origin = origins.find((each) => each.id === originId);
    origin?.ask(this.place, "playlist", (reply) => {
      const flight = this.#flights.get(id);
      if (flight === undefined) return;
      this.#flights.delete(id);
      const look = this.#toLook(id, originId, reply);
      const tookMs = clock.nowMs - flight.sentAtMs;
      if (look.kind === "failed") this.#tally.failed(originId, look.failure);
      else this.#tally.answered(originId, tookMs);
      this.#step({ kind: "answer", id, look });
    });
  }

  #toLook(id: number, originId: string, reply: OriginReply): Look {
    if (reply.kind === "failed") return { kind: "failed", failure: reply.failure };
    if (reply.kind === "file") throw new Error("A file was not asked for.");
    const seen = this.#seen.get(originId);
    if (seen?.text === reply.text) return { kind: "unchanged" };
    const look = toMediaLook(this.#wires.read(reply.text), seen?.reach ?? null);
    const { lastMsn, lastPart, openMs } = look;
    this.#seen.set(originId, { text: reply.text, reach: { lastMsn, lastPart, openMs } });
    this.#texts.set(id, reply.text);
    return look;
  }

  #offer(originId: string, news: Offer["news"]): void {
    const [state, situation] = [this.#state, this.#situation];
    if (state === null || situation === null) return;
    const offer: Offer = {
      contract: CONTRACT_VERSION,
      channel: "demo",
      playlist: LIVE_PLAYLIST,
      generation: 1,
      originId,
      path: LIVE_PLAYLIST,
      news,
      moments: null,
    };
    this.#after(state.apply(offer, situation, this.#local.nowMs).proofs);
  }

  #after(proofs: readonly { readonly id: string }[]): void {
    const { clock, plan } = this.#wires;
    for (const { id } of proofs) {
      clock.after(PROOF_MS, () => {
        const verdict = plan.replicas === "independent" ? "different" : "equal";
        const outcome = this.#state?.proof(id, verdict, this.#local.nowMs);
        if (outcome !== undefined) this.#after(outcome.proofs);
      });
    }
    const state = this.#state;
    if (state === null) return;
    const now = { origin: state.current(), timeline: state.timelines().current };
    const before = this.#feed;
    this.#feed = now;
    if (before?.origin == null || now.origin === null) return;
    if (before.origin === now.origin && before.timeline === now.timeline) return;
    this.feeds.push({
      atMs: clock.nowMs,
      from: before.origin,
      to: now.origin,
      isVisible: before.timeline !== now.timeline,
    });
    this.#order();
  }
}

function makeStore(): CoordinatorStore {
  const renditions = new Map<string, StoredRendition>();
  const nameLists: ReturnType<CoordinatorStore["nameLists"]>[number][] = [];
  const assemblies = new Map<string, ReturnType<CoordinatorStore["assembly"]>>();
  let [snapshot, supersededBy, timelinesVersion]: [string | null, number | null, number] = [
    null,
    null,
    0,
  ];
  return {
    renditions: () => [...renditions.values()],
    putRendition: (rendition) => void renditions.set(rendition.playlist, rendition),
    nameLists: () => nameLists,
    putNameList: (list) => void nameLists.push(list),
    snapshot: () => snapshot,
    putSnapshot: (text) => {
      snapshot = text;
    },
    supersededBy: () => supersededBy,
    putSupersededBy: (generation) => {
      supersededBy = generation;
    },
    assembly: (path) => assemblies.get(path) ?? null,
    putAssembly: ({ path, parts }) => void assemblies.set(path, parts),
    timelinesVersion: () => timelinesVersion,
    putTimelinesVersion: (version) => {
      timelinesVersion = version;
    },
  };
}
