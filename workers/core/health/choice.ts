// Chooses, per channel: which timeline feeds the viewers, and in which order its origins are asked.
// Once for the world, because a live playlist has one writer.
//
// Inside a timeline an origin may be swapped freely: the bytes are the same. Between timelines a
// swap is a seam for every player, so the choice sticks: it moves only when nobody in the current
// timeline is usable and somebody elsewhere is, and it never moves back by itself. Inside it sticks
// as well: who is first stays first until he is red, or has been worse than the next for a while,
// and whoever was left is not gone back to within ten target durations. If everybody is out, nobody
// is sent away (panic floor): a doubtful origin beats none. Operators come before all of this; see
// operators/override.ts for what beats what. The coordinator carries it out, when it can be joined.

import type { ChannelChoice, ChoiceReason } from "../contract/policy.ts";
import { type InForce, NOTHING_IN_FORCE } from "./operators/override.ts";
import type { TimelineMembers } from "./timelines.ts";
import type { Verdict } from "./verdict.ts";

/** Lower is asked earlier. Unknown stands behind green: it has proved nothing yet. */
const RANK: Readonly<Record<Verdict, number>> = { green: 0, yellow: 1, unknown: 2, red: 3 };
/** Behind red: an operator's word is surer than a detector's. */
const RANK_BANNED = 5;
/** Behind everybody who is not red: better than what is known to be dead. */
const RANK_DRAINED = 2.5;

/** How an origin could take over, by the ledger. */
export type ChoiceJoin = "invisible" | "visible" | "impossible";

/** What makes a choice stick; null in places where nothing is written down about time. */
export interface Stickiness {
  /** Target durations of ten: nobody who was left is gone back to for so long. */
  readonly returnMs: number;
  /** How long a better one must have been better before it is preferred. */
  readonly patienceMs: number;
  /** When each origin's verdict last changed. */
  readonly changedAtMs: ReadonlyMap<string, number>;
}

export interface ChoiceInput {
  readonly id: string;
  /** The channel's origins in the operator's order of preference. */
  readonly preference: readonly string[];
  readonly timelines: readonly Pick<TimelineMembers, "n" | "origins">[];
  readonly verdicts: ReadonlyMap<string, Verdict>;
  readonly inForce?: InForce;
  /** Red only by their hold-down: they answer again. Whoever leads goes on leading meanwhile. */
  readonly recovering?: ReadonlySet<string>;
  /** Absent: nothing is known of joins, everything is possible. */
  readonly joins?: ReadonlyMap<string, ChoiceJoin>;
  readonly stickiness?: Stickiness;
}

/** Decides a channel's choice; `changedAtMs` moves only with the timeline or its order. */
export function decideChoice(
  input: ChoiceInput,
  previous: ChannelChoice | null,
  nowMs: number,
): ChannelChoice {
  const inForce = input.inForce ?? NOTHING_IN_FORCE;
  const rankOf = toRanks(input, inForce, previous);
  const timelines = input.timelines.map(({ n, origins }) => ({
    n,
    origins: [...origins].sort(
      (a, b) => rankOf(a) - rankOf(b) || input.preference.indexOf(a) - input.preference.indexOf(b),
    ),
  }));
  const current = decideTimeline(input, timelines, rankOf, previous);
  const settled = timelines.map((timeline) =>
    timeline.n === current ? toSettled(input, timeline, rankOf, previous, nowMs) : timeline,
  );
  const order = settled.find(({ n }) => n === current)?.origins ?? [];
  const choice: ChannelChoice = {
    id: input.id,
    timelines: settled,
    current,
    reason: toReason(input, inForce, order, previous, current),
    changedAtMs: nowMs,
  };
  return previous !== null && isSameOrder(previous, choice)
    ? { ...choice, changedAtMs: previous.changedAtMs }
    : choice;
}

type RankOf = (id: string) => number;
type Order = { readonly n: number; readonly origins: readonly string[] };

function toRanks(input: ChoiceInput, inForce: InForce, previous: ChannelChoice | null): RankOf {
  const leader = previous === null ? undefined : toOrder(previous)[0];
  const isLost = (id: string) => inForce.banned.has(id) || toVerdict(input, id) === "red";
  // Bans are for leaving a choice, not for leaving none.
  const isPanic = input.preference.length > 0 && input.preference.every(isLost);
  return (id) => {
    if (inForce.pin === id) return -1;
    if (inForce.banned.has(id) && !isPanic) return RANK_BANNED;
    if (input.joins?.get(id) === "impossible") return RANK.red;
    // Only after all were red is a leader recovering: to leave it now would be too late.
    const isBack = id === leader && input.recovering?.has(id) === true;
    const rank = isBack ? RANK.unknown : RANK[toVerdict(input, id)];
    return inForce.drained.has(id) ? Math.max(rank, RANK_DRAINED) : rank;
  };
}

