// The bytes of a body that is arriving, as far as somebody may still need them: a list of chunks
// that grows at its end and is cut at its beginning. Readers come at any position and at their own
// pace; whoever is behind the beginning learns so and has to read elsewhere. Chunks are shared
// between requests, so nobody may change one.

export interface ByteWindow {
  /** Position of the first byte that is still here. */
  readonly start: number;
  /** Position after the last byte. */
  readonly end: number;
  append(chunk: Uint8Array): void;
  /** Bytes from `position` on: null if there are none yet, "dropped" if they are gone. */
  at(position: number): Uint8Array | "dropped" | null;
  /**
   * Drops chunks that lie wholly before `position`. Of those that lie wholly before `readTo` too
   * the memory is given back at once, where the collector would take its time: nobody may be
   * reading them any more, since who still held one would find it empty.
   */
  dropBefore(position: number, readTo: number): void;
}

interface Chunk {
  readonly offset: number;
  readonly bytes: Uint8Array;
}

/** An empty window at position 0. */
export function makeByteWindow(): ByteWindow {
  const chunks: Chunk[] = [];
  let start = 0;
  let end = 0;
  return {
    get start() {
      return start;
    },
    get end() {
      return end;
    },
    append(bytes) {
      if (bytes.byteLength === 0) return;
      chunks.push({ offset: end, bytes });
      end += bytes.byteLength;
    },
    at(position) {
      if (position < start) return "dropped";
      if (position >= end) return null;
      const chunk = chunks[findChunk(chunks, position)];
      if (chunk === undefined) return null;
      return position === chunk.offset
        ? chunk.bytes
        : chunk.bytes.subarray(position - chunk.offset);
    },
    dropBefore(position, readTo) {
      const kept = chunks.findIndex(({ offset, bytes }) => offset + bytes.byteLength > position);
      const dropped = chunks.splice(0, kept < 0 ? chunks.length : kept);
      start = chunks[0]?.offset ?? end;
      for (const { offset, bytes } of dropped) {
        if (offset + bytes.byteLength > readTo) break;
        (bytes.buffer as ArrayBuffer).transfer(0);
      }
    },
  };
}

/** Index of the chunk that holds `position`, by halves: a long window has hundreds of chunks. */
function findChunk(chunks: readonly Chunk[], position: number): number {
  let [low, high] = [0, chunks.length - 1];
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((chunks[middle]?.offset ?? 0) <= position) low = middle;
    else high = middle - 1;
  }
  return low;
}
