// Where the channel is cut if parts of a segment were announced: what low-latency players hold
// lasts for a second or two, so the next segment must not be far.

import { describe, expect, test } from "vitest";
import { decideCut } from "../../../workers/core/continuity/cut.ts";
import type { Ledger } from "../../../workers/core/continuity/ledger.ts";
import { printCanonical } from "../../../workers/core/continuity/print-canonical.ts";
import {
  parseSnapshot,
  printSnapshot,
  toSnapshot,
} from "../../../workers/core/continuity/snapshot.ts";
import type { ListOptions } from "./ledger-channel.ts";
import { Channel, PATH, printShape } from "./ledger-channel.ts";

const head = "#EXT-X-PART-INF:PART-TARGET=1.0";
const printPart = (uri: string, independent = true) =>
  `#EXT-X-PART:DURATION=1.0,URI="${uri}"${independent ? ",INDEPENDENT=YES" : ""}`;

/** Segments of 6 s; the last part ends 32 s after the start. */
const toChannel = () =>
  new Channel()
    .at(32)
    .lists("a", 0, 4, { head, tail: [printPart("s-5.0.ts"), printPart("s-5.1.ts", false)] });

const cases: readonly {
  name: string;
  last: number;
  options: ListOptions;
  want: { readonly startMsn: number; readonly seconds: number } | { readonly lagSeconds: number };
}[] = [
  {
    name: "a segment that began a moment before",
    last: 4,
    options: { head, shiftMs: 1900 },
    want: { startMsn: 5, seconds: -0.1 },
  },
  {
    name: "the segment that is being made, if less than half of it was seen",
    last: 4,
    options: { head, shiftMs: -500, tail: [printPart("b-5.0.ts")] },
    want: { startMsn: 5, seconds: -2.5 },
  },
  {
    name: "not one whose beginning nobody can decode",
    last: 4,
    options: { head, shiftMs: -500, tail: [printPart("b-5.0.ts", false)] },
    want: { lagSeconds: 2.5 },
  },
  {
    name: "all that was seen of it again, rather than to wait for the next one",
    last: 4,
    options: { head, shiftMs: -2000, tail: [printPart("b-5.0.ts")] },
    want: { startMsn: 5, seconds: -4 },
  },
  {
    name: "nor for the first part of the next one",
    last: 5,
    options: { head, shiftMs: -2000 },
    want: { startMsn: 5, seconds: -4 },
  },
  {
    name: "the next one, if its first part is there and it is nearer",
    last: 5,
    options: { head, shiftMs: -2000, tail: [printPart("b-6.0.ts")] },
    want: { startMsn: 6, seconds: 2 },
  },
  {
    name: "more than a segment behind is a lag",
    last: 4,
    options: { head, shiftMs: -5000, tail: [printPart("b-5.0.ts")] },
    want: { lagSeconds: 7 },
  },
  {
    name: "without parts: all of a segment again, because the next one comes late",
    last: 5,
    options: { shiftMs: -2000 },
    want: { startMsn: 5, seconds: -4 },
  },
  {
    name: "without parts: the one that is being made",
    last: 4,
    options: { shiftMs: -2000 },
    want: { startMsn: 5, seconds: -4 },
  },
  {
    name: "without parts: the next one, if it is listed already and nearer",
    last: 6,
    options: { shiftMs: -2000 },
    want: { startMsn: 6, seconds: 2 },
  },
  {
    name: "without parts: more than a segment behind is a lag",
    last: 4,
    options: { shiftMs: -7000 },
    want: { lagSeconds: 9 },
  },
];

test.each(cases)("$name", ({ last, options, want }) => {
  const { ledger } = toChannel().lists("b", 0, last, { ...options, name: "b" });
  const plan = decideCut(ledger, { origin: "b", epoch: 0 }, false);
  if (plan.kind === "wait") return void expect({ lagSeconds: plan.lagSeconds }).toEqual(want);
  const seconds = (plan.cut.startMs - plan.cut.endMs) / 1000;
  expect({ startMsn: plan.cut.startMsn, seconds }).toEqual(want);
});

test("parts that are there already are shown with the cut", () => {
  const tail = [printPart("b-5.0.ts"), printPart("b-5.1.ts", false)];
  const channel = toChannel().lists("b", 0, 4, { head, shiftMs: -500, name: "b", tail });
  channel.choose("b");
  expect(channel.answer()).toBe("done other-bytes");
  const text = printCanonical(channel.ledger, PATH) ?? "";
  expect(text.slice(text.indexOf("@parts/"))).toMatch(
    /DISCONTINUITY\n.*URI="@t1\/b-5\.0\.ts".*URI="@t1\/b-5\.1\.ts"/s,
  );
});

describe("a rendition in which a segment is being made at the cut", () => {
  const path = "v2.m3u8";
  const open: ListOptions = { path, head, tail: [printPart("s-5.0.ts")] };
  const unwatched: ListOptions = { ...open, isWatched: false };
  const looks: readonly { name: string; looks: readonly ListOptions[]; want: string }[] = [
    { name: "watched: its parts", looks: [open], want: "@parts/v2/5.ts" },
    { name: "never watched: a gap", looks: [unwatched], want: "GAP @gap/v2/5.ts" },
    { name: "watched since: its parts", looks: [unwatched, open], want: "@parts/v2/5.ts" },
    { name: "not watched any more: a gap", looks: [open, unwatched], want: "GAP @gap/v2/5.ts" },
  ];
  test.each(looks)("$name", ({ looks: options, want }) => {
    const channel = toChannel();
    for (const option of options) channel.lists("a", 0, 4, option);
    channel.ledger = parseSnapshot(printSnapshot(toSnapshot(channel.ledger))) as Ledger;
    channel.lists("b", 0, 4, { head, shiftMs: 1900, name: "b" }).choose("b");
    expect(channel.answer()).toBe("done other-bytes");
    expect(printShape(channel, path)).toContain(`s-4.ts ${want}`);
    expect(printShape(channel)).toContain("s-4.ts @parts/v1/5.ts");
  });
});
