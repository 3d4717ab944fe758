// Spreads the expiry of long-lived objects, so that a library that was preloaded in one minute does
// not expire in one minute (design section 4). Like guests who are given different times to leave,
// so that the one door is never crowded. Deterministic: the spread comes from a hash of the key, so
// every edge gives one object one lifetime and a test can tell which.

const SPAN_DIVISOR = 10;
const HASH_SPACE = 2 ** 32;

/**
 * A lifetime within a tenth below `freshMs`; where that would undercut `floorMs`, within a tenth
 * above the floor. Whole milliseconds; equal inputs give equal results.
 */
export function toJitteredMs(freshMs: number, floorMs: number, keyHash: number): number {
  const spanMs = Math.floor(freshMs / SPAN_DIVISOR);
  const lowMs = Math.max(floorMs, freshMs - spanMs);
  return lowMs + Math.floor((spanMs * (keyHash >>> 0)) / HASH_SPACE);
}

/** 32-bit FNV-1a hash of a key; the same at every edge, so that a lifetime can be recomputed. */
export function toKeyHash(key: string): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < key.length; index++) {
    hash = Math.imul(hash ^ key.charCodeAt(index), 0x01000193);
  }
  return hash >>> 0;
}
