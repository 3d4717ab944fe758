// What the ledger answers to a choice, and what it says beforehand.

import { describe, expect, test } from "vitest";
import { decideJoinability } from "../../../workers/core/continuity/joinability.ts";
import { printCanonical } from "../../../workers/core/continuity/print-canonical.ts";
import type { ListOptions } from "./ledger-channel.ts";
import { Channel, PATH, START_MS } from "./ledger-channel.ts";

const both = () => new Channel().at(30).lists("a", 0, 4).lists("b", 0, 4, { name: "b" });

describe("a choice", () => {
  const cases: readonly { name: string; play: () => Channel; want: string }[] = [
    { name: "nobody", play: () => both().choose("x"), want: "refused unknown-origin" },
    {
      name: "before anything was read",
      play: () => new Channel().choose("a"),
      want: "refused unread",
    },
    { name: "who feeds already", play: () => both().choose("a"), want: "done same-timeline" },
    { name: "a failure", play: () => both().choose("b"), want: "done other-bytes" },
    {
      name: "nothing that is merely better gets a discontinuity",
      play: () => both().choose("b", "preference"),
      want: "refused discontinuity-without-need",
    },
    {
      name: "it does not go back at once",
      play: () => both().choose("b").at(60).choose("a", "preference"),
      want: "refused held-by-recent-switch",
    },
    {
      name: "unless the present origin fails",
      play: () =>
        both()
          .choose("b")
          .at(36)
          .lists("b", 1, 5, { name: "b" })
          .at(38)
          .lists("a", 2, 6)
          .choose("a"),
      want: "done other-bytes",
    },
    {
      name: "back before anything of the other one was shown",
      play: () => both().choose("b").at(32).lists("a", 1, 5).choose("a"),
      want: "done same-timeline",
    },
    {
      name: "a silent origin",
      play: () => both().at(49).choose("b"),
      want: "refused silent",
    },
    {
      name: "an origin that has ended",
      play: () => both().lists("b", 0, 4, { name: "b", end: true }).choose("b"),
      want: "refused origin-ended",
    },
    {
      name: "segments that are too long",
      play: () => both().lists("b", 0, 1, { name: "c", seconds: 7, shiftMs: 40_000 }).choose("b"),
      want: "refused target-duration",
    },
    {
      name: "other variables",
      play: () =>
        new Channel()
          .at(30)
          .lists("a", 0, 4)
          .lists("b", 0, 4, { head: '#EXT-X-DEFINE:NAME="x",VALUE="y"' })
          .choose("b"),
      want: "refused definitions",
    },
    {
      name: "an init section cannot be ended",
      play: () =>
        new Channel()
          .at(30)
          .lists("a", 0, 4, { front: '#EXT-X-MAP:URI="i.mp4"' })
          .lists("b", 0, 4)
          .choose("b"),
      want: "refused init-section",
    },
    {
      name: "nothing was read there yet",
      play: () => new Channel().at(30).lists("a", 0, 4).choose("b"),
      want: "waiting unread",
    },
    {
      name: "and nothing came",
      play: () => new Channel().at(30).lists("a", 0, 4).choose("b").at(49).apply({ kind: "tick" }),
      want: "refused unread",
    },
    {
      name: "it came",
      play: () =>
        new Channel().at(30).lists("a", 0, 4).choose("b").at(32).lists("b", 0, 4, { name: "b" }),
      want: "done other-bytes",
    },
    {
      name: "a lag that players bridge",
      play: () => both().lists("a", 1, 5).choose("b"),
      want: "waiting lagging-standby",
    },
    {
      name: "and the standby does not come",
      play: () =>
        both()
          .lists("a", 1, 5)
          .choose("b")
          .at(40)
          .lists("b", 0, 4, { name: "b" })
          .at(45.1)
          .apply({ kind: "tick" }),
      want: "done lagging-standby",
    },
    {
      name: "nobody looks there any more",
      play: () => both().lists("a", 1, 5).choose("b").at(63.1).apply({ kind: "tick" }),
      want: "refused silent",
    },
    {
      name: "a lag that they do not",
      play: () => new Channel().at(30).lists("a", 0, 4).at(31).lists("b", 0, 1).choose("b"),
      want: "done lagging-standby",
    },
    {
      name: "one that was seen before the end was made is looked at again",
      play: () =>
        new Channel().at(29).lists("a", 0, 3).lists("b", 0, 0).at(30).lists("a", 0, 4).choose("b"),
      want: "waiting lagging-standby",
    },
  ];
  test.each(cases)("$name", ({ play, want }) => {
    expect(play().answer()).toBe(want);
  });

  test("while a standby is waited for, the end stands still", () => {
    const channel = both().lists("a", 1, 5).choose("b", "operator");
    const before = printCanonical(channel.ledger, PATH);
    channel.at(36).lists("a", 2, 6);
    expect(printCanonical(channel.ledger, PATH)).toBe(before);
    channel.at(37).lists("b", 2, 6, { name: "b" });
    expect(printCanonical(channel.ledger, PATH)).toContain("#EXT-X-DISCONTINUITY");
    expect(printCanonical(channel.ledger, PATH)).not.toContain("s-6.ts");
  });

  test("choosing the present origin again ends the wait", () => {
    const channel = both().lists("a", 1, 5).choose("b", "operator").choose("a");
    expect(channel.reasons()).toContain("switch-cancelled");
    channel.at(36).lists("a", 2, 6);
    expect(printCanonical(channel.ledger, PATH)).toContain("s-6.ts");
  });
});

