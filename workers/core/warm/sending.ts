// Which batches go out now, and what a report makes of theirs. A batch that is out has a lease: a
// report ends it, and so does time, for queues and machines lose things. What comes back late still
// counts if it proves something; what it denies does not, for somebody else was asked meanwhile.

import { CONTRACT_VERSION } from "../contract/message.ts";
import type { BatchReport, WarmBatch, WarmedFile, WarmMode } from "../contract/warming.ts";
import { decideProof } from "./proof.ts";
import { isMendable, RETRY_RULES, toRetryWaitMs } from "./retry.ts";
import type { Seen, TaskBatch, WarmingEvent, WarmTask } from "./warming-event.ts";

/** Batches under way per place: one more than is worked on, so that nobody waits for the next. */
export const LANES_PER_PLACE = 3;
/** Files under way at once per place: the connections that an invocation has. */
export const CONNECTIONS_PER_PLACE = 6;
const CONNECTIONS_MIN = 2;
/** What a batch may take beyond its pace before it counts as lost. */
export const LEASE_MS = 100_000;

/** Whether a task waits for somebody to look at it. */
export function isPending(task: WarmTask, event: WarmingEvent): boolean {
  if (task.state === "queued") return true;
  return event.passKind === "look" && task.pass < event.pass;
}

/** Sends what may go: by place, within its lanes, in the order of the plan. */
export function planSends(
  event: WarmingEvent,
  nowMs: number,
): { readonly event: WarmingEvent; readonly sends: readonly WarmBatch[] } {
  const lanes = Math.max(1, Math.round(LANES_PER_PLACE * event.share));
  const freeLanes = new Map<string, number>();
  for (const { place, lease } of event.batches) {
    const free = freeLanes.get(place) ?? lanes;
    freeLanes.set(place, lease === null ? free : free - 1);
  }
  const sends: WarmBatch[] = [];
  let batches: TaskBatch[] | null = null;
  for (const [index, batch] of event.batches.entries()) {
    const free = freeLanes.get(batch.place) ?? 0;
    if (free <= 0 || batch.lease !== null || batch.dueAtMs > nowMs) continue;
    if (isHeldBack(batch, event)) continue;
    const sent = toSend(event, batch, index);
    if (sent === null) continue;
    freeLanes.set(batch.place, free - 1);
    sends.push(sent);
    batches ??= [...event.batches];
    const untilMs = nowMs + LEASE_MS + toPacedMs(event, sent.paths.length);
    const lease = { ticket: sent.ticket, mode: sent.mode, untilMs };
    const taken = new Set(sent.paths);
    const tasks = batch.tasks.map((task) =>
      taken.has(task.path) ? { ...task, ticket: sent.ticket } : task,
    );
    batches[index] = { ...batch, tasks, lease, tickets: sent.ticket };
  }
  return { event: batches === null ? event : { ...event, batches }, sends };
}

/** With the hot tier, until the first region has been through with the same files. */
function isHeldBack(batch: TaskBatch, event: WarmingEvent): boolean {
  if (batch.after === null) return false;
  const leader = event.batches[batch.after];
  return leader?.tasks.some((task) => isPending(task, event)) === true;
}

function toSend(event: WarmingEvent, batch: TaskBatch, index: number): WarmBatch | null {
  const queued = batch.tasks.filter(({ state }) => state === "queued");
  const mode: WarmMode = queued.length > 0 ? "warm" : "look";
  const tasks = mode === "warm" ? queued : batch.tasks.filter((task) => isPending(task, event));
  if (tasks.length === 0) return null;
  const rate = event.request.budget?.requestsPerSecond ?? null;
  return {
    contract: CONTRACT_VERSION,
    eventId: event.id,
    batch: index,
    ticket: batch.tickets + 1,
    mode,
    channel: event.request.channel,
    paths: tasks.map(({ path }) => path),
    place: batch.place,
    origins: batch.origins,
    requestsPerSecond: rate === null ? null : rate * event.share,
    connections: Math.max(CONNECTIONS_MIN, Math.round(CONNECTIONS_PER_PLACE * event.share)),
  };
}

/** How long the files under way take at the event's own pace. */
function toPacedMs(event: WarmingEvent, count: number): number {
  const rate = event.request.budget?.requestsPerSecond;
  if (rate === undefined) return 0;
  const lanes = LANES_PER_PLACE * (event.request.regions.length + 1);
  return (1_000 * count * lanes) / (rate * event.share);
}

