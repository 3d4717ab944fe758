// The newest version of every playlist of one channel, as its coordinator shows them: what the
// ledger prints, with the channel's promises in it, written down before anybody can read it. It
// does NOT decide what is printed; the ledger does.

import type { BlockingMode } from "../../core/delivery/promises.ts";
import { toFingerprint } from "../../platform/encoding.ts";
import { ChannelPromises } from "./channel-promises.ts";
import type { CoordinatorStore } from "./coordinator-store.ts";
import { type Rendition, toUnknownRendition } from "./rendition.ts";
import type { KeptVersion } from "./version.ts";

const TARGET_MS_UNKNOWN = 6_000;

export class RenditionShelf {
  readonly #store: CoordinatorStore;
  readonly #generation: number;
  readonly #renditions = new Map<string, Rendition>();
  readonly #promises: ChannelPromises;

  /** Begins with what a former life has written down. */
  constructor(store: CoordinatorStore, generation: number, mode: BlockingMode) {
    this.#store = store;
    this.#generation = generation;
    this.#promises = new ChannelPromises(mode);
    for (const { playlist, publishedAtMs, ...kept } of store.renditions()) {
      const rendition = this.get(playlist);
      rendition.version = { ...kept, generation };
      rendition.publishedAtMs = publishedAtMs;
      rendition.confirmedAtMs = publishedAtMs;
      this.#promises.restore(kept.facts?.reload);
    }
  }

  /** The channel's policy may have changed; see `publishAgain`. */
  use(mode: BlockingMode): void {
    this.#promises.use(mode);
  }

  get(playlist: string): Rendition {
    const known = this.#renditions.get(playlist);
    if (known !== undefined) return known;
    const made = toUnknownRendition(playlist);
    this.#renditions.set(playlist, made);
    return made;
  }

  targetMs(): number {
    for (const { version } of this.#renditions.values()) {
      if (version?.facts != null) return version.facts.targetDurationSeconds * 1_000;
    }
    return TARGET_MS_UNKNOWN;
  }

  /** Shows what the ledger has printed; false if it is shown already. */
  show(playlist: string, canonical: string, originId: string | null, nowMs: number): boolean {
    const rendition = this.get(playlist);
    const { text, facts } = this.#promises.toShown(canonical);
    if (rendition.version?.text === text) return false;
    const version: KeptVersion = {
      generation: this.#generation,
      seq: (rendition.version?.seq ?? 0) + 1,
      text,
      etag: toFingerprint(text),
      facts,
      originId,
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

  /**
   * After the channel came to promise something else, all its playlists have to say so. `print` is
   * the ledger's. Nothing else is new in them, and no origin has confirmed them.
   */
  publishAgain(print: (playlist: string) => string | null, nowMs: number): boolean {
    if (!this.#promises.takeChange()) return false;
    let isNews = false;
    for (const rendition of this.#renditions.values()) {
      const { playlist, version, publishedAtMs, confirmedAtMs } = rendition;
      const text = version?.facts == null ? null : print(playlist);
      if (text === null || !this.show(playlist, text, version?.originId ?? null, nowMs)) continue;
      Object.assign(rendition, { publishedAtMs, confirmedAtMs });
      isNews = true;
    }
    return isNews;
  }
}
