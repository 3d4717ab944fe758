// What respond must know of a file, from what is kept beside it.

import type { StoredVersion } from "../core/respond/version.ts";
import type { FileMeta } from "../platform/edge-cache.ts";
import type { Situation } from "./ports.ts";

/** The version that a file's facts describe; unless `storable` it prints no-store. */
export function toVersion(situation: Situation, meta: FileMeta, storable: boolean): StoredVersion {
  return {
    assetKind: situation.asset.kind,
    contentType: meta.contentType,
    etagBase: meta.etag,
    etagIsWeak: meta.etagIsWeak === true,
    lengthBytes: meta.lengthBytes,
    gzipLengthBytes: null,
    lastModifiedMs: meta.lastModifiedMs,
    confirmedAtMs: meta.confirmedAtMs,
    freshUntilMs: meta.freshUntilMs,
    swrMs: meta.swrMs,
    sieMs: meta.sieMs,
    storable,
    immutable: meta.immutable,
    originId: meta.originId,
    cmsdStatic: meta.cmsdStatic ?? null,
    upstreamCacheStatus: null,
  };
}
