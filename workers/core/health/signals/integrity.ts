// Files whose bytes were not what the packager says (Content-MD5, a strong ETag, a list of sums).
// One may have been cut on its way; three within ten minutes are the origin's own. For the
// detector; the comparing is done where the bytes are.

const WINDOW_MS = 600_000;
const CORRUPT_MIN = 3;
/** More than this tells nothing new. */
const KEPT_MAX = 16;

/** Moments of mismatches, oldest first. */
export type IntegrityRecord = readonly number[];

/** Notes a mismatch. */
export function applyMismatch(record: IntegrityRecord, atMs: number): IntegrityRecord {
  return [...record, atMs].slice(-KEPT_MAX);
}

/**
 * Notes that edges counted some. They do not say of which files: one that is broken for ever is met
 * by every edge, and is still one. So however many there are, they are a doubt and no verdict.
 */
export function applyMismatchCount(
  record: IntegrityRecord,
  count: number,
  atMs: number,
): IntegrityRecord {
  const isNew = count > 0 && decideIntegrity(record, atMs) === null;
  return isNew ? applyMismatch(record, atMs) : record;
}

/** What the mismatches of the last ten minutes say. */
export function decideIntegrity(
  record: IntegrityRecord,
  nowMs: number,
): "corrupt" | "corrupt-once" | null {
  const recent = record.filter((atMs) => nowMs - atMs < WINDOW_MS).length;
  return recent >= CORRUPT_MIN ? "corrupt" : recent > 0 ? "corrupt-once" : null;
}