function toVerdict({ verdicts }: ChoiceInput, id: string): Verdict {
  return verdicts.get(id) ?? "unknown";
}

/** The timeline that feeds: the held one while anybody in it is usable. */
function decideTimeline(
  input: ChoiceInput,
  timelines: readonly Order[],
  rankOf: RankOf,
  previous: ChannelChoice | null,
): number {
  const bestRank = (n: number) =>
    Math.min(...(timelines.find((timeline) => timeline.n === n)?.origins ?? []).map(rankOf));
  const best = [...timelines].sort((a, b) => bestRank(a.n) - bestRank(b.n) || a.n - b.n)[0];
  const held = timelines.find((timeline) => timeline.n === previous?.current);
  if (held === undefined || best === undefined) return (held ?? best)?.n ?? 0;
  const heldRank = bestRank(held.n);
  if (bestRank(best.n) === -1) return best.n;
  const isUnusable = heldRank >= RANK.red;
  const isDrained = heldRank === RANK_DRAINED && input.inForce?.isFrozen !== true;
  if (isUnusable && bestRank(best.n) < RANK.red) return best.n;
  return isDrained && bestRank(best.n) < RANK_DRAINED ? best.n : held.n;
}

/** The order inside a timeline, with its leader kept where nothing forces another. */
function toSettled(
  input: ChoiceInput,
  timeline: Order,
  rankOf: RankOf,
  previous: ChannelChoice | null,
  nowMs: number,
): Order {
  const { stickiness } = input;
  const before = previous?.timelines.find(({ n }) => n === timeline.n)?.origins[0];
  const [leader] = timeline.origins;
  if (stickiness === undefined || previous === null || previous.current !== timeline.n) {
    return timeline;
  }
  if (before === undefined || leader === undefined || leader === before) return timeline;
  if (!timeline.origins.includes(before)) return timeline;
  const isForced = rankOf(before) >= RANK_DRAINED && rankOf(leader) < rankOf(before);
  if (rankOf(leader) === -1 || isForced) return timeline;
  const { returnMs, patienceMs, changedAtMs } = stickiness;
  const isSettled = nowMs - previous.changedAtMs >= returnMs;
  // Nobody has looked at the leader since the judge began anew: that is no reason to leave it.
  const isBetter = toVerdict(input, before) !== "unknown" && rankOf(leader) < rankOf(before);
  // Both must have been as they are for a while: the one worse, the other better.
  const sinceMs = Math.max(changedAtMs.get(before) ?? 0, changedAtMs.get(leader) ?? 0);
  const isLasting = nowMs - sinceMs >= (isBetter ? patienceMs : returnMs);
  const isFrozen = input.inForce?.isFrozen === true;
  // Among equals only the one that is liked best of all is worth going back to.
  const isWorthIt = isBetter || leader === input.preference[0];
  if (isSettled && isLasting && isWorthIt && !isFrozen) return timeline;
  return { n: timeline.n, origins: [before, ...timeline.origins.filter((id) => id !== before)] };
}

function toReason(
  input: ChoiceInput,
  inForce: InForce,
  order: readonly string[],
  previous: ChannelChoice | null,
  n: number,
): ChoiceReason {
  const [first] = order;
  if (first !== undefined && first === inForce.pin) return "pinned";
  const isOut = (id: string) => toVerdict(input, id) === "red" || inForce.banned.has(id);
  if (order.length > 0 && order.every(isOut)) return "all-red";
  if (previous !== null && (previous.current !== n || previous.reason === "timeline-switch")) {
    return "timeline-switch";
  }
  if (first === undefined || toVerdict(input, first) === "unknown") return "unproven";
  if (first === input.preference[0]) return "preferred";
  const liked = input.preference[0];
  if (liked !== undefined && inForce.banned.has(liked)) return "preferred-banned";
  if (liked !== undefined && inForce.drained.has(liked)) return "preferred-drained";
  if (liked !== undefined && input.joins?.get(liked) === "impossible") {
    return "preferred-unjoinable";
  }
  return "preferred-not-green";
}

function isSameOrder(a: ChannelChoice, b: ChannelChoice): boolean {
  return a.current === b.current && toOrder(a).join() === toOrder(b).join();
}

function toOrder(choice: ChannelChoice): readonly string[] {
  return choice.timelines.find(({ n }) => n === choice.current)?.origins ?? [];
}
