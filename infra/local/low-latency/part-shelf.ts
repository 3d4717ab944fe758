// The shelf of a low-latency origin: parts of segment MSN, made from the loop on demand, kept a
// while. The segment is its parts joined, so both are views of the same bytes.
//
// Origins with equal clocks share one shelf. It keeps a few segments of each rendition (about 2 MB
// if all of them are watched, nothing if none is) and makes older ones again when somebody asks.
// It does not decide what may be seen (content.ts).

import { toShiftedFragment } from "../demo/fragment-shift.ts";
import { type ChannelClock, toSegmentPlace } from "../demo/segment-clock.ts";
import { type StoredBytes, toStoredBytes } from "../demo/segment-shelf.ts";
import { PARTS_PER_SEGMENT } from "./part-clock.ts";
import type { PartRendition } from "./part-ladder.ts";

export interface ShelvedSegment {
  readonly whole: () => StoredBytes;
  readonly part: (index: number) => StoredBytes | undefined;
}

export interface PartShelf {
  /** Throws for an MSN before the clock's epoch. */
  readonly get: (rendition: PartRendition, msn: number) => ShelvedSegment;
  readonly heldCount: () => number;
}

/** Twenty seconds of four renditions, which is more than a low-latency player looks back. */
const HELD_COUNT_MAX = 40;

export function makePartShelf(clock: ChannelClock): PartShelf {
  const held = new Map<string, ShelvedSegment>();
  const get = (rendition: PartRendition, msn: number): ShelvedSegment => {
    const key = `${rendition.name}/${msn}`;
    const known = held.get(key);
    if (known !== undefined) return known;
    const made = makeShelved(clock, rendition, msn);
    held.set(key, made);
    // A Map lists its oldest entry first, and the window only moves forward.
    for (const oldest of held.keys()) {
      if (held.size <= HELD_COUNT_MAX) break;
      held.delete(oldest);
    }
    return made;
  };
  return { get, heldCount: () => held.size };
}

function makeShelved(clock: ChannelClock, rendition: PartRendition, msn: number): ShelvedSegment {
  const place = toSegmentPlace(clock, msn);
  const parts = rendition.cut(place.indexInLoop);
  const segment = new Uint8Array(Buffer.concat(parts.map(({ bytes }) => bytes)));
  const shift = {
    seconds: place.shiftSeconds,
    segmentCount: place.shiftSegmentCount * PARTS_PER_SEGMENT,
  };
  const moved = toShiftedFragment(segment, shift, rendition.timescales);
  if (moved.kind === "refused") {
    throw new Error(`${rendition.name}/${place.indexInLoop}.m4s: ${moved.reason}`);
  }
  let at = 0;
  const views = parts.map(({ bytes }) => {
    at += bytes.byteLength;
    return moved.bytes.subarray(at - bytes.byteLength, at);
  });
  // Hashed when asked for: most segments are read as parts or as a whole, not both.
  const hash = (bytes: Uint8Array<ArrayBuffer>) => {
    let stored: StoredBytes | undefined;
    return () => {
      stored ??= toStoredBytes(bytes);
      return stored;
    };
  };
  const hashed = views.map(hash);
  return { whole: hash(moved.bytes), part: (index) => hashed[index]?.() };
}
