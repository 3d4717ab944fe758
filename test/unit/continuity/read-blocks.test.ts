// Reading blocks from anywhere in a playlist gives the same blocks.

import { describe, expect, test } from "vitest";
import {
  readBlocks,
  toReadStart,
  toReadStartBehind,
} from "../../../workers/core/continuity/read-blocks.ts";
import { copyText, readHead, seekTail } from "../../../workers/core/continuity/read-head.ts";

const text = [
  "#EXTM3U",
  "#EXT-X-TARGETDURATION:6",
  "#EXT-X-VENDOR:head",
  "#EXT-X-MEDIA-SEQUENCE:7",
  '#EXT-X-DATERANGE:ID="a",START-DATE="2026-11-20T10:00:00Z"',
  "#EXT-X-VENDOR:first",
  '#EXT-X-MAP:URI="i.mp4"',
  '#EXT-X-KEY:METHOD=AES-128,URI="k"',
  "#EXT-X-PROGRAM-DATE-TIME:2026-11-20T10:00:00.000Z",
  "#EXT-X-BYTERANGE:100@50",
  "#EXTINF:6.0,",
  "f.ts",
  "",
  "#EXT-X-BYTERANGE:30",
  "#EXTINF:5.0,",
  "f.ts\r",
  "#EXT-X-DISCONTINUITY",
  "#EXT-X-KEY:METHOD=NONE",
  "#EXTINF:4.0,",
  "g.ts",
  '#EXT-X-PART:DURATION=1,URI="h.ts",BYTERANGE="10@0",INDEPENDENT=YES',
  '#EXT-X-PART:DURATION=1.5,URI="h.ts",BYTERANGE="20"',
  '#EXT-X-PRELOAD-HINT:TYPE=PART,URI="h2.ts"',
  "",
].join("\n");

describe("readHead", () => {
  test("unknown tags are the head's only in front of a known one", () => {
    const head = readHead(text);
    expect(head.lines).toEqual(text.split("\n").slice(0, 4));
    expect(head.dateRanges).toHaveLength(1);
    expect(text.slice(head.end).startsWith("#EXT-X-VENDOR:first")).toBe(true);
  });
});

describe("readBlocks", () => {
  const { blocks, open } = readBlocks(text, readHead(text).end, toReadStart(7, 2));
  const cases = [
    { name: "numbers", of: "msn", want: [7, 8, 9] },
    { name: "discontinuity sequences count tags", of: "dsn", want: [2, 2, 3] },
    { name: "durations", of: "durationSeconds", want: [6, 5, 4] },
    { name: "no date is added up over a discontinuity", of: "dateMs", want: [0, 6000, null] },
    { name: "who changes what lasts", of: "setsState", want: [true, false, true] },
  ] as const;
  test.each(cases)("$name", ({ of, want }) => {
    const base = Date.parse("2026-11-20T10:00:00Z");
    const found = blocks.map((block) => block[of]);
    const isDate = of === "dateMs";
    const value = (one: unknown) => (isDate && typeof one === "number" ? one - base : one);
    expect(found.map(value)).toEqual(want);
  });

  test("an implicit range gets its offset", () => {
    expect(blocks[1]?.lines).toEqual(["#EXT-X-BYTERANGE:30@150", "#EXTINF:5.0,", "f.ts"]);
    expect(open.lines[1]).toContain('BYTERANGE="20@10"');
  });

  test("the init section remembers the keys in front of it", () => {
    expect(blocks[0]?.state.mapKeys).toEqual([]);
    expect(blocks[0]?.state.keys).toMatchObject([{ format: "identity", needsIv: true }]);
    expect(blocks[2]?.state.keys).toEqual([]);
  });

  test("open parts", () => {
    const parts = { count: 2, seconds: 2.5, startsIndependent: true, hasGap: false };
    expect(open).toMatchObject({ parts, hints: ['#EXT-X-PRELOAD-HINT:TYPE=PART,URI="h2.ts"'] });
  });

  test("from any segment on, the same blocks", () => {
    const offset = seekTail(text, 2);
    const [first] = blocks;
    if (first === undefined) throw new Error("No block.");
    const tail = readBlocks(text, offset, toReadStartBehind(first));
    expect(tail.blocks).toEqual(blocks.slice(1));
    expect(seekTail(text, 3)).toBe(-1);
  });
});

test("a copied text is the same text", () => {
  for (const one of ["", "short", text]) expect(copyText(one)).toBe(one);
});
