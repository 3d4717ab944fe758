// What can only be told of an origin by looking at the others of its channel: that it lacks
// renditions, that its playlist has ended while others go on, that its newest media is older. For
// the health centre, which lays these reasons over the detector's.
//
// Numbers of different origins mean different media, so "behind" is only said where both write
// dates (PROGRAM-DATE-TIME), and compared at moments of their own: an origin that was looked at two
// seconds earlier may be two seconds behind.

import type { VerdictReason } from "./verdict.ts";

export interface PeerView {
  readonly originId: string;
  /** Whether it can be used at all by its own evidence; the others are compared with these. */
  readonly isUsable: boolean;
  readonly ended: boolean;
  /** Rendition playlists that it names; null: its multivariant playlist was never read. */
  readonly renditions: readonly string[] | null;
  /** End of its newest media by its own dates, Unix milliseconds; null without dates. */
  readonly mediaEndMs: number | null;
  /** When that was seen, by the clock of whoever compares. */
  readonly seenAtMs: number;
  readonly targetDurationMs: number;
}

/** An origin may be behind by the time between two looks and this many target durations. */
const BEHIND_TARGETS = 2;

/** Reasons by origin; origins without any are not in it. */
export function decidePeerReasons(
  views: readonly PeerView[],
): ReadonlyMap<string, readonly VerdictReason[]> {
  const usable = views.filter((view) => view.isUsable);
  const goesOn = usable.some((view) => !view.ended);
  const found = new Map<string, readonly VerdictReason[]>();
  for (const view of views) {
    const others = usable.filter((other) => other.originId !== view.originId);
    const reasons: VerdictReason[] = [];
    if (view.ended && goesOn) reasons.push("ended-alone");
    if (lacksRenditions(view, others)) reasons.push("parity");
    if (isBehind(view, others)) reasons.push("behind-peers");
    if (reasons.length > 0) found.set(view.originId, reasons);
  }
  return found;
}

/**
 * What most of the others have, a viewer may be playing. Two origins that differ are both short of
 * something, and nobody can say whose list is the channel's: then it is nobody's fault.
 */
function lacksRenditions(view: PeerView, others: readonly PeerView[]): boolean {
  const own = view.renditions;
  if (own === null) return false;
  const lists = others.flatMap(({ renditions }) => (renditions === null ? [] : [renditions]));
  if (lists.length === 0) return false;
  const most = new Map<string, number>();
  for (const list of lists) {
    for (const name of new Set(list)) most.set(name, (most.get(name) ?? 0) + 1);
  }
  const expected = [...most].filter(([, count]) => count * 2 > lists.length).map(([name]) => name);
  const isShort = expected.some((name) => !own.includes(name));
  const hasMore = own.some((name) => !most.has(name));
  return isShort && !hasMore;
}

function isBehind(view: PeerView, others: readonly PeerView[]): boolean {
  const own = view.mediaEndMs;
  if (own === null || view.ended) return false;
  return others.some((other) => {
    if (other.mediaEndMs === null || other.ended) return false;
    const apartMs = Math.max(0, other.seenAtMs - view.seenAtMs);
    return other.mediaEndMs - own > apartMs + BEHIND_TARGETS * view.targetDurationMs;
  });
}
