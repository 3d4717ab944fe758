// What should be read and when, and who can rescue whose bytes.

import { describe, expect, test } from "vitest";
import { planReads, planWake } from "../../../workers/core/continuity/reads.ts";
import { toRescue } from "../../../workers/core/continuity/rescue.ts";
import { Channel, START_MS } from "./ledger-channel.ts";

describe("planReads", () => {
  const started = () => new Channel().at(30).lists("a", 0, 4);
  const cases: readonly { name: string; play: () => Channel; want: readonly string[] }[] = [
    { name: "before the start", play: () => new Channel(), want: [] },
    { name: "a standby that was never read", play: started, want: ["b v1.m3u8 standby"] },
    { name: "read just now", play: () => started().lists("b", 0, 4), want: [] },
    {
      name: "a target duration later",
      play: () => started().lists("b", 0, 4).at(36),
      want: ["a v1.m3u8 report", "b v1.m3u8 standby"],
    },
    {
      name: "a switch waits for it",
      play: () => started().choose("b"),
      want: ["b v1.m3u8 switch"],
    },
  ];
  test.each(cases)("$name", ({ play, want }) => {
    const channel = play();
    const found = planReads(channel.ledger, channel.nowMs);
    expect(found.map(({ origin, path, purpose }) => `${origin} ${path} ${purpose}`)).toEqual(want);
  });
});

test("planWake", () => {
  const channel = new Channel().at(30).lists("a", 0, 4);
  expect(planWake(channel.ledger)).toBe(null);
  channel.choose("b");
  expect(planWake(channel.ledger)).toBe(START_MS + 48_000);
});

describe("toRescue", () => {
  const play = (name: string, zero = 0) =>
    new Channel({ replicas: "auto" })
      .at(30)
      .lists("a", 0, 4, { front: '#EXT-X-MAP:URI="a/i.mp4"' })
      .lists("b", zero, zero + 4, { name, zero, front: '#EXT-X-MAP:URI="b/i.mp4"' })
      .prove("equal");
  const cases = [
    {
      name: "equal names",
      channel: play("s"),
      n: 0,
      path: "s-2.ts",
      want: ["a s-2.ts", "b s-2.ts"],
    },
    {
      name: "other names",
      channel: play("x"),
      n: 0,
      path: "s-2.ts",
      want: ["a s-2.ts", "b x-2.ts"],
    },
    {
      name: "the other way",
      channel: play("x"),
      n: 0,
      path: "x-3.ts",
      want: ["b x-3.ts", "a s-3.ts"],
    },
    {
      name: "init sections",
      channel: play("x"),
      n: 0,
      path: "a/i.mp4",
      want: ["a a/i.mp4", "b b/i.mp4"],
    },
    { name: "nobody's name", channel: play("x"), n: 0, path: "y-3.ts", want: [] },
    { name: "no such timeline", channel: play("x"), n: 7, path: "s-2.ts", want: [] },
    {
      name: "a twin, under its own label",
      channel: play("s", 500).choose("b"),
      n: 1,
      path: "s-502.ts",
      want: ["b s-502.ts", "a s-2.ts"],
    },
  ];
  test.each(cases)("$name", ({ channel, n, path, want }) => {
    const found = toRescue(channel.ledger, n, path);
    expect(found.map((source) => `${source.origin} ${source.path}`).sort()).toEqual(
      [...want].sort(),
    );
  });
});
