// The published latency formula that users of this field know and ask for (design section 4):
//   lifetime = (1000 - 2 * sqrt(latencyMs)) + jitter of 100 to 200
// read as milliseconds for live playlists and as seconds for segments. The slower the origin, the
// shorter its copies live: a slow origin is often a late one, and a late copy should not be kept
// for long on top. It does NOT clamp to the live bounds; ttl.ts does, as for every policy.

const JITTER_MIN = 100;
const JITTER_CHOICES = 101;

/**
 * The formula's number, a whole one from 100 to 1200. `latencyMs` null (not measured yet) counts as
 * 0; `keyHash` is an unsigned 32-bit number that takes the place of chance.
 */
export function toLatencyAdaptive(latencyMs: number | null, keyHash: number): number {
  const slowness = 2 * Math.sqrt(Math.max(0, latencyMs ?? 0));
  const jitter = JITTER_MIN + ((keyHash >>> 0) % JITTER_CHOICES);
  return Math.floor(Math.max(0, 1000 - slowness)) + jitter;
}
