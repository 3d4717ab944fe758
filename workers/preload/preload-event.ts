// One preload event: the object in which the machine of core/warm lives. It does what the machine
// wants (plan, list, send), tells it what came of it, and writes every step down before anything
// follows from it. An alarm carries it through silence and over restarts: whatever was under way
// when it lost its memory is done again, and nothing else.

import { DurableObject } from "cloudflare:workers";
import type {
  ActionAnswer,
  EventAction,
  EventPlan,
  EventProgress,
  PreloadRequest,
} from "../core/contract/events.ts";
import { acceptsContract } from "../core/contract/message.ts";
import type { PreloadEventApi } from "../core/contract/objects.ts";
import type { SignedReceipt } from "../core/contract/receipts.ts";
import type { BatchReport, WarmBatch } from "../core/contract/warming.ts";
import { applyEvent, toNextAtMs, toWarmingEvent } from "../core/warm/apply-event.ts";
import { planEvent, toFitting } from "../core/warm/plan-event.ts";
import { toProgress } from "../core/warm/progress.ts";
import { toReceipt } from "../core/warm/receipt.ts";
import type { WarmEffect, WarmInput, WarmingEvent } from "../core/warm/warming-event.ts";
import { readClockMs } from "../platform/clock.ts";
import { makeLog } from "../platform/log.ts";
import { signReceipt } from "../platform/receipt-key.ts";
import type { Env } from "./env.ts";
import { type EventStore, makeEventStore } from "./event-store.ts";
import { listEvent } from "./list-event.ts";
import { readViewers, toViewersSince } from "./region-viewers.ts";

/** Messages and characters that the queue takes at once (100, and 256 KB), with some room. */
const SEND_MESSAGES_MAX = 100;
const SEND_CHARS_MAX = 200_000;
/** While files are under way the object looks up so often: a restart is noticed by its alarm. */
const WATCH_MS = 5_000;

export class PreloadEvent extends DurableObject<Env> implements PreloadEventApi {
  #store: EventStore;
  #event: WarmingEvent | null;
  #isAwake = false;
  /** What waits for the alarm, which may take minutes. */
  #errands: ("plan" | "list")[] = [];
  #listedState: string | null = null;

  constructor(context: DurableObjectState, env: Env) {
    super(context, env);
    this.#store = makeEventStore(context.storage);
    this.#event = this.#store.load();
  }

