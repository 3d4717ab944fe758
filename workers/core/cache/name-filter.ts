// A Bloom filter of the names that a library holds (design section 3): a few bits per name say
// "not in the listing" with certainty and "in it" with an error below one in ten thousand. Built by
// preload from a storage's listing, read by edges before they ask that storage. "Not in the
// listing" is not "absent": an object may be younger than the listing, and who finds a miss here
// asks once before it believes it.
//
// Names are spread over blocks of at most 1 MB by a hash of their own, so an edge loads the one
// block it needs and a listing may grow without any block growing. A block, big-endian:
//   4 bytes  "WNF" and the version of the form, 1
//   4 bytes  each: hashes per name, bits, names in the block, number of the block, blocks in all
//   then the bits. Anything else is unreadable, which means that there is no filter.
//
// Refused: an xor filter has a third less bits, but cannot be built in one pass over a listing that
// does not fit into memory twice; a sorted list of 64-bit hashes is three times as large.

export const FILTER_FORM = 1;
/** A block in bytes, head included. */
export const FILTER_BLOCK_BYTES_MAX = 1_048_576;
const HEAD_BYTES = 24;
/** At 24 bits and 16 hashes a strange name passes in one of a hundred thousand cases. */
const BITS_PER_NAME = 24;
const HASHES = 16;
/** Names of one block: below what fits, because names do not spread evenly. */
export const FILTER_BLOCK_NAMES = 300_000;
/** Names of one filter; a listing that is longer gets none. */
export const FILTER_NAMES_MAX = 5_000_000;

export interface NameFilter {
  readonly block: number;
  readonly blockCount: number;
  readonly nameCount: number;
  /** Whether the name may be in the listing; false is certain. Only for names of this block. */
  has(name: string): boolean;
}

/** Collects names, twelve bytes each, and builds the blocks. */
export class NameFilterBuilder {
  #hashes = new Uint32Array(3 * 1_024);
  #count = 0;

  /** Adds a name; false if the filter is full. */
  add(name: string): boolean {
    if (this.#count >= FILTER_NAMES_MAX) return false;
    const at = this.#count * 3;
    if (at >= this.#hashes.length) {
      const grown = new Uint32Array(this.#hashes.length * 2);
      grown.set(this.#hashes);
      this.#hashes = grown;
    }
    const { place, first, second } = toNameHash(name);
    this.#hashes.set([place, first, second], at);
    this.#count += 1;
    return true;
  }

  get count(): number {
    return this.#count;
  }

  /** The serialised blocks, in order. */
  build(): readonly Uint8Array[] {
    const blockCount = Math.max(1, Math.ceil(this.#count / FILTER_BLOCK_NAMES));
    const counts = new Uint32Array(blockCount);
    for (let at = 0; at < this.#count * 3; at += 3) {
      const block = (this.#hashes[at] as number) % blockCount;
      counts[block] = (counts[block] ?? 0) + 1;
    }
    const blocks = Array.from(counts, (count, block) => makeBlock(count, block, blockCount));
    for (let at = 0; at < this.#count * 3; at += 3) {
      const bytes = blocks[(this.#hashes[at] as number) % blockCount] as Uint8Array;
      const [first, second] = [this.#hashes[at + 1] as number, this.#hashes[at + 2] as number];
      const bits = (bytes.byteLength - HEAD_BYTES) * 8;
      for (let hash = 0; hash < HASHES; hash++) {
        const bit = toBit(first, second, hash, bits);
        const place = HEAD_BYTES + (bit >>> 3);
        bytes[place] = (bytes[place] as number) | (1 << (bit & 7));
      }
    }
    return blocks;
  }
}

function makeBlock(count: number, block: number, blockCount: number): Uint8Array {
  const wanted = Math.ceil((Math.max(1, count) * BITS_PER_NAME) / 8);
  const bytes = new Uint8Array(HEAD_BYTES + Math.min(wanted, FILTER_BLOCK_BYTES_MAX - HEAD_BYTES));
  const view = new DataView(bytes.buffer);
  bytes.set([0x57, 0x4e, 0x46, FILTER_FORM]);
  const bits = (bytes.byteLength - HEAD_BYTES) * 8;
  for (const [index, value] of [HASHES, bits, count, block, blockCount].entries()) {
    view.setUint32(4 + index * 4, value);
  }
  return bytes;
}

/** Which of `blockCount` blocks answers for a name. */
export function toFilterBlock(name: string, blockCount: number): number {
  return toNameHash(name).place % blockCount;
}

/** Reads a block; null if it is none of this form. */
export function parseNameFilter(bytes: Uint8Array): NameFilter | null {
  const { byteLength } = bytes;
  if (byteLength <= HEAD_BYTES || byteLength > FILTER_BLOCK_BYTES_MAX) return null;
  const view = new DataView(bytes.buffer, bytes.byteOffset, byteLength);
  const isOurs = view.getUint32(0) === (0x574e4600 | FILTER_FORM) >>> 0;
  const [hashes = 0, bits = 0, nameCount = 0, block = 0, blockCount = 0] = [4, 8, 12, 16, 20].map(
    (at) => view.getUint32(at),
  );
  const isWhole = bits === (byteLength - HEAD_BYTES) * 8 && hashes >= 1 && hashes <= 64;
  if (!isOurs || !isWhole || block >= blockCount) return null;
  return {
    block,
    blockCount,
    nameCount,
    has(name) {
      const { first, second } = toNameHash(name);
      for (let hash = 0; hash < hashes; hash++) {
        const bit = toBit(first, second, hash, bits);
        if (((bytes[HEAD_BYTES + (bit >>> 3)] as number) & (1 << (bit & 7))) === 0) return false;
      }
      return true;
    },
  };
}

/** Kirsch and Mitzenmacher: two hashes do for any number of them; the cube keeps them apart. */
function toBit(first: number, second: number, hash: number, bits: number): number {
  return (first + hash * second + (hash * hash * hash - hash) / 6) % bits;
}

interface NameHash {
  readonly place: number;
  readonly first: number;
  readonly second: number;
}

/** Three independent 32-bit hashes of a name's UTF-16 code units. */
function toNameHash(name: string): NameHash {
  return {
    place: toHash(name, 0x9747b28c),
    first: toHash(name, 0x85ebca6b),
    second: (toHash(name, 0xc2b2ae35) | 1) >>> 0,
  };
}

/** Murmur's mixing over code units, finished so that every bit depends on every letter. */
function toHash(name: string, seed: number): number {
  let hash = seed;
  for (let at = 0; at < name.length; at++) {
    let unit = Math.imul(name.charCodeAt(at), 0xcc9e2d51);
    unit = Math.imul((unit << 15) | (unit >>> 17), 0x1b873593);
    hash ^= unit;
    hash = (Math.imul((hash << 13) | (hash >>> 19), 5) + 0xe6546b64) | 0;
  }
  hash ^= name.length;
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}
