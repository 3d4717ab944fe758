// A live playlist never goes back (RFC 8216bis sections 6.2.2 and 6.3.4).

import { describe, expect, test } from "vitest";
import { decideSuccession, type SequenceFacts } from "../../../workers/core/origin/succession.ts";

const SHOWN: SequenceFacts = {
  timeline: 0,
  mediaSequence: 100,
  discontinuitySequence: 2,
  lastMsn: 105,
  lastPart: null,
};

describe("decideSuccession", () => {
  const rows: {
    name: string;
    shown?: Partial<SequenceFacts>;
    next: Partial<SequenceFacts>;
    want: string;
  }[] = [
    { name: "one more segment", next: { lastMsn: 106, mediaSequence: 101 }, want: "newer" },
    { name: "one more, the window grows", next: { lastMsn: 106 }, want: "newer" },
    { name: "the same", next: {}, want: "same" },
    { name: "the window shrinks at its start only", next: { mediaSequence: 101 }, want: "same" },
    { name: "one segment behind", next: { lastMsn: 104, mediaSequence: 99 }, want: "behind" },
    {
      name: "more segments, but an older start",
      next: { lastMsn: 106, mediaSequence: 99 },
      want: "behind",
    },
    {
      name: "more segments, but discontinuities go back",
      next: { lastMsn: 106, discontinuitySequence: 1 },
      want: "behind",
    },
    { name: "one more part", shown: { lastPart: 1 }, next: { lastPart: 2 }, want: "newer" },
    { name: "the first part", next: { lastPart: 0 }, want: "newer" },
    { name: "one part behind", shown: { lastPart: 1 }, next: { lastPart: 0 }, want: "behind" },
    { name: "parts lost", shown: { lastPart: 1 }, next: {}, want: "behind" },
    {
      name: "a new segment with fewer parts",
      shown: { lastPart: 3 },
      next: { lastMsn: 106, lastPart: 0 },
      want: "newer",
    },
    {
      name: "another timeline is not compared",
      next: { timeline: 1, lastMsn: 3, mediaSequence: 0, discontinuitySequence: 0 },
      want: "newer",
    },
  ];
  test.each(rows)("$name", ({ shown = {}, next, want }) => {
    expect(decideSuccession({ ...SHOWN, ...shown }, { ...SHOWN, ...next })).toBe(want);
  });

  test("nothing was shown", () => expect(decideSuccession(null, SHOWN)).toBe("newer"));
});
