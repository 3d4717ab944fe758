// The listings of libraries as one isolate knows them: the head of a channel's filter, read again
// every half minute, and those of its blocks that were needed, within a budget of bytes. KV keeps
// both near every data centre.

import { type NameFilter, parseNameFilter, toFilterBlock } from "../../core/cache/name-filter.ts";
import { type FilterHead, toFilterBlockKey, toFilterHeadKey } from "../../core/contract/library.ts";
import { acceptsContract } from "../../core/contract/message.ts";
import { readClockMs } from "../../platform/clock.ts";

const HEAD_MS = 30_000;
/** Where there is none, it may be on its way. */
const NO_HEAD_MS = 5_000;
/** The shortest that KV allows. */
const HEAD_CACHE_SECONDS = 30;
/** Blocks carry their version in their key: they never change. */
const BLOCK_CACHE_SECONDS = 3_600;
const BLOCKS_MAX = 16;
const CHANNELS_MAX = 1_024;

interface Known {
  readonly head: FilterHead | null;
  readonly readAtMs: number;
}

export class LibraryNames {
  readonly #heads = new Map<string, Known>();
  readonly #blocks = new Map<string, NameFilter>();

  /** The listing of a channel; null: there is none, or it is of other places. */
  async head(
    channel: string,
    places: readonly string[],
    store: KVNamespace,
  ): Promise<FilterHead | null> {
    const nowMs = readClockMs();
    let known = this.#heads.get(channel);
    const keptMs = known?.head == null ? NO_HEAD_MS : HEAD_MS;
    if (known === undefined || nowMs - known.readAtMs >= keptMs) {
      // Others who come meanwhile go on with the old one. Where nobody knows any they read it too:
      // "none yet" would let them past the guard.
      if (known !== undefined) this.#heads.set(channel, { ...known, readAtMs: nowMs });
      known = { head: await readHead(channel, store, known?.head ?? null), readAtMs: nowMs };
      this.#heads.set(channel, known);
      const oldest = this.#heads.keys().next();
      if (this.#heads.size > CHANNELS_MAX && !oldest.done) this.#heads.delete(oldest.value);
    }
    const { head } = known;
    return head !== null && places.every((place) => head.places.includes(place)) ? head : null;
  }

  /** Whether a listing may hold a name; null: its block cannot be read. */
  async has(head: FilterHead, name: string, store: KVNamespace): Promise<boolean | null> {
    const number = toFilterBlock(name, head.blockCount);
    const key = toFilterBlockKey(head.channel, head.version, number);
    let block = this.#blocks.get(key);
    if (block === undefined) {
      const bytes = await store
        .get(key, { type: "arrayBuffer", cacheTtl: BLOCK_CACHE_SECONDS })
        .catch(() => null);
      const read = bytes === null ? null : parseNameFilter(new Uint8Array(bytes));
      if (read === null || read.block !== number || read.blockCount !== head.blockCount) {
        return null;
      }
      block = read;
    }
    // Putting it back makes it the youngest.
    this.#blocks.delete(key);
    this.#blocks.set(key, block);
    const oldest = this.#blocks.keys().next();
    if (this.#blocks.size > BLOCKS_MAX && !oldest.done) this.#blocks.delete(oldest.value);
    return block.has(name);
  }
}

async function readHead(
  channel: string,
  store: KVNamespace,
  before: FilterHead | null,
): Promise<FilterHead | null> {
  const head = await store
    .get<FilterHead>(toFilterHeadKey(channel), { type: "json", cacheTtl: HEAD_CACHE_SECONDS })
    .catch(() => before);
  return head !== null && acceptsContract(head.contract) ? head : null;
}
