// From verdicts to a policy: the choice of every channel that may have changed, under what
// operators said, and a new version of the policy if it has. Every move is written down with what
// it rests on.

import type { Channel } from "../../config/catalog.ts";
import { CONTRACT_VERSION } from "../../contract/message.ts";
import type { ChannelChoice, Policy } from "../../contract/policy.ts";
import { type ChoiceInput, decideChoice } from "../choice.ts";
import type { AuditKind } from "../incidents/audit.ts";
import { decideLeftOrigins } from "../operators/left-origins.ts";
import { applyCanaryOrder, type CanaryNews, decideCanaryOrder } from "../operators/live-canary.ts";
import { decideInForce, type InForce } from "../operators/override.ts";
import { REASON_RULES, type Verdict } from "../verdict.ts";
import type { Draft, WorldRow } from "./centre.ts";
import { note } from "./centre.ts";
import { toTargetMs } from "./crowd.ts";
import { decideRegionAvoids, decideRegionOrders } from "./region-orders.ts";

/** Nobody who was left is gone back to for so many target durations (design section 5). */
const RETURN_TARGETS = 10;
/** A ledger that is asked for speaks every five seconds. */
const JOINS_MS = 15_000;
/** How long another origin must have been better before it is asked first. */
const PATIENCE_MS = 15_000;

/** Decides the given channels anew, and publishes if anything has changed or must be said again. */
export function applyDecision(
  draft: Draft,
  channelIds: ReadonlySet<string>,
  isForced: boolean,
): void {
  const { centre } = draft;
  if (centre.catalog === null) return;
  const before = centre.policy;
  const former = new Map(before?.channels.map((choice) => [choice.id, choice]));
  let isChanged = isForced;
  const channels = centre.catalog.channels.map((channel) => {
    const previous = former.get(channel.id) ?? null;
    if (previous !== null && !channelIds.has(channel.id)) return previous;
    const choice = chooseChannel(draft, channel, previous);
    if (previous !== null && isSame(previous, choice)) return previous;
    isChanged = true;
    return choice;
  });
  const { share } = centre.overload;
  isChanged ||= (before?.shed?.share ?? 0) !== share;
  const networks = centre.troubled;
  isChanged ||= JSON.stringify(before?.networks ?? []) !== JSON.stringify(networks);
  if (!isChanged) return;
  const policy: Policy = {
    contract: CONTRACT_VERSION,
    // Follows the clock, so that versions go on rising even if storage is lost while gates and
    // edges still hold the old ones.
    version: Math.max((before?.version ?? 0) + 1, draft.nowMs),
    catalogVersion: centre.catalogVersion,
    channels,
    ...(share === 0 ? {} : { shed: { share } }),
    ...(networks.length === 0 ? {} : { networks }),
    ...(centre.querySecret === null ? {} : { querySecret: centre.querySecret }),
  };
  draft.centre = { ...draft.centre, policy };
  draft.effects.push({ kind: "publish", policy });
}

function chooseChannel(
  draft: Draft,
  channel: Channel,
  previous: ChannelChoice | null,
): ChannelChoice {
  const { centre, nowMs } = draft;
  const inForce = decideInForce(centre.overrides, channel.id, nowMs);
  const input = toInput(draft, channel, inForce);
  const wanted = {
    ...toComplete(draft, channel, decideChoice(input, previous, nowMs), inForce),
    ...toCanaryNews(channel, previous, input, inForce, nowMs),
  };
  if (inForce.isShadow && previous !== null) {
    noteShadow(draft, previous, wanted);
    return previous;
  }
  if (previous !== null) noteMove(draft, channel, previous, wanted, input);
  return wanted;
}

function toInput(draft: Draft, channel: Channel, inForce: InForce): ChoiceInput {
  const { centre } = draft;
  const world = [...(centre.world.get(channel.id)?.values() ?? [])];
  const joins = toPresentJoins(draft, channel.id);
  return {
    id: channel.id,
    preference: channel.origins.map(({ id }) => id),
    timelines: centre.timelines.get(channel.id)?.timelines ?? [],
    verdicts: new Map(world.map((row) => [row.originId, toChoiceVerdict(row)])),
    recovering: new Set(world.filter(isRecovering).map(({ originId }) => originId)),
    inForce,
    ...(joins === null ? {} : { joins }),
    stickiness: {
      returnMs: RETURN_TARGETS * toTargetMs(draft, channel.id),
      patienceMs: PATIENCE_MS,
      changedAtMs: new Map(world.map(({ originId, changedAtMs }) => [originId, changedAtMs])),
    },
  };
}

/** What the channel's ledger says of its standbys; null: nobody watches it, or it is not heard. */
function toPresentJoins({ centre, nowMs }: Draft, channelId: string) {
  const row = centre.joins.get(channelId);
  return row === undefined || nowMs - row.heardAtMs > JOINS_MS ? null : row.joins;
}

