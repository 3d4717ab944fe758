// The state centre: what the nodes behind an origin say of themselves, and which of them are banned
// for it. For the weights (an origin is worth the share of its nodes that are not banned) and, when
// none is left, for the verdict.
//
// A heartbeat says "normal" or not, and "started" counts only while media advances: an encoder that
// reports for duty and makes nothing is abnormal. Per node a sliding minute is kept; over a
// threshold of abnormal beats the node is banned for a term. When the term is over the ban is
// lifted by half: the node gets no traffic until a probe has found it well.

import { applyTries, SHARE_NONE, type ShareWindow, toShare } from "./signals/share-window.ts";

export const NODE_STATES = ["starting", "started", "draining", "stopped", "error"] as const;
export type NodeState = (typeof NODE_STATES)[number];

/** How a state is counted; "started" only if media has advanced. */
const IS_NORMAL: Readonly<Record<NodeState, boolean>> = {
  starting: true,
  started: true,
  draining: true,
  stopped: false,
  error: false,
};

export interface Heartbeat {
  readonly originId: string;
  readonly node: string;
  readonly state: NodeState;
  /** A counter of media made so far (segments, frames, bytes); null: the node has none. */
  readonly mediaCount: number | null;
}

export type BanState =
  | { readonly kind: "free" }
  | { readonly kind: "banned"; readonly sinceMs: number; readonly untilMs: number }
  /** The term is over: probed before it gets traffic. */
  | { readonly kind: "half-open"; readonly sinceMs: number };

export interface NodeRecord {
  readonly originId: string;
  readonly node: string;
  readonly beats: ShareWindow;
  readonly mediaCount: number | null;
  /** When the counter last grew; null: never seen to. */
  readonly advancedAtMs: number | null;
  readonly state: NodeState;
  readonly seenAtMs: number;
  readonly ban: BanState;
}

export interface HeartbeatRules {
  readonly abnormalShareMax: number;
  /** Fewer beats make no share. */
  readonly beatsMin: number;
  readonly banMs: number;
  /** "started" without media for longer than this is abnormal. */
  readonly stillMs: number;
  /** A node that has not been heard for longer is forgotten: taken down, not ill. */
  readonly goneMs: number;
}

export const HEARTBEAT_RULES: HeartbeatRules = {
  abnormalShareMax: 0.5,
  beatsMin: 3,
  banMs: 3_600_000,
  stillMs: 15_000,
  goneMs: 86_400_000,
};

/** A hostile packager may invent node names; nobody runs more than this behind one origin. */
export const NODES_MAX = 1_000;

/** Nodes by origin and name. */
export type StateCentre = ReadonlyMap<string, NodeRecord>;

function toNodeKey(originId: string, node: string): string {
  return `${originId} ${node}`;
}

/** Counts a heartbeat, and bans its node if it was one too many. */
export function applyHeartbeat(
  centre: StateCentre,
  beat: Heartbeat,
  nowMs: number,
  rules: HeartbeatRules = HEARTBEAT_RULES,
): StateCentre {
  const key = toNodeKey(beat.originId, beat.node);
  const before = centre.get(key);
  if (before === undefined && centre.size >= NODES_MAX) return centre;
  const grew =
    beat.mediaCount !== null && (before === undefined || beat.mediaCount !== before.mediaCount);
  const advancedAtMs = grew ? nowMs : (before?.advancedAtMs ?? null);
  const isStill =
    beat.state === "started" &&
    beat.mediaCount !== null &&
    nowMs - (advancedAtMs ?? nowMs) > rules.stillMs;
  const isNormal = IS_NORMAL[beat.state] && !isStill;
  const beats = applyTries(before?.beats ?? SHARE_NONE, 1, isNormal ? 0 : 1, nowMs);
  const { tries, share } = toShare(beats, nowMs);
  const isOver = tries >= rules.beatsMin && share > rules.abnormalShareMax;
  const ban = before?.ban ?? { kind: "free" as const };
  const record: NodeRecord = {
    originId: beat.originId,
    node: beat.node,
    beats,
    mediaCount: beat.mediaCount ?? before?.mediaCount ?? null,
    advancedAtMs,
    state: beat.state,
    seenAtMs: nowMs,
    ban:
      ban.kind === "banned" || !isOver
        ? ban
        : { kind: "banned", sinceMs: nowMs, untilMs: nowMs + rules.banMs },
  };
  return new Map(centre).set(key, record);
}

/** The scan: lifts bans that are over to half-open, and forgets nodes that are gone. */
export function applyScan(
  centre: StateCentre,
  nowMs: number,
  rules: HeartbeatRules = HEARTBEAT_RULES,
): StateCentre {
  const next = new Map<string, NodeRecord>();
  for (const [key, node] of centre) {
    if (nowMs - node.seenAtMs > rules.goneMs) continue;
    const { ban } = node;
    const isOver = ban.kind === "banned" && nowMs >= ban.untilMs;
    // Old beats must not ban it anew before its probe.
    next.set(
      key,
      isOver ? { ...node, beats: SHARE_NONE, ban: { kind: "half-open", sinceMs: nowMs } } : node,
    );
  }
  return next;
}

/** The answer of the probe of a half-open node: free, or banned for another term. */
export function applyNodeProbe(
  centre: StateCentre,
  originId: string,
  node: string,
  isGood: boolean,
  nowMs: number,
  rules: HeartbeatRules = HEARTBEAT_RULES,
): StateCentre {
  const key = toNodeKey(originId, node);
  const before = centre.get(key);
  if (before === undefined || before.ban.kind !== "half-open") return centre;
  const ban: BanState = isGood
    ? { kind: "free" }
    : { kind: "banned", sinceMs: nowMs, untilMs: nowMs + rules.banMs };
  return new Map(centre).set(key, { ...before, ban });
}

/** Nodes that wait for a probe. */
export function listHalfOpen(centre: StateCentre): readonly NodeRecord[] {
  return [...centre.values()].filter(({ ban }) => ban.kind === "half-open");
}

/** Share of an origin's nodes that are not banned; null: it sends no heartbeats. */
export function toHeartbeatShare(centre: StateCentre, originId: string): number | null {
  const nodes = [...centre.values()].filter((node) => node.originId === originId);
  if (nodes.length === 0) return null;
  return nodes.filter(({ ban }) => ban.kind === "free").length / nodes.length;
}
