// Opens a file of the hot tier for a fill, if it is there and fresh. For isolates, which look
// before they ask a filler, and for a filler that has just begun.

import { decideStanding } from "../../core/cache/freshness.ts";
import type { CacheKey } from "../../core/cache/key.ts";
import { readClockMs } from "../../platform/clock.ts";
import type { HotTier } from "../../platform/hot-tier.ts";
import type { FillPlace, OpenedBody } from "./fill-source.ts";
import { toStoredHead } from "./stored-head.ts";

/** Silence within a body of the hot tier before its reader asks elsewhere. */
const STALL_MS = 400;

/** The file from a place on, or null. */
export async function openStored(
  key: CacheKey,
  place: FillPlace,
  hotTier: HotTier,
): Promise<OpenedBody | null> {
  const file = await hotTier.get(key, place.position);
  if (file === null) return null;
  if (decideStanding(file.meta, readClockMs()) === "fresh") {
    const head = toStoredHead(file.meta);
    return { kind: "opened", head, body: file.body, skipBytes: 0, stallMs: STALL_MS, holdMs: 0 };
  }
  await file.body.cancel();
  return null;
}
