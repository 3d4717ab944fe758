// The laws of control, held against a history and the truth of its plan. Safety holds at every
// moment; bounds hold for the fault that the scenario is about; liveness begins when faults stop.

import type { ChannelChoice } from "../../../workers/core/contract/policy.ts";
import { judgeBounds } from "./judge-bounds.ts";
import { judgeViewers } from "./judge-viewers.ts";
import { FAULTS_END_MS, WARM_MS } from "./plan.ts";
import type { History } from "./record.ts";
import { Truth } from "./truth.ts";

export const LAWS = [
  "hard-down-decided",
  "freeze-decided",
  "slow-is-not-dead",
  "false-switch",
  "false-feed",
  "all-out",
  "one-policy",
  "policy-back",
  "numbers-back",
  "progress",
  "rescue",
] as const;
export type Law = (typeof LAWS)[number];

export interface Fault {
  readonly law: Law;
  readonly atMs: number;
  readonly words: string;
}

/** How long after a fault is over it still excuses a decision: what was seen has to arrive. */
const EXCUSE_MS = 4_000;
/** One policy everywhere within so long. */
const ONE_POLICY_MS = 3_000;
const SAMPLE_MS = 500;
/** Blips last up to 120 ms: more than a tenth of this. */
const BLIP_TARGET_MS = 1_000;
/** Nobody is gone back to sooner. */
const RETURN_TARGETS = 10;

/** Every breach of a law, by time. */
export function judgeHistory(history: History): readonly Fault[] {
  const truth = new Truth(history.plan);
  return [
    ...judgeBounds(history),
    ...judgeSwitches(history, truth),
    ...judgeFeeds(history, truth),
    ...judgeOrders(history),
    ...judgePolicies(history),
    ...judgeViewers(history, truth),
  ].sort((a, b) => a.atMs - b.atMs);
}

function toOrder(choice: ChannelChoice): readonly string[] {
  return choice.timelines.find(({ n }) => n === choice.current)?.origins ?? [];
}

/** Nobody is left who is well, and nobody is gone to who is not. */
function judgeSwitches(history: History, truth: Truth): Fault[] {
  const { published, plan } = history;
  const found: Fault[] = [];
  for (const [k, { atMs, policy }] of published.entries()) {
    const before = published[k - 1]?.policy.channels.find(({ id }) => id === "demo");
    const after = policy.channels.find(({ id }) => id === "demo");
    if (before === undefined || after === undefined || atMs < WARM_MS) continue;
    const [from, to] = [toOrder(before)[0], toOrder(after)[0]];
    if (from === undefined || to === undefined || from === to) continue;
    const excuseMs = EXCUSE_MS + 1.5 * plan.targetMs;
    const wasBad = truth.wasBad(from, atMs - excuseMs, atMs);
    // Who has been slow for long may be left where nobody can see it.
    const wasSlow = truth.wasFaulty(from, ["slow"], atMs - excuseMs, atMs);
    const isInvisible = before.current === after.current;
    const words = `control went from ${from} to ${to}`;
    if (isInvisible && isReturn(history, truth, to, atMs)) continue;
    // Most witnesses must be honest and hear answers in time: one that lies and one that does not
    // hear are a majority.
    if (plan.heldBack > 0 && truth.wasWitnessTroubled(atMs - excuseMs, atMs)) {
      if (plan.scenario === "mixture") continue;
    }
    if (isInvisible && wasErring(history, truth, from, atMs)) continue;
    // Slow and held back on the way is as good as silent.
    const isSlowEnough = wasSlow && (isInvisible || plan.heldBack > 0);
    if (!wasBad && !isSlowEnough) {
      found.push({ law: "false-switch", atMs, words: `${words}, and ${from} was well` });
    } else if (truth.wasBad(to, atMs - 500, atMs) && !truth.wasBad(from, atMs - 500, atMs)) {
      found.push({ law: "false-switch", atMs, words: `${words}, which was bad` });
    }
  }
  return found;
}

