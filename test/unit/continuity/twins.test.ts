// The same bytes under a label of their own, and stretches of a timeline that nobody saw: both are
// joined without a discontinuity.

import { expect, test } from "vitest";
import { decideJoinability } from "../../../workers/core/continuity/joinability.ts";
import { printCanonical } from "../../../workers/core/continuity/print-canonical.ts";
import type { ListOptions } from "./ledger-channel.ts";
import { Channel, PATH, printShape, START_MS } from "./ledger-channel.ts";

/** Numbered otherwise: `s-52.ts` is what `s-2.ts` is elsewhere. */
const shifted: ListOptions = { zero: 50 };

test("a twin goes on with the next segment, under its own label", () => {
  const channel = new Channel({ replicas: "auto" }).at(30).lists("a", 0, 4);
  channel.lists("b", 50, 54, shifted).prove("equal").choose("b");
  expect(channel.answer()).toBe("done same-bytes");
  channel.at(36).lists("b", 51, 55, shifted);
  expect(printShape(channel)).toMatch(/s-4\.ts @t1\/s-55\.ts$/);
});

test("back from a twin: the old label, and still no discontinuity", () => {
  const channel = new Channel({ replicas: "auto" }).at(30).lists("a", 0, 4);
  channel.lists("b", 50, 54, shifted).prove("equal").choose("b").at(36).lists("b", 51, 55, shifted);
  channel.at(42).lists("a", 2, 6).choose("a");
  expect(channel.answer()).toBe("done same-bytes");
  expect(printShape(channel)).toMatch(/s-4\.ts @t1\/s-55\.ts s-6\.ts$/);
  expect(printCanonical(channel.ledger, PATH)).not.toContain("#EXT-X-DISCONTINUITY-SEQUENCE");
});

test("a twin that was too far behind and has caught up meanwhile needs no cut", () => {
  const channel = new Channel({ replicas: "auto" }).at(30).lists("a", 0, 4).at(31);
  channel.lists("b", 50, 51, shifted).prove("equal").at(36).lists("a", 1, 5).choose("b");
  expect(channel.answer()).toBe("waiting lagging-standby");
  channel.at(40).lists("b", 50, 56, shifted);
  expect(channel.answer()).toBe("done same-bytes");
  expect(printShape(channel)).toMatch(/s-5\.ts @t1\/s-56\.ts$/);
});

test("one that is too far behind is cut to, and what was seen comes again", () => {
  const channel = new Channel({ replicas: "auto" }).at(30).lists("a", 0, 4).at(31);
  channel.lists("b", 50, 51, shifted).prove("equal").choose("b");
  expect(channel.answer()).toBe("done lagging-standby");
  expect(printShape(channel)).toMatch(/s-4\.ts DISCONTINUITY @t1\/s-51\.ts$/);
});

test("a stretch that nobody saw is taken back from another member of the timeline", () => {
  const channel = new Channel({ replicas: "auto", origins: ["a", "b", "c"] })
    .at(30)
    .lists("a", 0, 4)
    .lists("c", 0, 4)
    .prove("equal")
    .lists("b", 0, 4, { name: "b", shiftMs: 40 })
    .choose("b");
  expect(channel.answer()).toBe("done other-bytes");
  channel.at(36).lists("c", 1, 5).choose("c");
  expect(channel.answer()).toBe("done same-timeline");
  expect(channel.reasons()).toContain("switch-cancelled");
  expect(printShape(channel)).toMatch(/s-4\.ts s-5\.ts$/);
});

test("one that somebody saw stays, and the way back is a cut of its own", () => {
  const channel = new Channel({ origins: ["a", "b"] })
    .at(30)
    .lists("a", 0, 4)
    .lists("b", 0, 4, { name: "b" })
    .choose("b")
    .at(36)
    .lists("b", 1, 5, { name: "b" })
    .at(42)
    .lists("a", 2, 6)
    .choose("a");
  const seams = "s-4.ts DISCONTINUITY @t1/b-5.ts DISCONTINUITY s-6.ts";
  expect(printShape(channel)).toContain(seams);
});

test("a hole that no member of the timeline can fill is a gap", () => {
  const channel = new Channel({ replicas: "identical", origins: ["a", "b", "c"] })
    .at(30)
    .lists("a", 0, 4)
    .lists("b", 0, 4)
    .lists("c", 0, 3)
    .at(48)
    .lists("b", 6, 8)
    .choose("b");
  expect(printShape(channel)).toMatch(/^GAP @gap\/v1\/5 s-6\.ts s-7\.ts s-8\.ts$/);
});

test("a twin that is level with one that stands still needs no cut, whatever it lagged", () => {
  const sound = { ...shifted, path: "a1.m3u8" };
  const channel = new Channel({ replicas: "auto" }).multivariant("a", PATH, "a1.m3u8").at(30);
  channel.multivariant("b", PATH, "a1.m3u8");
  channel.lists("a", 0, 4).lists("a", 0, 4, { path: "a1.m3u8" }).at(31);
  // Only one of its renditions is read again before it is needed.
  channel.lists("b", 50, 51, shifted).prove("equal").lists("b", 50, 51, sound).prove("equal");
  channel.at(47).lists("b", 50, 54, shifted);
  const [joinability] = decideJoinability(channel.ledger, channel.nowMs);
  expect(joinability).toMatchObject({ join: "invisible", reason: "same-bytes" });
  channel.choose("b");
  expect(channel.answer()).toBe("done same-bytes");
  channel.at(48).lists("b", 51, 55, shifted).lists("b", 51, 55, sound);
  expect(printShape(channel)).toMatch(/s-4\.ts @t1\/s-55\.ts$/);
  expect(printShape(channel, "a1.m3u8")).toMatch(/s-4\.ts @t1\/s-55\.ts$/);
});