  async accept(id: string, request: PreloadRequest): Promise<EventProgress> {
    const nowMs = readClockMs();
    if (this.#event === null) {
      this.#event = toWarmingEvent(id, request, nowMs);
      this.#store.save(this.#event, null);
      this.#isAwake = true;
      await this.#give({ kind: "clock" });
    }
    return toProgress(this.#event, nowMs);
  }

  async progress(): Promise<EventProgress | null> {
    await this.#wake();
    return this.#event === null ? null : toProgress(this.#event, readClockMs());
  }

  async plan(): Promise<EventPlan | null> {
    return this.#event?.plan ?? null;
  }

  async act(action: EventAction): Promise<ActionAnswer | null> {
    await this.#wake();
    const refusal = await this.#give({ kind: "act", action });
    if (this.#event === null) return null;
    if (refusal !== null) return { kind: "refused", detail: refusal };
    return { kind: "done", progress: toProgress(this.#event, readClockMs()) };
  }

  async receipt(): Promise<SignedReceipt | null> {
    const event = this.#event;
    if (event === null) return null;
    const { channel, regions } = event.request;
    const now = await readViewers(this.env.GATES, regions, channel);
    const viewers = toViewersSince(now, this.#store.viewers() ?? []);
    return signReceipt(toReceipt(event, viewers, readClockMs()), this.env.WEIR_RECEIPT_KEY);
  }

  async remove(): Promise<boolean> {
    const event = this.#event;
    if (event === null) return false;
    this.#event = null;
    await this.env.EVENT_LIST.getByName("all").note(event.id, null);
    await this.ctx.storage.deleteAlarm();
    await this.ctx.storage.deleteAll();
    // The next call must find the tables of an empty object.
    this.#store = makeEventStore(this.ctx.storage);
    return true;
  }

  async report(report: BatchReport): Promise<WarmBatch | null> {
    if (!acceptsContract(report.contract)) throw new Error(`contract ${report.contract}`);
    await this.#wake();
    const place = this.#event?.batches[report.batch]?.place;
    const { sends } = await this.#step({ kind: "reported", report });
    const handed = report.wantsMore === true ? sends.find((send) => send.place === place) : null;
    await this.#send(sends.filter((send) => send !== handed));
    return handed ?? null;
  }

  override async alarm(): Promise<void> {
    await this.#wake();
    await this.#give({ kind: "clock" });
    for (let next = this.#errands.shift(); next !== undefined; next = this.#errands.shift()) {
      await this.#run(next);
    }
    await this.#setAlarm();
  }

  /** Once per life of this object: what it had under way before may be lost. */
  async #wake(): Promise<void> {
    if (this.#isAwake) return;
    this.#isAwake = true;
    await this.#give({ kind: "woke" });
  }

  /** Gives the machine one input; does what it wants. The reason if it refuses. */
  async #give(input: WarmInput): Promise<string | null> {
    const { sends, refusal } = await this.#step(input);
    await this.#send(sends);
    return refusal;
  }

  /** The same, but for the batches that are to go out: those are the caller's to send. */
  async #step(input: WarmInput) {
    const before = this.#event;
    if (before === null) return { sends: [], refusal: null };
    const { event, effects, refusal } = applyEvent(before, input, readClockMs());
    this.#event = event;
    if (event !== before) this.#store.save(event, before);
    for (const { kind } of effects) if (kind !== "send") this.#errands.push(kind);
    await this.#setAlarm();
    await this.#tellList(event);
    return { sends: effects.flatMap((effect) => toMessage(effect)), refusal };
  }

  async #run(errand: "plan" | "list"): Promise<void> {
    const event = this.#event;
    if (event === null) return;
    const { request } = event;
    try {
      const listed = await listEvent(request, {
        agents: this.env.WARM_AGENTS,
        gates: this.env.GATES,
        hasHotTier: this.env.HOT_TIER !== undefined,
        homeRegion: this.env.WEIR_HOME_REGION,
        env: this.env,
      });
      const listing = toFitting(request, listed);
      const { files, hotTier, fault } = listing;
      if (errand === "plan") {
        // What was uploaded for this is in no listing yet: edges would ask before they read it.
        await this.env.LISTERS.getByName(request.channel)
          .start()
          .catch(() => undefined);
        if (this.#store.viewers() === null)
          this.#store.saveViewers(
            await readViewers(this.env.GATES, request.regions, request.channel),
          );
        const plan = planEvent(request, listing, readClockMs());
        await this.#give({ kind: "planned", plan, files, hotTier });
      } else if (fault === null) await this.#give({ kind: "listed", files });
      else await this.#give({ kind: "list-broke", detail: fault });
    } catch (error) {
      const detail = error instanceof Error ? error.message : "unknown error";
      makeLog(this.env.WEIR_LOG).warn(`${errand} failed`, { event: event.id, why: String(error) });
      await this.#give({ kind: errand === "plan" ? "plan-broke" : "list-broke", detail });
    }
  }

  async #setAlarm(): Promise<void> {
    const event = this.#event;
    if (event === null) return;
    const nowMs = readClockMs();
    const dueAtMs = toNextAtMs(event, nowMs);
    const isListed = this.#listedState === event.state;
    const times = [
      ...(this.#errands.length > 0 ? [nowMs] : []),
      ...(dueAtMs === null
        ? []
        : [isUnderWay(event) ? Math.min(dueAtMs, nowMs + WATCH_MS) : dueAtMs]),
      ...(isListed ? [] : [nowMs + WATCH_MS]),
    ];
    if (times.length > 0) await this.ctx.storage.setAlarm(Math.min(...times));
    else await this.ctx.storage.deleteAlarm();
  }

  async #send(batches: readonly WarmBatch[]): Promise<void> {
    for (const group of toGroups(batches)) {
      try {
        await this.env.BATCHES.sendBatch(group.map((body) => ({ body })));
      } catch (error) {
        // Their leases end, and they go out again.
        const why = String(error);
        makeLog(this.env.WEIR_LOG).error("batches not sent", { event: this.#event?.id, why });
      }
    }
  }

  /** The list of events lags behind rather than hold anybody up; the alarm makes it good. */
  async #tellList({ id, request, state, acceptedAtMs }: WarmingEvent): Promise<void> {
    if (this.#listedState === state) return;
    const line = { id, title: request.title, channel: request.channel, state, acceptedAtMs };
    try {
      await this.env.EVENT_LIST.getByName("all").note(id, line);
      this.#listedState = state;
    } catch (error) {
      makeLog(this.env.WEIR_LOG).warn("event not listed", { event: id, why: String(error) });
    }
  }
}

function isUnderWay({ state, batches }: WarmingEvent): boolean {
  return state === "planning" || batches.some(({ lease }) => lease !== null);
}

function toMessage(effect: WarmEffect): readonly WarmBatch[] {
  return effect.kind === "send" ? [effect.batch] : [];
}

/** Groups that the queue takes in one call. */
function toGroups(batches: readonly WarmBatch[]): readonly (readonly WarmBatch[])[] {
  const groups: WarmBatch[][] = [];
  let chars = Number.POSITIVE_INFINITY;
  for (const batch of batches) {
    const size = JSON.stringify(batch).length;
    const last = groups.at(-1);
    if (last === undefined || chars + size > SEND_CHARS_MAX || last.length >= SEND_MESSAGES_MAX) {
      groups.push([batch]);
      chars = size;
    } else {
      last.push(batch);
      chars += size;
    }
  }
  return groups;
}
