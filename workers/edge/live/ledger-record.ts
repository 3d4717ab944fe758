// What is written down of a ledger, and how often: at once after every turn (a cut, a choice, a new
// timeline), because a second life must not decide it anew; else once a second while it is small,
// and every few seconds once it is large: fifteen playlists are often published in one moment. What
// a second life finds a little old it makes good from the next playlists: their windows overlap,
// and the same blocks come out the same.

import type { LiveTimelines } from "../../core/contract/live.ts";
import type { ChannelLedger } from "./channel-ledger.ts";
import type { CoordinatorStore } from "./coordinator-store.ts";

const SMALL_CHARS = 65_536;
const SMALL_MS = 1_000;
const LARGE_MS = 5_000;

export interface LedgerSnapshot {
  readonly version: number;
  readonly text: string;
}

export class LedgerRecord {
  readonly #store: CoordinatorStore;
  #timelines: LiveTimelines;
  #snapshot: (LedgerSnapshot & { readonly writtenAtMs: number }) | null = null;
  #isDirty = false;

  constructor(store: CoordinatorStore, ledger: ChannelLedger, order: readonly string[]) {
    this.#store = store;
    this.#timelines = { version: store.timelinesVersion(), ...toTimelines(ledger, order) };
  }

  get timelines(): LiveTimelines {
    return this.#timelines;
  }

  /** The snapshot, if it is newer than what the asker has. */
  newerThan(version: number): LedgerSnapshot | null {
    const snapshot = this.#snapshot;
    if (snapshot === null || snapshot.version <= version) return null;
    return { version: snapshot.version, text: snapshot.text };
  }

  /** After an event; `order` is control's order of origins. */
  write(
    ledger: ChannelLedger,
    order: readonly string[],
    happened: { readonly isTurn: boolean; readonly isNews: boolean },
    nowMs: number,
  ): void {
    this.#isDirty ||= happened.isNews;
    const { version: before, ...known } = this.#timelines;
    const now = toTimelines(ledger, order);
    if (JSON.stringify(now) !== JSON.stringify(known)) {
      this.#timelines = { version: before + 1, ...now };
      this.#store.putTimelinesVersion(this.#timelines.version);
    }
    const last = this.#snapshot;
    const pauseMs = (last?.text.length ?? 0) < SMALL_CHARS ? SMALL_MS : LARGE_MS;
    const isTime = last === null || nowMs - last.writtenAtMs >= pauseMs;
    if (!happened.isTurn && !(this.#isDirty && isTime)) return;
    const text = ledger.snapshot();
    this.#store.putSnapshot(text);
    // By the clock, so that numbers go on rising after this object was reset.
    const version = Math.max((last?.version ?? 0) + 1, nowMs);
    this.#snapshot = { version, text, writtenAtMs: nowMs };
    this.#isDirty = false;
  }
}

/** The ledger's timelines; in each the origin that feeds the channel comes first. */
function toTimelines(
  ledger: ChannelLedger,
  wish: readonly string[],
): Omit<LiveTimelines, "version"> {
  const order = [ledger.current() ?? "", ...wish];
  const list = ledger.timelines().map(({ n, origins }) => ({
    n,
    origins: [...origins].sort((a, b) => order.indexOf(a) - order.indexOf(b)),
  }));
  return { current: ledger.currentTimeline(), list };
}
