// The bytes of a bench's segments: noise that differs from name to name, so that a body that was
// mixed up, cut, padded or damaged on its way is told from the right one by comparing. Both ends
// make them from the name alone: the origin to send, viewers to compare, which costs less than a
// hash and proves more. Real MD5 sums go with them as entity tags, as S3 gives them.

import { createHash } from "node:crypto";

export interface SegmentBody {
  readonly bytes: Buffer;
  /** Hexadecimal. */
  readonly md5: string;
}

const NOISE_BYTES = 4_194_304;
const noise = makeNoise();
const bodies = new Map<string, SegmentBody>();
/** Bodies kept at both ends; beyond that they are made again. */
const BODY_BYTES_MAX = 128_000_000;
let keptBytes = 0;

/**
 * The body of a segment. `edition` is counted up when a name is used again for other bytes, as by
 * an encoder that restarts.
 */
export function toSegmentBody(name: string, lengthBytes: number, edition = 0): SegmentBody {
  const key = `${name} ${lengthBytes} ${edition}`;
  const known = bodies.get(key);
  if (known !== undefined) return known;
  const hash = createHash("sha256").update(key).digest();
  const from = hash.readUInt32LE(0) % (NOISE_BYTES / 2);
  const bytes = Buffer.alloc(lengthBytes);
  for (let at = 0; at < lengthBytes; at += NOISE_BYTES / 2) {
    noise.copy(bytes, at, from, from + Math.min(NOISE_BYTES / 2, lengthBytes - at));
  }
  bytes.write(`${key} `, 0, "latin1");
  hash.copy(bytes, Math.max(0, lengthBytes - hash.byteLength));
  const body = { bytes, md5: createHash("md5").update(bytes).digest("hex") };
  if (keptBytes + lengthBytes > BODY_BYTES_MAX) {
    bodies.clear();
    keptBytes = 0;
  }
  keptBytes += lengthBytes;
  bodies.set(key, body);
  return body;
}

/** The last two parts of a path, labels and caches' prefixes left out: what names the bytes. */
export function toSegmentName(path: string): string {
  return (path.split("?")[0] ?? "").split("/").slice(-2).join("/");
}

function makeNoise(): Buffer {
  const bytes = Buffer.alloc(NOISE_BYTES);
  let state = 0x9e3779b9;
  for (let at = 0; at < NOISE_BYTES; at += 4) {
    state = Math.imul(state ^ (state >>> 15), 0x2c1b3c6d) + 0x6d2b79f5;
    bytes.writeInt32LE(state ^ (state >>> 13), at);
  }
  return bytes;
}
