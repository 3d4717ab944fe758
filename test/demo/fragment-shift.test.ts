// Moving fragments: real media is moved and read back; boxes made by hand show the refusals.

import { beforeAll, describe, expect, test } from "vitest";
import { type FragmentShift, toShiftedFragment } from "../../infra/local/demo/fragment-shift.ts";
import { type FragmentFacts, parseFragments } from "../../infra/local/demo/fragment-tracks.ts";
import { parseBoxes, toView } from "../../infra/local/demo/iso-boxes.ts";
import { loadMediaLibrary, type MediaLibrary } from "../../infra/local/demo/media-library.ts";
import { DEMO_CLOCK } from "../../infra/local/demo/segment-clock.ts";
import { makeSegmentShelf } from "../../infra/local/demo/segment-shelf.ts";

let library: MediaLibrary;
beforeAll(async () => {
  library = await loadMediaLibrary();
});

function readOne(bytes: Uint8Array): FragmentFacts {
  const [fragment, ...more] = parseFragments(bytes) ?? [];
  if (fragment === undefined || more.length > 0) throw new Error("not one fragment");
  return fragment;
}

/** The earliest presentation times of all sidx boxes, in order. */
function readIndexTimes(bytes: Uint8Array): number[] {
  const view = toView(bytes);
  const boxes = parseBoxes(view, 0, view.byteLength) ?? [];
  return boxes
    .filter((box) => box.type === "sidx")
    .map((box) => Number(view.getBigUint64(box.body + 12)));
}

describe("with the demo's media", () => {
  // Three loops far from zero, so that times need more than 32 bits and two joints are crossed.
  const FIRST_MSN = 13_967_488 - 3;

  test("every track goes on without a gap across two loop joints, in all renditions", () => {
    const shelf = makeSegmentShelf(DEMO_CLOCK);
    for (const rendition of library.ladder) {
      const nextTicks = new Map<number, number>();
      for (let msn = FIRST_MSN; msn < FIRST_MSN + 36; msn += 1) {
        const { bytes } = shelf.get(rendition, msn);
        const fragment = readOne(bytes);
        expect(fragment.sequenceNumber).toBe(msn + 1);
        expect(fragment.tracks.length).toBe(rendition.timescales.size);
        for (const { trackId, startTicks, durationTicks } of fragment.tracks) {
          expect(startTicks).toBe(nextTicks.get(trackId) ?? startTicks);
          nextTicks.set(trackId, startTicks + durationTicks);
        }
        expect(readIndexTimes(bytes)).toEqual(fragment.tracks.map((track) => track.startTicks));
        const [lead] = fragment.tracks;
        const timescale = rendition.timescales.get(lead?.trackId ?? 0) ?? 0;
        const behindSeconds = (lead?.startTicks ?? 0) / timescale - msn * 2;
        // Video starts exactly at MSN × 2 s; AAC frames start at most one frame later.
        if (rendition.facts.kind === "fmp4") expect(behindSeconds).toBe(0);
        expect(behindSeconds).toBeGreaterThanOrEqual(0);
        expect(behindSeconds).toBeLessThan(1024 / 48_000);
      }
    }
  });

  test("two instances make the same bytes, and only times differ from the source", () => {
    const [rendition] = library.ladder;
    if (rendition === undefined) throw new Error("no ladder");
    const msn = FIRST_MSN + 7;
    const first = makeSegmentShelf(DEMO_CLOCK).get(rendition, msn);
    const second = makeSegmentShelf(DEMO_CLOCK).get(rendition, msn);
    expect(first.bytes).not.toBe(second.bytes);
    expect(Buffer.from(first.bytes).equals(second.bytes)).toBe(true);
    expect(first.md5).toBe(second.md5);
    const source = rendition.segments[msn % 16];
    const changed = [...first.bytes.entries()].filter(([at, byte]) => source?.[at] !== byte);
    // Two tfdt, two sidx times of eight bytes each and a counter of four.
    expect(changed.length).toBeLessThanOrEqual(4 * 8 + 4);
    expect(changed.length).toBeGreaterThan(0);
  });

  test("making a segment leaves the loop as it was", () => {
    const [rendition] = library.ladder;
    const before = Buffer.from(rendition?.segments[3] ?? []).toString("base64");
    if (rendition) makeSegmentShelf(DEMO_CLOCK).get(rendition, 16 * 99 + 3);
    expect(Buffer.from(rendition?.segments[3] ?? []).toString("base64")).toBe(before);
  });

  test("the shelf holds a bounded number of segments", () => {
    const shelf = makeSegmentShelf(DEMO_CLOCK);
    for (let msn = 0; msn < 64; msn += 1) {
      for (const rendition of library.ladder) shelf.get(rendition, msn);
    }
    expect(shelf.heldCount()).toBe(48);
  });
});

