// What a coordinator knows of its channel: the ledger, the newest version of every rendition, and
// what its sources saw of each origin. Offers go in; versions come out, written down before they
// can be read. Synchronous, so that no two offers can get between each other's halves.

import type {
  LiveTimelines,
  Offer,
  PlaylistNews,
  RescuePlace,
  SourceMoments,
  Want,
} from "../../core/contract/live.ts";
import {
  type FailureClass,
  type OriginFailure,
  toOriginFailure,
} from "../../core/health/failure.ts";
import { parsePlaylist } from "../../core/hls/parse-playlist.ts";
import type { Playlist } from "../../core/hls/playlist.ts";
import {
  applySight,
  decideFeeder,
  EVIDENCE_NONE,
  type OriginEvidence,
  type Sight,
} from "../../core/origin/feeder.ts";
import { type OriginProblem, toOriginProblem } from "../../core/origin/outcome.ts";
import { toKeptPromises } from "../../core/transform/own-promises.ts";
import { toFingerprint } from "../../platform/encoding.ts";
import type { ChannelLedger, LedgerNews, ProofWish } from "./channel-ledger.ts";
import type { CoordinatorStore } from "./coordinator-store.ts";
import { makeChannelLedger } from "./make-ledger.ts";
import { type LiveSituation, toLedgerPlace } from "./situation.ts";
import { type KeptVersion, toFacts, toVersion } from "./version.ts";

export interface Rendition {
  readonly playlist: string;
  wantedUntilMs: number;
  version: KeptVersion | null;
  /** The one before, to make deltas from. */
  previous: KeptVersion | null;
  problem: OriginProblem | null;
  readonly failures: Map<string, OriginFailure>;
  /** When the version was last published by us, and last confirmed by an origin. */
  publishedAtMs: number;
  confirmedAtMs: number;
  moments: (SourceMoments & { readonly atMs: number }) | null;
}

export interface StateOutcome {
  readonly isNews: boolean;
  readonly proofs: readonly ProofWish[];
  /** Every origin says that there is no such playlist. */
  readonly isAbsent: boolean;
  /** For the log: an origin that has just failed. */
  readonly detail: Readonly<Record<string, unknown>> | null;
}

/** A live playlist may stand for so long without anything being wrong (bis-22 section 6.2.1). */
const STANDING_TARGETS = 1.5;
const TARGET_MS_UNKNOWN = 6_000;
/** A wish that was refused or waits is not repeated sooner. */
const FAILURE_WISH_MS = 400;
const PREFERENCE_WISH_TARGETS = 2;
/** A node that is a little behind the others is none that began anew. */
const BACK_SEGMENTS = 3;
const SNAPSHOT_CHARS_SMALL = 65_536;
const SNAPSHOT_MS = 5_000;
/** Nothing new of a multivariant or a finished playlist is plausible for so long. */
const STILL_MS = 5_000;

export class ChannelState {
  readonly #store: CoordinatorStore;
  readonly #generation: number;
  readonly #renditions = new Map<string, Rendition>();
  readonly #evidence = new Map<string, OriginEvidence>();
  /** Origin and path -> its last playlist, for confirmations without a body. */
  readonly #last = new Map<string, Playlist>();
  /** Origin and path -> how far it reached before its numbers went back. */
  readonly #highest = new Map<string, number>();
  #ledger: ChannelLedger;
  #situation: LiveSituation;
  #timelines: LiveTimelines;
  #wished = { origin: "", atMs: Number.NEGATIVE_INFINITY };
  #snapshot: { version: number; text: string; writtenAtMs: number } | null = null;
  #isDirty = false;

  constructor(situation: LiveSituation, store: CoordinatorStore, generation: number) {
    this.#generation = generation;
    this.#situation = situation;
    this.#store = store;
    this.#ledger = makeChannelLedger(situation.settings, situation.entry, store.snapshot());
    this.#timelines = { version: store.timelinesVersion(), ...this.#toTimelines() };
    for (const { playlist, publishedAtMs, ...kept } of store.renditions()) {
      const rendition = this.rendition(playlist);
      rendition.version = { ...kept, generation };
      rendition.publishedAtMs = publishedAtMs;
      rendition.confirmedAtMs = publishedAtMs;
    }
  }

