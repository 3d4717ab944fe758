// What a coordinator knows of its channel: the ledger, the newest version of every rendition, and
// what its sources saw of each origin. Offers go in; versions come out, written down before they
// can be read. Synchronous, so that no two offers can get between each other's halves.

import type { WantedRead } from "../../core/continuity/reads.ts";
import type {
  LiveTimelines,
  Offer,
  PlaylistNews,
  RescuePlace,
  Want,
} from "../../core/contract/live.ts";
import type { JoinWord } from "../../core/contract/report.ts";
import type { BlockingMode } from "../../core/delivery/promises.ts";
import {
  FAILURE_RULES,
  type FailureClass,
  type OriginFailure,
  toOriginFailure,
} from "../../core/health/failure.ts";
import { parsePlaylist } from "../../core/hls/parse-playlist.ts";
import { toOriginProblem } from "../../core/origin/outcome.ts";
import { toKeptPromises } from "../../core/transform/own-promises.ts";
import type { ChannelLedger, LedgerNews, ProofWish } from "./channel-ledger.ts";
import type { CoordinatorStore } from "./coordinator-store.ts";
import { LedgerRecord, type LedgerSnapshot } from "./ledger-record.ts";
import { makeChannelLedger } from "./make-ledger.ts";
import { OriginWatch } from "./origin-watch.ts";
import { toRefusalFailure } from "./refusal.ts";
import { type Rendition, toOutsideNews, toPlaylistNews } from "./rendition.ts";
import { RenditionShelf } from "./rendition-shelf.ts";
import { type LiveSituation, toLedgerPlace } from "./situation.ts";

export interface StateOutcome {
  readonly isNews: boolean;
  readonly proofs: readonly ProofWish[];
  /** Every origin says that there is no such playlist. */
  readonly isAbsent: boolean;
  /** For the log: an origin that has just failed. */
  readonly detail: Readonly<Record<string, unknown>> | null;
}

export class ChannelState {
  readonly #store: CoordinatorStore;
  readonly #shelf: RenditionShelf;
  readonly #watch = new OriginWatch();
  /** Who offered last: the multivariant playlist comes before any origin feeds the channel. */
  #giver: string | null = null;
  #ledger: ChannelLedger;
  #situation: LiveSituation;
  readonly #record: LedgerRecord;

  constructor(situation: LiveSituation, store: CoordinatorStore, generation: number) {
    this.#situation = situation;
    this.#store = store;
    this.#shelf = new RenditionShelf(store, generation, toMode(situation));
    this.#ledger = makeChannelLedger(situation.settings, store.snapshot());
    this.#record = new LedgerRecord(store, this.#ledger, situation.wish);
  }

  use(situation: LiveSituation, nowMs: number): void {
    this.#situation = situation;
    this.#ledger.use(situation.settings, nowMs);
    this.#shelf.use(toMode(situation));
  }

  current(): string | null {
    return this.#ledger.current();
  }

  /** How other origins could take over, for control; null before anybody feeds the channel. */
  joinWords(nowMs: number): ReadonlyMap<string, JoinWord> | null {
    return this.current() === null ? null : this.#ledger.joinWords(nowMs);
  }

  timelines(): LiveTimelines {
    return this.#record.timelines;
  }

  wakeAtMs(): number | null {
    return this.#ledger.wakeAtMs();
  }

  pathAt(origin: string, playlist: string): string | null {
    return this.#ledger.pathAt(origin, playlist);
  }

  /** Not the ledger's: a playlist that the channel's multivariant playlist does not name. */
  isOutside(playlist: string): boolean {
    return this.#ledger.isOutside(playlist);
  }

  rescue(timeline: number, path: string): readonly RescuePlace[] {
    return this.#ledger.rescue(timeline, path);
  }

