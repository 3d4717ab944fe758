// A live channel's timelines are its ledger's, not control's guess from probes: labels in playlists
// are the ledger's numbers. For the stages behind auth, which know a choice and no ledger.

import type { Channel } from "../../core/config/catalog.ts";
import type { LiveTimelines } from "../../core/contract/live.ts";
import type { ChannelChoice } from "../../core/contract/policy.ts";
import { toAssetKind } from "../../core/http/media-types.ts";
import type { AssetPath } from "../../core/route/asset-path.ts";
import type { Ports } from "../ports.ts";

/** Longest wait for a timeline that this isolate has not heard of. */
const LEARN_MS_MAX = 1_000;

/** Control's choice, with the timelines of the channel's ledger once it has any. */
export async function toLiveChoice(
  channel: Channel,
  choice: ChannelChoice,
  asset: AssetPath,
  ports: Ports,
): Promise<ChannelChoice> {
  const live = ports.isolate.live.channel(channel);
  // Playlists come with their timelines; only a file of an unknown one has to wait.
  const isFile = toAssetKind(asset.path) !== "playlist";
  if (isFile && !knows(live.timelines, asset.label.n))
    await live.learn(ports.live(channel.id), LEARN_MS_MAX);
  const { timelines } = live;
  // Nothing was ever pushed, or nobody can be reached: what control knows is all there is.
  if (timelines === null || timelines.list.length === 0) return choice;
  return { ...choice, current: timelines.current, timelines: timelines.list };
}

function knows(timelines: LiveTimelines | null, n: number): boolean {
  return timelines?.list.some((timeline) => timeline.n === n) ?? false;
}
