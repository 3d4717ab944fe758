// What all edges together carry, and whether new sessions are turned away for it: counts of the
// regions go in, every ten seconds a judgement comes out. For the health centre, which carries the
// share to the edges with its policy and writes down what changes.
//
// One share for the world: what overflows first is an origin or a relay, which regions have in
// common. It does NOT know which session is meant; the edges draw that by the session's hash.

import type { RegionTraffic } from "../../contract/report.ts";
import {
  applyLatencyCounts,
  LATENCY_NONE,
  type LatencyRecord,
  toQuantileMs,
} from "../signals/latency.ts";
import { decideLoad, type LoadPart } from "./load.ts";
import { decideRisk } from "./risk.ts";
import { decideShed } from "./shed.ts";
import {
  applyRate,
  BASELINE_NONE,
  type RateBaseline,
  toDeclaredBaseline,
  toSurge,
} from "./surge.ts";

/** A judgement is made of the counts of so long. */
export const WINDOW_MS = 10_000;
/** Extra requests to origins that count as all that may be made (design section 6). */
const EXTRA_SHARE_FULL = 0.1;
/** Fewer requests than this make no share of errors or of extra requests. */
const REQUESTS_MIN = 20;
/**
 * What a session asks for in the window in which it begins: playlists, init sections and the
 * segments that fill its buffer.
 */
const REQUESTS_PER_BEGINNING = 10;
/** Shares are published in these steps, or every window would make a new policy. */
const SHARE_STEPS = 20;
/** Weight of a window in the p99 of the last seven days. */
const USUAL_WEIGHT = 1 / 5_000;

/** An event that was announced: its surge is no surprise, and nothing moves without need. */
export interface DeclaredEvent {
  readonly id: string;
  /** Whose origins stay as they are; null: all. */
  readonly channelId: string | null;
  readonly fromMs: number;
  readonly untilMs: number;
  /** What is expected of all edges together; null: only the freeze. */
  readonly requestsPerSecond: number | null;
  /** Null: a quarter of it. */
  readonly deviation: number | null;
  readonly by: string;
}

export interface OverloadView {
  readonly atMs: number;
  readonly requestsPerSecond: number;
  readonly sessionsPerSecond: number;
  /** Deviations above the baseline. */
  readonly surge: number;
  readonly load: number;
  readonly part: LoadPart;
  readonly risk: number;
  readonly isAlarm: boolean;
  /** Share of the new sessions that is turned away. */
  readonly share: number;
}

const SUMS_NONE = {
  requests: 0,
  serverErrors: 0,
  sessions: 0,
  shed: 0,
  extraAsks: 0,
  asks: 0,
  egressBytes: 0,
};
type Sums = Readonly<typeof SUMS_NONE>;

export interface Overload {
  readonly baseline: RateBaseline;
  readonly events: readonly DeclaredEvent[];
  readonly share: number;
  readonly last: OverloadView | null;
  readonly usualP99Ms: number;
  readonly took: LatencyRecord;
  /** Counted since `sinceMs`; null: nothing was counted yet. */
  readonly sums: Sums;
  /** Region -> calls of its busiest relay. */
  readonly relays: Readonly<Record<string, number>>;
  readonly playlists: Readonly<Record<string, number>>;
  readonly sinceMs: number | null;
}

export const OVERLOAD_NONE: Overload = {
  baseline: BASELINE_NONE,
  events: [],
  share: 0,
  last: null,
  usualP99Ms: 0,
  took: LATENCY_NONE,
  sums: SUMS_NONE,
  relays: {},
  playlists: {},
  sinceMs: null,
};

/** Adds what a region served. */
export function applyRegionTraffic(
  overload: Overload,
  region: string,
  traffic: RegionTraffic,
  nowMs: number,
): Overload {
  const { sums, playlists, relays } = overload;
  const added = Object.fromEntries(
    Object.entries(sums).map(([name, sum]) => [name, sum + (traffic[name as keyof Sums] ?? 0)]),
  ) as Sums;
  const named: Record<string, number> = { ...playlists };
  for (const [id, count] of Object.entries(traffic.playlists)) named[id] = (named[id] ?? 0) + count;
  return {
    ...overload,
    sums: added,
    relays: { ...relays, [region]: (relays[region] ?? 0) + traffic.relayRequests },
    playlists: named,
    took: applyLatencyCounts(overload.took, traffic.tookLog2, nowMs),
    sinceMs: overload.sinceMs ?? nowMs,
  };
}