test("a rendition that missed a cut makes up for it where the next stretch is a twin's", () => {
  const sound = "a1.m3u8";
  const other: ListOptions = { name: "b", shiftMs: 40 };
  const twin: ListOptions = { ...other, zero: 50 };
  const channel = new Channel({ replicas: "auto", origins: ["a", "b", "c"] })
    .multivariant("a", PATH, sound)
    .multivariant("b", PATH, sound)
    .multivariant("c", PATH, sound)
    .at(30)
    .lists("a", 0, 4)
    .lists("a", 0, 4, { path: sound });
  // Its sound is not read before the next switch.
  channel.lists("b", 0, 4, other).choose("b").at(36).lists("b", 1, 5, other);
  channel.lists("c", 51, 55, twin).prove("equal").choose("c");
  expect(channel.answer()).toBe("done same-bytes");
  channel
    .at(42)
    .lists("c", 52, 56, twin)
    .lists("c", 52, 56, { ...twin, path: sound });
  expect(printShape(channel)).toMatch(/s-4\.ts DISCONTINUITY @t1\/b-5\.ts @t2\/b-56\.ts$/);
  expect(printShape(channel, sound)).toMatch(/s-4\.ts DISCONTINUITY @t2\/b-55\.ts @t2\/b-56\.ts$/);
});

test("a cut of which only a part was seen keeps its discontinuity where a twin goes on", () => {
  const head = "#EXT-X-PART-INF:PART-TARGET=1.0";
  const part = '#EXT-X-PART:DURATION=1.0,URI="b-5.0.ts",INDEPENDENT=YES';
  const other: ListOptions = { name: "b", shiftMs: 40, head };
  const channel = new Channel({ replicas: "auto", origins: ["a", "b", "c"] }).at(30);
  channel.lists("a", 0, 4, { head });
  channel.lists("b", 0, 4, { ...other, tail: [part] }).choose("b");
  expect(channel.answer()).toBe("done other-bytes");
  expect(printCanonical(channel.ledger, PATH)).toMatch(/DISCONTINUITY\n(?:.+\n)*#EXT-X-PART:/);
  channel
    .lists("c", 50, 54, { ...other, zero: 50 })
    .prove("equal")
    .at(36)
    .choose("c");
  expect(channel.answer()).toBe("done same-bytes");
  channel.lists("c", 51, 55, { ...other, zero: 50 });
  expect(printShape(channel)).toMatch(/s-4\.ts DISCONTINUITY @t2\/b-55\.ts$/);
});

test("a hole in front of the one short segment in four is one segment", () => {
  // 6, 6, 6 and 3 seconds, over and over.
  const printBeat = (first: number, last: number, zero: number) => {
    const lines = ["#EXTM3U", "#EXT-X-TARGETDURATION:6", `#EXT-X-MEDIA-SEQUENCE:${first + zero}`];
    for (let index = first; index <= last; index += 1) {
      const startMs = START_MS + (Math.floor(index / 4) * 21 + (index % 4) * 6) * 1000;
      lines.push(`#EXT-X-PROGRAM-DATE-TIME:${new Date(startMs).toISOString()}`);
      lines.push(`#EXTINF:${index % 4 === 3 ? 3 : 6},`, `s-${index + zero}.ts`);
    }
    return `${lines.join("\n")}\n`;
  };
  const channel = new Channel({ replicas: "auto" }).at(30);
  channel
    .gives("a", PATH, printBeat(0, 5, 0))
    .gives("b", PATH, printBeat(0, 5, 50))
    .prove("equal");
  channel
    .at(54)
    .gives("b", PATH, printBeat(7, 9, 50))
    .choose("b");
  expect(channel.answer()).toBe("done same-bytes");
  expect(printShape(channel)).toMatch(/^GAP @t1\/@gap\/v1\/6 @t1\/s-57\.ts @t1\/s-58/);
});

test("a third origin whose names clash with any member's gets a label of its own", () => {
  const channel = new Channel({ replicas: "auto", origins: ["a", "b", "c"] }).at(30);
  channel.lists("a", 0, 4).lists("b", 0, 4, { name: "b" }).prove("equal");
  channel.lists("c", 50, 54, shifted).prove("equal").choose("b");
  expect(channel.answer()).toBe("done same-timeline");
  // Beside b alone its names are of another make.
  channel.at(36).lists("b", 1, 5, { name: "b" }).prove("equal").lists("c", 51, 55, shifted);
  channel.at(42).lists("c", 52, 56, shifted).choose("c");
  expect(channel.answer()).toBe("done same-bytes");
  expect(printShape(channel)).toMatch(/s-4\.ts b-5\.ts @t1\/s-56\.ts$/);
});

test("one that was never compared with the member whose names clash, too", () => {
  const channel = new Channel({ replicas: "auto", origins: ["a", "b", "c"] }).at(30);
  channel.lists("a", 0, 4).lists("b", 0, 4, { name: "b" }).prove("equal").choose("b");
  channel.lists("c", 50, 54, shifted).prove("equal");
  channel.at(36).lists("b", 1, 5, { name: "b" }).lists("c", 51, 55, shifted).choose("c");
  expect(channel.answer()).toBe("done same-bytes");
});
