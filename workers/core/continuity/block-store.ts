// The blocks that a rendition has announced, as a queue that is cheap to change: a few loose blocks
// at the front, sealed chunks of text in the middle, loose blocks at the end. A new version touches
// the ends only; everything else is shared with the state before it. Memory is the text of the
// window plus a few words per chunk.
//
// Picture: a roll of film. New frames are added at the end and glued together by the dozen; frames
// fall off at the front, where one strip at a time is cut up again.

import type { RawBlock, TagState } from "./raw-block.ts";
import { readBlocks } from "./read-blocks.ts";

/** A segment as viewers get it. */
export interface CanonicalBlock {
  readonly msn: number;
  /** Its lines, each with its line feed, without EXT-X-PART lines. */
  readonly text: string;
  /** With its EXT-X-PART lines; null if it has none. */
  readonly fullText: string | null;
  readonly durationSeconds: number;
  readonly dateMs: number | null;
  readonly discontinuities: number;
  /** The state behind it, if it changes it. */
  readonly state: TagState | null;
}

/** Blocks that are sealed into one text. Parts are gone from it. */
export interface Chunk {
  readonly firstMsn: number;
  readonly count: number;
  readonly seconds: number;
  /** Start of its first block. */
  readonly dateMs: number | null;
  readonly text: string;
}

export interface BlockStore {
  readonly front: readonly CanonicalBlock[];
  readonly chunks: readonly Chunk[];
  readonly end: readonly CanonicalBlock[];
  readonly count: number;
  readonly seconds: number;
}

export const emptyStore: BlockStore = { front: [], chunks: [], end: [], count: 0, seconds: 0 };

/**
 * Blocks per chunk: half of what a front strip costs to cut up, twice what a chunk's head costs.
 */
const CHUNK_BLOCKS = 64;

export function toCanonicalBlock(block: RawBlock): CanonicalBlock {
  const { msn, durationSeconds, dateMs, discontinuities } = block;
  const plain = block.lines.filter((line) => !line.startsWith("#EXT-X-PART:"));
  const text = `${plain.join("\n")}\n`;
  const hasParts = plain.length < block.lines.length;
  const fullText = hasParts ? `${block.lines.join("\n")}\n` : null;
  const state = block.setsState ? block.state : null;
  return { msn, text, fullText, durationSeconds, dateMs, discontinuities, state };
}

/** Adds blocks at the end; those further than `partsSeconds` from it may be sealed. */
export function appendBlocks(
  store: BlockStore,
  blocks: readonly CanonicalBlock[],
  partsSeconds: number,
): BlockStore {
  if (blocks.length === 0) return store;
  const added = blocks.reduce((sum, block) => sum + block.durationSeconds, 0);
  const end = [...store.end, ...blocks];
  const next = {
    ...store,
    end,
    count: store.count + blocks.length,
    seconds: store.seconds + added,
  };
  return applySeals(next, partsSeconds);
}

function applySeals(store: BlockStore, partsSeconds: number): BlockStore {
  let behindSeconds = 0;
  let sealable = store.end.length;
  while (sealable > 0 && behindSeconds < partsSeconds) {
    sealable -= 1;
    behindSeconds += store.end[sealable]?.durationSeconds ?? 0;
  }
  if (sealable < CHUNK_BLOCKS) return store;
  const chunks = [...store.chunks];
  let from = 0;
  for (; sealable - from >= CHUNK_BLOCKS; from += CHUNK_BLOCKS) {
    chunks.push(toChunk(store.end.slice(from, from + CHUNK_BLOCKS)));
  }
  return { ...store, chunks, end: store.end.slice(from) };
}

function toChunk(blocks: readonly CanonicalBlock[]): Chunk {
  const first = blocks[0] as CanonicalBlock;
  return {
    firstMsn: first.msn,
    count: blocks.length,
    seconds: blocks.reduce((sum, block) => sum + block.durationSeconds, 0),
    dateMs: first.dateMs,
    text: blocks.map((block) => block.text).join(""),
  };
}

/** The store with its front strip cut up, so that `front` is not empty unless the store is. */
export function openFront(store: BlockStore, state: TagState): BlockStore {
  if (store.front.length > 0) return store;
  const [chunk, ...chunks] = store.chunks;
  if (chunk === undefined) return { ...store, front: store.end, end: [] };
  return { ...store, front: toBlocks(chunk, state), chunks };
}

function toBlocks(chunk: Chunk, state: TagState): readonly CanonicalBlock[] {
  const { firstMsn: msn, dateMs, text } = chunk;
  const { blocks } = readBlocks(text, 0, { msn, dsn: 0, state, dateMs, rangeTail: null });
  return blocks.map(toCanonicalBlock);
}

/** Takes `count` blocks off an opened front. */
export function dropFront(store: BlockStore, count: number): BlockStore {
  const gone = store.front.slice(0, count);
  const goneSeconds = gone.reduce((sum, block) => sum + block.durationSeconds, 0);
  return {
    ...store,
    front: store.front.slice(count),
    count: store.count - gone.length,
    seconds: store.seconds - goneSeconds,
  };
}

/**
 * The texts of all blocks in order; parts only of those within `partsSeconds` of the end, and of
 * `partsMax` blocks at most.
 */
export function listTexts(
  store: BlockStore,
  partsSeconds: number,
  partsMax: number,
): readonly string[] {
  const texts: string[] = [];
  const loose = [...store.front, ...store.end];
  const from = loose.length - Math.min(partsMax, toNewCount(loose, partsSeconds));
  for (const [index, block] of store.front.entries()) {
    texts.push(index >= from ? (block.fullText ?? block.text) : block.text);
  }
  for (const chunk of store.chunks) texts.push(chunk.text);
  for (const [index, block] of store.end.entries()) {
    const isNew = index + store.front.length >= from;
    texts.push(isNew ? (block.fullText ?? block.text) : block.text);
  }
  return texts;
}

/** The store without any parts: they may only be listed while a segment is being made. */
export function dropParts(store: BlockStore): BlockStore {
  const drop = (blocks: readonly CanonicalBlock[]) => {
    if (blocks.every(({ fullText }) => fullText === null)) return blocks;
    return blocks.map((block) => ({ ...block, fullText: null }));
  };
  const front = drop(store.front);
  const end = drop(store.end);
  return front === store.front && end === store.end ? store : { ...store, front, end };
}

/** How many blocks at the end begin within `seconds` of it. */
function toNewCount(blocks: readonly CanonicalBlock[], seconds: number): number {
  let count = 0;
  let sum = 0;
  while (count < blocks.length && sum < seconds - 1e-6) {
    sum += blocks[blocks.length - 1 - count]?.durationSeconds ?? 0;
    count += 1;
  }
  return count;
}
