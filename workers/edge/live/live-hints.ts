// Which files of a live channel are hinted at and not there yet, by their path in viewer URLs, as
// far as this isolate was told.

import { toKeyBehind } from "../../core/continuity/reports.ts";
import { readPreloadHints } from "../../core/hls/preload-hints.ts";
import type { LiveEntry } from "./live-entry.ts";

export interface LiveHint {
  /** The playlist that hints at it. */
  readonly entry: LiveEntry;
  /** As it stands there. */
  readonly uri: string;
  /** First byte that is not there yet, if the file grows; null for a file of its own. */
  readonly firstByte: number | null;
}

export class LiveHints {
  readonly #byKey = new Map<string, LiveHint>();
  readonly #keysOf = new Map<LiveEntry, readonly string[]>();

  /** By path below the channel, with its query if it has one. */
  find(key: string): LiveHint | undefined {
    return this.#byKey.get(key);
  }

  /** A playlist has another version. */
  take(entry: LiveEntry, playlist: string): void {
    this.forget(entry);
    const text = entry.held?.version?.text ?? "";
    if (!text.includes("#EXT-X-PRELOAD-HINT", Math.max(0, text.length - TAIL_CHARS))) return;
    const keys: string[] = [];
    for (const { uri, firstByte } of readPreloadHints(text)) {
      const key = toKeyBehind(playlist, uri);
      this.#byKey.set(key, { entry, uri, firstByte });
      keys.push(key);
    }
    this.#keysOf.set(entry, keys);
  }

  forget(entry: LiveEntry): void {
    for (const key of this.#keysOf.get(entry) ?? []) this.#byKey.delete(key);
    this.#keysOf.delete(entry);
  }
}

/** Hints and reports stand in the last lines; a ladder has a few dozen renditions. */
const TAIL_CHARS = 16_384;
