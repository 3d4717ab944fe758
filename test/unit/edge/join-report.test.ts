// When a coordinator says how its standbys could take over: at a change, and again while it lasts.

import { expect, test } from "vitest";
import type { ChannelJoins, JoinWord } from "../../../workers/core/contract/report.ts";
import { toCoordinatorName } from "../../../workers/edge/live/coordinator-name.ts";
import { JoinReport } from "../../../workers/edge/live/join-report.ts";

const T0 = 1_800_000_000_000;

/** Ticks every quarter of a second; what was sent, by the time after the start. */
function play(words: (atMs: number) => JoinWord | null, forMs: number) {
  const sent: [atMs: number, joins: ChannelJoins][] = [];
  let atMs = 0;
  let reads = 0;
  const report = new JoinReport(toCoordinatorName("one#g1#g7"), (joins) =>
    sent.push([atMs, joins]),
  );
  for (; atMs <= forMs; atMs += 250) {
    const word = words(atMs);
    const read = () => {
      reads += 1;
      return word === null ? null : new Map([["west", word]]);
    };
    report.tell(read, T0 + atMs);
  }
  return { sent, reads, times: sent.map(([ms]) => ms) };
}

test("is of its channel and generation", () => {
  const { sent } = play(() => "visible", 0);
  const want = { contract: 1, channel: "one#g1", generation: 7, joins: { west: "visible" } };
  expect(sent).toEqual([[0, want]]);
});

test("comes at once when the word changes, and every five seconds while it does not", () => {
  expect(play(() => "visible", 11_000).times).toEqual([0, 5_000, 10_000]);
  const change = (atMs: number) => (atMs < 2_000 ? "visible" : "impossible");
  expect(play(change, 8_000).times).toEqual([0, 2_000, 7_000]);
});

test("does not ask the ledger at every tick, and says nothing before anybody feeds", () => {
  expect(play(() => "visible", 10_000).reads).toBe(21);
  expect(play((atMs) => (atMs < 3_000 ? null : "invisible"), 4_000).times).toEqual([3_000]);
});
