// Chooses, per channel: which timeline feeds the viewers, and in which order its origins are asked.
//
// Inside a timeline an origin may be swapped freely: the bytes are the same. Between timelines a
// swap is a seam for every player, so the choice sticks: it moves only when nobody in the current
// timeline is usable and somebody elsewhere is, and it never moves back by itself.
// If everybody is red, nobody is sent away (panic floor): a doubtful origin beats none.

import type { ChannelChoice, ChoiceReason } from "../contract/policy.ts";
import type { Verdict } from "./detector.ts";
import type { TimelineMembers } from "./timelines.ts";

/** Lower is asked earlier. Unknown stands behind green: it has proved nothing yet. */
const RANK: Readonly<Record<Verdict, number>> = { green: 0, yellow: 1, unknown: 2, red: 3 };

export interface ChoiceInput {
  readonly id: string;
  /** The channel's origins in the operator's order of preference. */
  readonly preference: readonly string[];
  readonly timelines: readonly TimelineMembers[];
  readonly verdicts: ReadonlyMap<string, Verdict>;
}

/** Decides a channel's choice; `changedAtMs` moves only with the timeline or its order. */
export function decideChoice(
  input: ChoiceInput,
  previous: ChannelChoice | null,
  nowMs: number,
): ChannelChoice {
  const rankOf = (id: string) => RANK[input.verdicts.get(id) ?? "unknown"];
  const timelines = input.timelines.map((timeline) => ({
    n: timeline.n,
    origins: [...timeline.origins].sort(
      (a, b) => rankOf(a) - rankOf(b) || input.preference.indexOf(a) - input.preference.indexOf(b),
    ),
  }));
  const bestRank = (n: number) =>
    Math.min(...(timelines.find((timeline) => timeline.n === n)?.origins ?? []).map(rankOf));
  const byMerit = [...timelines].sort((a, b) => bestRank(a.n) - bestRank(b.n) || a.n - b.n);
  const held = timelines.find((timeline) => timeline.n === previous?.current);
  const best = byMerit[0];

  let current = held ?? best;
  if (held !== undefined && best !== undefined && bestRank(held.n) >= RANK.red) {
    if (bestRank(best.n) < RANK.red) current = best;
  }
  const n = current?.n ?? 0;
  const choice: ChannelChoice = {
    id: input.id,
    timelines,
    current: n,
    reason: toReason(input, current?.origins ?? [], previous, n),
    changedAtMs: nowMs,
  };
  return previous !== null && isSameOrder(previous, choice)
    ? { ...choice, changedAtMs: previous.changedAtMs }
    : choice;
}

function toReason(
  input: ChoiceInput,
  order: readonly string[],
  previous: ChannelChoice | null,
  n: number,
): ChoiceReason {
  const verdictOf = (id: string | undefined) =>
    id === undefined ? "unknown" : (input.verdicts.get(id) ?? "unknown");
  if (order.length > 0 && order.every((id) => verdictOf(id) === "red")) return "all-red";
  if (previous !== null && (previous.current !== n || previous.reason === "timeline-switch")) {
    return "timeline-switch";
  }
  if (verdictOf(order[0]) === "unknown") return "unproven";
  return order[0] === input.preference[0] ? "preferred" : "preferred-not-green";
}

function isSameOrder(a: ChannelChoice, b: ChannelChoice): boolean {
  return a.current === b.current && toOrder(a).join() === toOrder(b).join();
}

function toOrder(choice: ChannelChoice): readonly string[] {
  return choice.timelines.find(({ n }) => n === choice.current)?.origins ?? [];
}
