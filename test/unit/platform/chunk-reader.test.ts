// Bodies read chunk by chunk: whole, silent, broken, and of both kinds of streams.

import { describe, expect, test } from "vitest";
import { type ChunkReader, makeChunkReader } from "../../../workers/platform/chunk-reader.ts";

const LONG_MS = 60_000;

async function readAll(reader: ChunkReader): Promise<readonly number[] | string> {
  const all: number[] = [];
  for (;;) {
    const reading = await reader.read(LONG_MS);
    if (reading.kind === "end") return all;
    if (reading.kind !== "chunk") return reading.kind;
    all.push(...reading.bytes);
  }
}

function makeStream(type: "bytes" | undefined, chunks: readonly number[][], error?: Error) {
  let at = 0;
  const pull = (controller: ReadableByteStreamController | ReadableStreamDefaultController) => {
    const chunk = chunks[at++];
    if (chunk !== undefined) controller.enqueue(Uint8Array.from(chunk));
    else if (error === undefined) {
      controller.close();
      // A byte stream with a waiting reader is closed by an empty answer.
      if ("byobRequest" in controller) controller.byobRequest?.respond(0);
    } else controller.error(error);
  };
  return new ReadableStream(
    type === undefined ? { pull } : { type, pull },
  ) as ReadableStream<Uint8Array>;
}

describe.each([["bytes" as const], [undefined]])("a stream of type %s", (type) => {
  test("is read to its end", async () => {
    const chunks = [[1, 2], [3], [4, 5, 6]];
    expect(await readAll(makeChunkReader(makeStream(type, chunks)))).toEqual([1, 2, 3, 4, 5, 6]);
  });

  test("that breaks says so after what came before", async () => {
    const reader = makeChunkReader(makeStream(type, [[1]], new Error("cut off.")));
    expect(await reader.read(LONG_MS)).toEqual({ kind: "chunk", bytes: Uint8Array.of(1) });
    expect(await reader.read(LONG_MS)).toEqual({ kind: "broken", detail: "cut off" });
  });
});

test("no body is an ended one", async () => {
  expect(await readAll(makeChunkReader(null))).toEqual([]);
});

test("a silent read can be awaited again, and nothing is lost", async () => {
  const gate = Promise.withResolvers<void>();
  const stream = new ReadableStream<Uint8Array>({
    async pull(controller) {
      await gate.promise;
      controller.enqueue(Uint8Array.of(5));
      controller.close();
    },
  });
  const reader = makeChunkReader(stream);
  expect(await reader.read(10)).toEqual({ kind: "silent" });
  gate.resolve();
  expect(await readAll(reader)).toEqual([5]);
});