  use(situation: LiveSituation, nowMs: number): void {
    this.#situation = situation;
    this.#ledger.use(situation.settings, nowMs);
  }

  current(): string | null {
    return this.#ledger.current();
  }

  isStarted(): boolean {
    return this.current() !== null;
  }

  timelines(): LiveTimelines {
    return this.#timelines;
  }

  wakeAtMs(): number | null {
    return this.#ledger.wakeAtMs();
  }

  pathAt(origin: string, playlist: string): string | null {
    return this.#ledger.pathAt(origin, playlist);
  }

  rescue(timeline: number, path: string): readonly RescuePlace[] {
    return this.#ledger.rescue(timeline, path);
  }

  rendition(playlist: string): Rendition {
    const known = this.#renditions.get(playlist);
    if (known !== undefined) return known;
    const made: Rendition = {
      playlist,
      wantedUntilMs: 0,
      version: null,
      previous: null,
      problem: null,
      failures: new Map(),
      publishedAtMs: 0,
      confirmedAtMs: 0,
      moments: null,
    };
    this.#renditions.set(playlist, made);
    return made;
  }

  /** A watch begins: what failed before a rest says nothing about now. */
  begin(rendition: Rendition): void {
    rendition.problem = null;
    rendition.failures.clear();
  }

  apply(offer: Offer, situation: LiveSituation, nowMs: number): StateOutcome {
    const rendition = this.rendition(offer.playlist);
    rendition.moments = offer.moments && { ...offer.moments, atMs: nowMs };
    const { originId, news } = offer;
    if (news.kind === "late") {
      this.#see(originId, { kind: "late", lateMs: news.lateMs }, nowMs);
      return this.#turn(NOTHING, nowMs, null);
    }
    if (news.kind === "failed") return this.#fail(rendition, offer, news, nowMs);
    const key = `${originId} ${offer.path}`;
    const before = this.#last.get(key);
    const nowShown = rendition.version;
    const parsed = news.kind === "unchanged" ? before : parsePlaylist(news.text);
    if (parsed === undefined || parsed.kind === "failure") return toOutcome(NOTHING, null, false);
    const playlist = news.kind === "unchanged" ? parsed : toKeptPromises(parsed);
    this.#last.set(key, playlist);
    rendition.failures.delete(originId);
    this.#see(originId, this.#toSight(key, before, playlist), nowMs);
    const place = toLedgerPlace(situation, originId, offer.path);
    if (place === null) return toOutcome(NOTHING, null, false);
    const ledgerNews =
      playlist.kind === "media"
        ? this.#ledger.media(originId, offer.path, playlist, place, nowMs)
        : this.#ledger.multivariant(originId, offer.path, playlist, place, nowMs);
    const outcome = this.#turn(ledgerNews, nowMs, null);
    // What viewers were just shown cannot be a mistake any more.
    if (rendition.version !== nowShown) this.#highest.delete(key);
    if (this.#isServing(originId)) rendition.confirmedAtMs = nowMs;
    if (rendition.version !== null) return outcome;
    // A good playlist that viewers must not have: say why, or they would wait for nothing.
    const refusal = this.#ledger.refusal(originId, offer.path);
    if (refusal === null) return outcome;
    const failure = toOriginFailure(originId, "bad-playlist", `${originId}: ${refusal}`);
    return this.#note(rendition, failure, outcome.isNews);
  }

  #toSight(key: string, before: Playlist | undefined, now: Playlist): Sight {
    if (before?.kind !== "media" || now.kind !== "media") return { kind: "progress" };
    const highest = Math.max(this.#highest.get(key) ?? 0, before.lastMsn);
    if (now.lastMsn < highest - BACK_SEGMENTS) {
      this.#highest.set(key, highest);
      return { kind: "back" };
    }
    this.#highest.delete(key);
    const isSame = now.lastMsn === before.lastMsn && now.lastPart === before.lastPart;
    return { kind: isSame ? "same" : "progress" };
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
    if (this.isStarted()) return false;
    this.#ledger = makeChannelLedger(this.#situation.settings, this.#situation.entry, text);
    const renditions = this.#ledger.renditions();
    this.#turn({ ...NOTHING, renditions, multivariant: true, isTurn: true }, nowMs, null);
    return true;
  }

  news(wants: readonly Want[], nowMs: number): readonly PlaylistNews[] {
    return wants.map(({ playlist, have }) => {
      const rendition = this.rendition(playlist);
      const { version, problem, moments } = rendition;
      const sinceMs = moments === null ? 0 : nowMs - moments.atMs;
      const isStill = version !== null && (version.facts === null || version.facts.ended);
      return {
        playlist,
        version: toVersion(playlist, version, rendition.previous, have),
        problem: version === null ? problem : null,
        confirmedAgoMs: Math.max(0, nowMs - this.#confirmedAtMs(rendition, nowMs)),
        notBeforeMs: isStill ? STILL_MS : Math.max(0, (moments?.notBeforeMs ?? 0) - sinceMs),
        expectedMs: moments === null || isStill ? null : moments.expectedMs - sinceMs,
        unseenMs: moments === null || moments.isWaiting ? 0 : moments.spacingMs,
      };
    });
  }

  /** The ledger's snapshot, if it is newer than what the asker has. */
  snapshotFor(have: number): { readonly version: number; readonly text: string } | null {
    const snapshot = this.#snapshot;
    if (snapshot === null || snapshot.version <= have) return null;
    return { version: snapshot.version, text: snapshot.text };
  }

  #confirmedAtMs(rendition: Rendition, nowMs: number): number {
    const { version, moments, confirmedAtMs, publishedAtMs } = rendition;
    const isHeld = moments?.isWaiting === true && moments.overdueMs > nowMs - moments.atMs;
    const saidAtMs = isHeld ? nowMs : confirmedAtMs;
    const facts = version?.facts;
    if (facts == null || facts.ended) return saidAtMs;
    // An origin that says the same for longer than it may confirms nothing any more.
    const standingMs = facts.targetDurationSeconds * 1_000 * STANDING_TARGETS;
    return Math.min(saidAtMs, publishedAtMs + standingMs);
  }

  #fail(
    rendition: Rendition,
    { originId }: Offer,
    news: Offer["news"] & { readonly kind: "failed" },
    nowMs: number,
  ): StateOutcome {
    // A time-out has taken as long as a few quick failures.
    const count = news.failure === "timeout" ? news.count + 1 : news.count;
    this.#see(originId, { kind: "failed", count }, nowMs);
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
    if (rendition.version !== null || failures.length < this.#situation.wish.length) {
      return { isNews, proofs: [], isAbsent: false, detail: null };
    }
    rendition.problem = toOriginProblem(failures);
    const { isAbsence } = rendition.problem;
    return { isNews: true, proofs: [], isAbsent: isAbsence, detail: null };
  }

