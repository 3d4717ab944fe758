// Switches between origins: inside a timeline at once and without a trace, between timelines by a
// cut. Which origin is wanted is health's word; whether and when it can be done is decided here.
// Switches stick, because every one of them may be a seam: nothing that is merely better gets a
// discontinuity, and nothing goes back within ten target durations.

import { applyCut, applyTwin } from "./apply-cut.ts";
import type { CutPlan } from "./cut.ts";
import { decideCut, listWatched, toServing } from "./cut.ts";
import type { ChooseCause } from "./event.ts";
import { applyFeed } from "./feed.ts";
import { decideKinship } from "./identity.ts";
import { toOriginLag } from "./lag.ts";
import type { Draft } from "./ledger.ts";
import { emit, note, toTargetMs, toVisit } from "./ledger.ts";
import { decideObstacle } from "./obstacle.ts";
import { toEpoch, toListing } from "./origin-book.ts";
import type { SwitchCause } from "./pending-switch.ts";
import type { JoinReason } from "./reason.ts";
import type { Member, Visit } from "./timeline.ts";
import { isMember } from "./timeline.ts";

/** Target durations within which health's preference does not switch again. */
export const STICK_TARGETS = 10;
/** Target durations that a wait may take longer than the lag: the next segment has to be made. */
const WAIT_TARGETS = 1.5;
/** Target durations that an origin which was never read is waited for. */
const UNREAD_TARGETS = 3;

export function applyChoose(draft: Draft, origin: string, cause: ChooseCause): void {
  const { ledger, nowMs } = draft;
  const visit = toVisit(ledger);
  const book = ledger.origins.get(origin);
  if (book === undefined) return void refuse(draft, origin, "unknown-origin");
  if (visit === null) return void refuse(draft, origin, "unread");
  if (ledger.end.kind === "ended") return void refuse(draft, origin, "channel-ended");
  const target: Member = { origin, epoch: book.current };
  if (origin === visit.origin && target.epoch === visit.epoch) return void applyStay(draft, origin);
  const isRecent = visit.n > 0 && nowMs - visit.sinceMs < STICK_TARGETS * toTargetMs(ledger);
  if (cause === "preference" && isRecent)
    return void refuse(draft, origin, "held-by-recent-switch");
  const obstacle = decideObstacle(ledger, origin, nowMs);
  const isUnread = obstacle === "unread";
  if (obstacle !== null && !isUnread) return void refuse(draft, origin, obstacle);
  if (isInTimeline(draft, target)) {
    draft.ledger = { ...draft.ledger, chosen: origin };
    applyMember(draft, target, cause);
    return void emit(draft, { kind: "choice", origin, outcome: "done", reason: "same-timeline" });
  }
  if (applyReturn(draft, target)) return;
  if (isTwin(draft, target)) return void applyTwin(draft, target, cause);
  if (cause === "preference") {
    return void refuse(draft, origin, "discontinuity-without-need");
  }
  applyAttempt(draft, target, cause);
}

function refuse(draft: Draft, origin: string, reason: JoinReason): void {
  note(draft, "switch-refused", { origin }, { reason });
  emit(draft, { kind: "choice", origin, outcome: "refused", reason });
}

function applyStay(draft: Draft, origin: string): void {
  if (draft.ledger.pending !== null) {
    note(draft, "switch-cancelled", { origin: draft.ledger.pending.origin });
    draft.ledger = { ...draft.ledger, pending: null };
  }
  draft.ledger = { ...draft.ledger, chosen: origin };
  note(draft, "already-serving", { origin });
  emit(draft, { kind: "choice", origin, outcome: "done", reason: "same-timeline" });
}

export function isInTimeline(draft: Draft, target: Member): boolean {
  return decideKinship(draft.ledger, target) === "member";
}

