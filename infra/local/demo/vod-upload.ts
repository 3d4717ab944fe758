// Publishing the VOD set to S3 chunk storage: what is already there with the same bytes stays.
//
// The local stack keeps its data between runs, and the media rarely changes: one HEAD per object
// (size and ETag, which is the MD5 of a single-part object) is cheaper than sending it again.
// Playlists go last, so that nobody reads a list whose segments are still on their way.
// It deletes nothing: an object that left the set is no longer named by any playlist.

import type { ChunkStore, StoreResult } from "./chunk-store.ts";
import { runBounded, tryAgain, UPLOAD_RULES } from "./chunk-upload.ts";
import { PLAYLIST_TYPE, type VodFile, type VodTree } from "./vod-tree.ts";

export interface VodPublication {
  readonly uploadedCount: number;
  readonly skippedCount: number;
}

const MEDIA_CACHE_CONTROL = "public, max-age=31536000, immutable";
const PLAYLIST_CACHE_CONTROL = "public, max-age=60";

export async function publishVod(
  store: ChunkStore,
  prefix: string,
  tree: VodTree,
  stopped: AbortSignal,
): Promise<StoreResult<VodPublication>> {
  let uploadedCount = 0;
  let skippedCount = 0;
  const publish = async ([path, file]: readonly [string, VodFile]): Promise<StoreResult<void>> => {
    const key = `${prefix}${path}`;
    const head = await tryAgain(UPLOAD_RULES, stopped, () => store.head(key));
    if (head.kind === "failed") return head;
    if (head.value?.byteSize === file.bytes.byteLength && head.value.etag === file.md5) {
      skippedCount += 1;
      return { kind: "ok", value: undefined };
    }
    uploadedCount += 1;
    const cacheControl =
      file.contentType === PLAYLIST_TYPE ? PLAYLIST_CACHE_CONTROL : MEDIA_CACHE_CONTROL;
    return tryAgain(UPLOAD_RULES, stopped, () => store.put(key, { ...file, cacheControl }));
  };
  const entries = [...tree];
  const isPlaylist = ([, file]: readonly [string, VodFile]) => file.contentType === PLAYLIST_TYPE;
  for (const part of [entries.filter((entry) => !isPlaylist(entry)), entries.filter(isPlaylist)]) {
    const result = await runBounded(part, UPLOAD_RULES.concurrencyMax, publish);
    if (result.kind === "failed") return result;
  }
  return { kind: "ok", value: { uploadedCount, skippedCount } };
}
