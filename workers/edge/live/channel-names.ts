// The names of one live channel as one isolate knows them: those of the playlists that it serves,
// read from their text, and what the coordinator said of others. Viewers ask for a file after they
// were shown its name, mostly by the same isolate; so the common case costs a look into a map.

import { NameShelf, type ShelfName } from "../../core/cache/name-shelf.ts";
import type { Channel } from "../../core/config/catalog.ts";
import type { NameAnswer } from "../../core/contract/names.ts";
import { readNames } from "./playlist-names.ts";

/** Names of which the coordinator was asked, each a text and a number. */
const ANSWERS_MAX = 4_096;
/** How long a no is believed: the next version may change it. */
const NO_MS = 250;

export class ChannelNames {
  readonly #shelf = new NameShelf();
  readonly #answers = new Map<string, { readonly answer: NameAnswer; readonly untilMs: number }>();

  /** Reads a new version; what it announces for the first time, null at first sight. */
  read(
    channel: Channel,
    playlist: string,
    text: string,
    nowMs: number,
  ): readonly ShelfName[] | null {
    const read = readNames(channel, playlist, text);
    if (read === null) return null;
    return this.#shelf.note(playlist, read.names, read.windowMs, nowMs);
  }

  /** Takes names that were read already. */
  note(playlist: string, names: readonly ShelfName[], windowMs: number, nowMs: number): void {
    this.#shelf.note(playlist, names, windowMs, nowMs);
  }

  /** What is known of a name here; null: the coordinator has to be asked. */
  find(name: string, nowMs: number): NameAnswer | null {
    const sight = this.#shelf.find(name, nowMs);
    if (sight !== null && sight.role !== "hint") return { kind: "announced", keepMs: 0 };
    const known = this.#answers.get(name);
    return known !== undefined && nowMs < known.untilMs ? known.answer : null;
  }

  /** Remembers what the coordinator said. */
  keep(name: string, answer: NameAnswer, nowMs: number): void {
    const keepMs = answer.kind === "announced" ? answer.keepMs : NO_MS;
    this.#answers.delete(name);
    this.#answers.set(name, { answer, untilMs: nowMs + keepMs });
    const oldest = this.#answers.keys().next();
    if (this.#answers.size > ANSWERS_MAX && !oldest.done) this.#answers.delete(oldest.value);
  }
}
