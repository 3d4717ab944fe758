// Estimates when a playlist version was published, from what a poller saw. "First seen" is not
// "published": a poller that looks once a second sees every version up to a second late, and if it
// took that for the rhythm it would stay late for ever.
//
// So the estimate runs with the media: previous estimate + the duration of the new segments. It is
// only held within what was observed: not before the last look that still showed the old version,
// not after the look that showed the new one. For the cadence input of decideTtl; the playlist
// sources of the pushed live edge build on the same rule.

export interface Publication {
  /** Estimated moment of publication, Unix milliseconds. */
  readonly publishedAtMs: number;
  /** Last look at which this version was still the newest. */
  readonly lastSeenAtMs: number;
}

/** The first version ever seen: no better guess than now. */
export function toFirstPublication(nowMs: number): Publication {
  return { publishedAtMs: nowMs, lastSeenAtMs: nowMs };
}

/** Applies one look: `newMediaMs` of segments were added since the version before, or 0. */
export function applyLook(before: Publication, newMediaMs: number, nowMs: number): Publication {
  if (newMediaMs <= 0) return { ...before, lastSeenAtMs: nowMs };
  const estimateMs = before.publishedAtMs + newMediaMs;
  return {
    publishedAtMs: Math.min(nowMs, Math.max(before.lastSeenAtMs, estimateMs)),
    lastSeenAtMs: nowMs,
  };
}
