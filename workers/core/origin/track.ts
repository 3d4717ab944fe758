// What a playlist source knows of one origin: its rhythm, its speed, how far its playlist reaches,
// and how it failed of late. Updated by every look; see source.ts for what follows from it.

import { applyAddition, applySame, type Cadence, planPolls, toFirstCadence } from "./cadence.ts";
import type { Look, MediaLook, Reach } from "./look.ts";

export interface Track {
  readonly originId: string;
  readonly kind: "unseen" | "media" | "multivariant";
  readonly cadence: Cadence | null;
  /** Smoothed time of an answer that was not held back; null before the first. */
  readonly latencyMs: number | null;
  readonly reach: Reach | null;
  readonly targetDurationMs: number;
  readonly ended: boolean;
  readonly canBlock: boolean;
  readonly hasParts: boolean;
  /** Blocking requests in a row that brought nothing new: an origin that does not keep its word. */
  readonly emptyBlocks: number;
  /** Failures in a row. */
  readonly failures: number;
  readonly sentAtMs: number;
  readonly answeredAtMs: number;
  /** When the newest version was found, and the looks that were sent since. */
  readonly foundAtMs: number;
  readonly looks: number;
  readonly toldAtMs: number;
  /**
   * Looks to tell one by one: numbers went back, and whether an encoder began anew or two nodes
   * answer in turn is told by what the next looks show.
   */
  readonly doubtLooks: number;
}

const NEVER = Number.NEGATIVE_INFINITY;
const LATENCY_WEIGHT = 0.2;
const DOUBT_LOOKS = 8;
/** An answer that took longer than so many usual ones was held. */
const HELD_LATENCIES = 2;
/** Target duration as long as none was read. */
const TARGET_MS_UNKNOWN = 2_000;

/** An origin nobody has looked at. */
export function toUnseenTrack(originId: string): Track {
  return {
    originId,
    kind: "unseen",
    cadence: null,
    latencyMs: null,
    reach: null,
    targetDurationMs: TARGET_MS_UNKNOWN,
    ended: false,
    canBlock: false,
    hasParts: false,
    emptyBlocks: 0,
    failures: 0,
    sentAtMs: NEVER,
    answeredAtMs: NEVER,
    foundAtMs: NEVER,
    looks: 0,
    toldAtMs: NEVER,
    doubtLooks: 0,
  };
}

/** A rhythm outlives a rest; what was seen of the present does not. */
export function toRestedTrack(track: Track): Track {
  return { ...track, failures: 0, looks: 0, emptyBlocks: 0, doubtLooks: 0 };
}

export interface Answer {
  readonly look: Look;
  readonly sentAtMs: number;
  readonly receivedAtMs: number;
  readonly isBlocking: boolean;
}

/** Applies the answer to one look. */
export function applyAnswer(track: Track, answer: Answer): Track {
  const { look, sentAtMs, receivedAtMs, isBlocking } = answer;
  const answered = { ...track, answeredAtMs: receivedAtMs };
  if (look.kind === "failed") return { ...answered, failures: track.failures + 1 };
  const tookMs = receivedAtMs - sentAtMs;
  const latencyMs = isBlocking ? track.latencyMs : toSmoothed(track.latencyMs, tookMs);
  const doubtLooks = Math.max(0, track.doubtLooks - 1);
  const good = { ...answered, failures: 0, latencyMs, doubtLooks };
  // A blocking answer leaves at the moment of publication; a poll is judged on half its way.
  const atMs = isBlocking ? receivedAtMs - (track.latencyMs ?? 0) / 2 : sentAtMs + tookMs / 2;
  if (look.kind === "multivariant") return { ...good, kind: "multivariant" };
  if (look.kind === "unchanged") return toSame(good, atMs, answer);
  return applyMedia(good, look, atMs, answer);
}

function applyMedia(track: Track, look: MediaLook, atMs: number, answer: Answer): Track {
  const { lastMsn, lastPart, openMs, progress } = look;
  const facts = {
    kind: "media" as const,
    reach: { lastMsn, lastPart, openMs },
    targetDurationMs: look.targetDurationMs,
    ended: look.ended,
    canBlock: look.canBlock,
    hasParts: look.hasParts,
  };
  const found = { looks: 0, emptyBlocks: 0, foundAtMs: answer.receivedAtMs };
  if (track.cadence === null || progress === "back") {
    // An encoder that starts over may keep another rhythm.
    const cadence = toFirstCadence(look.stepMs, atMs);
    const first = { ...track, ...facts, ...found, cadence };
    return progress === "back" ? { ...first, doubtLooks: DOUBT_LOOKS } : first;
  }
  if (progress === "same") return { ...toSame(track, atMs, answer), ...facts };
  const { addedMs, addedCount } = look;
  // Nobody is late who was waiting when it came, or was away for longer than one version.
  const onFirstLook = !answer.isBlocking && track.looks === 0 && addedCount <= 1;
  const tookMs = answer.receivedAtMs - answer.sentAtMs;
  const isExact = answer.isBlocking && tookMs > HELD_LATENCIES * (track.latencyMs ?? 0);
  const addition = { atMs, addedMs, addedCount, onFirstLook, isExact };
  const cadence = applyAddition(track.cadence, addition);
  return { ...track, ...facts, ...found, cadence };
}

function toSame(track: Track, atMs: number, { sentAtMs, isBlocking }: Answer): Track {
  // A look that overlapped with the one that found the version says nothing about the next.
  const isNext = sentAtMs >= track.foundAtMs;
  return {
    ...track,
    cadence: track.cadence && applySame(track.cadence, atMs),
    looks: isNext ? track.looks + 1 : track.looks,
    emptyBlocks: isBlocking ? track.emptyBlocks + 1 : track.emptyBlocks,
  };
}

function toSmoothed(before: number | null, sample: number): number {
  return before === null ? sample : before + (sample - before) * LATENCY_WEIGHT;
}

/** The plan of looks at an origin that was seen; null for one that was not. */
export function planTrack(track: Track) {
  return track.cadence === null ? null : planPolls(track.cadence, track.latencyMs ?? 0);
}

const EMPTY_BLOCKS_MAX = 2;

/** Whether to ask this origin with a blocking request. */
export function isBlockable(track: Track): boolean {
  if (track.doubtLooks > 0) return false;
  return track.canBlock && track.emptyBlocks < EMPTY_BLOCKS_MAX && !track.ended;
}
