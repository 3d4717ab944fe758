// How an event is getting on, for people who watch it: counts by place, the pace of the pass that
// runs now, what failed and why. Counts what is written down and nothing else; an object is warm
// here exactly if its receipt says so.

import type { EventProgress, PlaceProgress } from "../contract/events.ts";
import { toNextAtMs } from "./apply-event.ts";
import { toCoverage } from "./passes.ts";
import { isPending } from "./sending.ts";
import type { WarmingEvent, WarmTask } from "./warming-event.ts";

const FAILURES_SHOWN_MAX = 100;

/** The event for its team. */
export function toProgress(event: WarmingEvent, nowMs: number): EventProgress {
  const { id, request, state, problem, acceptedAtMs, finishedAtMs, decays } = event;
  const { warm, of } = toCoverage(event);
  const tasks = event.batches.flatMap(({ tasks: own, place }) =>
    own.map((task) => ({ task, place })),
  );
  const dead = tasks.filter(({ task }) => task.state === "dead");
  const failures = dead
    .map(({ task, place }) => ({
      path: task.path,
      region: place,
      failure: task.failure ?? ("pending" as const),
    }))
    .sort((a, b) => compare(a.path, b.path) || compare(a.region, b.region))
    .slice(0, FAILURES_SHOWN_MAX);
  return {
    id,
    title: request.title,
    channel: request.channel,
    playlist: request.playlist,
    regions: request.regions,
    state,
    problem,
    objects: { planned: of, warm, failed: dead.length },
    bytes: toBytes(tasks.map(({ task }) => task)),
    coverage: of === 0 ? 0 : warm / of,
    places: toPlaceProgress(event),
    inFlight: event.batches.reduce(
      (sum, { lease, tasks: own }) =>
        sum + (lease === null ? 0 : own.filter(({ ticket }) => ticket === lease.ticket).length),
      0,
    ),
    deadLetters: dead.length,
    decays,
    etaMs: toEtaMs(event, nowMs),
    failures,
    acceptedAtMs,
    finishedAtMs,
    nextAtMs: toNextAtMs(event, nowMs),
  };
}

function compare(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}

function toBytes(tasks: readonly WarmTask[]): EventProgress["bytes"] {
  let [planned, warm] = [0, 0];
  for (const { expected, seen, state } of tasks) {
    const lengthBytes = expected?.lengthBytes ?? seen?.sighting.lengthBytes ?? 0;
    planned += lengthBytes;
    if (state === "warm") warm += seen?.sighting.lengthBytes ?? lengthBytes;
  }
  return { planned, warm };
}

function toPlaceProgress({ batches }: WarmingEvent): readonly PlaceProgress[] {
  const byPlace = new Map<string, { planned: number; warm: number; failed: number }>();
  for (const { place, tasks } of batches) {
    const row = byPlace.get(place) ?? { planned: 0, warm: 0, failed: 0 };
    byPlace.set(place, row);
    row.planned += tasks.length;
    row.warm += tasks.filter(({ state }) => state === "warm").length;
    row.failed += tasks.filter(({ state }) => state === "dead").length;
  }
  return [...byPlace].map(([place, row]) => ({ place, ...row }));
}

/** What is left of the pass, at the pace of what is done of it. */
function toEtaMs(event: WarmingEvent, nowMs: number): number | null {
  if (event.state !== "running" && event.state !== "verifying") return null;
  let [pending, settled] = [0, 0];
  for (const task of event.batches.flatMap(({ tasks }) => tasks)) {
    if (isPending(task, event)) pending += 1;
    else if (task.pass === event.pass) settled += 1;
  }
  if (pending === 0) return 0;
  const elapsedMs = nowMs - event.passStartedAtMs;
  return settled === 0 ? null : Math.round((elapsedMs / settled) * pending);
}
