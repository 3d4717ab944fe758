// What a channel's sources see of its origins, gathered: the evidence on which another origin is
// wished for, and the wishes that were made of late. The rules are core/origin/feeder.ts'.

import type { Playlist } from "../../core/hls/playlist.ts";
import {
  applySight,
  decideFeeder,
  EVIDENCE_NONE,
  type FeederChoice,
  type FeederInput,
  type OriginEvidence,
  type Sight,
} from "../../core/origin/feeder.ts";

/** A wish that was refused or waits is not repeated sooner. */
const FAILURE_WISH_MS = 400;
const PREFERENCE_WISH_TARGETS = 2;
/** A node that is a little behind the others is none that began anew. */
const BACK_SEGMENTS = 3;

export class OriginWatch {
  readonly #evidence = new Map<string, OriginEvidence>();
  /** Origin and path -> its last playlist, for confirmations without a body. */
  readonly #last = new Map<string, Playlist>();
  /** Origin and path -> how far it reached before its numbers went back. */
  readonly #highest = new Map<string, number>();
  #wished = { origin: "", atMs: Number.NEGATIVE_INFINITY };

  /** The playlist that this origin sent last under this path. */
  last(originId: string, path: string): Playlist | null {
    return this.#last.get(toKey(originId, path)) ?? null;
  }

  see(originId: string, sight: Sight, nowMs: number): void {
    const before = this.#evidence.get(originId) ?? EVIDENCE_NONE;
    this.#evidence.set(originId, applySight(before, sight, nowMs));
  }

  /** A good playlist was seen: it goes on, stands still, or went back. */
  seePlaylist(originId: string, path: string, playlist: Playlist, nowMs: number): void {
    const key = toKey(originId, path);
    this.see(originId, this.#toSight(key, playlist), nowMs);
    this.#last.set(key, playlist);
  }

  /** What viewers were shown cannot be a mistake any more. */
  accept(originId: string, path: string): void {
    this.#highest.delete(toKey(originId, path));
  }

  /** Whether to wish for another origin now; a wish is noted, and not repeated at once. */
  wish(input: Omit<FeederInput, "evidence">): FeederChoice | null {
    const choice = decideFeeder({ ...input, evidence: this.#evidence });
    if (choice === null) return null;
    const { nowMs, targetMs } = input;
    const isFailure = choice.cause === "failure";
    const pauseMs = isFailure ? FAILURE_WISH_MS : targetMs * PREFERENCE_WISH_TARGETS;
    const isRepeated = choice.origin === this.#wished.origin;
    if (isRepeated && nowMs - this.#wished.atMs < pauseMs) return null;
    this.#wished = { origin: choice.origin, atMs: nowMs };
    return choice;
  }

  #toSight(key: string, now: Playlist): Sight {
    const before = this.#last.get(key);
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
}

function toKey(originId: string, path: string): string {
  return `${originId} ${path}`;
}
