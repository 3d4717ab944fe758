// Takes what witnesses saw and what edges counted into the views of the health centre. It judges
// each region's view alone; what the world makes of them is judge.ts' matter.

import type { Report } from "../../contract/report.ts";
import { applySighting, applyTraffic, type Traffic, toUnknownHealth } from "../detector.ts";
import { FAILURE_CLASSES, FAILURE_RULES, type FailureClass } from "../failure.ts";
import { toMembership } from "../renumber.ts";
import type { Sighting, SightingRole } from "../sighting.ts";
import { applyMarks } from "../timelines.ts";
import type { Draft, ViewRow } from "./centre.ts";
import { note } from "./centre.ts";
import { applyHearing, type Hearing } from "./witness.ts";

/**
 * An origin is not looked at out of turn more often; and less often each time, because a region
 * whose own way there is broken complains without end, and every look is a chance to be wrong.
 */
const LOOK_AGAIN_MS = 1_000;
const LOOK_AGAIN_MS_MAX = 16_000;
/** Nobody complained for so long: the next complaint is a new one. */
const LOOK_FORGET_MS = 20_000;

/** Applies a witness's message; the channels it speaks of. */
export function applySightings(
  draft: Draft,
  hearing: Hearing,
  sightings: readonly Sighting[],
): ReadonlySet<string> {
  const channel = sightings[0]?.channelId ?? "";
  if (!draft.centre.channels.has(channel)) return new Set();
  const { witnesses, heardRegions } = draft.centre;
  const known = witnesses.get(channel) ?? new Map();
  const heard = applyHearing(known.get(hearing.witnessId), hearing, draft.nowMs);
  const written = new Map(known).set(hearing.witnessId, heard.witness);
  draft.centre = {
    ...draft.centre,
    witnesses: new Map(witnesses).set(channel, written),
    heardRegions: new Map(heardRegions).set(hearing.region, draft.nowMs),
  };
  const touched = new Set<string>();
  if (heard.atMs === null) return touched;
  for (const sighting of sightings) {
    const { channelId } = sighting;
    if (channelId !== channel) throw new Error("A witness speaks of one channel.");
    applyOne(draft, hearing.region, sighting, heard.atMs);
    touched.add(channelId);
  }
  return touched;
}

function applyOne(draft: Draft, region: string, sighting: Sighting, atMs: number): void {
  const { channelId, originId, role, outcome } = sighting;
  const channel = draft.centre.channels.get(channelId);
  if (channel === undefined) return;
  const before = toRow(draft, channelId, originId, role, region, atMs);
  const health = applySighting(before.health, outcome, channel.mode, atMs);
  const last = outcome.kind === "playlist" ? outcome.marks.at(-1) : undefined;
  const media =
    last?.pdtMs == null
      ? {}
      : { mediaEndMs: last.pdtMs + last.durationMs, mediaSeenAtMs: draft.nowMs };
  const isGood = outcome.kind !== "failed" && !health.reasons.includes("frozen");
  const lastGoodAtMs = isGood ? draft.nowMs : before.lastGoodAtMs;
  setRow(draft, { ...before, ...media, health, lastGoodAtMs, heardAtMs: draft.nowMs });
  if (isGood) applyFirstGood(draft, channelId, originId, region);
  if (outcome.kind !== "playlist" || role !== "playlists") return;
  if (!channel.origins.some(({ id }) => id === originId)) return;
  const state = draft.centre.timelines.get(channelId);
  if (state === undefined) return;
  const next = applyMarks(state, channel.policy.replicas, originId, outcome.marks);
  if (next === state) return;
  draft.centre = {
    ...draft.centre,
    timelines: new Map(draft.centre.timelines).set(channelId, next),
  };
  if (toMembership(next) === toMembership(state)) return;
  note(draft, {
    kind: "order",
    actor: "health",
    channelId,
    originId,
    region,
    from: toMembership(state),
    to: toMembership(next),
    reason: "timelines",
    inputs: {},
  });
}

