// The L1 port on the Cache API: whole bodies of one data centre, by canonical key.
//
// Facts we work around (Cloudflare, Cache API): no collapsing of concurrent misses, no stale
// serving, whole-second lifetimes, 206 never stored, put() resolves the same whether it stored or
// not. So entries are stored for as long as they may serve at all, with their own millisecond
// lifetime beside them, and the caller decides the phase. Range is answered by match() from a
// stored 200 whose length is known.

import type { Lifetime } from "../core/cache/freshness.ts";
import type { CacheKey } from "../core/cache/key.ts";

/** What is kept beside a stored body. */
export interface FileMeta extends Lifetime {
  /** Length of the whole body; null while nobody knows it, which also means not stored. */
  readonly lengthBytes: number | null;
  readonly originId: string;
  readonly contentType: string;
  /** Validator without its quotes, or null. */
  readonly etag: string | null;
  /** Absent means strong: only such a tag may stitch ranges together. */
  readonly etagIsWeak?: boolean;
  readonly lastModifiedMs: number | null;
  /** The name will never mean other bytes (RFC 8246). */
  readonly immutable: boolean;
  readonly ttlReason: string;
  /** The origin's CMSD-Static, passed on as it is (CTA-5006); left out if there is none. */
  readonly cmsdStatic?: string;
}

/** Only a body of known length can be stored, and checked when it is read. */
export type StorableMeta = FileMeta & { readonly lengthBytes: number };

export interface StoredFile {
  readonly meta: StorableMeta;
  /** Whether `body` is just the range that was asked for. */
  readonly isSlice: boolean;
  readonly body: ReadableStream<Uint8Array> | null;
}

/**
 * The reading end of a FixedLengthStream, because a put of unknown length holds up the next one,
 * and how its writing went. It must be handed over as it is: the runtime can not pipe one such
 * stream into another.
 */
export interface FixedBody {
  readonly stream: ReadableStream<Uint8Array>;
  /** Whether all bytes were written; never rejects. */
  readonly isWhole: Promise<boolean>;
}

export interface EdgeCache {
  /** The stored file, or null. `range` is the viewer's Range header or null. */
  match(key: CacheKey, range: string | null): Promise<StoredFile | null>;
  /**
   * Stores a body of known length. Resolves when the body has been consumed, with whether all of it
   * arrived; never rejects. A body that broke off is removed again, but an emulated cache may show
   * what had arrived of it: the caller remembers the key until a fill succeeds.
   */
  put(key: CacheKey, meta: StorableMeta, body: FixedBody): Promise<boolean>;
}

/** No L1 of our own: Workers Cache keeps what passes. */
export const NO_CACHE: EdgeCache = {
  match: async () => null,
  async put(_key, _meta, body) {
    await body.stream.cancel().catch(() => undefined);
    return false;
  },
};

const META = "x-weir-meta";
/** A copy past every use is kept a little longer: an origin may confirm it with a 304. */
const CONFIRMABLE_MS = 600_000;

/**
 * A cache on `caches`. `host` is the zone's own host name: a foreign one costs look-ups.
 * `partition` separates the caches of regions that share a machine; "" in production, where every
 * data centre has its own cache anyway.
 */
export function makeEdgeCache(host: string, partition: string): EdgeCache {
  let opened: Promise<Cache> | null = null;
  const cacheOf = () => {
    if (partition === "") return Promise.resolve(caches.default);
    opened ??= caches.open(`weir-${partition}`);
    return opened;
  };
  const urlOf = (key: CacheKey) => `https://${host}${encodeURI(key).replaceAll("%25", "%")}`;

  return {
    async match(key, range) {
      const cache = await cacheOf();
      const url = urlOf(key);
      if (range !== null) {
        const response = await cache.match(new Request(url, { headers: { range } }));
        if (response === undefined) return null;
        if (response.status === 206) return toStoredFile(response);
        // An unsatisfiable range loses the entry's own headers; they are needed to say why.
        await response.body?.cancel();
      }
      const response = await cache.match(new Request(url));
      return response === undefined ? null : toStoredFile(response);
    },
    async put(key, meta, body) {
      const usableMs = meta.freshUntilMs - meta.confirmedAtMs + Math.max(meta.swrMs, meta.sieMs);
      const keptMs = usableMs + CONFIRMABLE_MS;
      const headers = new Headers({
        "cache-control": `public, max-age=${Math.ceil(keptMs / 1_000)}`,
        "content-length": String(meta.lengthBytes),
        "content-type": meta.contentType,
        [META]: JSON.stringify(meta),
      });
      const request = new Request(urlOf(key));
      const cache = await cacheOf();
      const put = cache.put(request, new Response(body.stream, { headers }));
      const stored = await put.then(
        () => true,
        () => false,
      );
      // A put resolves the same for half a body: only its writer knows.
      const isWhole = (await body.isWhole) && stored;
      if (!isWhole) await cache.delete(request);
      return isWhole;
    },
  };
}

/** The header in which a file's facts travel beside its body. */
export function toMetaHeader(meta: StorableMeta): readonly [string, string] {
  return [META, JSON.stringify(meta)];
}

/** The entry, or null if it is not one of ours. */
export function toStoredFile(response: Response): StoredFile | null {
  const meta = response.headers.get(META);
  if (meta === null) return null;
  return {
    meta: JSON.parse(meta) as StorableMeta,
    isSlice: response.status === 206,
    body: response.body as StoredFile["body"],
  };
}
