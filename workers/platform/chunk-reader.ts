// Reads a body chunk by chunk with a bound on every wait. Large reads where the stream allows it:
// the runtime's plain reader hands out 4 KB at a time, and every chunk costs each follower a turn.

import { within } from "./clock.ts";

/** What one read gave. */
export type ChunkReading =
  | { readonly kind: "chunk"; readonly bytes: Uint8Array }
  | { readonly kind: "end" }
  /** Nothing came in time; the same read may be awaited again. */
  | { readonly kind: "silent" }
  | { readonly kind: "broken"; readonly detail: string };

export interface ChunkReader {
  read(waitMs: number): Promise<ChunkReading>;
  /** Lets the source go. */
  cancel(): void;
}

const READ_BYTES = 64 * 1024;
/**
 * Buffers of readers that came to their end, for the next ones: what each left behind would wait
 * for the collector, and hundreds of files a minute would leave hundreds of them.
 */
const spares: ArrayBuffer[] = [];
const SPARES_MAX = 16;

/** A reader of `body`, which it owns from now on. */
export function makeChunkReader(body: ReadableStream<Uint8Array> | null): ChunkReader {
  if (body === null) return { read: async () => ({ kind: "end" }), cancel: () => undefined };
  const source = toSource(body);
  let pending: Promise<ChunkReading> | null = null;
  return {
    async read(waitMs) {
      pending ??= source.read().then(toReading, toBroken);
      const reading = await within(pending, waitMs);
      if (reading === "late") return { kind: "silent" };
      pending = null;
      return reading;
    },
    cancel() {
      source.cancel().catch(() => undefined);
    },
  };
}

interface Read {
  readonly done: boolean;
  readonly value?: Uint8Array | undefined;
}

interface Source {
  read(): Promise<Read>;
  cancel(): Promise<void>;
}

function toSource(body: ReadableStream<Uint8Array>): Source {
  try {
    const reader = body.getReader({ mode: "byob" });
    // One buffer for all reads. What arrived is copied out: a chunk that kept its buffer would keep
    // 64 KB for the few that a socket gives at a time, and windows hold many chunks.
    let buffer = spares.pop() ?? new ArrayBuffer(READ_BYTES);
    return {
      async read() {
        const { done, value } = await reader.read(new Uint8Array(buffer));
        if (value !== undefined) buffer = value.buffer as ArrayBuffer;
        if (done || value === undefined) {
          if (buffer.byteLength > 0 && spares.length < SPARES_MAX) spares.push(buffer.transfer());
          return { done: true };
        }
        return { done: false, value: value.slice() };
      },
      cancel: () => reader.cancel(),
    };
  } catch {
    // Streams written in JavaScript may have no such reader.
    const reader = body.getReader();
    return {
      async read() {
        const { done, value } = await reader.read();
        // A chunk of ours is nobody else's: windows give its memory back.
        return { done, value: value?.slice() };
      },
      cancel: () => reader.cancel(),
    };
  }
}

function toReading({ done, value }: Read): ChunkReading {
  if (done || value === undefined) return { kind: "end" };
  return { kind: "chunk", bytes: value };
}

function toBroken(error: unknown): ChunkReading {
  const detail = error instanceof Error ? error.message.replace(/\.$/, "") : "unknown error";
  return { kind: "broken", detail };
}
