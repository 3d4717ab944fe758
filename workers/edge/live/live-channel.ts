// A live channel in one isolate: the newest playlists, ready to be sent, and the one call to the
// region's relay that keeps them new. Nothing can be pushed into an isolate without a request, so
// the call belongs to some viewer's request, outlives it under waitUntil, and is taken over by the
// next one after 25 s (the platform gives 30).
//
//   viewer 1                     viewer 2                       relay
//   finds no lease: owns it
//   next(have) ------------------------------------------------> waits for news
//   leaves; the call goes on     lease runs: served at once
//                                                  <------------ version: lease renewed
//   cut off by the platform      lease over: owns it
//
// A call that the platform ends silently runs no `finally`; only the lease tells. Texts, blobs and
// headers may be shared between requests; stubs, streams and promises of a call may not.

import { applyNews } from "../../core/cache/live-shelf.ts";
import type { Channel } from "../../core/config/catalog.ts";
import type { LiveTimelines, NextAnswer, PlaylistNews } from "../../core/contract/live.ts";
import { CONTRACT_VERSION } from "../../core/contract/message.ts";
import type { ChannelRelayApi } from "../../core/contract/objects.ts";
import { parseCanaryId } from "../../core/route/canary.ts";
import { readClockMs, sleep } from "../../platform/clock.ts";
import type { LivePlace } from "./fast-path.ts";
import { applyChannel, type LiveEntry, toLiveEntry } from "./live-entry.ts";
import { LiveHints } from "./live-hints.ts";
import { toLivePlaylistVersion, toRenewedVersion } from "./live-version.ts";
import { Parking } from "./parking.ts";

/** A request owns the call for so long; production ends what goes on 30 s after its response. */
const OWN_MS_MAX = 25_000;
/** From here on it is handed over at the next quiet moment. */
const OWN_MS_QUIET = 20_000;
/** Longest wait at the relay: an answer renews the lease, and brings confirmations. */
const HOLD_MS = 2_000;
const SLACK_MS = 500;
/** A playlist nobody asked for is wanted for two target durations, and so long at least. */
const IDLE_TARGETS = 2;
const IDLE_MS_MIN = 4_000;
const OUTSIDE_MS = 30_000;
const OUTSIDE_MAX = 1_024;
const PAUSE_MS = 50;
/** How old a confirmation by an open call may grow: half of what Age can tell. */
const REFRESH_MS = 500;
const RETRY_MS_MAX = 250;

/** What a request lends to the channel while it owns the call. */
export interface LiveRoad {
  readonly relay: (shard: number) => ChannelRelayApi;
  readonly region: string;
  readonly asker: string;
  readonly waitUntil: (work: Promise<unknown>) => void;
  readonly onPolicy: (version: number) => void;
  /** A version that this isolate had not seen. */
  readonly onVersion: (channel: Channel, playlist: string, text: string) => void;
}

export class LiveChannel {
  readonly id: string;
  /** Of the catalog; another than `id` for a canary. */
  readonly channelId: string;
  readonly entries = new Map<string, LiveEntry>();
  readonly hints = new LiveHints();
  readonly #places: Map<string, LivePlace>;
  readonly #outside = new Map<string, number>();
  /** Requests that wait for news of the channel as a whole. */
  readonly #parking = new Parking();
  #channel: Channel;
  #leaseUntilMs = 0;
  #owner: symbol | null = null;
  /** Whether the present owner has had an answer: before, it knows no more than anybody. */
  #isSynced = false;
  #asked: ReadonlySet<string> = new Set();
  #kick = Promise.withResolvers<void>();
  #timelines: LiveTimelines | null = null;
  #generation = 1;
  #learnedAtMs = 0;
  #isLearning = false;
  #shards = 1;

  /** `places`: where playlists are found by their whole path; shared by all channels. */
  constructor(channel: Channel, places: Map<string, LivePlace>) {
    this.id = channel.id;
    this.channelId = parseCanaryId(channel.id).channelId;
    this.#places = places;
    this.#channel = channel;
  }

  use(channel: Channel): void {
    this.#channel = channel;
    for (const entry of this.entries.values()) applyChannel(entry, channel, readClockMs());
  }

