// Comparisons of bytes that a channel's ledger has asked for and that are under way: each once,
// made by a source of the playlist that names the files, and answered whatever becomes of it.

import type { ProofVerdict } from "../../core/contract/live.ts";
import { CONTRACT_VERSION } from "../../core/contract/message.ts";
import type { PlaylistSourceApi } from "../../core/contract/objects.ts";
import type { ProofWish } from "./channel-ledger.ts";
import { type LiveSituation, toProofTarget } from "./situation.ts";

export interface ProofOffice {
  readonly channel: string;
  readonly source: (playlist: string) => PlaylistSourceApi;
  readonly take: (id: string, verdict: ProofVerdict) => void;
  readonly waitUntil: (work: Promise<unknown>) => void;
}

export class Proofs {
  readonly #office: ProofOffice;
  readonly #running = new Set<string>();

  constructor(office: ProofOffice) {
    this.#office = office;
  }

  /** Starts every comparison that is not under way. */
  start(wishes: readonly ProofWish[], situation: LiveSituation): void {
    for (const wish of wishes) this.#begin(wish, situation);
  }

  #begin(wish: ProofWish, situation: LiveSituation): void {
    const { channel, source, take, waitUntil } = this.#office;
    const { id, rendition } = wish;
    if (this.#running.has(id)) return;
    const [left, right] = wish.sides.map((side) => toProofTarget(situation, side));
    if (left == null || right == null) return;
    this.#running.add(id);
    const work = source(rendition)
      .prove({ contract: CONTRACT_VERSION, channel, id, sides: [left, right] })
      .catch(() => "unavailable" as const)
      .then((verdict) => {
        this.#running.delete(id);
        take(id, verdict);
      });
    waitUntil(work);
  }
}
