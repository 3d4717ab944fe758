// Moving an fMP4 segment in time: the same media, at another place of an endless timeline.
//
// The loop was encoded once, from time zero. For segment MSN of a channel every number in it that
// says "when" is moved: `tfdt` (decode time, per track), `sidx` (earliest presentation time),
// version 1 `emsg` (event time), and `mfhd`, which counts fragments. Nothing else changes, so the
// result depends on the input and the shift alone and two origins make the same bytes.
// Version 0 boxes hold 32 bits; they are not widened, because that would move every offset behind
// them: a time that does not fit is refused. ISO/IEC 14496-12 sections 8.8 and 8.16.
// It does not decide how far to move (segment-clock.ts) and never touches samples.

import { type IsoBox, parseBoxes, toView } from "./iso-boxes.ts";

export const SHIFT_REFUSALS = ["malformed-box", "unknown-track", "time-overflow"] as const;
export type ShiftRefusal = (typeof SHIFT_REFUSALS)[number];

export type ShiftResult =
  | { readonly kind: "shifted"; readonly bytes: Uint8Array<ArrayBuffer> }
  | { readonly kind: "refused"; readonly reason: ShiftRefusal };

export interface FragmentShift {
  /** Added to every time, in seconds; a whole number, so that it is exact in any timescale. */
  readonly seconds: number;
  /** Added to the fragment counter of `mfhd`, which wraps at 32 bits. */
  readonly segmentCount: number;
}

const UINT32_SIZE = 2 ** 32;

/** A moved copy of one media segment; the input stays as it is. */
export function toShiftedFragment(
  fragment: Uint8Array,
  shift: FragmentShift,
  timescales: ReadonlyMap<number, number>,
): ShiftResult {
  if (!Number.isSafeInteger(shift.seconds) || shift.seconds < 0) {
    throw new RangeError(`a shift of ${shift.seconds} s is not exact`);
  }
  const bytes = new Uint8Array(fragment);
  const view = toView(bytes);
  const boxes = parseBoxes(view, 0, view.byteLength);
  if (boxes === undefined) return { kind: "refused", reason: "malformed-box" };
  for (const box of boxes) {
    const refusal = moveTopBox(view, box, shift, timescales);
    if (refusal !== undefined) return { kind: "refused", reason: refusal };
  }
  return { kind: "shifted", bytes };
}

function moveTopBox(
  view: DataView,
  box: IsoBox,
  shift: FragmentShift,
  timescales: ReadonlyMap<number, number>,
): ShiftRefusal | undefined {
  if (box.type === "sidx") {
    // reference_ID is the track; the timescale stands in the box itself.
    if (box.end - box.body < 20) return "malformed-box";
    return addTime(view, box, 12, view.getUint32(box.body + 8) * shift.seconds);
  }
  if (box.type === "emsg") {
    // Version 0 counts from the segment's own start and moves with it.
    if (box.end - box.body < 16) return "malformed-box";
    if (view.getUint8(box.body) === 0) return undefined;
    return addTime(view, box, 8, view.getUint32(box.body + 4) * shift.seconds);
  }
  if (box.type !== "moof") return undefined;
  for (const inner of parseBoxes(view, box.body, box.end) ?? [undefined]) {
    if (inner === undefined) return "malformed-box";
    if (inner.type === "mfhd") {
      if (inner.end - inner.body < 8) return "malformed-box";
      const at = inner.body + 4;
      view.setUint32(at, (view.getUint32(at) + shift.segmentCount) % UINT32_SIZE);
    }
    if (inner.type === "traf") {
      const refusal = moveTrack(view, inner, shift, timescales);
      if (refusal !== undefined) return refusal;
    }
  }
  return undefined;
}

function moveTrack(
  view: DataView,
  traf: IsoBox,
  shift: FragmentShift,
  timescales: ReadonlyMap<number, number>,
): ShiftRefusal | undefined {
  const boxes = parseBoxes(view, traf.body, traf.end);
  const header = boxes?.find((box) => box.type === "tfhd");
  if (boxes === undefined || header === undefined) return "malformed-box";
  if (header.end - header.body < 8) return "malformed-box";
  const ticksPerSecond = timescales.get(view.getUint32(header.body + 4));
  if (ticksPerSecond === undefined) return "unknown-track";
  for (const box of boxes) {
    if (box.type !== "tfdt") continue;
    if (box.end - box.body < 8) return "malformed-box";
    const refusal = addTime(view, box, 4, ticksPerSecond * shift.seconds);
    if (refusal !== undefined) return refusal;
  }
  return undefined;
}

/** Adds ticks to the time field of a full box: 32 bits in version 0, 64 bits in version 1. */
function addTime(
  view: DataView,
  box: IsoBox,
  offset: number,
  ticks: number,
): ShiftRefusal | undefined {
  const at = box.body + offset;
  if (!Number.isSafeInteger(ticks)) return "time-overflow";
  if (view.getUint8(box.body) === 0) {
    const moved = view.getUint32(at) + ticks;
    if (moved >= UINT32_SIZE) return "time-overflow";
    view.setUint32(at, moved);
    return undefined;
  }
  if (at + 8 > box.end) return "malformed-box";
  const moved = view.getBigUint64(at) + BigInt(ticks);
  if (moved >= 2n ** 64n) return "time-overflow";
  view.setBigUint64(at, moved);
  return undefined;
}
