// The one writer of a live channel. Sources tell what they saw, the ledger decides what viewers are
// to be shown, and every version is written down before a relay may have it. Never fetches: how
// many requests may wait for headers at once is a bound of the platform, and a channel has more
// playlists than that.
//
// Named `{channel}#g{n}`. A generation that sources call over answers so, for ever: its relays go
// on to the next one (infra/docs/adr/0016-live-playlists-are-pushed.md).

import { DurableObject } from "cloudflare:workers";
import type { ShelfName } from "../../core/cache/name-shelf.ts";
import type { WantedRead } from "../../core/continuity/reads.ts";
import type {
  AssemblyPart,
  LiveTimelines,
  NextAnswer,
  NextAsk,
  Offer,
  OfferAnswer,
  PlaylistNews,
  RescuePlace,
  SourceOrder,
} from "../../core/contract/live.ts";
import { CONTRACT_VERSION } from "../../core/contract/message.ts";
import type { NameAnswer, NameAsk, NameList } from "../../core/contract/names.ts";
import type { ChannelCoordinatorApi, PlaylistSourceApi } from "../../core/contract/objects.ts";
import { readClockMs, sleep } from "../../platform/clock.ts";
import { makeLog } from "../../platform/log.ts";
import { regionObject } from "../../platform/objects.ts";
import { makePolicySource } from "../../platform/policy-source.ts";
import type { Env } from "../env.ts";
import { fillAnnounced } from "../fill/announced-fills.ts";
import { ChannelState } from "./channel-state.ts";
import { toCoordinatorName } from "./coordinator-name.ts";
import { makeCoordinatorStore } from "./coordinator-store.ts";
import { JoinReport } from "./join-report.ts";
import { NameDesk } from "./name-desk.ts";
import { Proofs } from "./proofs.ts";
import { type Rendition, toUnknownNews } from "./rendition.ts";
import { ReportReads } from "./report-reads.ts";
import { type LiveSituation, planSourceOrder, toLiveSituation, toTarget } from "./situation.ts";
import { SourceWatch } from "./source-watch.ts";
import { makeWaiters } from "./waiters.ts";

/** How long a playlist is watched after a relay last asked for it. */
const WATCH_MS = 3_000;
/**
 * How long a source goes on if it hears nothing more: only if this object is lost. It is told when
 * nobody wants the playlist any more.
 */
const LEASE_MS = 30_000;
/** Longest wait for a channel's multivariant playlist before its media playlists are taken. */
const ENTRY_MS_MAX = 1_000;
/** The entry playlist of a channel that has none is looked for again so seldom. */
const ENTRY_AGAIN_MS = 300_000;
const WAKE_MS_MAX = 1_000;

