// Which live segments lie in storage, and when they leave it.
//
// A segment must stay downloadable for as long as a slow viewer may still ask for it (RFC 8216
// section 6.2.2): its own duration plus the longest playlist that named it. A window plus a minute
// is on the safe side. What an earlier run left behind is found by listing and leaves in its turn.
// Two packagers with one prefix may both remove the same object; that is no error.
// It uploads nothing and does not decide what playlists show (packager.ts).

import { type ChunkStore, REMOVE_KEYS_MAX } from "./chunk-store.ts";
import type { ChannelClock } from "./segment-clock.ts";
import { parseSegmentName, type SegmentNaming } from "./segment-naming.ts";

export interface RetentionOptions {
  readonly store: ChunkStore;
  readonly clock: ChannelClock;
  readonly naming: SegmentNaming;
  readonly prefix: string;
  /** The keys of one segment in all its renditions. */
  readonly toKeys: (msn: number) => readonly string[];
  readonly log: (line: string) => void;
}

export interface SegmentRetention {
  /** Finds what an earlier run left in storage. */
  readonly adopt: () => Promise<void>;
  /** To be told before the upload, so that a half-uploaded segment leaves as well. */
  readonly add: (msns: readonly number[]) => void;
  readonly removeExpired: (newestMsn: number) => Promise<void>;
}

const EXTRA_AVAILABILITY_MS = 60_000;
/**
 * Segments leave together: one request for many, because every single delete costs the emulated
 * storage memory that it does not give back (0.1 MB each, measured).
 */
const REMOVED_TOGETHER_MIN = 15;

/** How many segments, counted back from the newest, can still be downloaded. */
export function toAvailableCount(clock: ChannelClock): number {
  return clock.windowCount + Math.ceil(EXTRA_AVAILABILITY_MS / clock.segmentMs);
}

export function makeSegmentRetention(options: RetentionOptions): SegmentRetention {
  const { store, clock, naming, prefix, toKeys, log } = options;
  const stored = new Set<number>();
  const add = (msns: readonly number[]) => {
    for (const msn of msns) stored.add(msn);
  };
  const adopt = async () => {
    const listing = await store.list(prefix);
    if (listing.kind === "failed") return log(`cannot list old segments: ${listing.why}`);
    for (const key of listing.value) {
      // Below the prefix comes the rendition's folder, then the name.
      const path = key.slice(prefix.length);
      const msn = parseSegmentName(naming, path.slice(path.indexOf("/") + 1));
      if (msn !== undefined) stored.add(msn);
    }
  };
  const removeExpired = async (newestMsn: number) => {
    const firstKept = newestMsn - toAvailableCount(clock) + 1;
    const expired = [...stored].filter((msn) => msn < firstKept);
    if (expired.length === 0 || firstKept - Math.min(...expired) < REMOVED_TOGETHER_MIN) return;
    const perRequest = Math.floor(REMOVE_KEYS_MAX / toKeys(firstKept).length);
    for (let start = 0; start < expired.length; start += perRequest) {
      const msns = expired.slice(start, start + perRequest);
      const result = await store.remove(msns.flatMap(toKeys));
      // What could not be removed stays in the set and is tried again in the next round.
      if (result.kind === "failed") return log(`cannot remove old segments: ${result.why}`);
      for (const msn of msns) stored.delete(msn);
    }
  };
  return { adopt, add, removeExpired };
}