export interface Window {
  readonly overload: Overload;
  /** Requests of playlists in the window, by channel; null: the window is not over. */
  readonly playlists: Readonly<Record<string, number>> | null;
  readonly windowMs: number;
}

/** Judges what was counted, if it is time. `egressBps`: what the origins can give, if known. */
export function applyWindow(overload: Overload, egressBps: number | null, nowMs: number): Window {
  const { sinceMs, sums, playlists } = overload;
  const windowMs = sinceMs === null ? 0 : nowMs - sinceMs;
  if (sinceMs === null || windowMs < WINDOW_MS) return { overload, playlists: null, windowMs };
  const baseline = toBaseline(overload, nowMs);
  const rate = (sums.requests * 1_000) / windowMs;
  const surge = toSurge(baseline, rate);
  const { load, part } = decideLoad(toLoadInput(overload, egressBps, windowMs));
  const wanted = decideShed(overload.share, { load, surge, newShare: toNewShare(sums) });
  const share = Math.ceil(wanted * SHARE_STEPS) / SHARE_STEPS;
  const p99Ms = toQuantileMs(overload.took, 0.99) ?? 0;
  const { usualP99Ms } = overload;
  const { risk, isAlarm } = decideRisk({ p99Ms, usualP99Ms, surge, load });
  const last: OverloadView = {
    atMs: nowMs,
    requestsPerSecond: rate,
    sessionsPerSecond: (sums.sessions * 1_000) / windowMs,
    ...{ surge, load, part, risk, isAlarm, share },
  };
  const next: Overload = {
    ...overload,
    baseline: applyRate(baseline, rate, nowMs),
    events: toComing(overload.events, nowMs),
    usualP99Ms: usualP99Ms === 0 ? p99Ms : usualP99Ms + USUAL_WEIGHT * (p99Ms - usualP99Ms),
    ...{ share, last, sums: SUMS_NONE, relays: {}, playlists: {}, sinceMs: nowMs },
  };
  return { overload: next, playlists, windowMs };
}

function toComing(events: readonly DeclaredEvent[], nowMs: number): readonly DeclaredEvent[] {
  const coming = events.filter(({ untilMs }) => nowMs < untilMs);
  return coming.length === events.length ? events : coming;
}

/** An event that is on says what is usual. */
function toBaseline({ baseline, events }: Overload, nowMs: number): RateBaseline {
  const event = events.findLast(
    ({ fromMs, untilMs, requestsPerSecond }) =>
      requestsPerSecond !== null && nowMs >= fromMs && nowMs < untilMs,
  );
  if (event === undefined || event.requestsPerSecond === null) return baseline;
  const { requestsPerSecond, deviation, untilMs } = event;
  return toDeclaredBaseline(requestsPerSecond, deviation ?? requestsPerSecond / 4, untilMs);
}

function toLoadInput({ sums, relays }: Overload, egressBps: number | null, windowMs: number) {
  const served = sums.requests - sums.shed;
  // Relays of different regions are different objects: the fullest one counts.
  const busiest = Math.max(0, ...Object.values(relays));
  return {
    relayRequestsPerSecond: (busiest * 1_000) / windowMs,
    egressBps: (sums.egressBytes * 8_000) / windowMs,
    egressCapacityBps: egressBps,
    hedgeShare: sums.asks < REQUESTS_MIN ? 0 : sums.extraAsks / (EXTRA_SHARE_FULL * sums.asks),
    errorShare: served < REQUESTS_MIN ? 0 : sums.serverErrors / served,
  };
}

/** Of what is offered: whoever is turned away asks once, and would have asked for more. */
function toNewShare({ sessions, shed, requests }: Sums): number {
  const offered = requests + shed * (REQUESTS_PER_BEGINNING - 1);
  return offered === 0 ? 0 : Math.min(1, (sessions * REQUESTS_PER_BEGINNING) / offered);
}

/** Whether an announced event can be meant; null: it can. */
export function findEventFault(event: DeclaredEvent): string | null {
  const { fromMs, untilMs, requestsPerSecond, deviation } = event;
  if (!(untilMs > fromMs)) return "it ends before it begins";
  if (requestsPerSecond !== null && !(requestsPerSecond > 0)) {
    return "the requests that are expected must be more than 0 a second, or left out";
  }
  return deviation === null || deviation > 0 ? null : "the deviation must be more than 0";
}
