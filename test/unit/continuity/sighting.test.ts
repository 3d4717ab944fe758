// Two nodes behind one URL, and encoders that start over: which face a body belongs to, when the
// numbers of two of them meet by chance, and where a rendition belongs that was not read before.

import { expect, test } from "vitest";
import { Channel, printShape } from "./ledger-channel.ts";

const WORDS = "words.m3u8";
/** The second node: other names, other bytes, two segments ahead in its numbers. */
const node = { name: "n", zero: 2, head: "#EXT-X-DISCONTINUITY-SEQUENCE:3" };
const faces = () => new Channel({ origins: ["a"] }).at(48).lists("a", 3, 7);

test("a body is the face's that lists its numbers, though they would go on from the other's", () => {
  const channel = faces().at(49).lists("a", 5, 9, node).at(54).lists("a", 4, 8);
  channel.at(55).lists("a", 9, 10, node);
  expect(channel.reasons()).toContain("multi-faced");
  expect(printShape(channel)).toBe("s-4.ts s-5.ts s-6.ts s-7.ts s-8.ts");
});

test("or the face's whose segments are named so", () => {
  const channel = faces().at(49).lists("a", 5, 7, node).at(54).lists("a", 4, 8);
  channel.at(55).lists("a", 9, 10, node);
  expect(printShape(channel)).toBe("s-4.ts s-5.ts s-6.ts s-7.ts s-8.ts");
  channel.at(60).lists("a", 5, 9);
  expect(printShape(channel)).toMatch(/s-8\.ts s-9\.ts$/);
});

test("an older body of the face that is known changes nothing", () => {
  const channel = faces().at(54).lists("a", 4, 8).at(55).lists("a", 3, 7);
  expect(channel.reasons().at(-1)).toBe("behind");
  expect(printShape(channel)).toMatch(/s-7\.ts s-8\.ts$/);
});

test("a face that is silent for long gives way to the other one, and one cut stands there", () => {
  const channel = faces().at(49).lists("a", 5, 9, node).at(54).lists("a", 4, 8);
  for (let last = 10; last < 15; last += 1) {
    channel.at(6 * last).lists("a", last - 4, last, node);
  }
  expect(channel.reasons()).toContain("face-changed");
  expect(printShape(channel).match(/DISCONTINUITY/g)).toHaveLength(1);
  expect(printShape(channel)).toMatch(/@t1\/n-14\.ts$/);
});

test("a rendition first read just when its encoder started over goes on with the new epoch", () => {
  const old = { name: "o", zero: 700 };
  const again = { name: "r", shiftMs: 30_000 };
  const channel = new Channel({ origins: ["a"] })
    .at(30)
    .lists("a", 700, 704, old)
    .at(36)
    .lists("a", 0, 0, { ...again, path: WORDS })
    .lists("a", 0, 0, again)
    .at(42)
    .lists("a", 0, 1, again)
    .lists("a", 0, 1, { ...again, path: WORDS });
  // Nobody could know it when the first segment of the new run was shown under the old label.
  expect(printShape(channel)).toMatch(/DISCONTINUITY @t1\/r-1\.ts$/);
  expect(printShape(channel, WORDS)).toMatch(/@t1\/r-1\.ts$/);
});
