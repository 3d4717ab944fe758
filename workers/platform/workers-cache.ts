// The L1 port on Workers Cache: the platform's own cache in front of an entrypoint of this worker,
// tiered, collapsing, and in production only. The gateway asks the entrypoint through ctx.exports;
// on a hit it never runs. Detected by what the context offers, because a worker without the setting
// has the entrypoint all the same, uncached.
//
// Facts we work with (spec section 10.2): the key is the path and query as they are, never the
// method or a header; Range is stripped before the entrypoint and cut from the stored 200 behind
// it; stale-if-error is unlimited unless it is said; without Cache-Control a 200 stays two hours.

import type { CacheKey } from "../core/cache/key.ts";
import type { FileMeta, StoredFile } from "./edge-cache.ts";
import { toStoredFile } from "./edge-cache.ts";

export type ThroughReading =
  /** A file, from the cache or just filled for it. */
  | { readonly kind: "file"; readonly file: StoredFile; readonly isHit: boolean }
  /** What the entrypoint answered instead: a problem, or what can not be kept. */
  | { readonly kind: "answer"; readonly response: Response };

export interface ThroughCache {
  read(key: CacheKey, range: string | null): Promise<ThroughReading>;
}

/** The entrypoint as the gateway sees it. */
export interface CachedEntrypoint {
  fetch(request: Request): Promise<Response>;
}

/** What the platform may offer to a request. */
export interface CachingContext {
  readonly cache?: { purge?: unknown } | undefined;
}

/** Whether this deployment has Workers Cache. */
export function hasWorkersCache(context: CachingContext): boolean {
  return typeof context.cache?.purge === "function";
}

const HIT = /^(HIT|STALE|UPDATING|REVALIDATED)$/;

/** A cache in front of `entrypoint`. `host` never enters the key. */
export function makeThroughCache(host: string, entrypoint: CachedEntrypoint): ThroughCache {
  return {
    async read(key, range) {
      const url = `https://${host}${encodeURI(key).replaceAll("%25", "%")}`;
      const headers: Record<string, string> = range === null ? {} : { range };
      const response = await entrypoint.fetch(new Request(url, { headers }));
      if (response.status === 416) {
        // The facts of the whole are needed to say why.
        await response.body?.cancel();
        return this.read(key, null);
      }
      const file = toStoredFile(response);
      if (file === null) return { kind: "answer", response };
      const isHit = HIT.test(response.headers.get("cf-cache-status") ?? "");
      return { kind: "file", file, isHit };
    },
  };
}

/** Headers that keep a file in Workers Cache for as long as `meta` says, and no longer. */
export function toKeepingHeaders(meta: FileMeta, nowMs: number): Record<string, string> {
  const freshSeconds = Math.max(0, Math.floor((meta.freshUntilMs - nowMs) / 1_000));
  const [swr, sie] = [meta.swrMs, meta.sieMs].map((ms) => Math.floor(ms / 1_000));
  return {
    "cache-control": `public, max-age=${freshSeconds}, stale-while-revalidate=${swr}, stale-if-error=${sie}`,
  };
}
