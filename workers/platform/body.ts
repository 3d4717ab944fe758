// Reads bodies with a bound: how many bytes and how long. Playlists are read whole, because a
// viewer must never get half of one; segments are never read here.

import { type OriginFailure, toOriginFailure } from "../core/health/failure.ts";
import type { BodyReply } from "./origin-fetch.ts";

export type BodyReading =
  | {
      readonly kind: "text";
      readonly text: string;
      /** What the text was decoded from. */
      readonly bytes: Uint8Array;
    }
  | OriginFailure;

/** Reads a reply as UTF-8 text of at most `bytesMax` bytes within `timeoutMs`. */
export async function readText(
  reply: BodyReply,
  bytesMax: number,
  timeoutMs: number,
): Promise<BodyReading> {
  const { originId, body } = reply;
  const fail = (failure: OriginFailure["failure"], detail: string) =>
    toOriginFailure(originId, failure, `${originId} ${detail}`);
  if (Number(reply.header("content-length") ?? 0) > bytesMax) {
    await body?.cancel();
    return fail("too-large", `announced more than ${bytesMax} bytes`);
  }
  const chunks: Uint8Array[] = [];
  let length = 0;
  const reader = body?.getReader();
  let timedOut = false;
  const timer = setTimeout(() => {
    timedOut = true;
    reader?.cancel().catch(() => undefined);
  }, timeoutMs);
  try {
    while (reader !== undefined) {
      const { done, value } = await reader.read();
      if (done) break;
      length += value.byteLength;
      if (length > bytesMax) {
        await reader.cancel();
        return fail("too-large", `sent more than ${bytesMax} bytes`);
      }
      chunks.push(value);
    }
  } catch (error) {
    const words = error instanceof Error ? error.message : "unknown error";
    return fail("short-body", `broke off after ${length} bytes: ${words}`);
  } finally {
    clearTimeout(timer);
  }
  if (timedOut) return fail("timeout", `did not finish the body within ${timeoutMs} ms`);
  const announced = reply.header("content-length");
  if (
    announced !== null &&
    reply.header("content-encoding") === null &&
    Number(announced) !== length
  ) {
    return fail("short-body", `announced ${announced} bytes and sent ${length}`);
  }
  return toText(chunks, length) ?? fail("bad-encoding", "sent bytes that are not UTF-8");
}

function toText(chunks: readonly Uint8Array[], length: number): BodyReading | null {
  const bytes = new Uint8Array(length);
  let offset = 0;
  for (const chunk of chunks) {
    bytes.set(chunk, offset);
    offset += chunk.byteLength;
  }
  try {
    // The byte order mark is kept: the parser refuses it by name (RFC 8216bis section 4.1).
    const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
    return { kind: "text", text: decoder.decode(bytes), bytes };
  } catch {
    return null;
  }
}
