// The life of a preload event, as a machine (design section 7): what was accepted is planned, what
// was planned runs at its time, what ran is proven, and what is proven is looked at again before
// the crowd comes. Every step is a pure function of what is written down, so an event goes on after
// any restart from where it was, and a history can be replayed.
//
//   accepted > planning > planned | scheduled > running > done | failed > verifying > done ...
//                    \> failed (refused)              \> following > done
//   pause from anywhere that is under way, resume goes on there; resume of a failed event tries
//   what is not warm, and only that; cancelled is the end.

import type { EventState, PreloadRequest } from "../contract/events.ts";
import { toBatches } from "./batches.ts";
import { applyListing, applyListingFailure } from "./listing.ts";
import { endPass, isAwaitingList, startLook, startRun } from "./passes.ts";
import { applyReport, endLeases, isPending, planSends } from "./sending.ts";
import type { WarmEffect, WarmInput, WarmingEvent, WarmStep } from "./warming-event.ts";

/** A run begins so long before its event unless it says otherwise. */
export const LEAD_MS = 3_600_000;
/** How long before its event everything is looked at again. */
export const LOOKS_BEFORE_MS = [30 * 60_000, 5 * 60_000] as const;
/** A plan of ten thousand files takes seconds; one that takes this long was lost. */
const PLAN_MS_MAX = 120_000;
const PLAN_TRIES_MAX = 5;
const PLAN_RETRY_MS = 2_000;
/** After a loss of memory, what was sent is given so long to report. */
const WOKE_LEASE_MS = 20_000;
/** How often a live playlist is read for what is new. */
export const FOLLOW_EVERY_MS = 2_000;
/** Batches in a row of which everything was forbidden: the credentials are wrong, or over. */
const FORBIDDEN_BATCHES_MAX = 3;
const SHARE_MIN = 1 / 16;
const SHARE_STEP = 1 / 8;

/** A new event, accepted. */
export function toWarmingEvent(id: string, request: PreloadRequest, nowMs: number): WarmingEvent {
  const { startsAtMs } = request;
  const looks = startsAtMs === undefined ? [] : LOOKS_BEFORE_MS.map((ms) => startsAtMs - ms);
  return {
    id,
    request,
    state: "accepted",
    pausedIn: null,
    problem: null,
    acceptedAtMs: nowMs,
    finishedAtMs: null,
    plan: null,
    planTries: 0,
    planAtMs: nowMs,
    hotTier: false,
    batches: [],
    pass: 0,
    passKind: "run",
    passStartedAtMs: nowMs,
    passDecays: 0,
    passes: [],
    decays: 0,
    share: 1,
    forbiddenInRow: 0,
    looksAtMs: looks.filter((atMs) => atMs > nowMs),
    listAtMs: null,
    listTries: 0,
  };
}

/** Takes one input. Total: what does not fit the state changes nothing. */
export function applyEvent(event: WarmingEvent, input: WarmInput, nowMs: number): WarmStep {
  switch (input.kind) {
    case "clock":
      return proceed(event, nowMs);
    case "woke":
      return proceed(applyWaking(event, nowMs), nowMs);
    case "planned":
      return proceed(applyPlan(event, input, nowMs), nowMs);
    case "plan-broke":
      return proceed(applyPlanFailure(event, input.detail, nowMs), nowMs);
    case "listed":
      return proceed(applyListing(event, input.files), nowMs);
    case "list-broke":
      return proceed(applyListingFailure(event, input.detail, nowMs), nowMs);
    case "reported":
      return proceed(applyBatchReport(event, input.report, nowMs), nowMs);
    case "act": {
      const acted = applyAction(event, input.action, nowMs);
      if (typeof acted !== "string") return proceed(acted, nowMs);
      return { event, effects: [], refusal: acted };
    }
  }
}

/** Does what is due: plan, run, look, follow, send, end. */
function proceed(before: WarmingEvent, nowMs: number): WarmStep {
  const effects: WarmEffect[] = [];
  let event = endLeases(before, nowMs);
  const isUnplanned = event.state === "accepted" || event.state === "planning";
  if (isUnplanned && event.planAtMs <= nowMs) {
    event = { ...event, state: "planning", planAtMs: nowMs + PLAN_MS_MAX };
    effects.push({ kind: "plan" });
  }
  if (event.state === "scheduled" && toRunAtMs(event) <= nowMs) event = startRun(event, nowMs);
  const isDue = (event.looksAtMs[0] ?? Number.POSITIVE_INFINITY) <= nowMs;
  if (isDue && isAtRest(event.state) && event.batches.length > 0) event = startLook(event, nowMs);
  if (event.listAtMs !== null && event.listAtMs <= nowMs && isWorking(event.state)) {
    const waitMs = event.state === "following" ? FOLLOW_EVERY_MS : PLAN_MS_MAX;
    event = { ...event, listAtMs: nowMs + waitMs };
    effects.push({ kind: "list" });
  }
  if (isWorking(event.state) && !isAwaitingList(event)) {
    const { event: sent, sends } = planSends(event, nowMs);
    event = endPass(sent, nowMs);
    effects.push(...sends.map((batch) => ({ kind: "send", batch }) as const));
  }
  return { event, effects, refusal: null };
}

/** Whether files are sent in this state. */
export function isWorking(state: EventState): boolean {
  return state === "running" || state === "verifying" || state === "following";
}

function isAtRest(state: EventState): boolean {
  return state === "done" || state === "failed";
}

/** When a scheduled event begins. */
function toRunAtMs({ request }: WarmingEvent): number {
  return (request.startsAtMs ?? 0) - (request.leadMs ?? LEAD_MS);
}