  #see(originId: string, sight: Sight, nowMs: number): void {
    const before = this.#evidence.get(originId) ?? EVIDENCE_NONE;
    this.#evidence.set(originId, applySight(before, sight, nowMs));
  }

  #isServing(originId: string): boolean {
    const current = this.current();
    if (current === null || current === originId) return true;
    const serving = this.#timelines.list.find(({ origins }) => origins.includes(current));
    return serving?.origins.includes(originId) ?? false;
  }

  /** After anything happened: asks for another feeder if need be, publishes, writes down. */
  #turn(news: LedgerNews, nowMs: number, detail: StateOutcome["detail"]): StateOutcome {
    const chosen = this.#choose(nowMs);
    const all = chosen === null ? [news] : [news, chosen];
    let isNews = false;
    for (const { renditions, multivariant } of all) {
      for (const playlist of renditions) isNews = this.#publish(playlist, nowMs) || isNews;
      if (multivariant) isNews = this.#publishMultivariant(nowMs) || isNews;
    }
    this.#isDirty ||= isNews;
    this.#write(
      all.some(({ isTurn }) => isTurn),
      nowMs,
    );
    return toOutcome({ ...NOTHING, proofs: all.flatMap(({ proofs }) => proofs) }, detail, isNews);
  }

  #choose(nowMs: number): LedgerNews | null {
    const current = this.current();
    if (current === null) return null;
    const targetMs = this.#targetMs();
    const { wish } = this.#situation;
    const joins = this.#ledger.joins(nowMs);
    const choice = decideFeeder({
      current,
      wish,
      evidence: this.#evidence,
      joins,
      targetMs,
      nowMs,
    });
    if (choice === null) return null;
    const pauseMs =
      choice.cause === "failure" ? FAILURE_WISH_MS : targetMs * PREFERENCE_WISH_TARGETS;
    const isRepeated = choice.origin === this.#wished.origin;
    if (isRepeated && nowMs - this.#wished.atMs < pauseMs) return null;
    this.#wished = { origin: choice.origin, atMs: nowMs };
    return this.#ledger.choose(choice.origin, choice.cause, nowMs);
  }

  #targetMs(): number {
    for (const { version } of this.#renditions.values()) {
      if (version?.facts != null) return version.facts.targetDurationSeconds * 1_000;
    }
    return TARGET_MS_UNKNOWN;
  }

  #publish(playlist: string, nowMs: number): boolean {
    const text = this.#ledger.print(playlist);
    return text !== null && this.#show(playlist, text, nowMs);
  }

  #publishMultivariant(nowMs: number): boolean {
    let isNews = false;
    for (const { path, text } of this.#ledger.printMultivariants()) {
      isNews = this.#show(path, text, nowMs) || isNews;
    }
    return isNews;
  }

  #show(playlist: string, text: string, nowMs: number): boolean {
    const rendition = this.rendition(playlist);
    if (rendition.version?.text === text) return false;
    const version: KeptVersion = {
      generation: this.#generation,
      seq: (rendition.version?.seq ?? 0) + 1,
      text,
      etag: toFingerprint(text),
      facts: toFacts(text),
      originId: this.current(),
    };
    const { generation: _, ...stored } = version;
    this.#store.putRendition({ playlist, ...stored, publishedAtMs: nowMs });
    rendition.previous = rendition.version;
    rendition.version = version;
    rendition.problem = null;
    rendition.publishedAtMs = nowMs;
    rendition.confirmedAtMs = nowMs;
    return true;
  }

  #toTimelines(): Omit<LiveTimelines, "version"> {
    const { wish } = this.#situation;
    const order = [this.current() ?? "", ...wish];
    const list = this.#ledger.timelines().map(({ n, origins }) => ({
      n,
      origins: [...origins].sort((a, b) => order.indexOf(a) - order.indexOf(b)),
    }));
    return { current: this.#ledger.currentTimeline(), list };
  }

  #write(isTurn: boolean, nowMs: number): void {
    const { version: before, ...known } = this.#timelines;
    const now = this.#toTimelines();
    if (JSON.stringify(now) !== JSON.stringify(known)) {
      this.#timelines = { version: before + 1, ...now };
      this.#store.putTimelinesVersion(this.#timelines.version);
    }
    const last = this.#snapshot;
    const isSmall = last === null || last.text.length < SNAPSHOT_CHARS_SMALL;
    const isDue = isTurn || (this.#isDirty && (isSmall || nowMs - last.writtenAtMs >= SNAPSHOT_MS));
    if (!isDue) return;
    const text = this.#ledger.snapshot();
    this.#store.putSnapshot(text);
    // By the clock, so that numbers go on rising after this object was reset.
    const version = Math.max((last?.version ?? 0) + 1, nowMs);
    this.#snapshot = { version, text, writtenAtMs: nowMs };
    this.#isDirty = false;
  }
}

const NOTHING: LedgerNews = { renditions: [], multivariant: false, proofs: [], isTurn: false };

function toOutcome(
  { proofs }: LedgerNews,
  detail: StateOutcome["detail"],
  isNews: boolean,
): StateOutcome {
  return { isNews, proofs, isAbsent: false, detail };
}