export interface Reported {
  readonly batch: TaskBatch;
  /** Files that were warm and are not. */
  readonly decays: number;
  readonly isPressed: boolean;
  /** Whether the storage let us have nothing of it. */
  readonly isForbidden: boolean;
}

/** What a report makes of its batch. */
export function applyReport(
  event: WarmingEvent,
  batch: TaskBatch,
  report: BatchReport,
  nowMs: number,
): Reported {
  const files = new Map(report.report?.files.map((file) => [file.path, file]));
  const { lease } = batch;
  const isCurrent = lease !== null && lease.ticket === report.ticket;
  const mode = isCurrent ? lease.mode : "warm";
  const seen = (file: WarmedFile): Seen => ({
    sighting: file.second ?? file.first,
    adapter: report.report?.adapter ?? "cache-api",
    dataCentre: report.report?.dataCentre ?? null,
    atMs: nowMs,
  });
  const rows = batch.tasks.map((task) => {
    const file = files.get(task.path);
    if (!isCurrent) return applyLate(task, file, report.ticket, seen, event.pass);
    const isAsked = task.ticket === report.ticket && isPending(task, event);
    if (!isAsked) return { task, failure: null, isDecay: false };
    return applyVerdict(event, batch, task, mode, file ?? null, seen);
  });
  const tasks = rows.map(({ task }) => task);
  const failures = rows.flatMap(({ failure }) => failure ?? []);
  const queued = tasks.filter(({ state, tries }) => state === "queued" && tries > 0);
  const waitMs = Math.max(
    0,
    ...queued.map(({ tries, path }) => toRetryWaitMs(tries, `${event.id} ${path}`)),
  );
  return {
    batch: {
      ...batch,
      tasks,
      lease: isCurrent ? null : lease,
      dueAtMs: isCurrent ? nowMs + waitMs : batch.dueAtMs,
    },
    decays: rows.filter(({ isDecay }) => isDecay).length,
    isPressed: failures.some((failure) => RETRY_RULES[failure].isPressure),
    isForbidden: failures.length > 0 && failures.every((failure) => failure === "forbidden"),
  };
}

type Row = {
  readonly task: WarmTask;
  readonly failure: WarmTask["failure"];
  readonly isDecay: boolean;
};

/** A sending that had been given up comes back: only what it proves counts. */
function applyLate(
  task: WarmTask,
  file: WarmedFile | undefined,
  ticket: number,
  seen: (file: WarmedFile) => Seen,
  pass: number,
): Row {
  const same = { task, failure: null, isDecay: false };
  if (task.state !== "queued" || ticket <= task.sinceTicket || file?.second == null) return same;
  if (decideProof("warm", file, task.expected) !== null) return same;
  const warm = { state: "warm", failure: null, seen: seen(file), pass } as const;
  return { ...same, task: { ...task, ...warm } };
}

function applyVerdict(
  event: WarmingEvent,
  batch: TaskBatch,
  task: WarmTask,
  mode: WarmMode,
  file: WarmedFile | null,
  seen: (file: WarmedFile) => Seen,
): Row {
  const verdict = file === null ? "unreachable" : decideProof(mode, file, task.expected);
  const base = { ...task, seen: file === null ? task.seen : seen(file), pass: event.pass };
  if (verdict === null) {
    return { task: { ...base, state: "warm", failure: null }, failure: null, isDecay: false };
  }
  const isDecay = task.state === "warm";
  const failure = isDecay && verdict === "not-cached" ? "evicted" : verdict;
  // A look that fails is no try: the file begins anew, if it is to begin at all.
  const tries = mode === "look" ? 0 : task.tries + 1;
  const mayRewarm = mode === "warm" || (event.request.verify?.rewarm ?? true);
  const isRetried = mayRewarm && tries < RETRY_RULES[failure].triesMax && isMendable(failure);
  const state = isRetried ? "queued" : "dead";
  const sinceTicket = mode === "look" ? batch.tickets : task.sinceTicket;
  return { task: { ...base, state, failure, tries, sinceTicket }, failure, isDecay };
}

/** Takes leases back whose time is over; the files were perhaps fetched, and go out again. */
export function endLeases(event: WarmingEvent, nowMs: number): WarmingEvent {
  if (!event.batches.some(({ lease }) => lease !== null && lease.untilMs <= nowMs)) return event;
  const batches = event.batches.map((batch) =>
    batch.lease !== null && batch.lease.untilMs <= nowMs ? { ...batch, lease: null } : batch,
  );
  return { ...event, batches };
}
