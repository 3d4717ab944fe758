// What stands at a place where one encoder's media meets another's, read off the sightings there:
// segments that were closed before their encoder was done with them, gaps behind a discontinuity,
// and where a run's media goes on. It judges nothing (cuts.ts does).

import type { Offer, Sighting } from "./sighting.ts";

/** Audio frames and rounded dates. */
export const slackMs = 60;

/**
 * Where a run's media goes on: at the origin that is wanted; if that has nothing new (it froze, it
 * died), at the one that has most of what follows, of those that are at most a segment behind.
 */
export function toFirstMs(
  offers: ReadonlyMap<string, Offer>,
  key: string,
  { firstStartMs, lastEndMs }: Offer,
  { endMs }: Sighting,
  longestMs: number,
): number {
  if (lastEndMs > endMs + slackMs) return firstStartMs;
  const others = [...offers].filter(([one]) => one.startsWith(`${key}@`)).map(([, one]) => one);
  const fresh = others.filter((one) => one.lastEndMs > endMs + slackMs);
  if (fresh.length === 0) return endMs;
  const newestMs = Math.max(...fresh.map((one) => one.lastEndMs));
  const live = fresh.filter((one) => one.lastEndMs >= newestMs - longestMs - slackMs);
  return Math.min(...live.map((one) => one.firstStartMs));
}

/**
 * True for a segment that ends where the channel was cut, before its encoder was done with it: its
 * first parts, or a gap in their place. Only what had parts keeps their extension.
 */
export function isClosed({ block }: Sighting): boolean {
  return /@parts\/|@gap\/.*\.\w+$/.test(block.uri);
}

/** True if the gap is shorter than the segment in whose place it stands. */
export function isClosedShort({ block, startMs }: Sighting, next: Sighting): boolean {
  return block.seconds * 1000 < next.startMs - startMs - slackMs;
}

/** Gaps from the last discontinuity in front of a segment up to it. */
export function toGapMs({ block }: Sighting, between: readonly Sighting[]): number {
  const at = block.discontinuity ? -1 : between.findLastIndex((each) => each.block.discontinuity);
  const gaps = at === -1 ? [] : between.slice(at);
  return gaps.reduce((sum, gap) => sum + gap.block.seconds * 1000, 0);
}

/** The encoder's run that made it; -1 for what no encoder made. */
export function toRun({ truth }: Sighting): number {
  return truth?.encoder.plan.id ?? -1;
}
