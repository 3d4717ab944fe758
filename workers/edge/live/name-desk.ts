// Where a coordinator answers for the names of its channel. Names are read from every version in
// the moment in which it is written down, which is before anybody can be shown it; so whoever asks
// for a name that this desk does not know asks for something that no viewer was ever told of.
//
//   - a name that looks like the next one gets a short wait: the version may be on its way;
//   - a channel that rests is woken, and waited for at most a second;
//   - for the time of one window after a restart, names that look like older ones are believed:
//     those that had left the playlists before it are not written down anywhere.

import { NameShelf, type ShelfName } from "../../core/cache/name-shelf.ts";
import type { Channel } from "../../core/config/catalog.ts";
import type { NameAnswer, NameAsk, NameList } from "../../core/contract/names.ts";
import { readClockMs } from "../../platform/clock.ts";
import type { CoordinatorStore } from "./coordinator-store.ts";
import { readNames } from "./playlist-names.ts";
import type { Waiters } from "./waiters.ts";

/** Longest wait for a channel that nobody watched. */
const WAKE_MS_MAX = 1_000;
/** A channel that did not wake is left alone for so long. */
const WAKE_AGAIN_MS = 5_000;
/** Longest step of a wait: what wakes the waiters is news, not every version is. */
const STEP_MS_MAX = 100;
/** Askers that may wait at once; more is a flood of guesses. */
const WAITING_MAX = 64;
/** An isolate believes a yes for as long as the name stays available, within these bounds. */
const KEEP_MS = { min: 1_000, max: 600_000 };
/** Media playlists that are woken at once. */
const WOKEN_MAX = 16;

export class NameDesk {
  /** The coordinator's store; what is written through it is read here. */
  readonly store: CoordinatorStore;
  readonly #shelf = new NameShelf();
  readonly #sinceMs = readClockMs();
  /** Texts of versions whose names are not read yet: before the catalog is known. */
  readonly #unread = new Map<string, string>();
  #channel: Channel | null = null;
  #isAwake = false;
  #wokenAtMs = Number.NEGATIVE_INFINITY;
  readonly #onFresh: (playlist: string, fresh: readonly ShelfName[]) => void;
  #waiting = 0;
  #waitCount = 0;
  /** Media playlists that the multivariant playlist names. */
  #variants: readonly string[] = [];

  /** `onFresh` is told what a version announces first, before it can be shown to anybody. */
  constructor(
    store: CoordinatorStore,
    onFresh: (playlist: string, fresh: readonly ShelfName[]) => void,
  ) {
    this.#onFresh = onFresh;
    for (const { playlist, text } of store.renditions()) this.#unread.set(playlist, text);
    for (const list of store.nameLists()) this.#noteList(list);
    this.store = {
      ...store,
      putRendition: (rendition) => {
        store.putRendition(rendition);
        this.#note(rendition.playlist, rendition.text);
        this.#isAwake ||= rendition.facts !== null;
      },
    };
  }

  /** The channel's settings of now. */
  use(channel: Channel): void {
    this.#channel = channel;
    for (const [playlist, text] of this.#unread) this.#note(playlist, text);
    this.#unread.clear();
  }

  /** Names of a playlist that is not the ledger's. */
  announce(list: NameList): void {
    this.store.putNameList(list);
    this.#noteList(list);
  }

  #noteList({ playlist, names, windowMs }: NameList): void {
    this.#shelf.note(playlist, names, windowMs, readClockMs());
  }

  /** Media playlists that are known, to be woken. */
  playlists(): readonly string[] {
    return [...new Set([...this.#variants, ...this.#shelf.playlists()])].slice(0, WOKEN_MAX);
  }

  /** What is known of a name, after a wait if that may help. `wake` has the playlists read. */
  async answer(ask: NameAsk, waiters: Waiters, wake: () => void): Promise<NameAnswer> {
    const startedAtMs = readClockMs();
    for (let nowMs = startedAtMs; ; nowMs = readClockMs()) {
      const verdict = this.#decide(ask.name, nowMs);
      const isResting = !this.#isAwake && nowMs - this.#wokenAtMs < WAKE_MS_MAX;
      const mayWake = !this.#isAwake && nowMs - this.#wokenAtMs >= WAKE_AGAIN_MS;
      if (verdict.kind === "announced") return verdict;
      if (mayWake) this.#wokenAtMs = nowMs;
      // Again and again: a multivariant playlist that has come tells of more of them.
      if (mayWake || isResting) wake();
      const isNear = verdict.kind === "not-yet" && nowMs < startedAtMs + ask.holdMs;
      if (!(isNear || mayWake || isResting) || this.#waiting >= WAITING_MAX) return verdict;
      await this.#wait(waiters);
    }
  }

  async #wait(waiters: Waiters): Promise<void> {
    this.#waiting += 1;
    this.#waitCount += 1;
    // Names have no asker to be replaced by: two viewers of one name both wait.
    const waiter = waiters.enter(`name ${this.#waitCount}`);
    await waiter.wait(STEP_MS_MAX).finally(() => {
      waiter.leave();
      this.#waiting -= 1;
    });
  }

  #decide(name: string, nowMs: number): NameAnswer {
    const shelf = this.#shelf;
    const sight = shelf.find(name, nowMs);
    const windowMs = shelf.windowMs();
    if (sight !== null && sight.role !== "hint") {
      const keepMs = Math.min(KEEP_MS.max, Math.max(KEEP_MS.min, windowMs));
      return { kind: "announced", keepMs };
    }
    if (shelf.playlists().length === 0) return { kind: "no-ledger" };
    const nearness = sight === null ? shelf.nearness(name) : "near-future";
    if (nearness === "near-future") return { kind: "not-yet" };
    const isForgotten = nearness === "past" && nowMs - this.#sinceMs < windowMs;
    return isForgotten ? { kind: "announced", keepMs: KEEP_MS.min } : { kind: "not-announced" };
  }

  #note(playlist: string, text: string): void {
    if (this.#channel === null) {
      this.#unread.set(playlist, text);
      return;
    }
    const read = readNames(this.#channel, playlist, text);
    if (read === null) return;
    const fresh = this.#shelf.note(playlist, read.names, read.windowMs, readClockMs());
    if (fresh !== null && fresh.length > 0) this.#onFresh(playlist, fresh);
    if (read.playlists.length > 0) this.#variants = read.playlists;
  }
}
