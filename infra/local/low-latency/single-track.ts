// An init section with one of its tracks: the demo's pictures are encoded together with their
// sound, and a low-latency ladder announces sound once, as a rendition of its own.
//
// Drops the other tracks' `trak` and `trex` boxes and corrects the lengths around them; everything
// else stays as it is. Pure, and no general editor: boxes with 64-bit lengths are not expected in
// an init section.

import { type IsoBox, parseBoxes, toView } from "../demo/iso-boxes.ts";
import { printBox } from "./box-print.ts";

/** Undefined where the init section is malformed or has no such track. */
export function toSingleTrack(
  init: Uint8Array,
  trackId: number,
): Uint8Array<ArrayBuffer> | undefined {
  const view = toView(init);
  const moov = parseBoxes(view, 0, view.byteLength)?.find(({ type }) => type === "moov");
  const boxes = moov && parseBoxes(view, moov.body, moov.end);
  if (moov === undefined || boxes === undefined) return undefined;
  const kept = boxes.flatMap((box) => toKept(init, view, box, trackId));
  if (!boxes.some((box) => box.type === "trak" && isTrack(view, box, trackId))) return undefined;
  const inner = printBox("moov", ...kept);
  return new Uint8Array(
    Buffer.concat([init.subarray(0, moov.start), inner, init.subarray(moov.end)]),
  );
}

function toKept(init: Uint8Array, view: DataView, box: IsoBox, trackId: number): Uint8Array[] {
  if (box.type === "trak" && !isTrack(view, box, trackId)) return [];
  if (box.type !== "mvex") return [init.subarray(box.start, box.end)];
  const defaults = parseBoxes(view, box.body, box.end) ?? [];
  const mine = defaults.filter(
    (each) => each.type !== "trex" || view.getUint32(each.body + 4) === trackId,
  );
  return [printBox("mvex", ...mine.map((each) => init.subarray(each.start, each.end)))];
}

function isTrack(view: DataView, trak: IsoBox, trackId: number): boolean {
  const boxes = parseBoxes(view, trak.body, trak.end);
  const header = boxes?.find(({ type }) => type === "tkhd");
  if (header === undefined) return false;
  // Version 1 has 64-bit creation and change times before the number.
  const at = header.body + (view.getUint8(header.body) === 1 ? 20 : 12);
  return view.getUint32(at) === trackId;
}
