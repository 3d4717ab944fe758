// A reader of a running fill: a viewer's stream, or the one that goes into a cache. It begins
// anywhere, waits for bytes at its own pace, sees to it that a dead owner is replaced, and goes on
// in the stored copy when the fill has dropped what it still needs. If the bytes can not be had,
// the stream breaks: its reader must never take a part for the whole.

import { within } from "../../platform/clock.ts";
import type { FixedBody } from "../../platform/edge-cache.ts";
import type { FileFill } from "./file-fill.ts";

/** Longer than players wait. */
const SILENT_MS = 25_000;

export interface ReadPlan {
  /** First byte wanted. */
  readonly first: number;
  /** Last byte wanted; null: to the end, wherever it is. */
  readonly last: number | null;
  /** Whether the fill must keep what this reader has not read; only for readers beside the pump. */
  readonly isAnchor: boolean;
  /** Becomes the fill's owner after the last one fell silent. */
  readonly takeOver: () => void;
  /** The rest from the stored copy, or null if there is none. */
  readonly readStored: (first: number) => Promise<ReadableStream<Uint8Array> | null>;
}

/** Starts reading; the stream belongs to the request that called. */
export function readFill(fill: FileFill, plan: ReadPlan): FixedBody {
  const { first, last } = plan;
  const { readable, writable } =
    last === null ? new IdentityTransformStream() : new FixedLengthStream(last - first + 1);
  const reader = { position: first, isAnchor: plan.isAnchor };
  fill.readers.add(reader);
  const isWhole = copy(fill, plan, reader, writable)
    .then(
      () => true,
      () => false,
    )
    .finally(() => fill.readers.delete(reader));
  return { stream: readable as ReadableStream<Uint8Array>, isWhole };
}

async function copy(
  fill: FileFill,
  plan: ReadPlan,
  reader: { position: number },
  writable: WritableStream<Uint8Array>,
): Promise<void> {
  const writer = writable.getWriter();
  const follower = fill.follow();
  try {
    for (;;) {
      const isOver = plan.last !== null && reader.position > plan.last;
      const bytes = isOver ? null : fill.window.at(reader.position);
      if (bytes === "dropped") {
        const rest = await readDropped(fill, plan, reader.position, follower);
        writer.releaseLock();
        await rest.pipeTo(writable);
        return;
      }
      if (bytes !== null) {
        const wanted = toWanted(bytes, reader.position, plan.last);
        await writer.write(wanted);
        reader.position += wanted.byteLength;
        continue;
      }
      if (isOver || fill.state.kind === "done") return await writer.close();
      if (fill.state.kind === "failed") throw new Error("the file could not be read to its end");
      if ((await follower.wait()) === "orphaned") plan.takeOver();
    }
  } catch (error) {
    // A stream without a length would look whole if it ended here (see pump.ts): better silent.
    if (plan.last === null)
      await within(
        writer.closed.catch(() => undefined),
        SILENT_MS,
      );
    // If the reader has left there is nobody to tell.
    if (writable.locked) await writer.abort(error).catch(() => undefined);
    else await writable.abort(error).catch(() => undefined);
    throw error;
  } finally {
    follower.stop();
  }
}

function toWanted(bytes: Uint8Array, position: number, last: number | null): Uint8Array {
  if (last === null || position + bytes.byteLength <= last + 1) return bytes;
  return bytes.subarray(0, last + 1 - position);
}

/** The rest of a file whose bytes the fill has let go: it is in the cache, or about to be. */
async function readDropped(
  fill: FileFill,
  plan: ReadPlan,
  position: number,
  follower: { wait(): Promise<"changed" | "orphaned"> },
): Promise<ReadableStream<Uint8Array>> {
  while (
    fill.state.kind === "flowing" ||
    (fill.state.kind === "done" && fill.state.stored === null)
  )
    if ((await follower.wait()) === "orphaned") plan.takeOver();
  const isStored = fill.state.kind === "done" && fill.state.stored === true;
  const rest = isStored ? await plan.readStored(position) : null;
  if (rest === null) throw new Error("the rest of the file is not there any more");
  return rest;
}
