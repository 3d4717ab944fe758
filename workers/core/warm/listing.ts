// A listing that comes while an event is under way: new files are taken in, and what the storage
// holds by now replaces what it held when the event was planned. A file whose content was replaced
// is not warm any more, whatever was proven of the old one.

import { BATCH_TARGETS_MAX, EVENT_TARGETS_MAX, toBatches, toPlaces } from "./batches.ts";
import type { Expected } from "./proof.ts";
import { isPending } from "./sending.ts";
import type { PlannedFile, TaskBatch, WarmingEvent } from "./warming-event.ts";

const LIST_TRIES_MAX = 5;
const LIST_RETRY_MS = 2_000;

/** Takes a listing in. */
export function applyListing(event: WarmingEvent, files: readonly PlannedFile[]): WarmingEvent {
  const isWaited = event.state === "running" || event.state === "verifying";
  if (event.state !== "following" && !(isWaited && event.listAtMs !== null)) return event;
  const byPath = new Map(files.map((file) => [file.path, file]));
  const known = new Set<string>();
  const renewed = event.batches.map((batch) => {
    for (const { path } of batch.tasks) known.add(path);
    return renew(batch, byPath);
  });
  const fresh = files.filter(({ path }) => !known.has(path));
  const { request, hotTier } = event;
  const places = toPlaces(request.regions, hotTier).length;
  const kept = forgetOldest({ ...event, batches: renewed }, fresh.length * places);
  const more = toBatches(fresh, {
    regions: request.regions,
    hotTier,
    requestsPerSecond: request.budget?.requestsPerSecond ?? null,
    firstIndex: kept.length,
  });
  const listAtMs = event.state === "following" ? event.listAtMs : null;
  return { ...event, batches: [...kept, ...more], listAtMs, listTries: 0 };
}

/** A listing that could not be had. What was proven stands; nothing new is claimed. */
export function applyListingFailure(
  event: WarmingEvent,
  detail: string,
  nowMs: number,
): WarmingEvent {
  if (event.listAtMs === null) return event;
  const listTries = event.listTries + 1;
  const listAtMs = nowMs + LIST_RETRY_MS * listTries;
  // A followed playlist may be away for a while: its event ends when it said.
  if (event.state === "following" || listTries < LIST_TRIES_MAX) {
    return { ...event, listAtMs, listTries };
  }
  const problem = `The storage could not be listed again: ${detail}`;
  return { ...event, listAtMs: null, listTries, state: "failed", problem, finishedAtMs: nowMs };
}

function renew(batch: TaskBatch, byPath: ReadonlyMap<string, PlannedFile>): TaskBatch {
  const isSame = (path: string, expected: Expected | null) => {
    const listed = byPath.get(path)?.expected;
    return listed == null || isSameContent(listed, expected);
  };
  if (batch.tasks.every(({ path, expected }) => isSame(path, expected))) return batch;
  const tasks = batch.tasks.map((task) => {
    if (isSame(task.path, task.expected)) return task;
    const expected = byPath.get(task.path)?.expected ?? null;
    const anew = { state: "queued", failure: "pending", tries: 0 } as const;
    return { ...task, ...anew, expected, sinceTicket: batch.tickets };
  });
  return { ...batch, tasks, dueAtMs: 0 };
}

function isSameContent(a: Expected, b: Expected | null): boolean {
  if (b === null) return false;
  return a.lengthBytes === b.lengthBytes && a.etag === b.etag && a.version === b.version;
}

/** Makes room: an event that follows a playlist for days forgets what left it long ago. */
function forgetOldest(event: WarmingEvent, more: number): readonly TaskBatch[] {
  const places = toPlaces(event.request.regions, event.hotTier).length;
  let count = more;
  for (const { tasks } of event.batches) count += tasks.length;
  let over = count - EVENT_TARGETS_MAX * places;
  if (over <= 0) return event.batches;
  return event.batches.map((batch) => {
    const isSettled = batch.lease === null && !batch.tasks.some((task) => isPending(task, event));
    if (over <= 0 || !isSettled || batch.tasks.length > BATCH_TARGETS_MAX) return batch;
    over -= batch.tasks.length;
    // Numbers of batches stay: reports and followers name them.
    return { ...batch, tasks: [] };
  });
}
