// A byte range cut out of a passing stream, wherever the chunks happen to end.

import { describe, expect, test } from "vitest";
import { sliceStream } from "../../../workers/platform/slice.ts";

const BYTES = Uint8Array.from({ length: 10 }, (_, index) => index);

/** The ten bytes in chunks of the given sizes, and what became of the stream. */
function makeSource(sizes: readonly number[]) {
  let letGo: () => void = () => undefined;
  const cancelled = new Promise<void>((resolve) => {
    letGo = resolve;
  });
  const state = { sent: 0 };
  let next = 0;
  const stream = new ReadableStream<Uint8Array>(
    {
      pull(controller) {
        const size = sizes[next++];
        if (size === undefined) {
          controller.close();
          return;
        }
        controller.enqueue(BYTES.slice(state.sent, state.sent + size));
        state.sent += size;
      },
      cancel() {
        letGo();
      },
    },
    { highWaterMark: 0 },
  );
  return { stream, state, cancelled };
}

async function readAll(stream: ReadableStream<Uint8Array>): Promise<number[]> {
  const bytes: number[] = [];
  for await (const chunk of stream) bytes.push(...chunk);
  return bytes;
}

describe("sliceStream", () => {
  const chunkings = [[10], [1, 1, 1, 1, 1, 1, 1, 1, 1, 1], [3, 3, 4], [0, 5, 0, 5], [9, 1]];
  const ranges = [
    [0, 9],
    [0, 0],
    [9, 9],
    [2, 5],
    [3, 5],
    [2, 3],
    [5, 9],
    [4, 100],
  ] as const;
  for (const sizes of chunkings) {
    test.each(ranges)(`chunks of ${sizes}: bytes %i to %i`, async (start, end) => {
      const { stream } = makeSource(sizes);
      const want = [...BYTES.slice(start, end + 1)];
      expect(await readAll(sliceStream(stream, start, end))).toEqual(want);
    });
  }

  test("the source is let go when the range is done", async () => {
    const { stream, state, cancelled } = makeSource([2, 2, 2, 2, 2]);
    expect(await readAll(sliceStream(stream, 0, 1))).toEqual([0, 1]);
    await cancelled;
    expect(state.sent).toBeLessThan(10);
  });

  test("a source that breaks off breaks the range off", async () => {
    const broken = new ReadableStream<Uint8Array>({
      start(controller) {
        controller.enqueue(BYTES.slice(0, 3));
      },
      pull(controller) {
        controller.error(new Error("origin went away"));
      },
    });
    await expect(readAll(sliceStream(broken, 0, 9))).rejects.toThrow("origin went away");
  });
});
