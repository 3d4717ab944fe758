// How many fills one channel may have under way in one isolate, and who goes first when there is
// little room (design section 7: live edge before viewers' misses before preloading before probes).
// A channel whose origin has become slow fills its own bulkhead and nobody else's; the sooner its
// viewers get a plain 503 with Retry-After, the sooner their players try elsewhere. Who is less
// urgent is refused earlier, so that a preloaded event can never keep a live one waiting.
//
// Picture: the gangways of a ship's boats. Each boat has its own, so that a crowd at one does not
// block the others, and the crew's way along the rail stays free.

/** On whose behalf a fill is, most urgent first. */
export const FILL_CAUSES = ["announced", "viewer", "hinted", "preload"] as const;
export type FillCause = (typeof FILL_CAUSES)[number];

/**
 * Fills of one channel and isolate. Each holds a connection; a hundred thousand viewers on one
 * isolate want some tens of different files at a time, for the others join.
 */
export const CHANNEL_FILLS_MAX = 64;

/** Share of the room that may be taken when a fill of this cause begins. */
const SHARES: Readonly<Record<FillCause, number>> = {
  announced: 1,
  viewer: 0.875,
  hinted: 0.5,
  preload: 0.5,
};

/** Whether one more fill may begin beside `runningCount` others. */
export function decideAdmission(
  cause: FillCause,
  runningCount: number,
  fillsMax: number = CHANNEL_FILLS_MAX,
): boolean {
  return runningCount < Math.max(1, Math.floor(fillsMax * SHARES[cause]));
}
