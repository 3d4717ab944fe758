// A channel by its id, as the policy of now has it: one of the catalog's, or a canary of a live
// one, which is the same channel under an id of its own with another order of origins. For the way
// of a request and for coordinators, so that both mean the same.

import type { Channel } from "../core/config/catalog.ts";
import type { ChannelChoice } from "../core/contract/policy.ts";
import { decideCanaryChoice } from "../core/health/operators/live-canary.ts";
import { parseCanaryId } from "../core/route/canary.ts";
import type { KnownPolicy } from "../platform/policy-source.ts";

export interface KnownChannel {
  readonly channel: Channel;
  readonly choice: ChannelChoice;
  /** Origins that must not go on feeding it. */
  readonly left: readonly string[];
}

/** A channel of the catalog -> its canaries: who compares channels may compare references. */
const made = new WeakMap<Channel, Map<string, Channel>>();

/** Null: the policy knows no such channel, or the channel no such canary. */
export function findChannel(
  id: string,
  { index, policy }: Pick<KnownPolicy, "index" | "policy">,
): KnownChannel | null {
  const { channelId, canary } = parseCanaryId(id);
  const channel = index.channels.get(channelId);
  const choice = policy.channels.find((each) => each.id === channelId);
  if (channel === undefined || choice === undefined) return null;
  if (canary === 0) return { channel, choice, left: choice.left ?? [] };
  const found = channel.mode === "live" ? decideCanaryChoice(choice, canary) : null;
  if (found === null) return null;
  const canaries = made.get(channel) ?? new Map<string, Channel>();
  const own = canaries.get(id) ?? { ...channel, id };
  made.set(channel, canaries.set(id, own));
  return { channel: own, choice: { ...found.choice, id }, left: found.left };
}
