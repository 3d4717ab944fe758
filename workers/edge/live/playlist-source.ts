// One watched playlist: asks the origins when core/origin/source.ts says so, judges what they send,
// and tells the channel's coordinator. A shell: state in, effects out, and nothing decided here.
//
// An alarm that does not return keeps the object in memory while it works, and is owed a repeat by
// the platform if it does not end well. The coordinator's pending call tells it at once when this
// object was reset. The highest generation that ever gave an order is the only one served: that is
// what ends a coordinator that has been given up but is not dead.

import { DurableObject } from "cloudflare:workers";
import type {
  Offer,
  OfferAnswer,
  ProofTask,
  ProofVerdict,
  SourceMoments,
  SourceOrder,
  SourceTarget,
  WatchAnswer,
} from "../../core/contract/live.ts";
import { CONTRACT_VERSION } from "../../core/contract/message.ts";
import type { PlaylistSourceApi } from "../../core/contract/objects.ts";
import { type OriginFailure, toOriginFailure } from "../../core/health/failure.ts";
import type { OriginRequest } from "../../core/origin/port.ts";
import { applySourceEvent, type SourceEffect, type SourceEvent } from "../../core/origin/source.ts";
import { SOURCE_IDLE, type Source } from "../../core/origin/source-state.ts";
import { isBlockable, planTrack, type Track, toRestedTrack } from "../../core/origin/track.ts";
import { readClockMs, sleep } from "../../platform/clock.ts";
import { compareFiles } from "../../platform/same-bytes.ts";
import { makeCountedOrigins } from "../counted-origins.ts";
import type { Env } from "../env.ts";
import { type LookReading, readLook, type Seen } from "./read-look.ts";

/** One alarm run; under the platform's 15 minutes, and short: what it holds is given back. */
const RUN_MS = 30_000;
/** Longest pending `watch`; the coordinator calls again. */
const WATCH_MS_MAX = 20_000;
const OFFER_TRIES = 3;
/** For a read that nobody waits for. */
const READ_MS = 2_000;
/** Longer than the coordinator waits for a multivariant playlist before it takes another. */
const OFFER_MS_MAX = 2_000;
/** How often what was learnt is written down. */
const MEMORY_MS = 5_000;

interface Memory {
  readonly generation: number;
  readonly tracks: readonly Track[];
}

type Fetch = SourceEffect & { readonly kind: "fetch" };

export class PlaylistSource extends DurableObject<Env> implements PlaylistSourceApi {
  readonly #origins = makeCountedOrigins(this.env, this.ctx, "live-edge");
  #source: Source = SOURCE_IDLE;
  #order: SourceOrder | null = null;
  #generation = 0;
  /** Origin -> what it last sent. */
  readonly #seen = new Map<string, Seen>();
  readonly #details = new Map<number, OriginFailure>();
  readonly #aborts = new Map<number, () => void>();
  #timer: ReturnType<typeof setTimeout> | null = null;
  #told: Promise<void> = Promise.resolve();
  #running = false;
  #runEnds: (() => void) | null = null;
  #watchEnds: (() => void) | null = null;
  #writtenAtMs = 0;

  constructor(context: DurableObjectState, env: Env) {
    super(context, env);
    context.blockConcurrencyWhile(async () => {
      const memory = await context.storage.get<Memory>("memory");
      if (memory === undefined) return;
      this.#generation = memory.generation;
      this.#source = { ...SOURCE_IDLE, tracks: memory.tracks.map(toRestedTrack) };
    });
  }

