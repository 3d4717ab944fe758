// Watches how many viewers a channel has: a fifth fewer than usual for a quarter of an hour is an
// alarm, even if every origin is green. For incidents: it finds what no probe can see (a broken
// encoder that is sharp and in time, a player's update, a network between us and them).
//
// "Usual" is a slow average that follows gains quickly, losses slowly, and not at all while an
// alarm may be coming. After an alarm that lasted an hour the new number is the usual one: a
// programme ended, and nobody wants to hear of it for ever.

const DROP_SHARE = 0.2;
export const DROP_MS = 900_000;
const ACCEPT_MS = 3_600_000;
/** Of few viewers a fifth is one or two. */
const VIEWERS_MIN = 50;
/** The average follows within so long. */
const RISE_MS = 60_000;
const FALL_MS = 1_800_000;

export interface ViewerWatch {
  readonly usual: number;
  readonly seenAtMs: number;
  /** Since when it has been a fifth below; null: it is not. */
  readonly belowSinceMs: number | null;
  readonly isAlarm: boolean;
}

/** Begins with the first count. */
export function toViewerWatch(viewers: number, nowMs: number): ViewerWatch {
  return { usual: viewers, seenAtMs: nowMs, belowSinceMs: null, isAlarm: false };
}

/** Adds a count of concurrent viewers. */
export function applyViewers(watch: ViewerWatch, viewers: number, nowMs: number): ViewerWatch {
  const isBelow = watch.usual >= VIEWERS_MIN && viewers <= watch.usual * (1 - DROP_SHARE);
  if (!isBelow) {
    const stepMs = Math.max(0, nowMs - watch.seenAtMs);
    const followMs = viewers > watch.usual ? RISE_MS : FALL_MS;
    const weight = Math.min(1, stepMs / followMs);
    const usual = watch.usual + weight * (viewers - watch.usual);
    return { usual, seenAtMs: nowMs, belowSinceMs: null, isAlarm: false };
  }
  const belowSinceMs = watch.belowSinceMs ?? nowMs;
  const belowMs = nowMs - belowSinceMs;
  if (belowMs >= ACCEPT_MS) return toViewerWatch(viewers, nowMs);
  return { usual: watch.usual, seenAtMs: nowMs, belowSinceMs, isAlarm: belowMs >= DROP_MS };
}