/** A box from its type and body parts; numbers are 32-bit words, bigints 64-bit ones. */
function box(type: string, ...parts: readonly (number | bigint | Uint8Array)[]): Uint8Array {
  const bodies = parts.map((part) => {
    if (part instanceof Uint8Array) return part;
    const bytes = Buffer.alloc(typeof part === "bigint" ? 8 : 4);
    if (typeof part === "bigint") bytes.writeBigUInt64BE(part);
    else bytes.writeUInt32BE(part);
    return bytes;
  });
  const body = Buffer.concat(bodies);
  const head = Buffer.alloc(8);
  head.writeUInt32BE(body.length + 8);
  head.write(type, 4, "latin1");
  return Buffer.concat([head, body]);
}

const V1 = 0x0100_0000;
const TRACK = 7;
const fragmentOf = (tfdt: Uint8Array, trackId = TRACK) =>
  box("moof", box("mfhd", 0, 5), box("traf", box("tfhd", 0, trackId), tfdt));

describe("with boxes made by hand", () => {
  const shift: FragmentShift = { seconds: 100, segmentCount: 50 };
  const timescales = new Map([[TRACK, 1000]]);
  const rows = [
    {
      name: "a version 0 time stays 32 bits",
      given: fragmentOf(box("tfdt", 0, 2000)),
      want: box(
        "moof",
        box("mfhd", 0, 55),
        box("traf", box("tfhd", 0, TRACK), box("tfdt", 0, 102_000)),
      ),
    },
    {
      name: "a version 1 time",
      given: fragmentOf(box("tfdt", V1, 2n ** 40n)),
      want: box(
        "moof",
        box("mfhd", 0, 55),
        box("traf", box("tfhd", 0, TRACK), box("tfdt", V1, 2n ** 40n + 100_000n)),
      ),
    },
    {
      name: "sidx uses its own timescale",
      given: box("sidx", V1, TRACK, 500, 10n, 0n, 0),
      want: box("sidx", V1, TRACK, 500, 50_010n, 0n, 0),
    },
    {
      name: "sidx of version 0",
      given: box("sidx", 0, TRACK, 500, 10, 0, 0),
      want: box("sidx", 0, TRACK, 500, 50_010, 0, 0),
    },
    {
      name: "emsg of version 1 moves",
      given: box("emsg", V1, 10, 3n, 0, 0),
      want: box("emsg", V1, 10, 1003n, 0, 0),
    },
    {
      name: "emsg of version 0 counts from the segment and stays",
      given: box("emsg", 0, 0, 10, 3, 0, 0),
      want: box("emsg", 0, 0, 10, 3, 0, 0),
    },
    {
      name: "unknown boxes and media stay",
      given: Buffer.concat([box("free", 1, 2), box("mdat", 3, 4)]),
      want: Buffer.concat([box("free", 1, 2), box("mdat", 3, 4)]),
    },
    {
      name: "the fragment counter wraps at 32 bits",
      given: box("moof", box("mfhd", 0, 2 ** 32 - 10)),
      want: box("moof", box("mfhd", 0, 40)),
    },
  ];
  test.each(rows)("$name", ({ given, want }) => {
    const result = toShiftedFragment(given, shift, timescales);
    expect(result.kind).toBe("shifted");
    if (result.kind === "shifted") expect(Buffer.from(result.bytes)).toEqual(Buffer.from(want));
  });

  const refusals = [
    {
      name: "32 bits are not enough",
      given: fragmentOf(box("tfdt", 0, 2 ** 32 - 100_000)),
      want: "time-overflow",
    },
    {
      name: "64 bits are not enough",
      given: fragmentOf(box("tfdt", V1, 2n ** 64n - 5n)),
      want: "time-overflow",
    },
    {
      name: "a track that the init section does not have",
      given: fragmentOf(box("tfdt", 0, 0), 8),
      want: "unknown-track",
    },
    {
      name: "a length beyond the end",
      given: Buffer.from([0, 0, 0, 99, 0x6d, 0x6f, 0x6f, 0x66]),
      want: "malformed-box",
    },
    { name: "a cut header", given: Buffer.from([0, 0, 0]), want: "malformed-box" },
    {
      name: "a box inside that is longer than its parent",
      given: box("moof", 64, 0x6d666864),
      want: "malformed-box",
    },
    { name: "traf without tfhd", given: box("moof", box("traf")), want: "malformed-box" },
    { name: "a short tfdt", given: fragmentOf(box("tfdt", V1, 1)), want: "malformed-box" },
    { name: "a short sidx", given: box("sidx", V1, 1), want: "malformed-box" },
  ];
  test.each(refusals)("refused: $name", ({ given, want }) => {
    expect(toShiftedFragment(given, shift, timescales)).toEqual({ kind: "refused", reason: want });
  });

  test("the greatest time that fits is accepted", () => {
    const given = fragmentOf(box("tfdt", 0, 2 ** 32 - 100_001));
    expect(toShiftedFragment(given, shift, timescales).kind).toBe("shifted");
  });

  test("a shift that is not exact is a bug", () => {
    const inexact = { ...shift, seconds: 0.5 };
    expect(() => toShiftedFragment(box("free"), inexact, timescales)).toThrow(RangeError);
  });
});
