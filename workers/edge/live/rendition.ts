// One rendition as its coordinator holds it, and what a relay is told of it: a newer version if
// there is one, and in any case how sure we are of what it has.

import type { LiveProblem, PlaylistNews, SourceMoments } from "../../core/contract/live.ts";
import type { Have } from "../../core/contract/version.ts";
import type { OriginFailure } from "../../core/health/failure.ts";
import { type KeptVersion, toVersion } from "./version.ts";

export interface Rendition {
  readonly playlist: string;
  wantedUntilMs: number;
  version: KeptVersion | null;
  /** The one before, to make deltas from. */
  previous: KeptVersion | null;
  problem: LiveProblem | null;
  readonly failures: Map<string, OriginFailure>;
  /** When the version was published by us, and last confirmed by an origin. */
  publishedAtMs: number;
  confirmedAtMs: number;
  moments: (SourceMoments & { readonly atMs: number }) | null;
}

/** A live playlist may stand for so long without anything being wrong (bis-22 section 6.2.1). */
const STANDING_TARGETS = 1.5;
/** Nothing new of a multivariant or a finished playlist is plausible for so long. */
const STILL_MS = 5_000;

/** One that nothing is known of. */
export function toUnknownRendition(playlist: string): Rendition {
  return {
    playlist,
    wantedUntilMs: 0,
    version: null,
    previous: null,
    problem: null,
    failures: new Map(),
    publishedAtMs: 0,
    confirmedAtMs: 0,
    moments: null,
  };
}

/** What somebody who has `have` is told. */
export function toPlaylistNews(
  rendition: Rendition,
  have: Have | null,
  nowMs: number,
): PlaylistNews {
  const { playlist, version, previous, problem, moments } = rendition;
  const sinceMs = moments === null ? 0 : nowMs - moments.atMs;
  const isStill = version !== null && (version.facts === null || version.facts.ended);
  return {
    playlist,
    version: toVersion(playlist, version, previous, have),
    problem: version === null ? problem : null,
    confirmedAgoMs: Math.max(0, nowMs - toConfirmedAtMs(rendition, nowMs)),
    notBeforeMs: isStill ? STILL_MS : Math.max(0, (moments?.notBeforeMs ?? 0) - sinceMs),
    expectedMs: moments === null || isStill ? null : moments.expectedMs - sinceMs,
  };
}

function toConfirmedAtMs(rendition: Rendition, nowMs: number): number {
  const { version, moments, confirmedAtMs, publishedAtMs } = rendition;
  const isHeld = moments?.isWaiting === true && moments.overdueMs > nowMs - moments.atMs;
  const saidAtMs = isHeld ? nowMs : confirmedAtMs;
  const facts = version?.facts;
  if (facts == null || facts.ended) return saidAtMs;
  // An origin that says the same for longer than it may confirms nothing any more.
  const standingMs = facts.targetDurationSeconds * 1_000 * STANDING_TARGETS;
  return Math.min(saidAtMs, publishedAtMs + standingMs);
}
