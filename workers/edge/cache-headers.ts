// What an origin says about keeping its answer, by the names that core reads.

import type { OriginCacheHeaders } from "../core/http/cache-control.ts";
import type { BodyReply } from "../platform/origin-fetch.ts";

/** The origin's cache headers, by the names that core reads. */
export function toCacheHeaders(reply: Pick<BodyReply, "header">): OriginCacheHeaders {
  return {
    cloudflareCdnCacheControl: reply.header("cloudflare-cdn-cache-control"),
    cdnCacheControl: reply.header("cdn-cache-control"),
    cacheControl: reply.header("cache-control"),
    age: reply.header("age"),
    expires: reply.header("expires"),
    date: reply.header("date"),
    vary: reply.header("vary"),
  };
}