  async watch(order: SourceOrder): Promise<WatchAnswer> {
    if (order.generation < this.#generation) return { supersededBy: this.#generation };
    const isNewLife = order.life !== this.#order?.life;
    this.#use(order);
    if (order.watchMs === 0) return { supersededBy: null };
    if (isNewLife) this.#tellAgain(order.follow);
    await this.#run();
    this.#watchEnds?.();
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#watchEnds = resolve;
    await Promise.race([promise, sleep(WATCH_MS_MAX)]);
    return { supersededBy: order.generation < this.#generation ? this.#generation : null };
  }

  async read({ origin, url }: SourceTarget): Promise<string | null> {
    const request = {
      origin,
      url,
      method: "GET",
      ifNoneMatch: null,
      headerTimeoutMs: READ_MS,
    } as const;
    const reading = await readLook(this.#origins, request, null, null);
    return reading.kind === "look" ? (reading.seen?.text ?? null) : null;
  }

  prove(task: ProofTask): Promise<ProofVerdict> {
    return compareFiles(task, this.#origins);
  }

  override async alarm(): Promise<void> {
    this.#running = this.#order !== null && this.#timer !== null;
    if (!this.#running) return;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#runEnds = resolve;
    await Promise.race([promise, sleep(RUN_MS)]);
    this.#runEnds = null;
    this.#running = false;
    if (this.#timer !== null) await this.#run();
  }

  async #run(): Promise<void> {
    if (this.#running) return;
    this.#running = true;
    await this.ctx.storage.setAlarm(readClockMs());
  }

  #use(order: SourceOrder): void {
    if (order.generation > this.#generation) {
      this.#generation = order.generation;
      // What waits for a coordinator that was given up would wait for ever.
      this.#told = Promise.resolve();
      this.#writtenAtMs = 0;
    }
    this.#order = order;
    const { follow, watchMs } = order;
    const origins = order.targets.map(({ origin }) => origin.id);
    this.#apply({ kind: "order", follow, origins, watchMs });
  }

  #apply(event: SourceEvent): void {
    const nowMs = readClockMs();
    const step = applySourceEvent(this.#source, event, nowMs);
    this.#source = step.source;
    for (const effect of step.effects) this.#carryOut(effect);
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    if (step.wakeAtMs === null) this.#rest();
    else this.#timer = setTimeout(() => this.#apply({ kind: "tick" }), step.wakeAtMs - nowMs);
  }

  /** Nobody wants the playlist any more. */
  #rest(): void {
    this.#remember(0);
    this.#runEnds?.();
    this.#watchEnds?.();
    this.#watchEnds = null;
  }

  #carryOut(effect: SourceEffect): void {
    const { kind } = effect;
    if (kind === "abort") this.#aborts.get(effect.id)?.();
    else if (kind !== "fetch") this.#tell(effect.originId, this.#toNews(effect));
    else {
      const target = this.#order?.targets.find(({ origin }) => origin.id === effect.originId);
      if (target !== undefined) this.ctx.waitUntil(this.#look(effect, target));
    }
  }

  #toNews(effect: Exclude<SourceEffect, { readonly kind: "fetch" | "abort" }>): Offer["news"] {
    const { kind, originId } = effect;
    if (kind === "tell-late") {
      const { lateMs, isOverdue } = effect;
      return { kind: "late", lateMs, isOverdue };
    }
    if (kind === "tell-failure") {
      const { failure, count, id } = effect;
      const detail = this.#details.get(id)?.detail ?? `${originId} gave no whole answer in time`;
      return { kind: "failed", failure, detail, count };
    }
    const seen = this.#seen.get(originId);
    if (effect.news === "unchanged" || seen === undefined) return { kind: "unchanged" };
    return { kind: "body", text: seen.text };
  }

  async #look(effect: Fetch, target: SourceTarget): Promise<void> {
    const { id, originId } = effect;
    const reading = await this.#read(effect, target).catch((error: unknown) =>
      toOriginFailure(originId, "bad-playlist", String(error)),
    );
    this.#aborts.delete(id);
    if (reading.kind === "origin-failure") {
      const { failure } = reading;
      this.#details.set(id, reading);
      this.#apply({ kind: "answer", id, look: { kind: "failed", failure } });
      this.#details.delete(id);
    } else {
      if (reading.seen !== null) this.#seen.set(originId, reading.seen);
      this.#apply({ kind: "answer", id, look: reading.look });
    }
  }

  #read({ id, block, timeoutMs }: Fetch, { origin, url }: SourceTarget): Promise<LookReading> {
    const seen = this.#seen.get(origin.id) ?? null;
    const track = this.#source.tracks.find(({ originId }) => originId === origin.id);
    const request: OriginRequest = {
      origin,
      url: block === null ? url : `${url}${url.includes("?") ? "&" : "?"}${toDirectives(block)}`,
      method: "GET",
      // A held request is for a version that nobody has.
      ifNoneMatch: block === null ? (seen?.etag ?? null) : null,
      headerTimeoutMs: timeoutMs,
      onSend: (abort) => this.#aborts.set(id, abort),
    };
    return readLook(this.#origins, request, seen, track?.reach ?? null);
  }

  /** A coordinator that was reset learns at once what the newest playlist is. */
  #tellAgain(originId: string): void {
    const seen = this.#seen.get(originId);
    const track = this.#source.tracks.find((each) => each.originId === originId);
    if (seen !== undefined && track?.failures === 0) {
      this.#tell(originId, { kind: "body", text: seen.text });
    }
  }

