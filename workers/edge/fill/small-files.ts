// L0 for files: init sections, keys and small files that are asked for again and again, as ready
// blobs within a byte budget, the least recently used first to go. A look into the data centre's
// cache costs four times as much as answering from here (spec section 14). An init section is kept
// at its first hit; another file must be hit twice within the memory of the doorkeeper, so that a
// library that is read once does not wash out what everybody needs.

import type { StorableMeta } from "../../platform/edge-cache.ts";

export interface SmallFile {
  readonly meta: StorableMeta;
  readonly blob: Blob;
}

export interface SmallFiles {
  get(key: string): SmallFile | null;
  /** Whether a file that was just hit should be kept. */
  admits(key: string, lengthBytes: number, isEager: boolean): boolean;
  put(key: string, file: SmallFile): void;
}

/** Above this a copy is not worth what it displaces: parts and init sections are below. */
const FILE_BYTES_MAX = 128 * 1024;
/** Names that were hit once; a set is emptied when it is full. */
const DOOR_COUNT_MAX = 2_048;

/** An empty memory of at most `bytesMax` bytes. */
export function makeSmallFiles(bytesMax: number): SmallFiles {
  const entries = new Map<string, SmallFile>();
  const hitOnce = new Set<string>();
  let bytes = 0;
  const drop = (key: string) => {
    bytes -= entries.get(key)?.meta.lengthBytes ?? 0;
    entries.delete(key);
  };
  return {
    get(key) {
      const file = entries.get(key);
      if (file === undefined) return null;
      // A Map keeps the order of insertion: putting an entry back makes it the youngest.
      entries.delete(key);
      entries.set(key, file);
      return file;
    },
    admits(key, lengthBytes, isEager) {
      if (lengthBytes > FILE_BYTES_MAX) return false;
      if (isEager || hitOnce.delete(key)) return true;
      if (hitOnce.size >= DOOR_COUNT_MAX) hitOnce.clear();
      hitOnce.add(key);
      return false;
    },
    put(key, file) {
      drop(key);
      entries.set(key, file);
      bytes += file.meta.lengthBytes;
      for (const oldest of entries.keys()) {
        if (bytes <= bytesMax) break;
        drop(oldest);
      }
    },
  };
}
