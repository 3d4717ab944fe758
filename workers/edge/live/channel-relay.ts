// Brings a live channel to one region: one call to the coordinator for all isolates here, one
// answer to each of them. Keeps the newest versions, and the ledger's snapshot in case the
// coordinator is lost: after a silence it begins the next generation from it. Any relay may do so;
// they all come to the same name, and sources obey the highest generation only.
//
// Named `{channel}@{region}/{shard}`.

import { DurableObject } from "cloudflare:workers";
import { applyNews, type HeldPlaylist, type HeldVersion } from "../../core/cache/live-shelf.ts";
import type {
  AssemblyPart,
  LiveTimelines,
  NextAnswer,
  NextAsk,
  RescuePlace,
} from "../../core/contract/live.ts";
import { CONTRACT_VERSION } from "../../core/contract/message.ts";
import type { NameAnswer, NameAsk, NameList } from "../../core/contract/names.ts";
import type { ChannelRelayApi } from "../../core/contract/objects.ts";
import type { Have } from "../../core/contract/version.ts";
import { readClockMs, sleep } from "../../platform/clock.ts";
import { regionObject } from "../../platform/objects.ts";
import type { Env } from "../env.ts";
import { countRelay, makeMeasures } from "../measure.ts";
import { toRelayedNews } from "./relayed-news.ts";
import { makeWaiters } from "./waiters.ts";

/** Longest wait at the coordinator: half a target duration, so that its silence is noticed. */
const HOLD_TARGETS = 0.5;
const HOLD_MS_MAX = 1_000;
/** What the way there and back may take on top. */
const SLACK_MS = 500;
/** Calls to the coordinator that are pending at once. */
const LANES = [0, 1] as const;
/** A want outlives the call that brought it: the isolate is about to call again. */
const WANT_MS = 1_500;
/**
 * Silence after which the next generation begins. An answer comes every half target duration, so
 * the new one is at work within two of them; a stall of a busy machine is no silence yet.
 */
const SILENT_TARGETS = 1.5;
const SILENT_MS_MIN = 2_000;
const TARGET_MS_UNKNOWN = 2_000;
const PAUSE_MS = 50;
/** Calls of isolates that one relay answers per second. */
const CALLS_PER_SECOND = 500;

export class ChannelRelay extends DurableObject<Env> implements ChannelRelayApi {
  readonly #held = new Map<string, HeldPlaylist>();
  readonly #previous = new Map<string, HeldVersion>();
  readonly #wants = new Map<string, number>();
  readonly #waiters = makeWaiters();
  #channel = "";
  #region = "";
  #generation = 1;
  #timelines: LiveTimelines | null = null;
  #policyVersion = 0;
  #snapshot: NextAnswer["snapshot"] = null;
  #pumping = false;
  #kick = Promise.withResolvers<void>();
  #answeredAtMs = 0;
  #versionTimesMs: number[] = [];
  readonly #measures = makeMeasures();

  constructor(context: DurableObjectState, env: Env) {
    super(context, env);
    context.blockConcurrencyWhile(async () => {
      this.#generation = (await context.storage.get<number>("generation")) ?? 1;
    });
  }

