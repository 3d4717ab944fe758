// The catalog and the policy as the edges have them, from a region's gate; and where the edge would
// read a viewer's path: the same decisions, by the same code, so that what is planned and looked at
// is what the edge will be asked for.

import { toOwnGrant } from "../core/auth.ts";
import { type CacheKey, toCacheKey } from "../core/cache/key.ts";
import type { Channel } from "../core/config/catalog.ts";
import { type CatalogIndex, toCatalogIndex } from "../core/config/catalog-index.ts";
import type { RegionGateApi } from "../core/contract/objects.ts";
import type { ChannelChoice } from "../core/contract/policy.ts";
import { type Attempt, planAttempts } from "../core/origin/attempts.ts";
import { type Asset, decideAsset } from "../core/resolve/asset.ts";
import { parseMarkedQuery } from "../core/resolve/query-mark.ts";
import { parseAssetPath } from "../core/route/asset-path.ts";
import { readClockMs, within } from "../platform/clock.ts";
import { type Objects, regionObject } from "../platform/objects.ts";

export interface KnownChannel {
  readonly index: CatalogIndex;
  readonly channel: Channel;
  readonly choice: ChannelChoice;
}

/** A gate that is silent for so long counts as unreachable. */
const GATE_MS_MAX = 3_000;

/** The channel as the first region that answers knows it; null: none does, or it is unknown. */
export async function readChannel(
  gates: Objects<RegionGateApi>,
  regions: readonly string[],
  channelId: string,
): Promise<{ readonly known: KnownChannel; readonly region: string } | null> {
  for (const region of regions) {
    const asked = regionObject(gates, region)
      .read(-1)
      .catch(() => null);
    const reading = await within(asked, GATE_MS_MAX);
    if (reading === "late" || reading?.catalog == null) continue;
    const index = toCatalogIndex(reading.catalog);
    const channel = index.channels.get(channelId);
    const choice = reading.policy.channels.find(({ id }) => id === channelId);
    if (channel === undefined || choice === undefined) continue;
    return { known: { index, channel, choice }, region };
  }
  return null;
}

/** What a viewer's path below the channel means; null: nothing that is served. */
export function toAsset(path: string, { channel, choice, index }: KnownChannel): Asset | null {
  const mark = path.indexOf("?");
  const asset = parseAssetPath(mark < 0 ? path : path.slice(0, mark));
  if (asset.kind !== "asset-path") return null;
  const grant = toOwnGrant(channel.id);
  const asked = mark < 0 ? "" : path.slice(mark + 1);
  // The mark is the edge's to check; what it stands behind is the file's identity.
  const query = channel.mode === "vod" ? parseMarkedQuery(asked).query : asked;
  const resolved = decideAsset(grant, channel, choice, { asset, query }, index);
  return resolved.kind === "refused" ? null : resolved;
}

/** Whom the edge asks first for an asset; null: nobody. */
export function toFirstAttempt(asset: Asset, { choice, index }: KnownChannel): Attempt | null {
  return planAttempts(asset, choice, index, new Map(), readClockMs())[0] ?? null;
}

/** The key under which the edge keeps a path; null: it keeps none. */
export function toPathKey(path: string, known: KnownChannel): CacheKey | null {
  const asset = toAsset(path, known);
  return asset === null ? null : toCacheKey(asset);
}
