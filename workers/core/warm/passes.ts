// A pass is one time through all files: a run warms what is not warm, a look asks again about
// everything. When nothing is pending any more the pass is over, and what it found is kept beside
// those before it: that is how a team sees that a cache forgets.

import { isPending } from "./sending.ts";
import type { TaskBatch, WarmingEvent, WarmTask } from "./warming-event.ts";

/** Passes remembered; a followed event has more of them than anybody reads. */
const PASSES_MAX = 50;

/** Begins a run: everything that is not warm is tried anew. */
export function startRun(event: WarmingEvent, nowMs: number): WarmingEvent {
  return {
    ...event,
    ...toPass(event, "run", nowMs),
    state: "running",
    batches: event.batches.map(requeue),
    looksAtMs: event.looksAtMs.filter((atMs) => atMs > nowMs),
  };
}

/**
 * Begins a look, after a new listing: what the storage holds by now is what counts. Everything is
 * asked again; what is cold is warmed if the event wants that.
 */
export function startLook(event: WarmingEvent, nowMs: number): WarmingEvent {
  return {
    ...event,
    ...toPass(event, "look", nowMs),
    state: "verifying",
    batches: event.batches.map((batch) => ({ ...batch, dueAtMs: 0 })),
    listAtMs: nowMs,
    looksAtMs: event.looksAtMs.filter((atMs) => atMs > nowMs),
  };
}

function toPass(event: WarmingEvent, passKind: WarmingEvent["passKind"], nowMs: number) {
  return {
    pass: event.pass + 1,
    passKind,
    passStartedAtMs: nowMs,
    passDecays: 0,
    problem: null,
    finishedAtMs: null,
    forbiddenInRow: 0,
    listTries: 0,
  };
}

function requeue(batch: TaskBatch): TaskBatch {
  if (batch.tasks.every(({ state }) => state === "warm")) return batch;
  const tasks = batch.tasks.map((task): WarmTask => {
    return task.state === "warm" ? task : { ...task, state: "queued", tries: 0 };
  });
  return { ...batch, tasks, dueAtMs: 0 };
}

/** Ends the pass if nothing is pending or under way. */
export function endPass(event: WarmingEvent, nowMs: number): WarmingEvent {
  if (isAwaitingList(event)) return event;
  const isOpen = event.batches.some(
    ({ lease, tasks }) => lease !== null || tasks.some((task) => isPending(task, event)),
  );
  if (isOpen) return event;
  const window = event.request.window;
  const isFollowing = window?.kind === "follow" && nowMs < window.untilMs;
  if (event.state === "following" && isFollowing) return event;
  const { warm, of } = toCoverage(event);
  const pass = {
    kind: event.passKind,
    startedAtMs: event.passStartedAtMs,
    endedAtMs: nowMs,
    warm,
    of,
    decays: event.passDecays,
  };
  const ended = { ...event, passes: [...event.passes, pass].slice(-PASSES_MAX) };
  if (isFollowing) return { ...ended, state: "following", problem: null, listAtMs: nowMs };
  const wanted = event.request.verify?.coverage ?? 1;
  const isEnough = warm >= wanted * of;
  const problem = `${of - warm} of ${of} objects are not warm.`;
  return {
    ...ended,
    state: isEnough ? "done" : "failed",
    problem: isEnough ? null : problem,
    finishedAtMs: nowMs,
  };
}

/** Whether nothing may be sent before the storage has said what it holds. */
export function isAwaitingList({ state, listAtMs }: WarmingEvent): boolean {
  return listAtMs !== null && (state === "running" || state === "verifying");
}

/** Warm objects, of all. */
export function toCoverage({ batches }: WarmingEvent): {
  readonly warm: number;
  readonly of: number;
} {
  let [warm, of] = [0, 0];
  for (const { tasks } of batches) {
    of += tasks.length;
    warm += tasks.filter(({ state }) => state === "warm").length;
  }
  return { warm, of };
}
