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
  readonly originId: string;
  readonly contentType: string;
  /** Strong validator without its quotes, or null. */
  readonly etag: string | null;
  readonly lastModifiedMs: number | null;
  /** The name will never mean other bytes (RFC 8246). */
  readonly immutable: boolean;
  readonly ttlReason: string;
}

export interface StoredFile {
  readonly meta: FileMeta;
  /** 200, 206 or 416, as the cache answered. */
  readonly status: number;
  /** Of the whole file. */
  readonly lengthBytes: number;
  readonly body: ReadableStream<Uint8Array> | null;
}

export interface EdgeCache {
  /** The stored file, or null. `range` is the viewer's Range header or null. */
  match(key: CacheKey, range: string | null): Promise<StoredFile | null>;
  /**
   * Stores a whole body of known length. A body that breaks off is not stored.
   * Resolves when the body has been consumed; never rejects.
   */
  put(
    key: CacheKey,
    meta: FileMeta,
    body: ReadableStream | Uint8Array | string,
    lengthBytes: number,
  ): Promise<void>;
}

const META = "x-weir-meta";

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
      const headers: HeadersInit = range === null ? {} : { range };
      const response = await (await cacheOf()).match(new Request(urlOf(key), { headers }));
      return response === undefined ? null : toStoredFile(response);
    },
    async put(key, meta, body, lengthBytes) {
      const keptMs = meta.freshUntilMs - meta.confirmedAtMs + Math.max(meta.swrMs, meta.sieMs);
      const keepSeconds = Math.ceil(keptMs / 1_000);
      const headers = new Headers({
        "cache-control": `public, max-age=${keepSeconds}`,
        "content-length": String(lengthBytes),
        "content-type": meta.contentType,
        [META]: JSON.stringify(meta),
      });
      try {
        const fixed =
          body instanceof ReadableStream
            ? body.pipeThrough(new FixedLengthStream(lengthBytes))
            : body;
        await (await cacheOf()).put(new Request(urlOf(key)), new Response(fixed, { headers }));
      } catch {
        // The body broke off or the cache refused it: nothing was stored, and the viewer's own
        // copy of the stream tells its reader. A failed fill is not an error of ours.
      }
    },
  };
}

function toStoredFile(response: Response): StoredFile | null {
  const meta = response.headers.get(META);
  if (meta === null) return null;
  const total = /\/(\d+)$/.exec(response.headers.get("content-range") ?? "")?.[1];
  return {
    meta: JSON.parse(meta) as FileMeta,
    status: response.status,
    lengthBytes: Number(total ?? response.headers.get("content-length") ?? 0),
    body: response.body as ReadableStream<Uint8Array> | null,
  };
}
