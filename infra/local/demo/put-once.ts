// One storage for two packagers of one process that publish the same objects: whoever comes second
// waits for the first one's upload instead of sending the same bytes again. In the field each
// packager sends its own; here it would only cost the emulated storage memory.

import type { ChunkStore, StoreResult } from "./chunk-store.ts";

/** Uploads remembered: a window of every rendition, and then some. */
const REMEMBERED_MAX = 256;

/** The store with equal puts (same key, same MD5) done once. A failed one may be tried again. */
export function makePutOnceStore(store: ChunkStore): ChunkStore {
  const puts = new Map<string, Promise<StoreResult<void>>>();
  return {
    ...store,
    put(key, object) {
      const identity = `${key} ${object.md5}`;
      const known = puts.get(identity);
      if (known !== undefined) return known;
      const put = store.put(key, object).then((result) => {
        if (result.kind === "failed") puts.delete(identity);
        return result;
      });
      puts.set(identity, put);
      const oldest = puts.keys().next();
      if (puts.size > REMEMBERED_MAX && !oldest.done) puts.delete(oldest.value);
      return put;
    },
  };
}
