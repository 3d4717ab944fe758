// The L2 port on R2: whole files of the whole world, by canonical key. R2 is strongly consistent
// and shows an object only when all of it was written, so what is found is complete. It is never
// needed: every failure, and every answer that takes too long, counts as "not there", and whoever
// asked goes on to the origins. Expiry is kept beside the body and judged by the reader; old
// objects are removed by a lifecycle rule of the bucket (infra/docs/deploy.md).

import type { CacheKey } from "../core/cache/key.ts";
import { within } from "./clock.ts";
import type { FileMeta, FixedBody, StorableMeta } from "./edge-cache.ts";
import type { Log } from "./log.ts";

export interface HotFile {
  readonly meta: StorableMeta;
  readonly body: ReadableStream<Uint8Array>;
}

export interface HotTier {
  /** The file from a position on, or null. Never rejects. */
  get(key: CacheKey, position: number): Promise<HotFile | null>;
  /** Stores a file; resolves with whether it is there. Never rejects. */
  put(key: CacheKey, meta: FileMeta, body: FixedBody): Promise<boolean>;
}

/** Longest wait for R2's headers: a tier must not cost more than it saves. */
const GET_MS_MAX = 400;
const META = "weir";

/** A hot tier in a bucket; without one, an empty tier that takes nothing. */
export function makeHotTier(bucket: R2Bucket | undefined, log: Log): HotTier {
  const fail = (what: string, key: CacheKey, error: unknown) => {
    const why = error instanceof Error ? error.message : String(error);
    log.warn(`hot tier ${what} failed`, { key: withoutQuery(key), why });
  };
  return {
    async get(key, position) {
      if (bucket === undefined) return null;
      const range = position === 0 ? {} : { range: { offset: position } };
      try {
        const object = await within(bucket.get(toObjectName(key), range), GET_MS_MAX);
        if (object === "late") throw new Error(`no answer for ${GET_MS_MAX} ms`);
        const meta = object?.customMetadata?.[META];
        if (object == null || meta === undefined) return null;
        return { meta: JSON.parse(meta) as StorableMeta, body: object.body as HotFile["body"] };
      } catch (error) {
        fail("read", key, error);
        return null;
      }
    },
    async put(key, meta, body) {
      if (bucket === undefined || meta.lengthBytes === null) {
        await body.stream.cancel().catch(() => undefined);
        return false;
      }
      try {
        await bucket.put(toObjectName(key), body.stream, {
          httpMetadata: { contentType: meta.contentType },
          customMetadata: { [META]: JSON.stringify(meta) },
        });
        return body.isWhole;
      } catch (error) {
        // A body that broke off is the origin's failure and was reported there.
        if (await body.isWhole) fail("write", key, error);
        return false;
      }
    },
  };
}

/** What R2 says of a file without sending it: what is kept beside it, its size and its digest. */
export interface HotFacts {
  readonly meta: StorableMeta;
  readonly lengthBytes: number;
  /** Lower-case hex; null if R2 has none. */
  readonly md5: string | null;
}

/** Looks at one file; null: it is not there. Rejects when R2 does. */
export async function readHotFacts(bucket: R2Bucket, key: CacheKey): Promise<HotFacts | null> {
  const object = await bucket.head(toObjectName(key));
  const meta = object?.customMetadata?.[META];
  if (object === null || meta === undefined) return null;
  const digest = object.checksums.md5;
  const toHex = (bytes: ArrayBuffer) =>
    Array.from(new Uint8Array(bytes), (byte) => byte.toString(16).padStart(2, "0")).join("");
  return {
    meta: JSON.parse(meta) as StorableMeta,
    lengthBytes: object.size,
    md5: digest === undefined ? null : toHex(digest),
  };
}

function toObjectName(key: CacheKey): string {
  return key.slice(1);
}

function withoutQuery(key: CacheKey): string {
  return key.replace(/\?.*/, "");
}
