// Short answers share memory, and nobody may notice: no strip is ever written on again.

import { describe, expect, test } from "vitest";
import { tearOff, toStrip } from "../../../workers/core/transform/answer-pad.ts";

function write(sizeBytes: number, letter: number): Uint8Array {
  const strip = toStrip(sizeBytes);
  strip.letters.fill(letter, strip.start, strip.start + sizeBytes);
  return tearOff(strip, sizeBytes);
}

describe("answers stay as they are", () => {
  test.each([
    { name: "many short ones, over several pads", sizesBytes: [700, 1, 0, 3000] },
    { name: "the longest that shares a pad", sizesBytes: [8192] },
    { name: "the shortest that does not", sizesBytes: [8193] },
    { name: "long and short ones in turn", sizesBytes: [20, 400_000, 500] },
  ])("$name", ({ sizesBytes }) => {
    const sizes = Array.from({ length: 25 }, () => sizesBytes).flat();
    const answers = sizes.map((sizeBytes, index) => write(sizeBytes, index % 128));
    for (const [index, answer] of answers.entries()) {
      expect(answer.length).toBe(sizes[index]);
      expect(answer.every((letter) => letter === index % 128)).toBe(true);
    }
  });

  test("a strip that was not torn off is given away again", () => {
    const left = toStrip(10);
    expect(toStrip(10).start).toBe(left.start);
  });
});
