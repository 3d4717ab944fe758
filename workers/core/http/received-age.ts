// How old an answer already was when it arrived, because a cache on its way had kept it (RFC 9111
// section 4.2.3; spec section 9, H1). For the edge, which counts a version's age from the last word
// of the origin itself. Age is what caches say; Date is what is left when one of them says nothing:
// an answer that was written an hour ago is an hour old. Both in whole seconds, the older one
// counts. Total: nonsense is 0. It does NOT decide whether Date may be believed: a live playlist
// from a machine with a wrong clock is still live, so its callers look at Age alone.

import { parseHttpDate } from "./http-date.ts";

// RFC 9111 section 1.2.2: a larger number means this one.
const DELTA_SECONDS_MAX = 2 ** 31;

/** Age in whole seconds, as the caches on the way state it; 0 when they state none. */
export function toStatedAgeSeconds(age: string | null): number {
  // A list of Ages is a sender's mistake; the first member counts (RFC 9111 section 5.1).
  const first = age?.split(",")[0]?.trim() ?? "";
  return /^\d+$/.test(first) ? Math.min(Number(first), DELTA_SECONDS_MAX) : 0;
}

/** The older of the stated age and what Date says at `receivedAtMs`, in whole seconds. */
export function toReceivedAgeSeconds(
  headers: { readonly age: string | null; readonly date: string | null },
  receivedAtMs: number,
): number {
  const dateMs = headers.date === null ? null : parseHttpDate(headers.date.trim());
  const apparentMs = dateMs === null ? 0 : Math.max(0, receivedAtMs - dateMs);
  const apparentSeconds = Math.min(Math.floor(apparentMs / 1_000), DELTA_SECONDS_MAX);
  return Math.max(toStatedAgeSeconds(headers.age), apparentSeconds);
}
