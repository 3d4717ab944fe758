// What the origins offer of each encoder's run, by what the ledger was last fed of it. Several may
// package the same run, with windows of their own; then that of the origin which is wanted counts.

import type { MediaPlaylist } from "../../../workers/core/hls/playlist.ts";
import type { Rendition } from "./encoder.ts";
import type { Run } from "./packager.ts";
import type { Offer } from "./sighting.ts";

export class OfferBook {
  /** By run and rendition, e.g. "3/v0", and of each origin, e.g. "3/v0@b". */
  readonly byRun = new Map<string, Offer>();
  readonly #byOrigin = new Map<string, Map<string, Offer>>();
  #wanted = "";

  note(
    originId: string,
    { encoder, msnBase }: Run,
    rendition: Rendition,
    { mediaSequence, lastMsn }: MediaPlaylist,
  ): void {
    const first = encoder.segment(mediaSequence - msnBase);
    const last = encoder.segment(lastMsn - msnBase);
    if (first === null || last === null) return;
    const key = `${encoder.plan.id}/${rendition.name}`;
    const offer = { originId, firstStartMs: first.startMs, lastEndMs: last.endMs };
    const own = this.#byOrigin.get(originId) ?? new Map<string, Offer>();
    this.#byOrigin.set(originId, own.set(key, offer));
    this.byRun.set(`${key}@${originId}`, offer);
    const isHeld = this.byRun.get(key)?.originId === this.#wanted;
    if (originId === this.#wanted || !isHeld) this.byRun.set(key, offer);
  }

  /** From now on that origin's window counts. */
  prefer(originId: string): void {
    this.#wanted = originId;
    for (const [key, offer] of this.#byOrigin.get(originId) ?? []) this.byRun.set(key, offer);
  }
}
