// The numbers of core/ttl, each with its reason (spec section 2). Facts of the standard are factors
// of the target duration (TD); our own choices are milliseconds. All results are whole
// milliseconds, cut off. It does NOT decide which number applies; ttl.ts does.

/** Rows of bis-22 appendix B.1: multiples of the target duration. */
export const BLOCKING_SUCCESS_TARGETS = 6;
export const BLOCKING_FAILURE_TARGETS = 4;
export const PLAIN_SUCCESS_TARGETS = 0.5;
export const PLAIN_FAILURE_TARGETS = 1;
export const HINTED_SUCCESS_TARGETS = 6;
export const HINTED_FAILURE_TARGETS = 1;

/** C9: a client may call the server broken when nothing changed for 1.5 TD, so no copy is older. */
export const STALE_WHILE_REVALIDATE_TARGETS = 1.5;
/**
 * C9: an update whose Last-Modified is 3 TD old is invalid (AAS 8.24), so errors show after that.
 */
export const STALE_IF_ERROR_TARGETS = 3;
/** C6: how long a segment whose name an encoder may use again is trusted. */
export const REUSABLE_NAME_TARGETS = 6;

/**
 * The shortest legal target duration (bis-22 section 4.4.3.1); used where none is known, so that no
 * bound is exceeded, and for shorter ones: ffmpeg writes 0 for segments of less than half a second,
 * and a lifetime of 0 would send every viewer to the origin.
 */
export const TARGET_DURATION_SECONDS_MIN = 1;

/** Shorter than any packager's parts: a PART-TARGET of 0 is a slip, not a wish for no lifetime. */
export const PART_TARGET_MS_MIN = 50;

const SECOND_MS = 1000;
const MINUTE_MS = 60 * SECOND_MS;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

/** A year: the longest lifetime anyone honours (RFC 9111 asks for no more). */
export const YEAR_MS = 365 * DAY_MS;

/**
 * How long after ENDLIST appeared the end may still be an encoder's mistake, and the TTL until
 * then.
 */
export const JUST_ENDED_WINDOW_MS = 10 * MINUTE_MS;
export const JUST_ENDED_FRESH_MS = MINUTE_MS;

/** C4: a finished playlist; the origin may ask for anything between the minute and the day. */
export const ENDED_FRESH_MS = HOUR_MS;
export const ENDED_FRESH_MS_MIN = MINUTE_MS;
export const ENDED_FRESH_MS_MAX = DAY_MS;
export const ENDED_SWR_MS = HOUR_MS;
export const ENDED_SIE_MS = DAY_MS;

/** A live ladder: a change of it should reach new viewers soon, an old one still plays. */
export const LADDER_FRESH_MS = 30 * SECOND_MS;
export const LADDER_FRESH_MS_MIN = SECOND_MS;
export const LADDER_FRESH_MS_MAX = 5 * MINUTE_MS;
export const LADDER_SWR_MS = MINUTE_MS;
export const LADDER_SIE_MS = HOUR_MS;

/** Segments under immutable names: thirty minutes at least, whatever the origin says (design 4). */
export const SEGMENT_FRESH_MS_MIN = 30 * MINUTE_MS;
export const SEGMENT_SWR_MS = HOUR_MS;
export const SEGMENT_SIE_MS = DAY_MS;

/** Subtitles' styles, chapter images, session data: nobody knows, so a minute. */
export const SIDE_FRESH_MS = MINUTE_MS;
export const SIDE_STALE_MS_MAX = DAY_MS;

/**
 * Spacing of looks at an overdue playlist: 5 % of the interval, in these bounds (spec section 14).
 */
export const OVERDUE_SHARE = 0.05;
export const OVERDUE_MS_MIN = 80;
export const OVERDUE_MS_MAX = 250;

/** Seconds as whole milliseconds, cut off; 1.001 is 1001, whatever binary fractions make of it. */
export function toWholeMs(seconds: number): number {
  return Math.floor(Math.round(seconds * 1e6) / 1000);
}

/** A multiple of the target duration, at least of the shortest legal one, in whole milliseconds. */
export function toTargetsMs(targetDurationSeconds: number, targets: number): number {
  return toWholeMs(Math.max(TARGET_DURATION_SECONDS_MIN, targetDurationSeconds) * targets);
}

/** The spacing of looks at something overdue whose interval is known. */
export function toOverdueMs(intervalSeconds: number): number {
  const spacingMs = toWholeMs(intervalSeconds * OVERDUE_SHARE);
  return Math.min(OVERDUE_MS_MAX, Math.max(OVERDUE_MS_MIN, spacingMs));
}
