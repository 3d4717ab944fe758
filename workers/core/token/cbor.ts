// Reads CBOR (RFC 8949) as far as Common Access Tokens use it (RFC 8392, RFC 9052, CTA-5007):
// definite lengths, integers within 2^53, floats of 32 and 64 bits, byte and text strings, arrays,
// maps and tags. Everything else, a key that stands twice and a byte behind the end are refused:
// what a token says must not depend on who reads it. Bounded in depth and, by the token's own
// length, in everything else. It does NOT know what the values mean.

import { parseUtf8 } from "./utf8.ts";

export interface CborTag {
  readonly kind: "tag";
  readonly tag: number;
  readonly value: CborValue;
}
export type CborMap = ReadonlyMap<number | string, CborValue>;
export type CborValue =
  | number
  | string
  | boolean
  | null
  | Uint8Array
  | readonly CborValue[]
  | CborMap
  | CborTag;

/** Deepest nesting; a token of ours needs six. */
const DEPTH_MAX = 12;

/** Thrown and caught within this file: the way out of a nested reading. */
class Malformed extends Error {}

/** The one value that the bytes hold, or null. */
export function parseCbor(bytes: Uint8Array): CborValue | null {
  const reader = new Reader(bytes);
  try {
    const value = reader.readValue(0);
    return reader.isAtEnd ? value : null;
  } catch (error) {
    if (error instanceof Malformed) return null;
    throw error;
  }
}

export function isCborMap(value: CborValue | null | undefined): value is CborMap {
  return value instanceof Map;
}

export function isCborTag(value: CborValue | null | undefined): value is CborTag {
  return typeof value === "object" && value !== null && "kind" in value && value.kind === "tag";
}

class Reader {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  get isAtEnd(): boolean {
    return this.#at === this.#bytes.length;
  }

  readValue(depth: number): CborValue {
    if (depth > DEPTH_MAX) throw new Malformed();
    const head = this.#take(1)[0] as number;
    const major = head >> 5;
    const low = head & 31;
    if (major === 7) return this.#readSimple(low);
    const size = this.#readSize(low);
    switch (major) {
      case 0:
        return size;
      case 1:
        return -1 - size;
      case 2:
        return this.#take(size);
      case 3:
        return this.#readText(size);
      case 4:
        return this.#readArray(size, depth);
      case 5:
        return this.#readMap(size, depth);
      default:
        return { kind: "tag", tag: size, value: this.readValue(depth + 1) };
    }
  }

  #take(count: number): Uint8Array {
    if (count > this.#bytes.length - this.#at) throw new Malformed();
    const taken = this.#bytes.slice(this.#at, this.#at + count);
    this.#at += count;
    return taken;
  }

  #readSize(low: number): number {
    if (low < 24) return low;
    if (low > 27) throw new Malformed();
    const count = 1 << (low - 24);
    let size = 0;
    for (const byte of this.#take(count)) size = size * 256 + byte;
    if (!Number.isSafeInteger(size)) throw new Malformed();
    return size;
  }

  #readSimple(low: number): CborValue {
    if (low === 20) return false;
    if (low === 21) return true;
    if (low === 22) return null;
    const at = this.#at;
    if (low === 26) {
      this.#take(4);
      return this.#view.getFloat32(at);
    }
    if (low !== 27) throw new Malformed();
    this.#take(8);
    return this.#view.getFloat64(at);
  }

  #readText(size: number): string {
    const text = parseUtf8(this.#take(size));
    if (text === null) throw new Malformed();
    return text;
  }

  #readArray(count: number, depth: number): readonly CborValue[] {
    // Each element takes a byte at least: a larger count is a lie.
    if (count > this.#bytes.length - this.#at) throw new Malformed();
    const values: CborValue[] = [];
    for (let n = 0; n < count; n++) values.push(this.readValue(depth + 1));
    return values;
  }

  #readMap(count: number, depth: number): CborMap {
    if (count > this.#bytes.length - this.#at) throw new Malformed();
    const map = new Map<number | string, CborValue>();
    for (let n = 0; n < count; n++) {
      const key = this.readValue(depth + 1);
      if ((typeof key !== "number" && typeof key !== "string") || map.has(key)) {
        throw new Malformed();
      }
      map.set(key, this.readValue(depth + 1));
    }
    return map;
  }
}

/** Head of a CBOR item of a major type, for the structures that COSE signs. */
export function printCborHead(major: number, size: number): readonly number[] {
  const type = major << 5;
  if (size < 24) return [type | size];
  if (size < 256) return [type | 24, size];
  return [type | 25, size >> 8, size & 255];
}
