// The L1 of playlists: versions that one isolate made, for the others of its data centre. Kept
// gzipped, so that no version is compressed twice, with what is known about it in a header of its
// own. For the edge's playlist shelf, which decides what is kept and whether it may still be shown.
//
// A cache is a help and never a need: every call here ends within a bound, whatever the cache does,
// and a failure is the same as nothing found. It knows nothing of lifetimes but the whole seconds
// after which an entry is of no use. Entries carry the version of their form in their name, so that
// a worker never reads what another release wrote in another form; and they are apart from those
// of media files, whose bodies are theirs as they are.

import type { CacheKey } from "../core/cache/key.ts";
import { sleep } from "./clock.ts";

/** An entry as it is kept; `facts` is plain data. */
export interface KeptPlaylist {
  readonly facts: unknown;
  readonly gzip: Uint8Array;
}

export interface PlaylistCache {
  /** What is kept, or null: nothing, nothing in time, or nothing of ours. Never rejects. */
  match(key: CacheKey): Promise<KeptPlaylist | null>;
  /** Keeps an entry for `keptSeconds` at the most, if the cache will. Never rejects. */
  put(key: CacheKey, facts: object, gzip: Blob, keptSeconds: number): Promise<void>;
  /** Never rejects. */
  remove(key: CacheKey): Promise<void>;
}

/** The form of entries; raised with every change of it or of how playlists are rewritten. */
const FORM = "playlist-1";
const FACTS = "x-weir-facts";
/** A look-up takes a few milliseconds; a viewer is not kept waiting for a cache that is ill. */
const MATCH_MS_MAX = 300;
const WRITE_MS_MAX = 5_000;

/** A cache on `caches`; `host` and `partition` as for media files (edge-cache.ts). */
export function makePlaylistCache(host: string, partition: string): PlaylistCache {
  const open = async (): Promise<Cache> =>
    partition === "" ? caches.default : await caches.open(`weir-${partition}`);
  const requestOf = (key: CacheKey) =>
    new Request(`https://${host}/${FORM}${encodeURI(key).replaceAll("%25", "%")}`);

  return {
    match: (key) =>
      within(MATCH_MS_MAX, null, async () => {
        const response = await (await open()).match(requestOf(key));
        if (response === undefined) return null;
        const facts: unknown = JSON.parse(response.headers.get(FACTS) ?? "null");
        const gzip = new Uint8Array(await response.arrayBuffer());
        return facts === null ? null : { facts, gzip };
      }),
    put: (key, facts, gzip, keptSeconds) =>
      within(WRITE_MS_MAX, undefined, async () => {
        const headers = {
          "cache-control": `public, max-age=${keptSeconds}`,
          "content-length": String(gzip.size),
          // Not what it is, so that nothing on the way unpacks it.
          "content-type": "application/octet-stream",
          [FACTS]: printFacts(facts),
        };
        await (await open()).put(requestOf(key), new Response(gzip, { headers }));
      }),
    remove: (key) =>
      within(WRITE_MS_MAX, undefined, async () => {
        await (await open()).delete(requestOf(key));
      }),
  };
}

/** The result of `work`, or `instead` if it fails or takes too long. */
async function within<T>(waitMs: number, instead: T, work: () => Promise<T>): Promise<T> {
  const result = work().catch(() => instead);
  return Promise.race([result, sleep(waitMs).then(() => instead)]);
}

/** Headers carry one byte per character: everything else is escaped as JSON allows. */
function printFacts(facts: object): string {
  return JSON.stringify(facts).replace(
    /[^\x20-\x7e]/g,
    (letter) => `\\u${letter.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}