  async next(ask: NextAsk): Promise<NextAnswer> {
    this.#channel = ask.channel;
    this.#region = ask.region;
    this.#useGeneration(ask.generation);
    const gate = () => regionObject(this.env.GATES, ask.region);
    countRelay(this.#measures, this.ctx.id.name ?? "", gate, this.ctx);
    if (ask.wants.length === 0) return this.#learn(ask);
    const untilMs = readClockMs() + ask.holdMs;
    const asker = this.#waiters.enter(ask.asker);
    for (;;) {
      const nowMs = readClockMs();
      this.#note(ask, nowMs);
      this.#pump();
      const answer = this.#answer(ask, nowMs);
      const isNews =
        answer.timelines !== null ||
        answer.news.some(({ version, problem }) => version !== null || problem !== null);
      if (isNews || nowMs >= untilMs) {
        asker.leave();
        return answer;
      }
      if (asker.isReplaced()) return { ...answer, news: [] };
      await asker.wait(Math.max(1, untilMs - nowMs));
    }
  }

  rescue(channel: string, timeline: number, path: string): Promise<readonly RescuePlace[]> {
    return this.#coordinator(channel).rescue(timeline, path);
  }

  named(ask: NameAsk): Promise<NameAnswer> {
    return this.#coordinator(ask.channel).named(ask);
  }

  announce(list: NameList): Promise<void> {
    return this.#coordinator(list.channel).announce(list);
  }

  async assembly(channel: string, path: string): Promise<readonly AssemblyPart[] | null> {
    return this.#coordinator(channel).assembly(path);
  }

  /** Only what is known of the channel as a whole. */
  async #learn(ask: NextAsk): Promise<NextAnswer> {
    if (this.#timelines === null || this.#wants.size === 0) {
      const call = this.#coordinator().next({ ...ask, holdMs: 0, snapshot: null });
      const answer = await Promise.race([call, sleep(HOLD_MS_MAX)]).catch(() => undefined);
      if (answer !== undefined) this.#apply(answer);
    }
    return this.#answer(ask, readClockMs());
  }

