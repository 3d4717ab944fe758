// A window of arriving bytes: any position reads what follows it, what is gone says so.

import { describe, expect, test } from "vitest";
import { makeByteWindow } from "../../../workers/platform/byte-window.ts";

const bytes = (...values: number[]) => Uint8Array.from(values);

function makeFilled() {
  const window = makeByteWindow();
  for (const chunk of [bytes(0, 1, 2), bytes(3), bytes(4, 5, 6, 7)]) window.append(chunk);
  return window;
}

describe("at", () => {
  test.each([
    [0, [0, 1, 2]],
    [1, [1, 2]],
    [2, [2]],
    [3, [3]],
    [4, [4, 5, 6, 7]],
    [7, [7]],
  ])("position %i reads on to the end of its chunk", (position, want) => {
    expect(makeFilled().at(position)).toEqual(bytes(...want));
  });

  test("the end has no bytes yet, and neither has what is beyond", () => {
    expect([makeFilled().at(8), makeFilled().at(99)]).toEqual([null, null]);
  });

  test("an empty chunk changes nothing", () => {
    const window = makeFilled();
    window.append(bytes());
    expect([window.start, window.end]).toEqual([0, 8]);
  });
});

describe("dropBefore", () => {
  test.each([
    [0, 0],
    [2, 0],
    [3, 3],
    [4, 4],
    [7, 4],
    [8, 8],
  ])("position %i keeps the chunk that holds it: the window begins at %i", (position, start) => {
    const window = makeFilled();
    window.dropBefore(position, 0);
    expect([window.start, window.end]).toEqual([start, 8]);
    if (start > 0) expect(window.at(start - 1)).toBe("dropped");
    expect(window.at(start)).toEqual(makeFilled().at(start));
  });

  test("what comes after a drop is found at its own position", () => {
    const window = makeFilled();
    window.dropBefore(8, 0);
    window.append(bytes(8, 9));
    expect(window.at(9)).toEqual(bytes(9));
    expect(window.at(7)).toBe("dropped");
  });

  test.each([
    { position: 8, readTo: 8, lengths: [0, 0, 0] },
    { position: 8, readTo: 4, lengths: [0, 0, 4] },
    { position: 8, readTo: 3, lengths: [0, 1, 4] },
    { position: 8, readTo: 2, lengths: [3, 1, 4] },
    { position: 3, readTo: 8, lengths: [0, 1, 4] },
    { position: 0, readTo: 8, lengths: [3, 1, 4] },
  ])("gives back what lies before $position and $readTo only", ({ position, readTo, lengths }) => {
    const window = makeByteWindow();
    const chunks = [bytes(0, 1, 2), bytes(3), bytes(4, 5, 6, 7)];
    for (const chunk of chunks) window.append(chunk);
    window.dropBefore(position, readTo);
    expect(chunks.map(({ byteLength }) => byteLength)).toEqual(lengths);
  });

  test("hundreds of chunks of odd sizes", () => {
    const window = makeByteWindow();
    for (let at = 0; at < 400; at++) {
      window.append(Uint8Array.from({ length: (at % 7) + 1 }, () => at % 256));
    }
    let position = 0;
    for (let at = 0; at < 400; at++) {
      expect(window.at(position)?.length).toBe((at % 7) + 1);
      position += (at % 7) + 1;
    }
    expect(window.end).toBe(position);
  });
});