  /** News leave in the order in which they were seen. */
  #tell(originId: string, news: Offer["news"]): void {
    const order = this.#order;
    if (order === null) return;
    const path = order.targets.find(({ origin }) => origin.id === originId)?.path ?? order.playlist;
    this.#told = this.#told.then(() => {
      // The moments are those of when it leaves: what follows has been sent by then.
      const offer: Offer = {
        contract: CONTRACT_VERSION,
        channel: order.channel,
        playlist: order.playlist,
        generation: order.generation,
        originId,
        path,
        news,
        moments: toMoments(this.#source, readClockMs()),
      };
      return this.#send(offer);
    });
    this.ctx.waitUntil(this.#told);
    this.#remember(MEMORY_MS);
  }

  async #send(offer: Offer): Promise<void> {
    for (let count = 1; count <= OFFER_TRIES; count++) {
      if (offer.generation < this.#generation) return;
      try {
        const name = `${offer.channel}#g${offer.generation}`;
        const call = this.env.COORDINATORS.getByName(name).offer(offer);
        const answer = await Promise.race([call, sleep(OFFER_MS_MAX).then(() => null)]);
        if (answer !== null) return this.#obey(answer);
      } catch {
        await sleep(10 * count);
      }
    }
    // It was not told: the next look must not be called "unchanged".
    this.#seen.delete(offer.originId);
  }

  #obey(answer: OfferAnswer): void {
    if (answer.supersededBy !== null || this.#order === null) return;
    if (answer.order !== null && answer.order.generation >= this.#generation) {
      this.#use(answer.order);
    } else {
      this.#use({ ...this.#order, watchMs: answer.watchMs });
    }
  }

  #remember(everyMs: number): void {
    const nowMs = readClockMs();
    if (nowMs - this.#writtenAtMs < everyMs) return;
    this.#writtenAtMs = nowMs;
    const { tracks } = this.#source;
    this.ctx.waitUntil(
      this.ctx.storage.put<Memory>("memory", { generation: this.#generation, tracks }),
    );
  }
}

function toDirectives({ msn, part }: { readonly msn: number; readonly part: number | null }) {
  return part === null ? `_HLS_msn=${msn}` : `_HLS_msn=${msn}&_HLS_part=${part}`;
}

function toMoments(source: Source, nowMs: number): SourceMoments | null {
  const track = source.tracks.find(({ originId }) => originId === source.follow);
  const plan = track === undefined || track.ended ? null : planTrack(track);
  if (track === undefined || plan === null) return null;
  // A first answer may be so quick that the held request follows it some milliseconds later.
  const isHeld = source.flights.some(({ isBlocking }) => isBlocking) || track.failures === 0;
  const isWaiting = isBlockable(track) && isHeld;
  return {
    notBeforeMs: plan.notBeforeAtMs - nowMs,
    expectedMs: plan.expectedAtMs - nowMs,
    overdueMs: plan.overdueAtMs - nowMs,
    isWaiting,
  };
}