/** The next moment at which something is due by itself; null: never. */
export function toNextAtMs(event: WarmingEvent, nowMs: number): number | null {
  const times: number[] = [];
  const { state } = event;
  if (state === "accepted" || state === "planning") times.push(event.planAtMs);
  if (state === "scheduled") times.push(toRunAtMs(event));
  if (isAtRest(state) && event.batches.length > 0) times.push(...event.looksAtMs.slice(0, 1));
  if (isWorking(state)) {
    if (event.listAtMs !== null) times.push(event.listAtMs);
    for (const { lease, dueAtMs, tasks } of event.batches) {
      if (lease !== null) times.push(lease.untilMs);
      // What is due already waits for a lane, which a lease holds.
      else if (dueAtMs > nowMs && tasks.some((task) => isPending(task, event))) times.push(dueAtMs);
    }
  }
  return times.length === 0 ? null : Math.min(...times);
}

function applyWaking(event: WarmingEvent, nowMs: number): WarmingEvent {
  const untilMs = nowMs + WOKE_LEASE_MS;
  const batches = event.batches.map((batch) =>
    batch.lease === null || batch.lease.untilMs <= untilMs
      ? batch
      : { ...batch, lease: { ...batch.lease, untilMs } },
  );
  const listAtMs = event.listAtMs === null ? null : Math.min(event.listAtMs, nowMs);
  return { ...event, batches, listAtMs, planAtMs: Math.min(event.planAtMs, nowMs) };
}

function applyPlan(
  event: WarmingEvent,
  { plan, files, hotTier }: Extract<WarmInput, { kind: "planned" }>,
  nowMs: number,
): WarmingEvent {
  if (event.state !== "planning") return event;
  if (plan.refusals.length > 0) {
    const problem = plan.refusals.map(({ detail }) => detail).join(" ");
    return { ...event, plan, state: "failed", problem, finishedAtMs: nowMs };
  }
  const { request } = event;
  const requestsPerSecond = request.budget?.requestsPerSecond ?? null;
  const places = { regions: request.regions, hotTier, requestsPerSecond, firstIndex: 0 };
  const planned = { ...event, plan, hotTier, batches: toBatches(files, places), problem: null };
  if (request.hold === true) return { ...planned, state: "planned" };
  return { ...planned, state: "scheduled" };
}

function applyPlanFailure(event: WarmingEvent, detail: string, nowMs: number): WarmingEvent {
  if (event.state !== "planning") return event;
  const planTries = event.planTries + 1;
  const planAtMs = nowMs + PLAN_RETRY_MS * 2 ** planTries;
  if (planTries < PLAN_TRIES_MAX) return { ...event, planTries, planAtMs };
  const problem = `Planning failed: ${detail}`;
  return { ...event, planTries, state: "failed", problem, finishedAtMs: nowMs };
}

function applyBatchReport(
  event: WarmingEvent,
  report: Extract<WarmInput, { kind: "reported" }>["report"],
  nowMs: number,
): WarmingEvent {
  const batch = event.batches[report.batch];
  if (batch === undefined) return event;
  const reported = applyReport(event, batch, report, nowMs);
  const batches = event.batches.with(report.batch, reported.batch);
  const share = reported.isPressed
    ? Math.max(SHARE_MIN, event.share / 2)
    : Math.min(1, event.share + SHARE_STEP);
  const forbiddenInRow = reported.isForbidden ? event.forbiddenInRow + 1 : 0;
  const { decays } = reported;
  const next = {
    ...event,
    batches,
    share,
    forbiddenInRow,
    decays: event.decays + decays,
    passDecays: event.passDecays + decays,
  };
  if (forbiddenInRow < FORBIDDEN_BATCHES_MAX || !isWorking(event.state)) return next;
  const problem = "The storage refuses our credentials; renew them and resume.";
  return { ...next, state: "failed", problem, finishedAtMs: nowMs };
}

/** The event after somebody's word, or why it cannot be obeyed. */
function applyAction(event: WarmingEvent, action: string, nowMs: number): WarmingEvent | string {
  const { state } = event;
  const isReady = event.plan !== null && event.plan.refusals.length === 0;
  switch (action) {
    case "run":
      if (state === "planned" || state === "scheduled") return startRun(event, nowMs);
      return `An event that is ${state} cannot be run; only a planned or scheduled one can.`;
    case "verify":
      if (isAtRest(state) && isReady) return startLook(event, nowMs);
      return `An event that is ${state} cannot be verified; wait until it is done.`;
    case "pause":
      if (isWorking(state) || state === "scheduled")
        return { ...event, state: "paused", pausedIn: state };
      return `An event that is ${state} cannot be paused.`;
    case "resume":
      if (state === "paused")
        return { ...event, state: event.pausedIn ?? "scheduled", pausedIn: null };
      if (state === "failed") return applyRedrive(event, isReady, nowMs);
      return `An event that is ${state} cannot be resumed; only a paused or failed one can.`;
    case "cancel":
      if (isAtRest(state)) return `An event that is ${state} has nothing left to cancel.`;
      return { ...event, state: "cancelled", pausedIn: null, finishedAtMs: nowMs, looksAtMs: [] };
    default:
      return `There is no action "${action}".`;
  }
}

/** Tries again what is not warm, and only that. An event that was refused is planned again. */
function applyRedrive(event: WarmingEvent, isReady: boolean, nowMs: number): WarmingEvent {
  if (isReady) return { ...startRun(event, nowMs), listAtMs: nowMs };
  return {
    ...event,
    problem: null,
    finishedAtMs: null,
    state: "accepted",
    planTries: 0,
    planAtMs: nowMs,
  };
}
