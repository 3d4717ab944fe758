// Cutting segments into parts: nothing is lost, nothing is doubled, and each part stands alone.

import { describe, expect, test } from "vitest";
import { parseFragments } from "../../../infra/local/demo/fragment-tracks.ts";
import { parseBoxes, parseTimescales, toView } from "../../../infra/local/demo/iso-boxes.ts";
import { loadMediaLibrary } from "../../../infra/local/demo/media-library.ts";
import { toCutParts } from "../../../infra/local/low-latency/fragment-cut.ts";
import { isSyncSample, parseSamples } from "../../../infra/local/low-latency/fragment-samples.ts";
import { makePartLadder } from "../../../infra/local/low-latency/part-ladder.ts";
import { toSingleTrack } from "../../../infra/local/low-latency/single-track.ts";

const library = await loadMediaLibrary();
const ladder = makePartLadder(library);
const renditions = [...ladder.videos, ladder.audio];
const NAMES = renditions.map(({ name }) => name);

function find(name: string) {
  const rendition = renditions.find((each) => each.name === name);
  const source = library.ladder.find(({ facts }) => facts.name === name);
  const [trackId] = [...(source?.timescales.keys() ?? [])];
  if (rendition === undefined || source === undefined || trackId === undefined) {
    throw new Error(`no ${name}`);
  }
  return { rendition, source, trackId };
}

const toTypes = (bytes: Uint8Array) => {
  const view = toView(bytes);
  return parseBoxes(view, 0, view.byteLength)?.map(({ type }) => type);
};

describe.each(NAMES)("%s", (name) => {
  const { rendition, source, trackId } = find(name);

  test("the parts of the whole loop hold all samples of the track, in order", () => {
    for (const [index, segment] of source.segments.entries()) {
      const wanted = parseSamples(segment)?.find((track) => track.trackId === trackId);
      const parts = rendition.cut(index).map(({ bytes }) => parseSamples(bytes)?.[0]);
      const samples = parts.flatMap((part) => part?.samples ?? []);
      expect(samples).toHaveLength(wanted?.samples.length ?? -1);
      for (const [at, sample] of samples.entries()) {
        const original = wanted?.samples[at];
        expect(Buffer.from(sample.bytes).equals(original?.bytes ?? Buffer.alloc(0))).toBe(true);
        expect([sample.ticks, sample.flags, sample.compositionTicks]).toEqual([
          original?.ticks,
          original?.flags,
          original?.compositionTicks,
        ]);
      }
    }
  });

  test("parts join without a gap, and the loop is as long as its segments say", () => {
    let atTicks = 0;
    let sequenceNumber = 0;
    for (const [index] of source.segments.entries()) {
      expect(rendition.segments[index]?.startTicks).toBe(atTicks);
      for (const part of rendition.cut(index)) {
        const [fragment, ...more] = parseFragments(part.bytes) ?? [];
        expect(more).toEqual([]);
        expect(fragment?.sequenceNumber).toBe(sequenceNumber + 1);
        sequenceNumber = fragment?.sequenceNumber ?? 0;
        expect(fragment?.tracks.map(({ startTicks }) => startTicks)).toEqual([atTicks]);
        expect(fragment?.tracks[0]?.durationTicks).toBe(part.ticks);
        atTicks += part.ticks;
      }
    }
    expect(atTicks).toBe(library.manifest.loopSeconds * rendition.timescale);
  });

  test("a part is a fragment and its data; the first one says what the segment is", () => {
    const [first, ...others] = rendition.cut(3).map(({ bytes }) => toTypes(bytes));
    expect(first).toEqual(["styp", "moof", "mdat"]);
    expect(others).toEqual(Array.from({ length: 4 }, () => ["moof", "mdat"]));
  });

  test("its init section has this one track, and the same clock", () => {
    expect([...(parseTimescales(rendition.init) ?? [])]).toEqual([[trackId, rendition.timescale]]);
    expect(toTypes(rendition.init)).toEqual(["ftyp", "moov"]);
  });

  test("every part is as long as the standard allows, and independent where it says so", () => {
    for (const [index] of source.segments.entries()) {
      for (const [at, part] of rendition.cut(index).entries()) {
        const seconds = part.ticks / rendition.timescale;
        expect(seconds).toBeLessThanOrEqual(ladder.partTargetSeconds);
        // The last part of a segment may be shorter; none of ours is.
        expect(seconds).toBeGreaterThan(0.85 * ladder.partTargetSeconds);
        const [sample] = parseSamples(part.bytes)?.[0]?.samples ?? [];
        expect(sample !== undefined && isSyncSample(sample)).toBe(part.isIndependent);
        expect(part.isIndependent).toBe(rendition.kind === "audio" || at === 0);
      }
    }
  });
});

test("parts are between 0.32 s and 0.5 s", () => {
  expect(ladder.partTargetSeconds).toBe(0.406);
});

describe("refuses", () => {
  const { source, trackId } = find("v144");
  const [segment = new Uint8Array()] = source.segments;
  const cut = (bytes: Uint8Array, endTicks: readonly number[], track = trackId) =>
    toCutParts(bytes, { trackId: track, endTicks, firstSequenceNumber: 1 });

  test("a track that is not there", () => {
    expect(cut(segment, [5120], 9)).toBeUndefined();
    expect(toSingleTrack(source.init ?? new Uint8Array(), 9)).toBeUndefined();
  });

  test("ends between which no sample begins, and ends behind the segment", () => {
    expect(cut(segment, [5121, 5122])).toBeUndefined();
    expect(cut(segment, [25_600])).toBeUndefined();
    expect(cut(segment, [25_599])).toBeUndefined();
    expect(cut(segment, [25_088])).toHaveLength(2);
  });

  test.each([0, 7, 100, 400, 900])("a segment that is cut off at byte %i", (byteSize) => {
    expect(cut(segment.subarray(0, byteSize), [5120])).toBeUndefined();
  });

  test("a segment of two fragments", () => {
    expect(cut(new Uint8Array(Buffer.concat([segment, segment])), [5120])).toBeUndefined();
  });
});
