// A playlist source as a machine: whom to ask for one playlist, and when. (state, event, now) ->
// (state, effects); the object that carries it out is edge/playlist-source.ts.
//
// One origin is followed, in its own rhythm: a blocking request where it can block, else
// conditional looks around the predicted publication. When it fails or is overdue, the next origin
// is looked at at once, without waiting for the first: what an origin does not say, another may.
// Everybody else is read once per target duration, so that the ledger knows what they could take
// over. At most two requests are under way, and none outlives its hedge time. Which origin is
// followed, and what of all this viewers get to see, is the coordinator's business.

import type { FailureClass } from "../health/failure.ts";
import type { Look } from "./look.ts";
import { planDue, toLateAtMs } from "./source-due.ts";
import type { Flight, Source } from "./source-state.ts";
import {
  applyAnswer,
  isBlockable,
  planTrack,
  type Track,
  toRestedTrack,
  toUnseenTrack,
} from "./track.ts";

export type SourceEvent =
  /** What the coordinator wants: `origins` in order of preference, `follow` one of them. */
  | {
      readonly kind: "order";
      readonly follow: string;
      readonly origins: readonly string[];
      readonly watchMs: number;
    }
  | { readonly kind: "answer"; readonly id: number; readonly look: Look }
  | { readonly kind: "tick" };

export type SourceEffect =
  | {
      readonly kind: "fetch";
      readonly id: number;
      readonly originId: string;
      /** Delivery directives of a blocking request, else null. */
      readonly block: { readonly msn: number; readonly part: number | null } | null;
      readonly timeoutMs: number;
    }
  | { readonly kind: "abort"; readonly id: number }
  /** News for the coordinator; `id` names the answer that holds the body. */
  | {
      readonly kind: "tell";
      readonly originId: string;
      readonly id: number;
      readonly news: "body" | "unchanged";
    }
  | {
      readonly kind: "tell-failure";
      readonly originId: string;
      readonly id: number;
      readonly failure: FailureClass;
      readonly count: number;
    }
  | {
      readonly kind: "tell-late";
      readonly originId: string;
      readonly lateMs: number;
      readonly isOverdue: boolean;
    };

export interface SourceStep {
  readonly source: Source;
  readonly effects: readonly SourceEffect[];
  /** When to send the next tick; null when there is nothing to do any more. */
  readonly wakeAtMs: number | null;
}

/** An unchanged playlist is confirmed this often, as a share of its target duration. */
const CONFIRM_TARGETS = 0.25;
const LATE_AGAIN_MS = 250;
const FAILURES_TOLD = 4;
const FAILURE_AGAIN_MS = 1_000;

/** Applies one event, then sends whatever is due. */
export function applySourceEvent(source: Source, event: SourceEvent, nowMs: number): SourceStep {
  const effects: SourceEffect[] = [];
  let next = source;
  if (event.kind === "order") next = applyOrder(source, event, nowMs, effects);
  if (event.kind === "answer") next = applyLook(source, event.id, event.look, nowMs, effects);
  next = abortOverdue(next, nowMs, effects);
  if (nowMs >= next.wantedUntilMs) {
    for (const { id } of next.flights) effects.push({ kind: "abort", id });
    return { source: { ...next, flights: [] }, effects, wakeAtMs: null };
  }
  next = tellLate(next, nowMs, effects);
  let wakeAtMs = next.wantedUntilMs;
  for (;;) {
    const due = planDue(next, nowMs);
    if (due.originId === null || due.atMs > nowMs) {
      wakeAtMs = Math.min(wakeAtMs, due.atMs);
      break;
    }
    next = send(next, due.originId, due.hedgeMs, nowMs, effects);
  }
  for (const { untilMs } of next.flights) wakeAtMs = Math.min(wakeAtMs, untilMs);
  const lateAtMs = toNextLateAtMs(next);
  if (lateAtMs > nowMs) wakeAtMs = Math.min(wakeAtMs, lateAtMs);
  return { source: next, effects, wakeAtMs: Math.max(nowMs + 1, wakeAtMs) };
}

function applyOrder(
  source: Source,
  order: SourceEvent & { readonly kind: "order" },
  nowMs: number,
  effects: SourceEffect[],
): Source {
  const isRested = nowMs >= source.wantedUntilMs;
  const tracks = order.origins.map((id) => {
    const known = source.tracks.find(({ originId }) => originId === id) ?? toUnseenTrack(id);
    return isRested ? toRestedTrack(known) : known;
  });
  // A held request at an origin that is no longer followed would keep a place for nothing.
  const [kept, left]: [Flight[], Flight[]] = [[], []];
  for (const flight of source.flights) {
    const isKept =
      order.origins.includes(flight.originId) &&
      (!flight.isBlocking || flight.originId === order.follow);
    (isKept ? kept : left).push(flight);
  }
  for (const { id } of left) effects.push({ kind: "abort", id });
  return {
    ...source,
    follow: order.follow,
    followedAtMs: order.follow === source.follow ? source.followedAtMs : nowMs,
    tracks,
    flights: kept,
    wantedUntilMs: nowMs + order.watchMs,
  };
}

