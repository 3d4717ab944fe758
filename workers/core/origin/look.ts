// What one look at a playlist showed, as far as the rhythm of its publication is concerned: how far
// it reaches, and how much media came since the look before. For playlist sources, which judge a
// body before anybody else sees it. Whether the body may be shown is the ledger's decision.

import type { FailureClass } from "../health/failure.ts";
import type { MediaPlaylist } from "../hls/playlist.ts";

/** How far a media playlist reaches. */
export interface Reach {
  readonly lastMsn: number;
  readonly lastPart: number | null;
  /** Duration of the parts that follow the last segment. */
  readonly openMs: number;
}

export interface MediaLook extends Reach {
  readonly kind: "media";
  readonly targetDurationMs: number;
  /** Duration of one step of publication: the last segment's, or a part's. */
  readonly stepMs: number;
  readonly ended: boolean;
  readonly canBlock: boolean;
  readonly hasParts: boolean;
  /** Against the look before: more, just as much, or less. The first look of all is "ahead". */
  readonly progress: "ahead" | "same" | "back";
  readonly addedMs: number;
  readonly addedCount: number;
}

export type Look =
  | MediaLook
  | { readonly kind: "multivariant" }
  /** 304, or the very same text again. */
  | { readonly kind: "unchanged" }
  | { readonly kind: "failed"; readonly failure: FailureClass };

/** Reads a look from a playlist; `before` is how far this origin's reached at the look before. */
export function toMediaLook(playlist: MediaPlaylist, before: Reach | null): MediaLook {
  const { lastMsn, lastPart, partTargetSeconds, targetDurationSeconds } = playlist;
  const openMs = lastPart === null ? 0 : toSumMs(playlist.openParts());
  const segments = before === null ? 0 : lastMsn - before.lastMsn;
  const parts = before === null ? 0 : (lastPart ?? -1) - (before.lastPart ?? -1);
  const ahead = segments || parts;
  const stepSeconds =
    partTargetSeconds ?? playlist.lastSegmentDurationSeconds ?? targetDurationSeconds;
  const addedMs =
    before === null || ahead <= 0 ? 0 : toAddedMs(playlist, segments) + openMs - before.openMs;
  const stepMs = Math.max(1, stepSeconds * 1_000);
  return {
    kind: "media",
    lastMsn,
    lastPart,
    openMs,
    targetDurationMs: targetDurationSeconds * 1_000,
    stepMs,
    ended: playlist.ended,
    canBlock: playlist.canBlockReload,
    hasParts: partTargetSeconds !== null,
    progress: before === null || ahead > 0 ? "ahead" : ahead === 0 ? "same" : "back",
    addedMs: Math.max(0, addedMs),
    addedCount: partTargetSeconds === null ? segments : Math.max(1, Math.round(addedMs / stepMs)),
  };
}

function toAddedMs(playlist: MediaPlaylist, count: number): number {
  return count <= 0 ? 0 : toSumMs(playlist.segments().slice(-count));
}

function toSumMs(pieces: readonly { readonly durationSeconds: number }[]): number {
  return pieces.reduce((sum, { durationSeconds }) => sum + durationSeconds * 1_000, 0);
}
