// The key under which every viewer shares an asset. Two requests for the same thing must get the
// same key, and two things must never share one: a mistake here is either a cold cache that nobody
// notices or one viewer's bytes in another's player. Only canonical parts enter; no token, no
// host, no header, no viewer.

import type { Asset } from "../resolve/asset.ts";
import { printAssetPath } from "../route/asset-path.ts";

declare const keyed: unique symbol;
/** Names a stored body. A plain string can never be mistaken for one. */
export type CacheKey = string & { readonly [keyed]: true };

/** Channel, label and path in canonical form, then the canonical query. */
export function toCacheKey(asset: Asset): CacheKey {
  const path = `/${asset.channel.id}/${printAssetPath(asset.assetPath)}`;
  return (asset.query === "" ? path : `${path}?${asset.query}`) as CacheKey;
}
