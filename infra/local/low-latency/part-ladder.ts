// The low-latency ladder: the demo's loop with picture and sound apart, cut into parts.
//
// Made once, when the stack starts: every segment of the loop is cut to measure its parts, whose
// durations and sizes playlists and multivariant tell. Only the measures are kept; the bytes are
// cut again when somebody asks (part-shelf.ts), because most of the loop is never asked for.
// Everything is read from the media: a loop that cannot be cut so is an error at the start.

import type { MediaLibrary, Rendition } from "../demo/media-library.ts";
import { type CutPart, toCutParts } from "./fragment-cut.ts";
import { PARTS_PER_SEGMENT } from "./part-clock.ts";
import { toSingleTrack } from "./single-track.ts";

export interface PartFacts {
  readonly ticks: number;
  readonly isIndependent: boolean;
}

export interface LoopSegmentFacts {
  readonly startTicks: number;
  readonly byteSize: number;
  readonly parts: readonly PartFacts[];
}

export interface PartRendition {
  /** The folder in URLs. */
  readonly name: string;
  readonly kind: "video" | "audio";
  readonly codecs: string;
  readonly resolution: { readonly width: number; readonly height: number } | null;
  readonly frameRate: number | null;
  readonly timescale: number;
  /** The same by track, as fragment-shift.ts wants it. */
  readonly timescales: ReadonlyMap<number, number>;
  readonly init: Uint8Array<ArrayBuffer>;
  /** Of the whole loop. */
  readonly segments: readonly LoopSegmentFacts[];
  /** The parts of one segment of the loop, at the loop's own times. */
  readonly cut: (indexInLoop: number) => readonly CutPart[];
}

export interface PartLadder {
  readonly segmentSeconds: number;
  /** Pictures, best first. */
  readonly videos: readonly PartRendition[];
  readonly audio: PartRendition;
  /** Longest part of any rendition, rounded up to a millisecond. */
  readonly partTargetSeconds: number;
}

/** Throws with the rendition's name when its media is not fit to be cut. */
export function makePartLadder(library: MediaLibrary): PartLadder {
  const { segmentSeconds } = library.manifest;
  const sound = library.ladder.find(({ facts }) => facts.kind === "fmp4-audio");
  if (sound === undefined) throw new Error("The demo media has no audio rendition.");
  const audio = makeRendition(sound, "audio", segmentSeconds);
  const videos = library.ladder
    .filter(({ facts }) => facts.kind === "fmp4")
    .map((rendition) => makeRendition(rendition, "video", segmentSeconds));
  const longestSeconds = [...videos, audio].flatMap(({ segments, timescale }) =>
    segments.flatMap(({ parts }) => parts.map(({ ticks }) => ticks / timescale)),
  );
  const partTargetSeconds = Math.ceil(Math.max(...longestSeconds) * 1000) / 1000;
  return { segmentSeconds, videos, audio, partTargetSeconds };
}

function makeRendition(
  source: Rendition,
  kind: PartRendition["kind"],
  segmentSeconds: number,
): PartRendition {
  const { name, resolution, frameRate, codecs } = source.facts;
  // encode.sh maps the picture first; an audio rendition has only its sound.
  const [track] = source.timescales;
  const init = track && source.init && toSingleTrack(source.init, track[0]);
  if (track === undefined || init === undefined) {
    throw new Error(`${name}/init.mp4 has no track that could stand alone.`);
  }
  const [trackId, timescale] = track;
  const cut = (indexInLoop: number) => {
    const segment = source.segments[indexInLoop];
    const endTicks = toEndTicks(indexInLoop, segmentSeconds * timescale);
    const firstSequenceNumber = indexInLoop * PARTS_PER_SEGMENT + 1;
    const order = { trackId, endTicks, firstSequenceNumber };
    const parts = segment && toCutParts(segment, order);
    if (parts === undefined) throw new Error(`${name}/${indexInLoop}.m4s cannot be cut.`);
    return parts;
  };
  return {
    name,
    kind,
    codecs: kind === "video" ? (codecs.split(",")[0] ?? "") : codecs,
    resolution: resolution ?? null,
    frameRate: frameRate ?? null,
    timescale,
    timescales: new Map([track]),
    init,
    segments: measure(source, cut),
    cut,
  };
}

function measure(
  source: Rendition,
  cut: (indexInLoop: number) => readonly CutPart[],
): readonly LoopSegmentFacts[] {
  return source.facts.segments.map(({ startTicks }, index) => {
    const parts = cut(index);
    return {
      startTicks,
      byteSize: parts.reduce((sum, { bytes }) => sum + bytes.byteLength, 0),
      parts: parts.map(({ ticks, isIndependent }) => ({ ticks, isIndependent })),
    };
  });
}

/** Parts end together in all renditions: at fifths of the nominal segment. */
function toEndTicks(indexInLoop: number, segmentTicks: number): readonly number[] {
  return Array.from({ length: PARTS_PER_SEGMENT - 1 }, (_, part) => {
    const partsBefore = indexInLoop * PARTS_PER_SEGMENT + part + 1;
    return (partsBefore * segmentTicks) / PARTS_PER_SEGMENT;
  });
}