  #coordinator(channel = this.#channel) {
    this.#channel = channel;
    return this.env.COORDINATORS.getByName(`${this.#channel}#g${this.#generation}`);
  }

  #note(ask: NextAsk, nowMs: number): void {
    let isNew = false;
    for (const { playlist } of ask.wants) {
      isNew ||= (this.#wants.get(playlist) ?? 0) <= nowMs;
      this.#wants.set(playlist, nowMs + WANT_MS + ask.holdMs);
    }
    if (!isNew) return;
    this.#kick.resolve();
    this.#kick = Promise.withResolvers();
  }

  #answer(ask: NextAsk, nowMs: number): NextAnswer {
    const timelines = this.#timelines;
    const isKnown = timelines === null || timelines.version === ask.timelinesVersion;
    return {
      contract: CONTRACT_VERSION,
      generation: this.#generation,
      supersededBy: null,
      news: ask.wants.flatMap(({ playlist, have }) => {
        const held = this.#held.get(playlist);
        const previous = this.#previous.get(playlist) ?? null;
        return held === undefined ? [] : [toRelayedNews(held, previous, have, nowMs)];
      }),
      timelines: isKnown ? null : timelines,
      policyVersion: this.#policyVersion,
      shards: this.#shards(nowMs),
      snapshot: null,
    };
  }

  /** As many relays as this one's calls per second would need, if all isolates came to it. */
  #shards(nowMs: number): number {
    this.#versionTimesMs = this.#versionTimesMs.filter((atMs) => nowMs - atMs < 10_000);
    const callsPerSecond = (this.#waiters.count * Math.max(10, this.#versionTimesMs.length)) / 10;
    return Math.max(1, Math.ceil(callsPerSecond / CALLS_PER_SECOND));
  }

  /**
   * Keeps calls to the coordinator pending while anything is wanted. Two of them, half a hold
   * apart: from another continent a call is on its way for as long as a version may be late.
   */
  #pump(): void {
    if (this.#pumping) return;
    this.#pumping = true;
    this.#answeredAtMs = readClockMs();
    const work = Promise.all(LANES.map((lane) => this.#run(lane)));
    this.ctx.waitUntil(
      work.finally(() => {
        this.#pumping = false;
      }),
    );
  }

  async #run(lane: number): Promise<void> {
    if (lane > 0) await sleep((this.#holdMs() * lane) / LANES.length);
    let shownAtMs = this.#versionTimesMs.at(-1);
    for (;;) {
      const nowMs = readClockMs();
      for (const [playlist, untilMs] of this.#wants) {
        if (untilMs > nowMs) continue;
        this.#wants.delete(playlist);
        // Unwatched, it grows old without anybody telling.
        this.#held.delete(playlist);
        this.#previous.delete(playlist);
      }
      if (this.#wants.size === 0) return;
      const kicked = this.#kick.promise;
      // A version answers both lanes at once: the second one falls half a hold behind again.
      const isShort = lane > 0 && this.#versionTimesMs.at(-1) !== shownAtMs;
      shownAtMs = this.#versionTimesMs.at(-1);
      const holdMs = isShort ? this.#holdMs() / LANES.length : this.#holdMs();
      const call = this.#call(lane, holdMs).catch(() => false);
      const patienceMs = Math.min(holdMs + SLACK_MS, this.#answeredAtMs + this.#silentMs() - nowMs);
      const isAnswered = await Promise.race([
        call,
        kicked.then(() => null),
        sleep(Math.max(PAUSE_MS, patienceMs)).then(() => false),
      ]);
      if (isAnswered === false) {
        if (lane === 0) await this.#succeed();
        await sleep(PAUSE_MS);
      } else if (readClockMs() - nowMs < PAUSE_MS) await sleep(isAnswered === null ? 0 : 5);
    }
  }

  async #call(lane: number, holdMs: number): Promise<boolean> {
    const generation = this.#generation;
    const answer = await this.#coordinator().next({
      contract: CONTRACT_VERSION,
      channel: this.#channel,
      asker: `${this.ctx.id.toString()}/${lane}`,
      region: this.#region,
      wants: [...this.#wants.keys()].map((playlist) => {
        return { playlist, have: toHave(this.#held.get(playlist)) };
      }),
      holdMs,
      timelinesVersion: this.#timelines?.version ?? -1,
      generation,
      snapshot: this.#snapshot?.version ?? 0,
    });
    if (generation < this.#generation) return true;
    this.#answeredAtMs = readClockMs();
    if (answer.supersededBy !== null) {
      this.#useGeneration(answer.supersededBy);
      return true;
    }
    this.#apply(answer);
    return true;
  }

  #apply(answer: NextAnswer): void {
    const nowMs = readClockMs();
    let isNews = false;
    for (const news of answer.news) {
      const before = this.#held.get(news.playlist) ?? null;
      const after = applyNews(before, news, nowMs);
      this.#held.set(news.playlist, after);
      if (after.version !== null && after.version !== before?.version) {
        if (before?.version != null) this.#previous.set(news.playlist, before.version);
        this.#versionTimesMs.push(nowMs);
        isNews = true;
      }
      isNews ||= after.problem !== null;
    }
    if (answer.timelines !== null) {
      this.#timelines = answer.timelines;
      isNews = true;
    }
    this.#policyVersion = Math.max(this.#policyVersion, answer.policyVersion);
    if (answer.snapshot !== null) this.#snapshot = answer.snapshot;
    if (isNews) this.#waiters.wake();
  }

  #useGeneration(generation: number): void {
    if (generation <= this.#generation) return;
    this.#generation = generation;
    this.ctx.waitUntil(this.ctx.storage.put("generation", generation));
  }

  #targetMs(): number {
    for (const { version } of this.#held.values()) {
      if (version?.facts != null) return version.facts.targetDurationSeconds * 1_000;
    }
    return TARGET_MS_UNKNOWN;
  }

  #holdMs(): number {
    return Math.min(HOLD_MS_MAX, this.#targetMs() * HOLD_TARGETS);
  }

  #silentMs(): number {
    return Math.max(SILENT_MS_MIN, this.#targetMs() * SILENT_TARGETS);
  }

  /** No answer: after a silence somebody else writes the channel. */
  async #succeed(): Promise<void> {
    if (readClockMs() - this.#answeredAtMs < this.#silentMs()) return;
    this.#useGeneration(this.#generation + 1);
    this.#answeredAtMs = readClockMs();
    const snapshot = this.#snapshot;
    if (snapshot === null) return;
    const seeded = this.#coordinator().seed(this.#region, snapshot.text);
    await Promise.race([seeded, sleep(HOLD_MS_MAX)]).catch(() => undefined);
  }
}

function toHave(held: HeldPlaylist | undefined): Have | null {
  if (held === undefined || held.isGap || held.version === null) return null;
  const { generation, seq } = held.version;
  return { generation, seq };
}
