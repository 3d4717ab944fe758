// Bytes of a text: plain, gzipped, and their fingerprint. Done once per version of a playlist,
// never per request: compressing 100 KB costs 500 microseconds of CPU, sending it again nothing.

import { createHash, timingSafeEqual } from "node:crypto";
import { gzipSync } from "node:zlib";

export interface EncodedText {
  readonly identity: Uint8Array;
  readonly gzip: Uint8Array;
  /** 128 bits of SHA-256 over the plain bytes, base64url: equal text, equal tag, at every edge. */
  readonly fingerprint: string;
}

/** Encodes a text, or its bytes in UTF-8, in both codings. */
export function encodeText(text: string | Uint8Array): EncodedText {
  const identity = typeof text === "string" ? new TextEncoder().encode(text) : text;
  return { identity, gzip: gzipSync(identity), fingerprint: toFingerprint(identity) };
}

/** Fingerprint of bytes or text. */
export function toFingerprint(bytes: Uint8Array | string): string {
  return createHash("sha256").update(bytes).digest("base64url").slice(0, 22);
}

/** SHA-256 of a text, hex. */
export function hashText(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}

/** Compares two hex hashes in a time that does not tell where they differ. */
export function isSameHash(a: string, b: string): boolean {
  const [left, right] = [new TextEncoder().encode(a), new TextEncoder().encode(b)];
  return left.byteLength === right.byteLength && timingSafeEqual(left, right);
}