/** Equal bytes under another label, not so far behind that players could not wait. */
function isTwin(draft: Draft, target: Member): boolean {
  if (decideKinship(draft.ledger, target) !== "twin") return false;
  const lag = toMeasuredLag(draft, target);
  return lag === null || lag * 1000 <= toLagBoundMs(draft);
}

/** Another member of the timeline feeds from now on. */
export function applyMember(draft: Draft, target: Member, cause: string): void {
  const visit = toVisit(draft.ledger) as Visit;
  const next = { ...visit, ...target, sinceMs: draft.nowMs };
  const visits = [...draft.ledger.visits.slice(0, -1), next];
  draft.ledger = { ...draft.ledger, visits, pending: null };
  const inputs = { from: visit.origin, timeline: visit.timeline, cause };
  note(draft, "switched-invisibly", { origin: target.origin }, inputs);
  for (const path of draft.ledger.renditions.keys()) applyFeed(draft, path);
}

/**
 * Back to the timeline that viewers still have: the stretch that was begun since then has no
 * segment in any rendition, so it is taken back as if it had never been. True if that was so.
 */
function applyReturn(draft: Draft, target: Member): boolean {
  const { ledger } = draft;
  const visit = toVisit(ledger);
  const before = ledger.visits.at(-2);
  if (visit === null || before === undefined || visit.closedParts) return false;
  const isSame = before.origin === target.origin && before.epoch === target.epoch;
  const timeline = ledger.timelines.find(({ n }) => n === before.timeline);
  const isBack = timeline !== undefined && isMember(timeline, target.origin, target.epoch);
  const isJoined = [...ledger.renditions.values()].some(({ source }) => source.visit === visit.n);
  if (!(isSame || isBack) || isJoined) return false;
  const visits = ledger.visits.slice(0, -1);
  draft.ledger = { ...ledger, visits, chosen: target.origin, pending: null };
  note(draft, "switch-cancelled", { origin: visit.origin });
  if (isSame) for (const path of draft.ledger.renditions.keys()) applyFeed(draft, path);
  else applyMember(draft, target, "failure");
  const { origin } = target;
  emit(draft, { kind: "choice", origin, outcome: "done", reason: "same-timeline" });
  return true;
}

/** Cuts now, or waits. */
export function applyAttempt(draft: Draft, target: Member, cause: SwitchCause): void {
  if (applyReturn(draft, target)) return;
  const { ledger, nowMs } = draft;
  const plan = decideCut(ledger, target, false);
  if (plan.kind === "now") {
    // It lagged when it was measured, and is not behind now: equal bytes need no cut.
    if (decideKinship(ledger, target) === "twin") return void applyTwin(draft, target, cause);
    return void applyCut(draft, target, plan, cause);
  }
  const targetMs = toTargetMs(ledger);
  const { lagSeconds } = plan;
  const late = decideLate(draft, target, lagSeconds);
  if (late !== null) return void applyCut(draft, target, late, cause);
  const waitMs =
    lagSeconds === null ? UNREAD_TARGETS * targetMs : lagSeconds * 1000 + WAIT_TARGETS * targetMs;
  const pending = { ...target, cause, sinceMs: nowMs, untilMs: nowMs + waitMs, lagSeconds };
  draft.ledger = { ...draft.ledger, pending };
  const reason = lagSeconds === null ? "waiting-for-listing" : "waiting-for-standby";
  note(draft, reason, { origin: target.origin }, { cause, lagSeconds });
  const why = lagSeconds === null ? "unread" : "lagging-standby";
  emit(draft, { kind: "choice", origin: target.origin, outcome: "waiting", reason: why });
}

/**
 * The cut with a repeat, if waiting is no use: the standby is further behind than players can
 * bridge, and that was seen after the playlist's end was made. An older look would only make the
 * repeat longer than it has to be.
 */
