// How many wrong tokens one address may send to the control API: so many in a minute of the clock,
// and none for the rest of it. For whoever judges callers. Guessing a token of 32 random bytes is
// hopeless anyway; but not every token is one, and judging a forged JWT costs work.
//
// Minutes of the clock and not a sliding one, so that nothing has to be remembered for longer: a
// new minute is a new count. Right tokens wait with the wrong ones, or the answer would still tell
// which guess was right. It does NOT know whose address it is, nor keeps any.

/** A script with an old token, in a loop, and a person who mistypes beside it. */
export const WRONG_TOKENS_MAX = 20;
const MINUTE_MS = 60_000;

/** Reads `WEIR_API_WRONG_TOKENS` = "20" (a minute, of one address); the number above if none. */
export function parseWrongTokensMax(text: string | undefined): number {
  return /^[1-9]\d{0,6}$/.test(text ?? "") ? Number(text) : WRONG_TOKENS_MAX;
}

/** The number of the minute, in which a count holds. */
export function toMinute(nowMs: number): number {
  return Math.floor(nowMs / MINUTE_MS);
}

/** Whole seconds until the next minute; at least one. */
export function toNextMinuteSeconds(nowMs: number): number {
  return Math.max(1, Math.ceil(((toMinute(nowMs) + 1) * MINUTE_MS - nowMs) / 1_000));
}

/**
 * What counts as one address, as text: an IPv4 address, or the half of an IPv6 one that its holder
 * cannot choose (a /64 is a single customer's at least).
 */
export function toAddressKey(address: Uint8Array): string {
  const own = address.length === 16 ? address.subarray(0, 8) : address;
  return Array.from(own, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
