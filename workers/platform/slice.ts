// Cuts a byte range out of a stream as it passes, for the first viewer of a file that is still
// on its way into the cache. Later viewers' ranges are cut by the cache itself.

/** Bytes `start` to `end` (inclusive) of `body`; the source is cancelled after `end`. */
export function sliceStream(
  body: ReadableStream<Uint8Array>,
  start: number,
  end: number,
): ReadableStream<Uint8Array> {
  let offset = 0;
  return body.pipeThrough(
    new TransformStream<Uint8Array, Uint8Array>({
      transform(chunk, controller) {
        const from = Math.max(start - offset, 0);
        const to = Math.min(end + 1 - offset, chunk.byteLength);
        if (from < to) controller.enqueue(chunk.subarray(from, to));
        offset += chunk.byteLength;
        if (offset > end) controller.terminate();
      },
    }),
  );
}