  /** What to read of renditions that nobody wants, for the reports about them. */
  reportReads(nowMs: number): readonly WantedRead[] {
    return this.#ledger.reportReads(nowMs).filter(({ rendition }) => {
      return this.rendition(rendition).wantedUntilMs <= nowMs;
    });
  }

  targetMs(): number {
    return this.#shelf.targetMs();
  }

  /** What such a read has brought. */
  report(read: WantedRead, text: string, situation: LiveSituation, nowMs: number): StateOutcome {
    const { origin, path } = read;
    const parsed = parsePlaylist(text);
    const place = toLedgerPlace(situation, origin, path);
    if (parsed.kind !== "media" || place === null) return toOutcome(NOTHING, null, false);
    const playlist = toKeptPromises(parsed);
    if (playlist.kind !== "media") return toOutcome(NOTHING, null, false);
    return this.#turn(this.#ledger.media(origin, path, playlist, place, nowMs, false), nowMs, null);
  }

  rendition(playlist: string): Rendition {
    return this.#shelf.get(playlist);
  }

  /** A watch begins: what failed before a rest says nothing about now. */
  begin(rendition: Rendition): void {
    Object.assign(rendition, { problem: null, isAwaited: true });
    rendition.failures.clear();
  }

  apply(offer: Offer, situation: LiveSituation, nowMs: number): StateOutcome {
    const rendition = this.rendition(offer.playlist);
    rendition.moments = offer.moments && { ...offer.moments, atMs: nowMs };
    const { originId, news } = offer;
    if (news.kind === "late") {
      this.#watch.see(originId, news, nowMs);
      return this.#turn(NOTHING, nowMs, null);
    }
    rendition.isAwaited = false;
    if (news.kind === "failed") return this.#fail(rendition, offer, news, nowMs);
    const { path } = offer;
    this.#giver = originId;
    const shown = rendition.version;
    const parsed =
      news.kind === "unchanged" ? this.#watch.last(originId, path) : parsePlaylist(news.text);
    if (parsed === null || parsed.kind === "failure") return toOutcome(NOTHING, null, false);
    const playlist = news.kind === "unchanged" ? parsed : toKeptPromises(parsed);
    rendition.failures.delete(originId);
    this.#watch.seePlaylist(originId, path, playlist, nowMs);
    const place = toLedgerPlace(situation, originId, path);
    if (place === null) return toOutcome(NOTHING, null, false);
    const ledgerNews =
      playlist.kind === "media"
        ? this.#ledger.media(originId, path, playlist, place, nowMs, true)
        : this.#ledger.multivariant(originId, path, playlist, place, nowMs);
    const outcome = this.#turn(ledgerNews, nowMs, null);
    if (rendition.version !== shown) this.#watch.accept(originId, path);
    if (this.#isServing(originId)) rendition.confirmedAtMs = nowMs;
    if (rendition.version !== null) return outcome;
    // A good playlist that viewers must not have: say why, or they would wait for nothing.
    const refusal = this.#ledger.refusal(originId, path);
    if (refusal === null) return outcome;
    const failure = toRefusalFailure(originId, path, playlist, place, refusal);
    return this.#note(rendition, failure, outcome.isNews);
  }

  tick(nowMs: number): StateOutcome {
    const wakeAtMs = this.#ledger.wakeAtMs();
    if (wakeAtMs === null || wakeAtMs > nowMs) return toOutcome(NOTHING, null, false);
    return this.#turn(this.#ledger.tick(nowMs), nowMs, null);
  }

  proof(id: string, verdict: "equal" | "different" | "unavailable", nowMs: number): StateOutcome {
    return this.#turn(this.#ledger.proof(id, verdict, nowMs), nowMs, null);
  }

  /** Begins with another generation's ledger, unless this one has begun already. */
  seed(text: string, nowMs: number): boolean {
    if (this.current() !== null) return false;
    this.#ledger = makeChannelLedger(this.#situation.settings, text);
    const renditions = this.#ledger.renditions();
    this.#turn({ ...NOTHING, renditions, multivariant: true, isTurn: true }, nowMs, null);
    return true;
  }

  news(wants: readonly Want[], nowMs: number): readonly PlaylistNews[] {
    return wants.map(({ playlist, have }) => {
      if (this.isOutside(playlist)) return toOutsideNews(playlist, nowMs);
      return toPlaylistNews(this.rendition(playlist), have, nowMs);
    });
  }

  /** The ledger's snapshot, if it is newer than what the asker has. */
  snapshotFor(have: number): LedgerSnapshot | null {
    return this.#record.newerThan(have);
  }

  #fail(
    rendition: Rendition,
    { originId }: Offer,
    news: Offer["news"] & { readonly kind: "failed" },
    nowMs: number,
  ): StateOutcome {
    // A time-out has taken as long as a few quick failures.
    const count = news.failure === "timeout" ? news.count + 1 : news.count;
    this.#watch.see(originId, { kind: "failed", count }, nowMs);
    const failure = toOriginFailure(originId, news.failure as FailureClass, news.detail);
    const noted = this.#note(rendition, failure, false);
    const turned = this.#turn(NOTHING, nowMs, null);
    const isLogged = news.count === 1 && failure.failure !== "absent";
    return {
      ...noted,
      isNews: noted.isNews || turned.isNews,
      proofs: turned.proofs,
      detail: isLogged ? { path: rendition.playlist, originId, why: news.detail } : null,
    };
  }

  #note(rendition: Rendition, failure: OriginFailure, isNews: boolean): StateOutcome {
    rendition.failures.set(failure.originId, failure);
    const failures = this.#situation.wish.flatMap((id) => rendition.failures.get(id) ?? []);
    // What only a setting forbids, no other origin can give either.
    const isFinal = !FAILURE_RULES[failure.failure].retry;
    const isAll = isFinal || failures.length === this.#situation.wish.length;
    if (rendition.version !== null || !isAll) {
      return { isNews, proofs: [], isAbsent: false, detail: null };
    }
    rendition.problem = toOriginProblem(failures);
    const { isAbsence } = rendition.problem;
    return { isNews: true, proofs: [], isAbsent: isAbsence, detail: null };
  }

  #isServing(originId: string): boolean {
    const current = this.current();
    if (current === null || current === originId) return true;
    const serving = this.#record.timelines.list.find(({ origins }) => origins.includes(current));
    return serving?.origins.includes(originId) ?? false;
  }

  /** After anything happened: asks for another feeder if need be, publishes, writes down. */
  #turn(news: LedgerNews, nowMs: number, detail: StateOutcome["detail"]): StateOutcome {
    const chosen = this.#choose(nowMs);
    const all = chosen === null ? [news] : [news, chosen];
    let isNews = false;
    for (const { renditions, multivariant, assemblies } of all) {
      // Written down first: a playlist must not name what nobody can make.
      for (const assembly of assemblies) this.#store.putAssembly(assembly);
      for (const playlist of renditions) {
        isNews = this.#show(playlist, this.#ledger.print(playlist), nowMs) || isNews;
      }
      const printed = multivariant ? this.#ledger.printMultivariant() : null;
      if (printed !== null) isNews = this.#show(printed.path, printed.text, nowMs) || isNews;
    }
    isNews = this.#shelf.publishAgain((playlist) => this.#ledger.print(playlist), nowMs) || isNews;
    const isTurn = all.some((each) => each.isTurn);
    this.#record.write(this.#ledger, this.#situation.wish, { isTurn, isNews }, nowMs);
    return toOutcome({ ...NOTHING, proofs: all.flatMap(({ proofs }) => proofs) }, detail, isNews);
  }

  #choose(nowMs: number): LedgerNews | null {
    const current = this.current();
    if (current === null) return null;
    const choice = this.#watch.wish({
      current,
      wish: this.#situation.wish,
      left: this.#situation.left,
      joins: () => this.#ledger.joins(nowMs),
      targetMs: this.#shelf.targetMs(),
      nowMs,
    });
    if (choice === null) return null;
    return this.#ledger.choose(choice.origin, choice.cause, nowMs);
  }

  #show(playlist: string, text: string | null, nowMs: number): boolean {
    return text !== null && this.#shelf.show(playlist, text, this.current() ?? this.#giver, nowMs);
  }
}

function toMode({ channel }: LiveSituation): BlockingMode {
  return channel.policy.blocking ?? "auto";
}

const NOTHING: LedgerNews = {
  renditions: [],
  multivariant: false,
  proofs: [],
  assemblies: [],
  isTurn: false,
};

function toOutcome(
  { proofs }: LedgerNews,
  detail: StateOutcome["detail"],
  isNews: boolean,
): StateOutcome {
  return { isNews, proofs, isAbsent: false, detail };
}