/** What only some regions cannot use is left by these (region orders), and not by the world. */
function toChoiceVerdict({ verdict, reasons }: WorldRow): Verdict {
  if (verdict !== "yellow") return verdict;
  const isPartial = reasons.includes("partial");
  return !isPartial && reasons.some((each) => REASON_RULES[each].costsLead) ? "yellow" : "green";
}

function isRecovering({ verdict, reasons }: WorldRow): boolean {
  const grave = reasons.filter((reason) => REASON_RULES[reason].verdict === "red");
  return verdict === "red" && grave.length > 0 && grave.every((each) => each === "recovering");
}

function toComplete(
  draft: Draft,
  { mode, origins }: Channel,
  choice: ChannelChoice,
  inForce: InForce,
): ChannelChoice {
  const regionOrders = decideRegionOrders(draft.centre, choice, inForce, draft.nowMs);
  const regionAvoids = decideRegionAvoids(draft.centre, choice, inForce);
  const members = mode === "live" ? origins.map(({ id }) => id) : [];
  const left = decideLeftOrigins(inForce, members, toLeader(choice));
  return {
    ...choice,
    ...(regionOrders === null ? {} : { regionOrders }),
    ...(regionAvoids === null ? {} : { regionAvoids }),
    ...(left.length === 0 ? {} : { left }),
  };
}

function toCanaryNews(
  channel: Channel,
  previous: ChannelChoice | null,
  { preference, verdicts }: ChoiceInput,
  inForce: InForce,
  nowMs: number,
): CanaryNews {
  const originId = inForce.canary?.originId ?? "";
  if (channel.mode !== "live") {
    const { canary } = inForce;
    return canary === null ? {} : { canary: { originId, share: canary.share } };
  }
  const isUsable = preference.includes(originId) && verdicts.get(originId) !== "red";
  const order = decideCanaryOrder(inForce, !isUsable);
  return applyCanaryOrder(previous?.canaries ?? [], order, nowMs);
}

function noteMove(
  draft: Draft,
  channel: Channel,
  previous: ChannelChoice,
  next: ChannelChoice,
  input: ChoiceInput,
): void {
  const [from, to] = [printOrder(previous), printOrder(next)];
  const isLeaderNew = toLeader(previous) !== toLeader(next);
  const isSwitch = previous.current !== next.current;
  const wasLost = previous.reason === "all-red";
  if (wasLost !== (next.reason === "all-red")) {
    noteChoice(draft, "all-red", next, wasLost ? "all-red" : from, wasLost ? to : "all-red", input);
  }
  if (!isSwitch && !isLeaderNew) return;
  noteChoice(draft, isSwitch ? "switch" : "order", next, from, to, input);
  const leader = toLeader(next);
  if (leader === null || channel.mode !== "live") return;
  draft.centre = {
    ...draft.centre,
    awaited: new Map(draft.centre.awaited).set(channel.id, leader),
  };
}

function noteShadow(draft: Draft, previous: ChannelChoice, wanted: ChannelChoice): void {
  const told = draft.centre.shadows.get(wanted.id) ?? printOrder(previous);
  const wish = printOrder(wanted);
  if (wish === told) return;
  draft.centre = {
    ...draft.centre,
    shadows: new Map(draft.centre.shadows).set(wanted.id, wish),
  };
  if (wish === printOrder(previous)) return;
  noteChoice(draft, "would-switch", wanted, printOrder(previous), wish, null);
}

function noteChoice(
  draft: Draft,
  kind: AuditKind,
  choice: ChannelChoice,
  from: string,
  to: string,
  input: ChoiceInput | null,
): void {
  const verdicts = [...(input?.verdicts ?? [])].map(([id, verdict]) => `${id} ${verdict}`);
  const joins = [...(input?.joins ?? [])].map(([id, join]) => `${id} ${join}`);
  const watch = draft.centre.viewers.get(choice.id);
  note(draft, {
    kind,
    actor: "health",
    channelId: choice.id,
    originId: toLeader(choice),
    region: null,
    from,
    to,
    reason: choice.reason,
    inputs: {
      verdicts: verdicts.join(", "),
      ...(joins.length === 0 ? {} : { joins: joins.join(", ") }),
      ...(watch === undefined ? {} : { sessions: Math.round(watch.usual) }),
    },
  });
}

function toLeader(choice: ChannelChoice): string | null {
  return choice.timelines.find(({ n }) => n === choice.current)?.origins[0] ?? null;
}

function printOrder(choice: ChannelChoice): string {
  const order = choice.timelines.find(({ n }) => n === choice.current)?.origins ?? [];
  return `@t${choice.current} ${order.join(">")}`;
}

function isSame(a: ChannelChoice, b: ChannelChoice): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}
