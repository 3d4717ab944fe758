// What a rendition lacks around a cut, and what becomes of one that gets nothing more.

import { describe, expect, test } from "vitest";
import { decideJoinability } from "../../../workers/core/continuity/joinability.ts";
import { Channel, PATH, printShape } from "./ledger-channel.ts";

const WORDS = "words.m3u8";

const cut = (dated: boolean) =>
  new Channel()
    .at(30)
    .lists("a", 0, 4, { dated })
    .lists("a", 0, 4, { path: WORDS, dated })
    .lists("b", 0, 4, { name: "b", dated })
    .choose("b")
    .at(42)
    .lists("b", 0, 6, { name: "b", dated });

describe("a rendition that is read when the first segments behind the cut have gone", () => {
  test.each([{ dated: true }, { dated: false }])("has gaps in their place: $dated", ({ dated }) => {
    const channel = cut(dated).at(54).lists("b", 4, 8, { name: "b", dated });
    expect(printShape(channel, PATH)).toContain("s-4.ts DISCONTINUITY @t1/b-5.ts @t1/b-6.ts");
    channel.lists("b", 7, 8, { path: WORDS, name: "b", dated });
    const gaps = "GAP @t1/@gap/words/5 GAP @t1/@gap/words/6";
    expect(printShape(channel, WORDS)).toContain(
      `s-4.ts DISCONTINUITY ${gaps} @t1/b-7.ts @t1/b-8.ts`,
    );
  });
});

test("what the rendition that got furthest sees again is said before", () => {
  const channel = new Channel()
    .at(42)
    .lists("a", 0, 6)
    .lists("a", 0, 4, { path: WORDS })
    .lists("b", 0, 6, { name: "b", shiftMs: -2000 })
    .lists("b", 0, 6, { name: "b", shiftMs: -2000, path: WORDS });
  const [said] = decideJoinability(channel.ledger, channel.nowMs);
  expect(said).toMatchObject({ origin: "b", join: "repeat", repeatSecondsMax: 8 });
});

test("an origin that ends without anything behind the cut ends the channel", () => {
  const channel = new Channel().at(30).lists("a", 0, 4).lists("b", 0, 4, { name: "b" });
  channel.choose("b").at(36).lists("b", 0, 4, { name: "b", end: true });
  channel.at(60).apply({ kind: "tick" });
  expect(printShape(channel, PATH)).toMatch(/s-4\.ts ENDLIST$/);
});

test("an undated member goes on by number when the old listing has moved on", () => {
  const undated = { dated: false };
  const channel = new Channel({ replicas: "identical" })
    .at(30)
    .lists("a", 0, 4, undated)
    .lists("b", 0, 3, undated)
    .choose("b")
    .at(36)
    .lists("a", 6, 8, undated)
    .lists("b", 1, 6, undated);
  expect(printShape(channel, PATH)).toMatch(/s-4\.ts s-5\.ts s-6\.ts$/);
});

test("what one member has lost another one of its timeline still has", () => {
  const channel = new Channel({ replicas: "identical", origins: ["a", "b", "c"] })
    .at(30)
    .lists("a", 0, 4)
    .lists("b", 0, 4)
    .lists("c", 0, 4)
    .at(36)
    .lists("c", 2, 6)
    .at(38)
    .lists("b", 7, 8)
    .choose("b");
  expect(printShape(channel, PATH)).toBe("s-5.ts s-6.ts s-7.ts s-8.ts");
});

describe("a discontinuity in the hole of a member that numbers otherwise", () => {
  const other = (dsn: number) => ({
    name: "b",
    zero: 500,
    head: `#EXT-X-DISCONTINUITY-SEQUENCE:${dsn}`,
  });
  const hole = (channel: Channel, dsn: number) =>
    channel.at(144).lists("b", 520, 523, other(dsn)).choose("b");
  const both = (origins: readonly string[] = ["a", "b"]) =>
    new Channel({ replicas: "identical", origins }).at(90).lists("a", 0, 14);

  test("is not lost: both were compared before", () => {
    const channel = hole(both().lists("b", 500, 514, other(7)), 8);
    expect(printShape(channel)).toMatch(/GAP @gap\/v1\/19 b-520\.ts/);
    expect(channel.ledger.renditions.get(PATH)?.tail.dsn).toBe(1);
  });

  test("nor if only a third one was compared with both", () => {
    const channel = both(["a", "b", "c"])
      .lists("b", 500, 514, other(7))
      .at(94)
      .lists("c", 0, 14, { name: "c", head: "#EXT-X-DISCONTINUITY-SEQUENCE:2" })
      .at(96)
      .choose("c")
      .lists("c", 1, 15, { name: "c", head: "#EXT-X-DISCONTINUITY-SEQUENCE:2" });
    expect(printShape(hole(channel, 8))).toMatch(/DISCONTINUITY GAP @gap\/v1\/16 GAP/);
  });

  test("is not made up where there is none", () => {
    const channel = hole(both().lists("b", 500, 514, other(7)), 7);
    expect(printShape(channel)).toMatch(/GAP @gap\/v1\/19 b-520\.ts/);
    expect(printShape(channel)).not.toContain("DISCONTINUITY");
  });
});