/** Applies what the edges of a region counted; the channels that it concerns. */
export function applyReports(
  draft: Draft,
  region: string,
  reports: readonly Report[],
): ReadonlySet<string> {
  const touched = new Set<string>();
  for (const report of reports) {
    const uses = draft.centre.uses.get(report.origin) ?? [];
    const counted = toTraffic(report);
    // Counts do not say which channel they are of. Where there are several, one broken packager
    // would condemn the origin for all: then counts make everybody look, and looks condemn.
    const isShared = uses.some(({ channelId }) => channelId !== uses[0]?.channelId);
    const traffic = isShared ? { ...counted, tries: 0, failures: 0, failure: null } : counted;
    for (const { channelId, role } of uses) {
      const row = toRow(draft, channelId, report.origin, role, region, draft.nowMs);
      const health = applyTraffic(row.health, traffic, draft.nowMs);
      const isGood = !isShared && traffic.failures < traffic.tries;
      const lastGoodAtMs = isGood ? draft.nowMs : row.lastGoodAtMs;
      // Counts can accuse. But where somebody looks, only looks keep a view fresh: requests that
      // succeed do not tell that a playlist goes on.
      const isVoice = health.verdict === "red" || row.health.seenAtMs === null;
      const heardAtMs = isVoice ? draft.nowMs : row.heardAtMs;
      setRow(draft, { ...row, health, lastGoodAtMs, heardAtMs });
      // Counts are seconds old: of an origin that is dead by now they tell of before.
      const isAlive = isGood && health.verdict !== "red";
      if (isAlive) applyFirstGood(draft, channelId, report.origin, region);
      touched.add(channelId);
    }
    if (hasTrouble(report)) planLook(draft, report.origin);
  }
  return touched;
}

/** Failures that are the origin's own; what a newer edge calls by other names is not judged. */
function toTraffic({ tries, failures, latencyLog2 }: Report): Traffic {
  let [count, most]: [number, FailureClass | null] = [0, null];
  for (const name of FAILURE_CLASSES) {
    const each = failures[name] ?? 0;
    if (each <= 0 || !FAILURE_RULES[name].blame) continue;
    if (most === null || each > (failures[most] ?? 0)) most = name;
    count += each;
  }
  const counted = { tries: Math.max(tries, count), failures: count, failure: most, latencyLog2 };
  return { ...counted, mismatches: failures["wrong-digest"] ?? 0 };
}

/** Also what was only late: an edge that asked somebody else instead has seen something. */
function hasTrouble({ failures }: Report): boolean {
  return Object.values(failures).some((count) => count > 0);
}

function planLook(draft: Draft, originId: string): void {
  const { suspicions } = draft.centre;
  const before = suspicions.get(originId);
  const sinceMs = before === undefined ? LOOK_FORGET_MS : draft.nowMs - before.atMs;
  const count = sinceMs >= LOOK_FORGET_MS ? 0 : (before?.count ?? 0);
  const pauseMs = Math.min(LOOK_AGAIN_MS_MAX, LOOK_AGAIN_MS * 2 ** Math.max(0, count - 1));
  if (count > 0 && sinceMs < pauseMs) return;
  const suspicion = { atMs: draft.nowMs, count: count + 1 };
  draft.centre = { ...draft.centre, suspicions: new Map(suspicions).set(originId, suspicion) };
  draft.effects.push({ kind: "look", originId });
}

/** The first good answer after a switch ends the viewers' trouble. */
function applyFirstGood(draft: Draft, channelId: string, originId: string, region: string): void {
  if (draft.centre.awaited.get(channelId) !== originId) return;
  const awaited = new Map(draft.centre.awaited);
  awaited.delete(channelId);
  draft.centre = { ...draft.centre, awaited };
  note(draft, {
    kind: "first-good",
    actor: "health",
    channelId,
    originId,
    region,
    from: null,
    to: null,
    reason: "answered",
    inputs: {},
  });
}

function toRow(
  draft: Draft,
  channelId: string,
  originId: string,
  role: SightingRole,
  region: string,
  atMs: number,
): ViewRow {
  const known = draft.centre.views.get(channelId)?.get(toViewKey(originId, role, region));
  if (known !== undefined) return known;
  const health = toUnknownHealth(atMs);
  const common = { channelId, originId, role, region, health };
  const times = { mediaSeenAtMs: draft.nowMs, heardAtMs: draft.nowMs };
  return { ...common, ...times, mediaEndMs: null, lastGoodAtMs: null };
}

function setRow(draft: Draft, row: ViewRow): void {
  const { views } = draft.centre;
  const rows = new Map(views.get(row.channelId));
  rows.set(toViewKey(row.originId, row.role, row.region), row);
  draft.centre = { ...draft.centre, views: new Map(views).set(row.channelId, rows) };
}

function toViewKey(originId: string, role: SightingRole, region: string): string {
  return `${originId} ${role} ${region}`;
}
