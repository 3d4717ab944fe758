// Reads of renditions that nobody watches, so that the reports about them that watched playlists
// carry can be translated (core/continuity/reads.ts says which). One request per rendition and
// target duration, made by the rendition's own source, whether it answers or not.

import type { WantedRead } from "../../core/continuity/reads.ts";
import type { SourceTarget } from "../../core/contract/live.ts";
import type { PlaylistSourceApi } from "../../core/contract/objects.ts";
import { sleep } from "../../platform/clock.ts";

/** A source answers within its own time-outs; beyond this its object is lost. */
const READ_MS_MAX = 6_000;

export interface ReportOffice {
  readonly source: (playlist: string) => PlaylistSourceApi;
  readonly take: (read: WantedRead, text: string) => void;
  readonly waitUntil: (work: Promise<unknown>) => void;
}

export class ReportReads {
  readonly #office: ReportOffice;
  readonly #askedAtMs = new Map<string, number>();

  constructor(office: ReportOffice) {
    this.#office = office;
  }

  /** Starts a read unless one of this rendition was started less than a target duration ago. */
  start(read: WantedRead, target: SourceTarget, targetMs: number, nowMs: number): void {
    const askedAtMs = this.#askedAtMs.get(read.rendition) ?? Number.NEGATIVE_INFINITY;
    if (nowMs - askedAtMs < targetMs) return;
    this.#askedAtMs.set(read.rendition, nowMs);
    this.#office.waitUntil(this.#read(read, target));
  }

  async #read(read: WantedRead, target: SourceTarget): Promise<void> {
    const call = this.#office.source(read.rendition).read(target);
    const late = sleep(READ_MS_MAX).then(() => null);
    // A report that cannot be made fresh is left out; that is all that happens.
    const text = await Promise.race([call, late]).catch(() => null);
    if (text !== null) this.#office.take(read, text);
  }
}
