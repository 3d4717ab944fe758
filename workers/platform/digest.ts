// MD5 of a body as it passes, on the platform's own stream: for comparing with what the origin
// says, never for anything that must withstand an attacker.

import { within } from "./clock.ts";

export interface Digest {
  update(chunk: Uint8Array): Promise<void>;
  /** Lower-case hex; ends the digest. */
  finish(): Promise<string>;
}

/** A body that was read for nothing but what it is. */
export interface ReadBody {
  /** Bytes that arrived. */
  readonly lengthBytes: number;
  /** Lower-case hex; null if the body broke off, or took longer than it may. */
  readonly md5: string | null;
}

/** Reads a body to its end in the platform's own streams, without touching a byte. */
export async function readMd5(body: ReadableStream, waitMs: number): Promise<ReadBody> {
  const stream = new crypto.DigestStream("MD5");
  stream.digest.catch(() => undefined);
  const read = body.pipeTo(stream).then(
    () => true,
    () => false,
  );
  const isWhole = (await within(read, waitMs)) === true;
  const lengthBytes = Number(stream.bytesWritten);
  return { lengthBytes, md5: isWhole ? toHex(await stream.digest) : null };
}

/** A digest of nothing yet. Belongs to the request that made it. */
export function makeMd5(): Digest {
  const stream = new crypto.DigestStream("MD5");
  // Left unfinished when a body breaks off: nobody waits for that.
  stream.digest.catch(() => undefined);
  const writer = stream.getWriter();
  return {
    async update(chunk) {
      await writer.write(chunk);
    },
    async finish() {
      await writer.close();
      return toHex(await stream.digest);
    },
  };
}

function toHex(bytes: ArrayBuffer): string {
  return Array.from(new Uint8Array(bytes), (byte) => byte.toString(16).padStart(2, "0")).join("");
}
