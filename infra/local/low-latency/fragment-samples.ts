// The samples of one fMP4 media segment, track by track: what a packager of parts needs to cut it.
//
// Reads `tfhd`, `tfdt` and `trun` (ISO/IEC 14496-12 section 8.8) of a segment with one movie
// fragment, as encode.sh makes them. A fragment that counts its offsets from anywhere but its own
// start, or that leaves a sample's size or duration to the init section, is refused: the demo has
// none, and guessing would give a broken picture instead of an error. It cuts nothing itself
// (fragment-cut.ts) and never reads what is inside a sample.

import { type IsoBox, parseBoxes, toView } from "../demo/iso-boxes.ts";

export interface FragmentSample {
  readonly ticks: number;
  readonly flags: number;
  /** Presentation after decoding, in ticks. */
  readonly compositionTicks: number;
  readonly bytes: Uint8Array;
}

export interface FragmentSamples {
  readonly trackId: number;
  readonly startTicks: number;
  readonly samples: readonly FragmentSample[];
}

/** Bits of `tfhd`; section 8.8.7. */
const TRACK = {
  baseOffset: 0x1,
  descriptionIndex: 0x2,
  ticks: 0x8,
  size: 0x10,
  flags: 0x20,
  baseIsMoof: 0x2_0000,
} as const;
/** Bits of `trun`; section 8.8.8. The last four say what each sample's entry holds, in order. */
const RUN = {
  dataOffset: 0x1,
  firstFlags: 0x4,
  ticks: 0x100,
  size: 0x200,
  flags: 0x400,
  composition: 0x800,
} as const;
/** A sample that is no sync sample: section 8.8.3. */
const NON_SYNC = 0x1_0000;

export function isSyncSample({ flags }: FragmentSample): boolean {
  return (flags & NON_SYNC) === 0;
}

/** All tracks of a segment's only fragment; undefined where it is malformed or not as above. */
export function parseSamples(segment: Uint8Array): readonly FragmentSamples[] | undefined {
  const view = toView(segment);
  const fragments = parseBoxes(view, 0, view.byteLength)?.filter(({ type }) => type === "moof");
  const [moof] = fragments ?? [];
  if (moof === undefined || fragments?.length !== 1) return undefined;
  const tracks = parseBoxes(view, moof.body, moof.end)?.filter(({ type }) => type === "traf");
  const parsed = tracks?.map((traf) => parseTrack(segment, view, moof, traf));
  return parsed?.every((track) => track !== undefined) ? parsed : undefined;
}

interface TrackDefaults {
  readonly ticks: number | undefined;
  readonly size: number | undefined;
  readonly flags: number;
}

function parseTrack(
  segment: Uint8Array,
  view: DataView,
  moof: IsoBox,
  traf: IsoBox,
): FragmentSamples | undefined {
  const boxes = parseBoxes(view, traf.body, traf.end);
  const header = boxes?.find(({ type }) => type === "tfhd");
  const time = boxes?.find(({ type }) => type === "tfdt");
  const run = boxes?.find(({ type }) => type === "trun");
  const runCount = boxes?.filter(({ type }) => type === "trun").length;
  if (header === undefined || time === undefined || run === undefined || runCount !== 1) {
    return undefined;
  }
  const bits = view.getUint32(header.body) & 0xff_ffff;
  if (bits & TRACK.baseOffset || !(bits & TRACK.baseIsMoof)) return undefined;
  let at = header.body + 8 + (bits & TRACK.descriptionIndex ? 4 : 0);
  const next = () => {
    at += 4;
    return view.getUint32(at - 4);
  };
  const defaults: TrackDefaults = {
    ticks: bits & TRACK.ticks ? next() : undefined,
    size: bits & TRACK.size ? next() : undefined,
    flags: bits & TRACK.flags ? next() : 0,
  };
  const samples = parseRun(segment, view, moof, run, defaults);
  if (samples === undefined) return undefined;
  const isLong = view.getUint8(time.body) === 1;
  const startTicks = isLong
    ? Number(view.getBigUint64(time.body + 4))
    : view.getUint32(time.body + 4);
  return { trackId: view.getUint32(header.body + 4), startTicks, samples };
}

function parseRun(
  segment: Uint8Array,
  view: DataView,
  moof: IsoBox,
  run: IsoBox,
  defaults: TrackDefaults,
): readonly FragmentSample[] | undefined {
  const bits = view.getUint32(run.body) & 0xff_ffff;
  const isSigned = view.getUint8(run.body) === 1;
  const count = view.getUint32(run.body + 4);
  if (!(bits & RUN.dataOffset)) return undefined;
  let dataAt = moof.start + view.getInt32(run.body + 8);
  const hasFirstFlags = (bits & RUN.firstFlags) !== 0;
  let at = run.body + (hasFirstFlags ? 16 : 12);
  const entry = [RUN.ticks, RUN.size, RUN.flags, RUN.composition].filter((bit) => bits & bit);
  if (at + count * entry.length * 4 > run.end) return undefined;
  const read = (bit: number): number | undefined => {
    if (!(bits & bit)) return undefined;
    at += 4;
    const isOffset = bit === RUN.composition && isSigned;
    return isOffset ? view.getInt32(at - 4) : view.getUint32(at - 4);
  };
  const samples: FragmentSample[] = [];
  for (let index = 0; index < count; index += 1) {
    const ticks = read(RUN.ticks) ?? defaults.ticks;
    const size = read(RUN.size) ?? defaults.size;
    const ownFlags = read(RUN.flags);
    const compositionTicks = read(RUN.composition) ?? 0;
    if (ticks === undefined || size === undefined) return undefined;
    if (dataAt + size > segment.byteLength) return undefined;
    const first = index === 0 && hasFirstFlags ? view.getUint32(run.body + 12) : undefined;
    const flags = first ?? ownFlags ?? defaults.flags;
    const bytes = segment.subarray(dataAt, dataAt + size);
    samples.push({ ticks, flags, compositionTicks, bytes });
    dataAt += size;
  }
  return samples;
}
