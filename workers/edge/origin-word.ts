// What an origin says beside a playlist's body, kept with the version: validators, to be asked for
// news with, and the headers about keeping it, which an answer "unchanged" may leave out (RFC 9110
// section 13.1; RFC 9111 section 4.3.4). For the playlist road. Only the origin that said it
// understands it. It does NOT decide how long a version is kept.

import type { OriginCacheHeaders } from "../core/http/cache-control.ts";
import { parseHttpDate } from "../core/http/http-date.ts";
import type { BodyReply } from "../platform/origin-fetch.ts";
import { toCacheHeaders } from "./cache-headers.ts";
import { toRecipe } from "./playlist-recipe.ts";
import type { Situation } from "./ports.ts";

/** To ask "unchanged?" with, and to understand the answer: only this origin knows what it means. */
export interface OriginWord {
  readonly originId: string;
  readonly etag: string | null;
  /** Only one that is old enough to tell two versions apart. */
  readonly lastModified: string | null;
  /** An answer "unchanged" leaves out what has not changed (RFC 9111 section 4.3.4). */
  readonly caching: OriginCacheHeaders;
  /** Fingerprint of the rules by which the body was rewritten. */
  readonly recipe: string;
}

/** What is worth knowing of a reply when the origin is asked again. */
export function toWord(situation: Situation, reply: BodyReply): OriginWord {
  const { originId } = reply;
  const etag = reply.header("etag");
  const caching = toCacheHeaders(reply);
  const lastModified = etag === null ? reply.header("last-modified") : null;
  return {
    originId,
    etag,
    lastModified: isTelling(lastModified, caching.date) ? lastModified : null,
    caching,
    recipe: toRecipe(situation, originId) ?? "",
  };
}

/** Whole seconds tell versions apart only once the second is over (RFC 9110 section 8.8.2.2). */
function isTelling(lastModified: string | null, date: string | null): boolean {
  const modifiedMs = lastModified === null ? null : parseHttpDate(lastModified);
  const dateMs = date === null ? null : parseHttpDate(date);
  return modifiedMs !== null && dateMs !== null && dateMs > modifiedMs;
}

/** The headers of an answer "unchanged", completed by those of the body that it confirms. */
export function toMergedHeaders(
  before: OriginCacheHeaders,
  now: OriginCacheHeaders,
): OriginCacheHeaders {
  return {
    cloudflareCdnCacheControl: now.cloudflareCdnCacheControl ?? before.cloudflareCdnCacheControl,
    cdnCacheControl: now.cdnCacheControl ?? before.cdnCacheControl,
    cacheControl: now.cacheControl ?? before.cacheControl,
    expires: now.expires ?? before.expires,
    vary: now.vary ?? before.vary,
    // These two are about the moment, not about the body.
    age: now.age,
    date: now.date,
  };
}
