// What a relay tells an isolate of one playlist, from what it holds itself: moments become
// durations again, and the version is sent as the difference where the isolate has the one before.

import type { HeldPlaylist, HeldVersion } from "../../core/cache/live-shelf.ts";
import type { PlaylistNews } from "../../core/contract/live.ts";
import type { Have } from "../../core/contract/version.ts";
import { toVersion } from "./version.ts";

/** News for somebody who has `have`; `previous` is the version before the one that is held. */
export function toRelayedNews(
  held: HeldPlaylist,
  previous: HeldVersion | null,
  have: Have | null,
  nowMs: number,
): PlaylistNews {
  const { playlist, version, heldUntilMs, expectedAtMs } = held;
  return {
    playlist,
    version: toVersion(playlist, version, previous, have),
    problem: version === null ? held.problem : null,
    confirmedAgoMs: nowMs < heldUntilMs ? 0 : Math.max(0, nowMs - held.confirmedAtMs),
    heldMs: Math.max(0, heldUntilMs - nowMs),
    notBeforeMs: Math.max(0, held.notBeforeAtMs - nowMs),
    expectedMs: expectedAtMs === null ? null : expectedAtMs - nowMs,
  };
}