/** It was yellow, not red, and blips had failed more of its requests within a minute than a few. */
function wasErring({ records }: History, truth: Truth, from: string, atMs: number): boolean {
  const verdict = records.findLast(
    ({ kind, channelId, originId, realMs }) =>
      kind === "verdict" && channelId === "demo" && originId === from && realMs <= atMs,
  );
  const isErring = verdict?.to === "yellow" && verdict.reason.includes("errors");
  return isErring && truth.wasFaultyAtAll(from, ["refused", "server-errors"], atMs - 60_000, atMs);
}

/** Back to the one that the operator likes best, after it has been well for long enough. */
function isReturn({ plan }: History, truth: Truth, to: string, atMs: number): boolean {
  const sinceMs = atMs - RETURN_TARGETS * plan.targetMs;
  return to === plan.origins[0]?.id && !truth.wasBad(to, sinceMs, atMs);
}

/** What players can see happens only for a reason, and not back and forth. */
function judgeFeeds({ feeds, plan, coordinator }: History, truth: Truth): Fault[] {
  const found: Fault[] = [];
  // An answer that the network holds back for a second is no proof that an origin is well.
  if (plan.heldBack > 0) return found;
  const { name, region } = coordinator;
  for (const { atMs, from, to, isVisible } of feeds) {
    if (!isVisible || atMs < WARM_MS) continue;
    const sinceMs = atMs - EXCUSE_MS - 1.5 * plan.targetMs;
    const wasBad =
      truth.wasBad(from, sinceMs, atMs) ||
      truth.wasFaulty(from, ["slow"], sinceMs, atMs) ||
      truth.wasUnreachable(name, region, from, sinceMs, atMs);
    // A blip is over before anybody could gain by a discontinuity, unless it took a good part of
    // the time between two publications.
    const isShort = plan.scenario === "blips" && plan.targetMs > BLIP_TARGET_MS;
    if (!wasBad || (isShort && !truth.wasBad(from, sinceMs, atMs))) {
      found.push({ law: "false-feed", atMs, words: `a discontinuity from ${from} to ${to}` });
    }
  }
  return found;
}

/** Somebody is always left to ask. */
function judgeOrders({ published, plan }: History): Fault[] {
  const found: Fault[] = [];
  const members = plan.origins.length;
  for (const { atMs, policy } of published) {
    for (const choice of policy.channels) {
      const orders = [toOrder(choice), ...Object.values(choice.regionOrders ?? {})];
      const isEmpty = orders.some((order) => order.length === 0);
      const isShort = choice.id === "film" && orders.some((order) => order.length !== members);
      if (!isEmpty && !isShort) continue;
      found.push({ law: "all-out", atMs, words: `${choice.id}: ${JSON.stringify(orders)}` });
    }
  }
  return found;
}

/** Nobody goes back to an older policy, and soon after the faults all have the newest. */
function judgePolicies({ readers, published, plan }: History): Fault[] {
  const found: Fault[] = [];
  for (const { place, taken } of readers) {
    taken.forEach(({ atMs, version, life }, k) => {
      const before = taken[k - 1];
      if (before === undefined || before.life !== life || version > before.version) return;
      const words = `${place.name} went from ${before.version} to ${version}`;
      found.push({ law: "policy-back", atMs, words });
    });
    for (let atMs = FAULTS_END_MS + ONE_POLICY_MS; atMs <= plan.endMs; atMs += SAMPLE_MS) {
      const has = taken.findLast((each) => each.atMs <= atMs)?.version ?? 0;
      const due = published.findLast((each) => each.atMs <= atMs - ONE_POLICY_MS)?.policy.version;
      if (due === undefined || has >= due) continue;
      found.push({ law: "one-policy", atMs, words: `${place.name} has ${has} and not ${due}` });
      break;
    }
  }
  return found;
}
