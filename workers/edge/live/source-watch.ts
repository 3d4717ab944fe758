// Keeps a coordinator's calls to its sources: one pending `watch` per wanted playlist, renewed when
// the orders change or the source was reset, ended when nobody wants the playlist any more.

import type { SourceOrder, WatchAnswer } from "../../core/contract/live.ts";
import type { PlaylistSourceApi } from "../../core/contract/objects.ts";
import { readClockMs, sleep } from "../../platform/clock.ts";
import type { Rendition } from "./rendition.ts";

const RETRY_MS_MIN = 10;
const RETRY_MS_MAX = 250;

/** What the watch needs of its coordinator. */
export interface WatchOffice {
  /** The order for a playlist now; null: the channel is gone. */
  readonly order: (rendition: Rendition) => SourceOrder | null;
  /** A new stub each time: an object that was reset leaves its old one broken. */
  readonly source: (playlist: string) => PlaylistSourceApi;
  readonly onSuperseded: (generation: number) => void;
  readonly waitUntil: (work: Promise<unknown>) => void;
}

export class SourceWatch {
  readonly #office: WatchOffice;
  readonly #watched = new Set<string>();
  #orders = Promise.withResolvers<void>();

  constructor(office: WatchOffice) {
    this.#office = office;
  }

  /** Begins to watch, unless the playlist is watched; true if it was not. */
  begin(rendition: Rendition): boolean {
    const { playlist } = rendition;
    if (this.#watched.has(playlist)) return false;
    this.#watched.add(playlist);
    const work = this.#keep(rendition).finally(() => this.#watched.delete(playlist));
    this.#office.waitUntil(work);
    return true;
  }

  /** Every source hears of new orders at once, not with its next offer. */
  reorder(): void {
    this.#orders.resolve();
    this.#orders = Promise.withResolvers();
  }

  async #keep(rendition: Rendition): Promise<void> {
    let retryMs = RETRY_MS_MIN;
    let call: Promise<Outcome> | null = null;
    for (;;) {
      const order = this.#office.order(rendition);
      if (order === null) return;
      const source = this.#office.source(rendition.playlist);
      const leftMs = rendition.wantedUntilMs - readClockMs();
      if (leftMs <= 0) {
        await source.watch({ ...order, watchMs: 0 }).catch(() => null);
        return;
      }
      call ??= this.#call(source, order);
      const changed = this.#orders.promise.then((): Outcome => "changed");
      const over = sleep(leftMs).then((): Outcome => "time");
      const outcome = await Promise.race([call, changed, over]);
      if (outcome === "superseded") return;
      if (outcome === "time") continue;
      call = null;
      if (outcome === "failed") await sleep(retryMs);
      retryMs = outcome === "failed" ? Math.min(RETRY_MS_MAX, retryMs * 2) : RETRY_MS_MIN;
    }
  }

  async #call(source: PlaylistSourceApi, order: SourceOrder): Promise<Outcome> {
    try {
      const { supersededBy }: WatchAnswer = await source.watch(order);
      if (supersededBy === null) return "ended";
      this.#office.onSuperseded(supersededBy);
      return "superseded";
    } catch {
      return "failed";
    }
  }
}

/** How waiting for a source's answer ended. */
type Outcome = "ended" | "failed" | "superseded" | "changed" | "time";