describe("joinability", () => {
  const cases: readonly { name: string; play: () => Channel; want: object }[] = [
    {
      name: "other bytes",
      play: both,
      want: { join: "discontinuity", reason: "other-bytes", lagSeconds: 0 },
    },
    {
      name: "unproven",
      play: () => new Channel({ replicas: "auto" }).at(30).lists("a", 0, 4).lists("b", 0, 4),
      want: { join: "discontinuity", reason: "unproven", isProved: false },
    },
    {
      name: "proved",
      play: () =>
        new Channel({ replicas: "auto" }).at(30).lists("a", 0, 4).lists("b", 0, 4).prove("equal"),
      want: { join: "invisible", reason: "same-timeline", isProved: true },
    },
    {
      name: "proved different",
      play: () =>
        new Channel({ replicas: "auto" })
          .at(30)
          .lists("a", 0, 4)
          .lists("b", 0, 4)
          .prove("different"),
      want: { join: "discontinuity", reason: "other-bytes", isProved: false },
    },
    {
      name: "the operator's word",
      play: () =>
        new Channel({ replicas: "identical" })
          .at(30)
          .lists("a", 0, 4, { dated: false })
          .lists("b", 1, 5, { dated: false }),
      want: { join: "invisible", reason: "same-timeline", lagSeconds: null },
    },
    {
      name: "the operator's word against the playlists",
      play: () =>
        new Channel({ replicas: "identical" })
          .at(30)
          .lists("a", 0, 4)
          .lists("b", 0, 4, { shiftMs: 2500 }),
      want: { join: "discontinuity", reason: "other-bytes", isProved: false },
    },
    {
      name: "a lag is the least of some looks",
      play: () => both().lists("a", 3, 7),
      want: { join: "discontinuity", lagSeconds: 0 },
    },
    {
      name: "a repeat",
      play: () => new Channel().at(30).lists("a", 0, 4).lists("b", 0, 1, { name: "b" }),
      want: { join: "repeat", repeatSecondsMax: 24, lagSeconds: 18 },
    },
    {
      name: "no dates",
      play: () => both().lists("b", 0, 4, { dated: false, name: "n" }).lists("b", 9, 9),
      want: { join: "discontinuity" },
    },
  ];
  test.each(cases)("$name", ({ play, want }) => {
    const channel = play();
    expect(decideJoinability(channel.ledger, channel.nowMs)).toMatchObject([
      { origin: "b", ...want },
    ]);
  });
});

test("an ended channel goes on when an operator says so", () => {
  const channel = new Channel({ origins: ["a"] }).at(30).lists("a", 0, 4, { end: true });
  expect(printCanonical(channel.ledger, PATH)).toContain("#EXT-X-ENDLIST");
  channel.at(40).lists("a", 0, 6);
  expect(printCanonical(channel.ledger, PATH)).toContain("#EXT-X-ENDLIST");
  channel.apply({ kind: "reopen" }).at(42).lists("a", 0, 6);
  const text = printCanonical(channel.ledger, PATH);
  expect(text).not.toContain("#EXT-X-ENDLIST");
  expect(text).toContain("s-6.ts");
});

test("an EVENT playlist keeps everything, also behind a cut", () => {
  const channel = new Channel().at(30).lists("a", 0, 4, { head: "#EXT-X-PLAYLIST-TYPE:EVENT" });
  channel.lists("b", 2, 4, { name: "b" }).choose("b");
  for (let last = 5; last < 40; last += 1) {
    channel.at(6 * last).lists("b", last - 3, last, { name: "b" });
  }
  const text = printCanonical(channel.ledger, PATH) ?? "";
  expect(text).toContain("#EXT-X-PLAYLIST-TYPE:EVENT");
  expect(text).toContain("\ns-0.ts");
  expect(text.match(/\.ts$/gm)).toHaveLength(40);
});

test("what an origin lists and does not have is a gap", () => {
  const channel = both().lists("b", 1, 5, { name: "b" });
  channel.apply({ kind: "lost", origin: "b", path: PATH, firstMsn: 5, lastMsn: 5 });
  channel.choose("b");
  expect(printCanonical(channel.ledger, PATH)).toMatch(/#EXT-X-GAP\n.*\n.*\n@t1\/b-5\.ts/);
  expect(channel.nowMs).toBeGreaterThan(START_MS);
});

test("behind a cut every segment says its date, however few are listed at a time", () => {
  const dateAt = (msn: number) => new Date(START_MS + 40 + msn * 6000).toISOString();
  const toOptions = (first: number): ListOptions => {
    const front = `#EXT-X-PROGRAM-DATE-TIME:${dateAt(first)}`;
    return { name: "b", shiftMs: 40, dated: false, front };
  };
  const channel = new Channel().at(30).lists("a", 0, 4).lists("b", 0, 4, toOptions(0)).choose("b");
  for (const last of [5, 6, 7])
    channel.at(6 * last + 6).lists("b", last - 4, last, toOptions(last - 4));
  const text = printCanonical(channel.ledger, PATH) ?? "";
  const dates = [5, 6, 7].map((msn) => `#EXT-X-PROGRAM-DATE-TIME:${dateAt(msn)}\n#EXTINF:6,\n`);
  expect(text).toContain(dates.map((date, at) => `${date}@t1/b-${at + 5}.ts\n`).join(""));
});