export class ChannelCoordinator extends DurableObject<Env> implements ChannelCoordinatorApi {
  readonly #policy = makePolicySource();
  readonly #log = makeLog(this.env.WEIR_LOG);
  readonly #waiters = makeWaiters();
  readonly #names = new NameDesk(makeCoordinatorStore(this.ctx.storage.sql), (playlist, fresh) =>
    this.#fillAhead(playlist, fresh),
  );
  readonly #store = this.#names.store;
  readonly #proofs: Proofs;
  readonly #name = toCoordinatorName(this.ctx.id.name ?? "");
  readonly #channel = this.#name.channel;
  readonly #generation = this.#name.generation;
  #region = "";
  #state: ChannelState | null = null;
  #situation: LiveSituation | null = null;
  #policyVersion = 0;
  #supersededBy: number | null;
  #entryLookedAtMs = Number.NEGATIVE_INFINITY;
  readonly #entryRead = Promise.withResolvers<void>();
  readonly #watch = new SourceWatch({
    order: (rendition) => this.#order(rendition),
    source: (playlist) => this.#source(playlist),
    onSuperseded: (generation) => this.#step(generation),
    waitUntil: (work) => this.ctx.waitUntil(work),
  });
  readonly #reads = new ReportReads({
    source: (playlist) => this.#source(playlist),
    take: (read, text) => this.#report(read, text),
    waitUntil: (work) => this.ctx.waitUntil(work),
  });
  readonly #life = crypto.randomUUID();
  readonly #gate = () => regionObject(this.env.GATES, this.#region || "enam");
  readonly #joins = new JoinReport(this.#name, (joins) =>
    this.ctx.waitUntil(
      this.#gate()
        .tell(joins)
        .catch(() => undefined),
    ),
  );

  constructor(context: DurableObjectState, env: Env) {
    super(context, env);
    this.#supersededBy = this.#store.supersededBy();
    this.#proofs = new Proofs({
      channel: this.#channel,
      source: (playlist) => this.#source(playlist),
      take: (id, verdict) => {
        if (this.#state?.proof(id, verdict, readClockMs()).isNews) this.#waiters.wake();
      },
      waitUntil: (work) => this.ctx.waitUntil(work),
    });
  }

  async next(ask: NextAsk): Promise<NextAnswer> {
    this.#region = ask.region;
    const untilMs = readClockMs() + ask.holdMs;
    const asker = this.#waiters.enter(ask.asker);
    for (;;) {
      if (this.#supersededBy !== null) return this.#answer(ask, []);
      const state = await this.#open();
      const nowMs = readClockMs();
      if (state === null) return this.#answer(ask, ask.wants.map(toUnknownNews));
      for (const { playlist } of ask.wants) this.#want(state, playlist, nowMs);
      this.#tick(state, nowMs);
      const answer = this.#answer(ask, state.news(ask.wants, nowMs));
      const isNews =
        answer.timelines !== null ||
        answer.news.some(({ version, problem }) => version !== null || problem !== null);
      if (isNews || nowMs >= untilMs || asker.isReplaced()) return answer;
      const wakeAtMs = Math.min(untilMs, state.wakeAtMs() ?? nowMs + WAKE_MS_MAX);
      await asker.wait(Math.max(1, Math.min(WAKE_MS_MAX, wakeAtMs - nowMs)));
    }
  }

  async offer(offer: Offer): Promise<OfferAnswer> {
    if (offer.generation !== this.#generation) {
      return { order: null, watchMs: 0, supersededBy: null };
    }
    const state = await this.#open();
    const situation = this.#situation;
    if (state === null || situation === null) return NO_WATCH;
    const isEntry = offer.playlist === situation.entry;
    if (isEntry) queueMicrotask(() => this.#entryRead.resolve());
    else if (state.current() === null && offer.news.kind === "body") {
      await Promise.race([this.#entryRead.promise, sleep(ENTRY_MS_MAX)]);
    }
    const nowMs = readClockMs();
    const before = state.current();
    const outcome = state.apply(offer, situation, nowMs);
    if (outcome.detail !== null) this.#log.warn("origin failed", outcome.detail);
    if (outcome.isNews) this.#waiters.wake();
    this.#proofs.start(outcome.proofs, situation);
    if (isEntry && outcome.isAbsent) this.#entryLookedAtMs = nowMs + ENTRY_AGAIN_MS;
    if (state.current() !== before) this.#watch.reorder();
    const rendition = state.rendition(offer.playlist);
    return {
      order: this.#order(rendition),
      watchMs: rendition.wantedUntilMs > nowMs ? LEASE_MS : 0,
      supersededBy: null,
    };
  }

  async rescue(timeline: number, path: string): Promise<readonly RescuePlace[]> {
    const state = await this.#open();
    return state === null ? [] : state.rescue(timeline, path);
  }

  async assembly(path: string): Promise<readonly AssemblyPart[] | null> {
    return this.#store.assembly(path);
  }

  async named(ask: NameAsk): Promise<NameAnswer> {
    this.#region ||= ask.region;
    const state = await this.#open();
    const situation = this.#situation;
    if (state === null || situation === null) return { kind: "no-ledger" };
    return this.#names.answer(ask, this.#waiters, () => {
      const nowMs = readClockMs();
      for (const playlist of [situation.entry, ...this.#names.playlists()]) {
        this.#want(state, playlist, nowMs);
      }
    });
  }

  async announce(list: NameList): Promise<void> {
    this.#names.announce(list);
  }

  async seed(region: string, snapshot: string): Promise<void> {
    this.#region ||= region;
    const state = await this.#open();
    if (state?.seed(snapshot, readClockMs())) this.#waiters.wake();
  }

  /** The channel's state under the policy of now; null: there is no such live channel. */
  async #open(): Promise<ChannelState | null> {
    const known = await this.#policy.read(this.#gate, this.env.POLICY, (work) =>
      this.ctx.waitUntil(work),
    );
    if (known === null) return null;
    if (known.policy.version !== this.#policyVersion || this.#state === null) {
      this.#policyVersion = known.policy.version;
      const situation = toLiveSituation(this.#channel, known);
      const isSame = situation?.identity === this.#situation?.identity;
      this.#situation = situation;
      if (situation !== null) this.#names.use(situation.channel);
      if (situation === null) {
        this.#state = null;
        return null;
      }
      this.#state ??= new ChannelState(situation, this.#store, this.#generation);
      if (!isSame) this.#state.use(situation, readClockMs());
      if (!isSame) this.#watch.reorder();
    }
    return this.#state;
  }

  #answer(ask: NextAsk, news: readonly PlaylistNews[]): NextAnswer {
    const timelines: LiveTimelines | null = this.#state?.timelines() ?? null;
    const isKnown = timelines === null || timelines.version === ask.timelinesVersion;
    return {
      contract: CONTRACT_VERSION,
      generation: this.#generation,
      supersededBy: this.#supersededBy,
      news,
      timelines: isKnown ? null : timelines,
      policyVersion: this.#policyVersion,
      shards: 1,
      snapshot: ask.snapshot === null ? null : (this.#state?.snapshotFor(ask.snapshot) ?? null),
    };
  }

  #tick(state: ChannelState, nowMs: number): void {
    const before = state.current();
    this.#joins.tell(() => state.joinWords(nowMs), nowMs);
    const outcome = state.tick(nowMs);
    if (outcome.isNews) this.#waiters.wake();
    const situation = this.#situation;
    if (state.current() !== before) this.#watch.reorder();
    if (situation === null) return;
    this.#proofs.start(outcome.proofs, situation);
    for (const read of state.reportReads(nowMs)) {
      const target = toTarget(situation, read.origin, read.path);
      if (target !== null) this.#reads.start(read, target, state.targetMs(), nowMs);
    }
  }

  #report(read: WantedRead, text: string): void {
    const [state, situation] = [this.#state, this.#situation];
    if (state === null || situation === null || this.#supersededBy !== null) return;
    const outcome = state.report(read, text, situation, readClockMs());
    if (outcome.isNews) this.#waiters.wake();
    this.#proofs.start(outcome.proofs, situation);
  }

  #want(state: ChannelState, playlist: string, nowMs: number): void {
    if (state.isOutside(playlist)) return;
    this.#wantOne(state.rendition(playlist), state, nowMs);
    const entry = this.#situation?.entry;
    if (entry === undefined || entry === playlist || nowMs < this.#entryLookedAtMs) return;
    this.#wantOne(state.rendition(entry), state, nowMs);
  }

  #wantOne(rendition: Rendition, state: ChannelState, nowMs: number): void {
    rendition.wantedUntilMs = nowMs + WATCH_MS;
    if (this.#watch.begin(rendition)) state.begin(rendition);
  }

  #source(playlist: string): PlaylistSourceApi {
    const name = `${this.#channel}/${playlist}`;
    return this.env.SOURCES.getByName(name, this.#situation?.sourceHint ?? {});
  }

  /** Another generation writes this channel now. */
  #step(generation: number): void {
    this.#supersededBy = generation;
    this.#store.putSupersededBy(generation);
    this.#waiters.wake();
  }

  #order(rendition: Rendition): SourceOrder | null {
    const [state, situation] = [this.#state, this.#situation];
    if (state === null || situation === null || this.#supersededBy !== null) return null;
    return planSourceOrder(situation, {
      playlist: rendition.playlist,
      generation: this.#generation,
      life: this.#life,
      current: state.current(),
      pathAt: (origin) => state.pathAt(origin, rendition.playlist),
      watchMs: rendition.wantedUntilMs > readClockMs() ? LEASE_MS : 0,
    });
  }

  #fillAhead(playlist: string, fresh: readonly ShelfName[]): void {
    const [state, situation] = [this.#state, this.#situation];
    if (state === null || situation?.channel.policy.hotTier !== true) return;
    if (state.rendition(playlist).wantedUntilMs <= readClockMs()) return;
    const waitUntil = (work: Promise<unknown>) => this.ctx.waitUntil(work);
    const road = { fillers: this.env.FILLERS, region: this.#region || "enam", waitUntil };
    fillAnnounced(situation, state.timelines(), fresh, road);
  }
}

const NO_WATCH: OfferAnswer = { order: null, watchMs: 0, supersededBy: null };
