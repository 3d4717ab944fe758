// Starts the fills of what a channel's coordinator has just learnt, for channels with the hot tier:
// before anybody can be told of a file, its filler reads it. Isolates that hear of the version, and
// viewers who ask, join that fill. Only renditions that somebody watches; whether the file is worth
// it, and how many of a version are, is core/warm/announced-prefetch.ts's to say.

import { toOwnGrant } from "../../core/auth.ts";
import { toCacheKey } from "../../core/cache/key.ts";
import type { ShelfName } from "../../core/cache/name-shelf.ts";
import type { LiveTimelines } from "../../core/contract/live.ts";
import type { ChannelChoice } from "../../core/contract/policy.ts";
import { decideAsset } from "../../core/resolve/asset.ts";
import { parseAssetPath } from "../../core/route/asset-path.ts";
import { planAnnouncedPrefetch } from "../../core/warm/announced-prefetch.ts";
import type { Objects } from "../../platform/objects.ts";
import type { LiveSituation } from "../live/situation.ts";
import { type FileFiller, toFiller, toFillOrder } from "./hot-source.ts";

/** Tells the fillers of the names that a version announces first. Never waits, never fails. */
export function fillAnnounced(
  { channel, index }: LiveSituation,
  timelines: LiveTimelines,
  fresh: readonly ShelfName[],
  road: {
    readonly fillers: Objects<FileFiller>;
    readonly region: string;
    readonly waitUntil: (work: Promise<unknown>) => void;
  },
): void {
  const choice: ChannelChoice = {
    id: channel.id,
    timelines: timelines.list,
    current: timelines.current,
    reason: "preferred",
    changedAtMs: 0,
  };
  for (const name of planAnnouncedPrefetch(fresh)) {
    const [path = "", query = ""] = name.split("?");
    const parsed = parseAssetPath(path);
    if (parsed.kind !== "asset-path") continue;
    const grant = toOwnGrant(channel.id);
    const asset = decideAsset(grant, channel, choice, { asset: parsed, query }, index);
    if (asset.kind === "refused") continue;
    const key = toCacheKey(asset);
    const situation = { asset, choice, index };
    const order = toFillOrder(situation, key, { region: road.region, cause: "announced" });
    const call = toFiller(situation, key, road).fill(order, 0);
    // It reads on without us; what it would give us is let go.
    road.waitUntil(
      call
        .then((answer) => (answer.kind === "file" ? answer.body?.cancel() : undefined))
        .catch(() => undefined),
    );
  }
}
