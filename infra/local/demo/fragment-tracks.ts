// What one fMP4 media segment holds, per track: its start, its duration and its samples.
//
// For measure.ts, which writes the true durations into the manifest, and for tests that read a
// moved segment back. It reads `tfhd`, `tfdt` and `trun` (ISO/IEC 14496-12 section 8.8) and not
// the samples themselves. It does not understand edit lists; the demo media has empty ones.

import { type IsoBox, parseBoxes, toView } from "./iso-boxes.ts";

export interface FragmentTrack {
  readonly trackId: number;
  readonly startTicks: number;
  readonly durationTicks: number;
  readonly sampleCount: number;
}

export interface FragmentFacts {
  readonly sequenceNumber: number;
  readonly tracks: readonly FragmentTrack[];
}

/** The facts of every movie fragment in a segment, in order; undefined when malformed. */
export function parseFragments(segment: Uint8Array): FragmentFacts[] | undefined {
  const view = toView(segment);
  const moofs = parseBoxes(view, 0, view.byteLength)?.filter((box) => box.type === "moof");
  if (moofs === undefined) return undefined;
  const facts: FragmentFacts[] = [];
  for (const moof of moofs) {
    const boxes = parseBoxes(view, moof.body, moof.end);
    const header = boxes?.find((box) => box.type === "mfhd");
    if (boxes === undefined || header === undefined) return undefined;
    const tracks: FragmentTrack[] = [];
    for (const traf of boxes.filter((box) => box.type === "traf")) {
      const track = parseTrack(view, traf);
      if (track === undefined) return undefined;
      tracks.push(track);
    }
    facts.push({ sequenceNumber: view.getUint32(header.body + 4), tracks });
  }
  return facts;
}

function parseTrack(view: DataView, traf: IsoBox): FragmentTrack | undefined {
  const boxes = parseBoxes(view, traf.body, traf.end);
  const header = boxes?.find((box) => box.type === "tfhd");
  const time = boxes?.find((box) => box.type === "tfdt");
  if (boxes === undefined || header === undefined || time === undefined) return undefined;
  const flags = view.getUint32(header.body) & 0xffffff;
  let at = header.body + 8;
  if (flags & 0x1) at += 8;
  if (flags & 0x2) at += 4;
  const defaultTicks = flags & 0x8 ? view.getUint32(at) : 0;
  let durationTicks = 0;
  let sampleCount = 0;
  for (const run of boxes.filter((box) => box.type === "trun")) {
    const ticks = parseRunTicks(view, run, defaultTicks);
    durationTicks += ticks;
    sampleCount += view.getUint32(run.body + 4);
  }
  const startTicks =
    view.getUint8(time.body) === 0
      ? view.getUint32(time.body + 4)
      : Number(view.getBigUint64(time.body + 4));
  return { trackId: view.getUint32(header.body + 4), startTicks, durationTicks, sampleCount };
}

function parseRunTicks(view: DataView, run: IsoBox, defaultTicks: number): number {
  const flags = view.getUint32(run.body) & 0xffffff;
  const sampleCount = view.getUint32(run.body + 4);
  if (!(flags & 0x100)) return sampleCount * defaultTicks;
  let at = run.body + 8;
  if (flags & 0x1) at += 4;
  if (flags & 0x4) at += 4;
  const sampleBytes = 4 * [0x100, 0x200, 0x400, 0x800].filter((bit) => flags & bit).length;
  let ticks = 0;
  for (let index = 0; index < sampleCount; index += 1) {
    ticks += view.getUint32(at + index * sampleBytes);
  }
  return ticks;
}
