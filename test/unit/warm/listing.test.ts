// A listing that comes while an event is under way, and what a followed event forgets.

import { expect, test } from "vitest";
import { EVENT_TARGETS_MAX } from "../../../workers/core/warm/batches.ts";
import { Driven, EXPECTED, REQUEST, seeWarm, toFiles } from "./sightings.ts";

const FOLLOWING = {
  ...REQUEST,
  regions: ["enam"],
  window: { kind: "follow", untilMs: 1_000_000_000 },
} as const;

function toFollowing(count: number): Driven {
  const driven = new Driven(FOLLOWING).plan(toFiles(count));
  driven.answerAll(seeWarm);
  expect(driven.event.state).toBe("following");
  return driven;
}

test("what is known stays as it is, what is new is sent", () => {
  const driven = toFollowing(3);
  const before = driven.event.batches[0];
  driven.give({ kind: "listed", files: toFiles(5) });
  expect(driven.event.batches[0]).toBe(before);
  expect(driven.sent.map(({ paths }) => paths)).toEqual([["3.ts", "4.ts"]]);
});

test("a content that was replaced is not warm any more", () => {
  const driven = toFollowing(2);
  const [first, second] = toFiles(2);
  if (first === undefined || second === undefined) throw new Error("no files");
  driven.give({
    kind: "listed",
    files: [{ ...first, expected: { ...EXPECTED, etag: "v2" } }, second],
  });
  expect(driven.states()).toEqual({ "0.ts": "queued", "1.ts": "warm" });
  expect(driven.sent.map(({ paths, mode }) => [paths, mode])).toEqual([[["0.ts"], "warm"]]);
});

test("a storage that does not tell takes nothing back", () => {
  const driven = toFollowing(1);
  const [file] = toFiles(1);
  if (file === undefined) throw new Error("no file");
  driven.give({ kind: "listed", files: [{ ...file, expected: null }] });
  expect(driven.states()).toEqual({ "0.ts": "warm" });
});

test("an event that follows for days forgets what left long ago, and keeps its numbers", () => {
  const driven = toFollowing(24);
  const count = () => driven.event.batches.reduce((sum, { tasks }) => sum + tasks.length, 0);
  for (let at = 24; at < EVENT_TARGETS_MAX + 240; at += 480) {
    const files = Array.from({ length: 480 }, (_, index) => ({
      path: `${at + index}.ts`,
      expected: EXPECTED,
      originId: "a",
    }));
    driven.give({ kind: "listed", files });
    driven.answerAll(seeWarm);
  }
  expect(count()).toBeLessThanOrEqual(EVENT_TARGETS_MAX);
  expect(count()).toBeGreaterThan(EVENT_TARGETS_MAX - 100);
  expect(driven.event.batches[0]?.tasks).toEqual([]);
});

test("a listing that nobody waits for changes nothing", () => {
  const driven = new Driven(REQUEST).plan(toFiles(2));
  const before = driven.event;
  driven.give({ kind: "listed", files: toFiles(9) });
  expect(driven.event).toBe(before);
});