function applyLook(
  source: Source,
  id: number,
  look: Look,
  nowMs: number,
  effects: SourceEffect[],
): Source {
  const flight = source.flights.find((each) => each.id === id);
  const flights = source.flights.filter((each) => each !== flight);
  const track = source.tracks.find(({ originId }) => originId === flight?.originId);
  if (flight === undefined || track === undefined) return { ...source, flights };
  const { sentAtMs, isBlocking } = flight;
  const after = applyAnswer(track, { look, sentAtMs, receivedAtMs: nowMs, isBlocking });
  const { originId } = track;
  const sinceToldMs = nowMs - track.toldAtMs;
  let told = true;
  if (look.kind === "failed") {
    const { failures } = after;
    told = failures <= FAILURES_TOLD || sinceToldMs >= FAILURE_AGAIN_MS;
    const { failure } = look;
    if (told) effects.push({ kind: "tell-failure", originId, id, failure, count: failures });
  } else if (look.kind === "unchanged") {
    const isDue = sinceToldMs >= track.targetDurationMs * CONFIRM_TARGETS;
    told = isDue || track.failures > 0 || track.doubtLooks > 0;
    if (told) effects.push({ kind: "tell", originId, id, news: "unchanged" });
  } else {
    effects.push({ kind: "tell", originId, id, news: "body" });
  }
  const noted = told ? { ...after, toldAtMs: nowMs } : after;
  return { ...source, flights, tracks: replace(source.tracks, noted) };
}

function abortOverdue(source: Source, nowMs: number, effects: SourceEffect[]): Source {
  let next = source;
  for (const { id, untilMs } of source.flights) {
    if (untilMs > nowMs) continue;
    effects.push({ kind: "abort", id });
    next = applyLook(next, id, { kind: "failed", failure: "timeout" }, nowMs, effects);
  }
  return next;
}

/** When the followed origin's next version becomes late; in the past: it is. */
function toNextLateAtMs(source: Source): number {
  const track = source.tracks.find(({ originId }) => originId === source.follow);
  return track === undefined || track.ended ? Number.POSITIVE_INFINITY : toLateAtMs(track);
}

function tellLate(source: Source, nowMs: number, effects: SourceEffect[]): Source {
  const track = source.tracks.find(({ originId }) => originId === source.follow);
  const plan = track === undefined || track.ended ? null : planTrack(track);
  if (track === undefined || plan === null || nowMs < toLateAtMs(track)) return source;
  // After a rest everything looks overdue: somebody must have looked, or waited, in vain.
  const { flights } = source;
  const waits = flights.some((each) => each.isBlocking && each.sentAtMs < plan.expectedAtMs);
  const isLookedAt = track.looks > 0 && track.answeredAtMs > source.followedAtMs;
  if (!isLookedAt && !waits) return source;
  if (nowMs - source.lateToldAtMs < LATE_AGAIN_MS) return source;
  const lateMs = nowMs - plan.expectedAtMs;
  const isOverdue = nowMs >= plan.overdueAtMs;
  effects.push({ kind: "tell-late", originId: track.originId, lateMs, isOverdue });
  return { ...source, lateToldAtMs: nowMs };
}

function send(
  source: Source,
  originId: string,
  hedgeMs: number,
  nowMs: number,
  effects: SourceEffect[],
): Source {
  const track = source.tracks.find((each) => each.originId === originId);
  if (track === undefined) return source;
  const id = source.nextId;
  const block = originId === source.follow && isBlockable(track) ? toNextPart(track) : null;
  effects.push({ kind: "fetch", id, originId, block, timeoutMs: hedgeMs });
  const flight = {
    id,
    originId,
    sentAtMs: nowMs,
    untilMs: nowMs + hedgeMs,
    isBlocking: block !== null,
  };
  return {
    ...source,
    nextId: id + 1,
    flights: [...source.flights, flight],
    tracks: replace(source.tracks, { ...track, sentAtMs: nowMs }),
  };
}

/** What to wait for: the next part of the open segment, or the next segment. */
function toNextPart(track: Track): { readonly msn: number; readonly part: number | null } | null {
  if (track.reach === null) return null;
  const msn = track.reach.lastMsn + 1;
  return { msn, part: track.hasParts ? (track.reach.lastPart ?? -1) + 1 : null };
}

function replace(tracks: readonly Track[], track: Track): readonly Track[] {
  return tracks.map((each) => (each.originId === track.originId ? track : each));
}
