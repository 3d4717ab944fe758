// One rendition as its coordinator holds it, and what a relay is told of it: a newer version if
// there is one, and in any case how sure we are of what it has.

import {
  type LiveProblem,
  OUTSIDE_LEDGER,
  type PlaylistNews,
  type SourceMoments,
} from "../../core/contract/live.ts";
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
  /** A watch has begun and its source has told nothing yet. */
  isAwaited: boolean;
  /** When the version was published by us, and last confirmed by an origin. */
  publishedAtMs: number;
  confirmedAtMs: number;
  moments: (SourceMoments & { readonly atMs: number }) | null;
}

/** A live playlist may stand for so long without anything being wrong (bis-22 section 6.2.1). */
const STANDING_TARGETS = 1.5;
/** Nothing older is ever shown (spec C9). */
const STALE_TARGETS = 3;
const TARGET_SECONDS_UNKNOWN = 6;
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
    isAwaited: false,
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
  const { playlist, previous, problem, moments } = rendition;
  const confirmedAgoMs = Math.max(0, nowMs - toConfirmedAtMs(rendition, nowMs));
  const version = isOutdated(rendition, confirmedAgoMs) ? null : rendition.version;
  const sinceMs = moments === null ? 0 : nowMs - moments.atMs;
  const isStill = version !== null && (version.facts === null || version.facts.ended);
  return {
    playlist,
    version: toVersion(playlist, version, previous, have),
    problem: version === null ? problem : null,
    confirmedAgoMs,
    heldMs: toHeldMs(rendition, nowMs),
    notBeforeMs: isStill ? STILL_MS : Math.max(0, (moments?.notBeforeMs ?? 0) - sinceMs),
    expectedMs: moments === null || isStill ? null : moments.expectedMs - sinceMs,
  };
}

/** From before a rest, and about to be read again: worth the wait, for nobody may be shown it. */
function isOutdated({ isAwaited, version }: Rendition, confirmedAgoMs: number): boolean {
  if (!isAwaited || version === null) return false;
  const targetSeconds = version.facts?.targetDurationSeconds ?? TARGET_SECONDS_UNKNOWN;
  return confirmedAgoMs >= targetSeconds * 1_000 * STALE_TARGETS;
}

/** For how long the blocking request that is open at the origin says that nothing is newer. */
function toHeldMs({ version, moments, publishedAtMs }: Rendition, nowMs: number): number {
  if (version?.facts == null || moments?.isWaiting !== true) return 0;
  const standingMs = version.facts.targetDurationSeconds * 1_000 * STANDING_TARGETS;
  const untilMs = Math.min(moments.atMs + moments.overdueMs, publishedAtMs + standingMs);
  return Math.max(0, untilMs - nowMs);
}

function toConfirmedAtMs(rendition: Rendition, nowMs: number): number {
  const { version, moments, confirmedAtMs, publishedAtMs } = rendition;
  const isHeld = moments?.isWaiting === true && moments.overdueMs > nowMs - moments.atMs;
  const saidAtMs = isHeld ? nowMs : confirmedAtMs;
  const facts = version?.facts;
  if (facts == null || facts.ended) return saidAtMs;
  // An origin that says the same for longer than it may is not to be believed: the last good word
  // of it was the version itself (spec C9 counts what is unchanged, however often it is said).
  const standingMs = facts.targetDurationSeconds * 1_000 * STANDING_TARGETS;
  return nowMs - publishedAtMs > standingMs ? Math.min(saidAtMs, publishedAtMs) : saidAtMs;
}

/** What is said of a playlist that is none of the ledger's. */
export function toOutsideNews(playlist: string, nowMs: number): PlaylistNews {
  return toPlaylistNews({ ...toUnknownRendition(playlist), problem: OUTSIDE }, null, nowMs);
}

/** The isolate asks the origins itself; nobody watches such a playlist for it. */
const OUTSIDE: LiveProblem = {
  reason: OUTSIDE_LEDGER,
  detail: "The channel's multivariant playlist does not name it.",
  originId: null,
  isAbsence: false,
};

/** What is said of a playlist of a channel that there is not. */
export function toUnknownNews({ playlist }: { readonly playlist: string }): PlaylistNews {
  return {
    playlist,
    version: null,
    problem: UNKNOWN,
    confirmedAgoMs: 0,
    notBeforeMs: 0,
    expectedMs: null,
  };
}

const UNKNOWN: LiveProblem = {
  reason: "unknown-channel",
  detail: "The catalog has no such live channel.",
  originId: null,
  isAbsence: false,
};
