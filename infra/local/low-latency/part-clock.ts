// The part clock: how far a low-latency channel has come at a given moment.
//
// The same idea as the segment clock, with a faster hand: it jumps once per part. What is on show
// is told by one value, the live edge: which segment is open, and how many of its parts are out.
// All renditions jump together (bis-22 section B.1: within one part's duration).
// Pure: time is an argument. It knows no bytes and no names.

import type { ChannelClock } from "../demo/segment-clock.ts";

/** Parts of every segment. */
export const PARTS_PER_SEGMENT = 5;

/** What is on show: all segments before `msn`, and `partCount` parts of it (0 to 4). */
export interface LiveEdge {
  readonly msn: number;
  readonly partCount: number;
}

/** The edge at `nowMs`; before the first publication nothing is on show. */
export function decideLiveEdge(clock: ChannelClock, nowMs: number): LiveEdge {
  const sinceMs = nowMs - clock.publishDelayMs - clock.epochMs;
  const parts = Math.max(0, Math.floor((sinceMs * PARTS_PER_SEGMENT) / clock.segmentMs));
  const segments = Math.floor(parts / PARTS_PER_SEGMENT);
  return {
    msn: clock.msnOffset + segments,
    partCount: parts - segments * PARTS_PER_SEGMENT,
  };
}

/** When this part is published, in ms since 1970; a segment is, with its last part. */
export function toPublicationMs(clock: ChannelClock, msn: number, part: number): number {
  const partMs = clock.segmentMs / PARTS_PER_SEGMENT;
  const startMs = clock.epochMs + (msn - clock.msnOffset) * clock.segmentMs;
  return startMs + (part + 1) * partMs + clock.publishDelayMs;
}

/** Whether this part is on show, or the whole segment where no part is named. */
export function isOnShow(edge: LiveEdge, msn: number, part: number | null): boolean {
  if (msn !== edge.msn) return msn < edge.msn;
  return part !== null && part < edge.partCount;
}

/** The first segment of a window of `windowCount` whole segments. */
export function toFirstMsn(clock: ChannelClock, edge: LiveEdge): number {
  return Math.max(clock.msnOffset, edge.msn - clock.windowCount);
}