  get timelines(): LiveTimelines | null {
    return this.#timelines;
  }

  /** Whether a call is open that would bring anything newer. */
  isCurrent(playlist: string, nowMs: number): boolean {
    return this.#isSynced && nowMs < this.#leaseUntilMs && this.#asked.has(playlist);
  }

  /** The entry of a playlist, noted as asked for at `nowMs`. */
  ask(playlist: string, nowMs: number): LiveEntry {
    let entry = this.entries.get(playlist);
    if (entry === undefined) {
      entry = toLiveEntry(this.#channel, nowMs);
      this.entries.set(playlist, entry);
      this.#places.set(`/${this.id}/${playlist}`, { live: this, entry, playlist });
    }
    entry.askedAtMs = nowMs;
    return entry;
  }

  /** Nobody should wait for what does not exist. */
  forget(playlist: string): void {
    const entry = this.entries.get(playlist);
    if (entry !== undefined) this.hints.forget(entry);
    this.entries.delete(playlist);
    this.#places.delete(`/${this.id}/${playlist}`);
  }

  /** Whether a playlist is known to be none of the ledger's. */
  isOutside(playlist: string, nowMs: number): boolean {
    return nowMs < (this.#outside.get(playlist) ?? 0);
  }

  /** Notes that a playlist is none of the ledger's; the multivariant playlist may change. */
  leaveOut(playlist: string, nowMs: number): void {
    if (this.#outside.size >= OUTSIDE_MAX) this.#outside.clear();
    this.#outside.set(playlist, nowMs + OUTSIDE_MS);
  }

  /** Makes sure that a call is open which would bring news of this playlist. */
  open(playlist: string, road: LiveRoad, nowMs: number): void {
    if (nowMs < this.#leaseUntilMs) {
      if (this.#asked.has(playlist)) return;
      // The owner asks again at once, with this one among its wants.
      this.#asked = new Set([...this.#asked, playlist]);
      this.#kick.resolve();
      return;
    }
    const owner = Symbol(road.asker);
    this.#owner = owner;
    this.#isSynced = false;
    this.#leaseUntilMs = nowMs + HOLD_MS + SLACK_MS;
    this.#asked = new Set([playlist]);
    road.waitUntil(this.#own(owner, road, nowMs));
  }

  /** Asks for the channel's timelines; of many who need them at once, one asks. */
  async learn(road: LiveRoad, waitMs: number): Promise<void> {
    const nowMs = readClockMs();
    if (nowMs < this.#learnedAtMs + waitMs) {
      if (this.#isLearning) await this.#parking.wait(waitMs);
      return;
    }
    this.#learnedAtMs = nowMs;
    this.#isLearning = true;
    const call = this.#call([], 0, road)
      .catch(() => FAILED)
      .finally(() => {
        this.#isLearning = false;
      });
    road.waitUntil(call);
    await Promise.race([call, sleep(waitMs)]);
  }

  /**
   * The newest version, confirmed by the moment: while every call up to the origin is open, and a
   * blocking request at the origin is the last of them, nothing can be newer.
   */
  refresh(entry: LiveEntry, nowMs: number): void {
    const { held, version } = entry;
    if (held === null || version === null || nowMs >= held.heldUntilMs) return;
    if (nowMs - version.meta.confirmedAtMs < REFRESH_MS) return;
    if (!this.isCurrent(held.playlist, nowMs)) return;
    const confirmed = { ...held, confirmedAtMs: nowMs };
    entry.version = toRenewedVersion(this.#channel, confirmed, version, nowMs);
  }

  async #own(owner: symbol, road: LiveRoad, sinceMs: number): Promise<void> {
    let retryMs = PAUSE_MS;
    while (this.#owner === owner) {
      const nowMs = readClockMs();
      const leftMs = sinceMs + OWN_MS_MAX - nowMs;
      const wants = this.#wants(nowMs);
      if (leftMs < SLACK_MS || wants.length === 0) break;
      const holdMs = Math.min(HOLD_MS, leftMs - SLACK_MS / 2);
      this.#asked = new Set(wants);
      this.#leaseUntilMs = nowMs + holdMs + SLACK_MS;
      this.#kick = Promise.withResolvers();
      const kicked = this.#kick.promise.then(() => KICKED);
      const call = this.#call(wants, holdMs, road).catch(() => FAILED);
      const outcome = await Promise.race([
        call,
        kicked,
        sleep(holdMs + SLACK_MS).then(() => FAILED),
      ]);
      if (outcome === FAILED) {
        await sleep(retryMs);
        retryMs = Math.min(RETRY_MS_MAX, retryMs * 2);
        continue;
      }
      retryMs = PAUSE_MS;
      const tookMs = readClockMs() - nowMs;
      if (outcome === NEWS && nowMs - sinceMs > OWN_MS_QUIET) break;
      if (outcome === EMPTY && tookMs < PAUSE_MS) await sleep(PAUSE_MS);
    }
    if (this.#owner !== owner) return;
    this.#owner = null;
    this.#leaseUntilMs = 0;
    this.#wake();
  }

  async #call(wants: readonly string[], holdMs: number, road: LiveRoad): Promise<Outcome> {
    const relay = road.relay(toShard(road.asker, this.#shards));
    const answer = await relay.next({
      contract: CONTRACT_VERSION,
      channel: this.id,
      asker: road.asker,
      region: road.region,
      wants: wants.map((playlist) => {
        const held = this.entries.get(playlist)?.held;
        const version = held == null || held.isGap ? null : held.version;
        const have = version && { generation: version.generation, seq: version.seq };
        return { playlist, have };
      }),
      holdMs,
      timelinesVersion: this.#timelines?.version ?? -1,
      generation: this.#generation,
      snapshot: null,
    });
    return this.#apply(answer, road);
  }

  #apply(answer: NextAnswer, road: LiveRoad): Outcome {
    const nowMs = readClockMs();
    let outcome: Outcome = EMPTY;
    for (const news of answer.news) {
      const entry = this.entries.get(news.playlist);
      if (entry === undefined) continue;
      if (this.#take(entry, news, road, nowMs)) outcome = NEWS;
      entry.parking.wake();
    }
    if (answer.timelines !== null) {
      this.#timelines = answer.timelines;
      outcome = NEWS;
    }
    this.#isSynced ||= answer.news.length > 0;
    this.#generation = Math.max(this.#generation, answer.generation);
    this.#shards = answer.shards;
    road.onPolicy(answer.policyVersion);
    this.#parking.wake();
    return outcome;
  }

  /** Takes what was said of one playlist; true if it is another version. */
  #take(entry: LiveEntry, news: PlaylistNews, road: LiveRoad, nowMs: number): boolean {
    const before = entry.held;
    entry.held = applyNews(before, news, nowMs);
    const { version } = entry.held;
    if (version === null) return false;
    const [channel, shown] = [this.#channel, entry.version];
    if (version !== before?.version) {
      road.onVersion(channel, news.playlist, version.text);
      entry.version = toLivePlaylistVersion(channel, entry.held, version, shown, nowMs);
      this.hints.take(entry, news.playlist);
      return true;
    }
    if (shown !== null) entry.version = toRenewedVersion(channel, entry.held, shown, nowMs);
    return false;
  }

  #wants(nowMs: number): string[] {
    const wants: string[] = [];
    for (const [playlist, { askedAtMs, held, parking }] of this.entries) {
      const targetSeconds = held?.version?.facts?.targetDurationSeconds ?? 0;
      const idleMs = Math.max(IDLE_MS_MIN, targetSeconds * 1_000 * IDLE_TARGETS);
      if (parking.count > 0 || nowMs - askedAtMs < idleMs) wants.push(playlist);
      else this.forget(playlist);
    }
    return wants;
  }

  #wake(): void {
    this.#parking.wake();
    for (const { parking } of this.entries.values()) parking.wake();
  }
}

const NEWS = "news";
const EMPTY = "empty";
const KICKED = "kicked";
const FAILED = "failed";
type Outcome = typeof NEWS | typeof EMPTY | typeof KICKED | typeof FAILED;

/** Always the same shard for one isolate while the number of shards stays. */
function toShard(asker: string, shards: number): number {
  return shards < 2 ? 0 : Number.parseInt(asker.slice(0, 6), 16) % shards;
}
