// The headers of a reply that change with time alone: Date, Age and Cache-Control (spec section 2,
// C2, C9; section 9, H1, H2, H13). For planReply; and because all three move in steps of a second,
// the plan says until when it holds, so that the hot path can keep it between two steps. Age is
// counted from the last confirmation, not from publication. Caches subtract Age from max-age, so
// max-age is Age plus what is left, cut off and never rounded up: nobody keeps a copy longer than
// we would. The stale windows are always printed, 0 included, because some caches take silence for
// "for ever" (P5); they never stand beside s-maxage or no-store, which would contradict them.

import type { HeaderPairs } from "../http/header-pairs.ts";
import { printHttpDate } from "../http/http-date.ts";
import type { StoredVersion } from "./version.ts";

/** The times of a version, as far as clock headers need them. */
export type VersionTimes = Pick<
  StoredVersion,
  "confirmedAtMs" | "freshUntilMs" | "swrMs" | "sieMs" | "storable" | "immutable"
>;

/** Date, Age and Cache-Control, right from `nowMs` until just before `untilMs`. */
export interface ClockHeaders {
  readonly headers: HeaderPairs;
  readonly untilMs: number;
}

/** Plans the three headers for a moment. */
export function planClockHeaders(version: VersionTimes, nowMs: number): ClockHeaders {
  const ageSeconds = Math.max(0, Math.floor((nowMs - version.confirmedAtMs) / 1000));
  const headers: HeaderPairs = [
    ["Date", printHttpDate(nowMs)],
    ["Age", String(ageSeconds)],
    ["Cache-Control", printCacheControl(version, ageSeconds, nowMs)],
  ];
  const untilMs = Math.min(
    (Math.floor(nowMs / 1000) + 1) * 1000,
    version.confirmedAtMs + (ageSeconds + 1) * 1000,
    toNextStepMs(version.freshUntilMs, nowMs),
    // A stale window stands still while the version is fresh; freshness ends with a step anyway.
    nowMs > version.freshUntilMs
      ? toNextStepMs(version.freshUntilMs + version.swrMs, nowMs)
      : Infinity,
    nowMs > version.freshUntilMs
      ? toNextStepMs(version.freshUntilMs + version.sieMs, nowMs)
      : Infinity,
  );
  return { headers, untilMs };
}

function printCacheControl(version: VersionTimes, ageSeconds: number, nowMs: number): string {
  if (!version.storable) return "no-store";
  const leftSeconds = toWholeSeconds(version.freshUntilMs - nowMs);
  const staleFromMs = Math.max(nowMs, version.freshUntilMs);
  const swrSeconds = toWholeSeconds(version.freshUntilMs + version.swrMs - staleFromMs);
  const sieSeconds = toWholeSeconds(version.freshUntilMs + version.sieMs - staleFromMs);
  return (
    `public, max-age=${ageSeconds + leftSeconds}` +
    `, stale-while-revalidate=${swrSeconds}, stale-if-error=${sieSeconds}` +
    (version.immutable ? ", immutable" : "")
  );
}

// The first whole millisecond at which floor((endMs - t) / 1000), held at 0, is smaller than it is
// now.
function toNextStepMs(endMs: number, nowMs: number): number {
  if (endMs <= nowMs) return Infinity;
  return endMs - Math.floor((endMs - nowMs) / 1000) * 1000 + 1;
}

function toWholeSeconds(durationMs: number): number {
  return Math.max(0, Math.floor(durationMs / 1000));
}
