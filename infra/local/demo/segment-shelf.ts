// The shelf: segment MSN of a rendition, made on demand from the loop and kept for a while.
//
// Origins with equal clocks share one shelf: the bytes would be the same anyway. It keeps at most
// a window's worth of segments plus a few (about 3 MB) and makes older ones again when a slow
// viewer asks, which costs a copy and an MD5 (well under a millisecond).
// It does not decide which segments may be seen (origin-server.ts) and uploads none (packager.ts).

import { createHash } from "node:crypto";
import { toShiftedFragment } from "./fragment-shift.ts";
import type { Rendition } from "./media-library.ts";
import type { ChannelClock } from "./segment-clock.ts";
import { toSegmentPlace } from "./segment-clock.ts";

export interface StoredBytes {
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** MD5 in lower-case hex: what S3 gives as the ETag of a single-part object. */
  readonly md5: string;
}

export interface SegmentShelf {
  /** Segment `msn` of a rendition; throws for an MSN before the clock's epoch. */
  readonly get: (rendition: Rendition, msn: number) => StoredBytes;
  readonly heldCount: () => number;
}

/** Four renditions of a window, and room for two publications beyond it. */
const HELD_WINDOWS_EXTRA_COUNT = 2;
const LADDER_COUNT = 4;

export function toStoredBytes(bytes: Uint8Array<ArrayBuffer>): StoredBytes {
  return { bytes, md5: createHash("md5").update(bytes).digest("hex") };
}

export function makeSegmentShelf(clock: ChannelClock): SegmentShelf {
  const heldCountMax = (clock.windowCount + HELD_WINDOWS_EXTRA_COUNT) * LADDER_COUNT;
  const held = new Map<string, StoredBytes>();
  const get = (rendition: Rendition, msn: number): StoredBytes => {
    const key = `${rendition.facts.name}/${msn}`;
    const known = held.get(key);
    if (known !== undefined) return known;
    const made = makeSegment(clock, rendition, msn);
    held.set(key, made);
    // A Map lists its oldest entry first, and the window only moves forward.
    for (const oldest of held.keys()) {
      if (held.size <= heldCountMax) break;
      held.delete(oldest);
    }
    return made;
  };
  return { get, heldCount: () => held.size };
}

function makeSegment(clock: ChannelClock, rendition: Rendition, msn: number): StoredBytes {
  const place = toSegmentPlace(clock, msn);
  const source = rendition.segments[place.indexInLoop];
  if (source === undefined) throw new Error(`The loop has no segment ${place.indexInLoop}.`);
  const shift = { seconds: place.shiftSeconds, segmentCount: place.shiftSegmentCount };
  const result = toShiftedFragment(source, shift, rendition.timescales);
  if (result.kind === "refused") {
    throw new Error(`${rendition.facts.name}/${place.indexInLoop}.m4s: ${result.reason}`);
  }
  return toStoredBytes(result.bytes);
}
