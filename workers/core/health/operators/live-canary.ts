// Canaries of live channels: a share of the new sessions that is fed by another origin. A live
// playlist has one writer, so a canary is a channel beside the channel: a coordinator, a ledger and
// caches of its own below `/{channel}/@c{n}/`, and whoever stays with the channel sees nothing of
// it. For the health centre, which numbers canaries, and for whoever carries them out
// (infra/docs/adr/0031-live-canaries.md). Files of libraries need none of this: their canary asks
// another origin first, inside a timeline (region-choice.ts).
//
// A canary outlives its order, because its sessions do: when the order ends, or is suspended by a
// stronger word, the canary's coordinator leaves the origin for the channel's own order, and its
// numbers go on. It does NOT draw lots; session-share.ts does.

import type { ChannelChoice, LiveCanary } from "../../contract/policy.ts";
import type { InForce } from "./override.ts";

/**
 * Canaries of one channel that can be watched. Attack: a client that wakes a coordinator for every
 * number it can think of; and sessions of nine canaries ago are over.
 */
const CANARIES_MAX = 8;

/**
 * How long a new canary is known before anybody is sent there. A session's next request may come to
 * an isolate that has not heard of it; isolates hear within a second or so.
 */
const ANNOUNCE_MS = 3_000;

/** What a choice says of a live channel's canaries. */
export type CanaryNews = Pick<ChannelChoice, "canary" | "canaries">;

/** The order that is in force, unless a pin, a ban, a drain or the origin's health forbids it. */
export function decideCanaryOrder(inForce: InForce, isRed: boolean): InForce["canary"] {
  const { canary, pin, banned, drained } = inForce;
  if (canary === null || isRed) return null;
  const { originId } = canary;
  if (pin !== null && pin !== originId) return null;
  return banned.has(originId) || drained.has(originId) ? null : canary;
}

/** Numbers an order; the same order keeps its number, also if it was suspended meanwhile. */
export function applyCanaryOrder(
  before: readonly LiveCanary[],
  order: InForce["canary"],
  nowMs: number,
): CanaryNews {
  if (order === null) return before.length === 0 ? {} : { canaries: before };
  const { id, originId, share } = order;
  const known = before.find(({ orderId }) => orderId === id);
  const number = (before.at(-1)?.n ?? 0) + 1;
  const own = known ?? { n: number, originId, orderId: id, sinceMs: nowMs };
  const canaries = known === undefined ? [...before, own].slice(-CANARIES_MAX) : before;
  // Nobody's share at first, but on already: its coordinator must not begin with another origin.
  const isNew = nowMs - own.sinceMs < ANNOUNCE_MS;
  return { canary: { originId, share: isNew ? 0 : share, n: own.n }, canaries };
}

/** A channel's choice as one of its canaries has it. */
export interface CanaryChoice {
  readonly choice: ChannelChoice;
  /** Origins that must not go on feeding it, well or not. */
  readonly left: readonly string[];
}

/** Null: the channel has no such canary, or none any more. */
export function decideCanaryChoice(stable: ChannelChoice, n: number): CanaryChoice | null {
  const { canary, canaries = [], regionOrders: _, left = [], ...rest } = stable;
  const originId = canaries.find((each) => each.n === n)?.originId;
  if (originId === undefined) return null;
  const current = stable.timelines.find((each) => each.n === stable.current)?.origins ?? [];
  const others = stable.timelines.flatMap(({ origins }) => origins);
  const isOn = canary?.n === n;
  const order = [...new Set([...(isOn ? [originId] : []), ...current, ...others])];
  // Its ledger counts its own timelines; until that speaks there is one.
  const choice = { ...rest, timelines: [{ n: 0, origins: order }], current: 0 };
  return { choice, left: isOn || order[0] === originId ? left : [...left, originId] };
}