function decideLate(draft: Draft, target: Member, lagSeconds: number | null): PlanNow | null {
  if (lagSeconds === null || !wasSeenBehind(draft, target)) return null;
  // The least of some looks is nearer to the truth than one.
  const leastSeconds = Math.min(lagSeconds, toMeasuredLag(draft, target) ?? lagSeconds);
  if (leastSeconds * 1000 <= toLagBoundMs(draft)) return null;
  const late = decideCut(draft.ledger, target, true);
  return late.kind === "now" ? late : null;
}

type PlanNow = Extract<CutPlan, { kind: "now" }>;

/** True if the target was read since the last segment was admitted. */
function wasSeenBehind({ ledger }: Draft, target: Member): boolean {
  const origin = ledger.origins.get(target.origin);
  return listWatched(ledger).some(({ path, tail }) => {
    const listing = origin === undefined ? null : toListing(origin, target.epoch, path);
    return listing !== null && listing.lastSeenMs > tail.admittedAtMs;
  });
}

/** What players can bridge: they are that far behind the end. */
function toLagBoundMs({ ledger }: Draft): number {
  return (ledger.start?.holdBackSeconds ?? 0) * 1000 - 2 * toTargetMs(ledger) + 1;
}

/** True if the target was read since its switch began to wait, or if it was never read. */
function wasSeenSince({ ledger }: Draft, target: Member): boolean {
  const { pending } = ledger;
  const listings = toEpoch(ledger.origins.get(target.origin), target.epoch)?.listings;
  if (pending === null || listings === undefined || listings.size === 0) return true;
  return [...listings.values()].some(({ lastSeenMs }) => lastSeenMs > pending.sinceMs);
}

/** How much longer a look is waited for when the time is up. */
function toGraceMs({ ledger }: Draft): number {
  return UNREAD_TARGETS * toTargetMs(ledger);
}

function toMeasuredLag(draft: Draft, target: Member): number | null {
  const book = draft.ledger.origins.get(target.origin);
  return book === undefined ? null : toOriginLag(draft.ledger, book);
}

/** Looks again at a switch that waits. */
export function applyPending(draft: Draft): void {
  const { pending } = draft.ledger;
  if (pending === null) return;
  const { cause, untilMs } = pending;
  const book = draft.ledger.origins.get(pending.origin);
  const target: Member = { origin: pending.origin, epoch: book?.current ?? pending.epoch };
  const isLate = draft.nowMs >= untilMs + (wasSeenSince(draft, target) ? 0 : toGraceMs(draft));
  const serving = toServing(draft);
  if (serving?.origin === target.origin && serving.epoch === target.epoch) {
    note(draft, "switch-cancelled", { origin: target.origin });
    draft.ledger = { ...draft.ledger, pending: null };
    return;
  }
  if (isInTimeline(draft, target)) {
    const { origin } = target;
    draft.ledger = { ...draft.ledger, chosen: origin };
    applyMember(draft, target, cause);
    return void emit(draft, { kind: "choice", origin, outcome: "done", reason: "same-timeline" });
  }
  if (isTwin(draft, target)) return void applyTwin(draft, target, cause);
  const obstacle = decideObstacle(draft.ledger, pending.origin, draft.nowMs);
  const plan = decideCut(draft.ledger, target, isLate);
  if (plan.kind === "now" && (obstacle === null || cause === "restart")) {
    // It has caught up, whatever was measured of it before: equal bytes need no cut.
    const isEqual = !plan.cut.isLagging && decideKinship(draft.ledger, target) === "twin";
    if (isEqual) return void applyTwin(draft, target, cause);
    return void applyCut(draft, target, plan, cause);
  }
  const late = plan.kind === "wait" ? decideLate(draft, target, plan.lagSeconds) : null;
  if (late !== null && obstacle === null) return void applyCut(draft, target, late, cause);
  const isHopeless = obstacle !== null && obstacle !== "unread" && cause !== "restart";
  if (!isLate && !isHopeless) return;
  draft.ledger = { ...draft.ledger, pending: null };
  refuse(draft, pending.origin, obstacle ?? "unread");
}
