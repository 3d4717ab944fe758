// Cutting one track of a segment into parts: each one a movie fragment that can be played by
// itself as soon as it is there (RFC 8216bis-22 sections 4.4.4.9 and B.1).
//
// A part holds whole samples: all that begin before its end in media time. So a picture at 25 fps
// is cut exactly, while sound wobbles by a frame, as it does with every packager. Joined, the parts
// are the segment: the same samples in the same order, byte for byte, but without its `sidx`, whose
// offsets would be wrong. Times, sizes and flags are written per sample; nothing is left to
// defaults. Pure. It does not decide where to cut (part-ladder.ts) and moves nothing in time.

import { BOX_HEADER_BYTES, printBox } from "./box-print.ts";
import { type FragmentSample, isSyncSample, parseSamples } from "./fragment-samples.ts";

export interface CutPart {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly ticks: number;
  /** Begins with a sync sample. */
  readonly isIndependent: boolean;
}

export interface CutOrder {
  readonly trackId: number;
  /** Ends of all parts but the last, in ticks of the loop's own time; ascending. */
  readonly endTicks: readonly number[];
  /** Fragments are numbered on from here. */
  readonly firstSequenceNumber: number;
}

/** As many parts as there are ends, and one; undefined if the segment is not fit for it. */
export function toCutParts(segment: Uint8Array, order: CutOrder): readonly CutPart[] | undefined {
  const track = parseSamples(segment)?.find(({ trackId }) => trackId === order.trackId);
  if (track === undefined) return undefined;
  const groups: FragmentSample[][] = [[]];
  let atTicks = track.startTicks;
  for (const sample of track.samples) {
    while (atTicks >= (order.endTicks[groups.length - 1] ?? Number.POSITIVE_INFINITY)) {
      groups.push([]);
    }
    groups.at(-1)?.push(sample);
    atTicks += sample.ticks;
  }
  // A part without a sample: ends lie closer together than samples, or behind the segment.
  const isWhole = groups.every((samples) => samples.length > 0);
  if (!isWhole || groups.length !== order.endTicks.length + 1) return undefined;
  let startTicks = track.startTicks;
  return groups.map((samples, index) => {
    const [first] = samples;
    const ticks = samples.reduce((sum, sample) => sum + sample.ticks, 0);
    const sequenceNumber = order.firstSequenceNumber + index;
    const fragment = printFragment(order.trackId, sequenceNumber, startTicks, samples);
    startTicks += ticks;
    const bytes = new Uint8Array(Buffer.concat(index === 0 ? [STYP, ...fragment] : fragment));
    return { bytes, ticks, isIndependent: first !== undefined && isSyncSample(first) };
  });
}

/** Every segment says what it is; its first part says it for all. */
const STYP = printBox("styp", Buffer.from("msdh\0\0\0\0msdhmsix", "latin1"));

/** `trun` version 1: data offset, and of each sample duration, size, flags and composition. */
const RUN_BITS = 0x0100_0f01;
/** `tfhd`: offsets count from the fragment's own start. */
const TRACK_BITS = 0x0002_0000;
const TIME_BITS = 0x0100_0000;
const RUN_DATA_OFFSET_BYTES = 16;

function printFragment(
  trackId: number,
  sequenceNumber: number,
  startTicks: number,
  samples: readonly FragmentSample[],
): readonly Uint8Array[] {
  const time = Buffer.alloc(12);
  time.writeUInt32BE(TIME_BITS);
  time.writeBigUInt64BE(BigInt(startTicks), 4);
  const run = printBox("trun", printRun(samples));
  const track = [printBox("tfhd", toWords(TRACK_BITS, trackId)), printBox("tfdt", time), run];
  const header = printBox("mfhd", toWords(0, sequenceNumber));
  const moof = printBox("moof", header, printBox("traf", ...track));
  // The run is the last box; its bytes come after the first sample's offset is known.
  const runAt = moof.byteLength - run.byteLength;
  moof.writeInt32BE(moof.byteLength + BOX_HEADER_BYTES, runAt + RUN_DATA_OFFSET_BYTES);
  return [moof, printBox("mdat", ...samples.map(({ bytes }) => bytes))];
}

function printRun(samples: readonly FragmentSample[]): Buffer {
  const words = samples.flatMap(({ ticks, bytes, flags, compositionTicks }) => [
    ticks,
    bytes.byteLength,
    flags,
    // Signed in version 1; as an unsigned word it has the same bits.
    compositionTicks >>> 0,
  ]);
  return toWords(RUN_BITS, samples.length, 0, ...words);
}

function toWords(...words: readonly number[]): Buffer {
  const bytes = Buffer.alloc(words.length * 4);
  for (const [index, word] of words.entries()) bytes.writeUInt32BE(word, index * 4);
  return bytes;
}
