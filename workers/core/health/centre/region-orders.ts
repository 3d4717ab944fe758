// In which order a region asks the origins of a channel's current timeline for segments and VOD: by
// weights of latency, capacity and health there, drawn per channel and region. For the policy.
//
// Only inside one timeline, where any origin's bytes will do. Orders that say the same as the
// channel's own are left out: most channels have one origin or two, and a policy is read often.

import type { ChannelChoice } from "../../contract/policy.ts";
import { toHeartbeatShare } from "../heartbeats.ts";
import type { InForce } from "../operators/override.ts";
import { decideRendezvous } from "../spread/rendezvous.ts";
import { decidePanic, toHealthFactor, toWeight } from "../spread/weight.ts";
import type { Verdict } from "../verdict.ts";
import type { Centre } from "./centre.ts";

/** Ramps move in tenths, or every tick would make a new policy. */
const HEALTH_STEPS = 10;

export interface OriginWeight {
  readonly id: string;
  readonly weight: number;
}

/** Weights of origins for a channel in a region. */
export function toRegionWeights(
  centre: Centre,
  channelId: string,
  region: string,
  origins: readonly string[],
  inForce: InForce,
  nowMs: number,
): readonly OriginWeight[] {
  const world = centre.world.get(channelId);
  const views = centre.views.get(channelId);
  const verdictOf = (id: string): Verdict => world?.get(id)?.regions[region] ?? "unknown";
  const usable = origins.filter((id) => verdictOf(id) !== "red" && !inForce.banned.has(id));
  const isPanic = decidePanic(usable.length, origins.length);
  return origins.map((id) => {
    const health = toHealthFactor(
      {
        verdict: verdictOf(id),
        redUntilMs: world?.get(id)?.redUntilMs ?? null,
        nodeShare: toHeartbeatShare(centre.nodes, id),
        isPanic,
      },
      nowMs,
    );
    const isOut = !isPanic && (inForce.banned.has(id) || inForce.drained.has(id));
    const usualMs = views?.get(`${id} playlists ${region}`)?.health.latency.usualMs ?? null;
    const weight = toWeight({
      latencyMs: usualMs,
      bandwidthShare: centre.capacities?.shares.get(id) ?? 1 / origins.length,
      health: isOut ? 0 : Math.round(health * HEALTH_STEPS) / HEALTH_STEPS,
    });
    return { id, weight };
  });
}

/**
 * Without declared capacities nobody asked for a spread: the catalog's order means what it says.
 * A live channel's media is newest at its feeder.
 */
function isSpread(centre: Centre, channelId: string, origins: readonly string[]): boolean {
  const isDeclared = (id: string) => centre.declared.some(({ originId }) => originId === id);
  return centre.channels.get(channelId)?.mode === "vod" && origins.every(isDeclared);
}

/**
 * Origins that a region should ask last: what it cannot use itself, and what operators keep out.
 * Null: none, or nobody would be left.
 */
export function decideRegionAvoids(
  centre: Centre,
  choice: ChannelChoice,
  inForce: InForce,
): Readonly<Record<string, readonly string[]>> | null {
  const world = centre.world.get(choice.id);
  const members = centre.channels.get(choice.id)?.origins.map(({ id }) => id) ?? [];
  const avoids: Record<string, readonly string[]> = {};
  for (const region of centre.regions) {
    const avoided = members.filter((id) => {
      const isKeptOut = inForce.banned.has(id) || inForce.drained.has(id);
      return id !== inForce.pin && (isKeptOut || world?.get(id)?.regions[region] === "red");
    });
    if (avoided.length > 0 && avoided.length < members.length) avoids[region] = avoided;
  }
  return Object.keys(avoids).length === 0 ? null : avoids;
}

/** Orders by region that differ from the choice's own; null: none does. */
export function decideRegionOrders(
  centre: Centre,
  choice: ChannelChoice,
  inForce: InForce,
  nowMs: number,
): Readonly<Record<string, readonly string[]>> | null {
  const own = choice.timelines.find(({ n }) => n === choice.current)?.origins ?? [];
  if (own.length < 2 || inForce.pin !== null || !isSpread(centre, choice.id, own)) return null;
  const orders: Record<string, readonly string[]> = {};
  for (const region of centre.regions) {
    const weights = toRegionWeights(centre, choice.id, region, own, inForce, nowMs);
    const order = decideRendezvous(`${choice.id} ${region}`, weights);
    if (order.join(" ") !== own.join(" ")) orders[region] = order;
  }
  return Object.keys(orders).length === 0 ? null : orders;
}
