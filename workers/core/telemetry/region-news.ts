// From the data plane's counters to what the health centre is told of a region: what each origin
// did, and what the edges served. For the region gate. Labels are those of contract/tally.ts; what
// they mean for an origin's health is decided in core/health, not here.

import { CONTRACT_VERSION } from "../contract/message.ts";
import type { PlaybackCount, RegionNews, RegionTraffic, Report } from "../contract/report.ts";
import type { TallyRow } from "../contract/tally.ts";
import { addLog2 } from "./histogram.ts";

/** What was not waited for, though it had been open for so long, was late. */
export const LATE_OUTCOME = "late";
/** Given up for other reasons: it says nothing of the origin. */
export const GIVEN_UP_OUTCOME = "given-up";

interface Counts {
  tries: number;
  readonly failures: Record<string, number>;
  readonly latencyLog2: number[];
  bytes: number;
}

/** What an outcome of a request to an origin says of it; null: it went well; "": nothing. */
function toFailure(outcome: string): string | null {
  const status = /^http-(\d{3})$/.exec(outcome)?.[1];
  if (status === undefined) return outcome === GIVEN_UP_OUTCOME ? "" : outcome;
  if (status < "400") return null;
  if (status === "404" || status === "410") return "absent";
  return status < "500" ? "status-4xx" : "status-5xx";
}

/** Whether rows tell of trouble that should not wait for the next regular batch. */
export function isUrgent(rows: readonly TallyRow[]): boolean {
  return rows.some(({ family, labels }) => {
    if (family === "faults") return true;
    const failure = family === "egress" ? toFailure(labels[2] ?? "") : null;
    return failure !== null && failure !== "" && failure !== "absent";
  });
}

/** Everything that rows tell of a region. */
export function toRegionNews(region: string, rows: readonly TallyRow[]): RegionNews {
  return {
    contract: CONTRACT_VERSION,
    region,
    reports: toReports(region, rows),
    traffic: toTraffic(rows),
    playback: toPlayback(rows),
  };
}

function toPlayback(rows: readonly TallyRow[]): readonly PlaybackCount[] {
  const byPlace = new Map<string, PlaybackCount>();
  for (const { family, labels, count } of rows) {
    const [host = "", name = "", state] = labels;
    const network = Number(name);
    // What was counted together past the tally's bound is of no network.
    if (family !== "networks" || !(network > 0)) continue;
    const { reports = 0, starved = 0 } = byPlace.get(`${host} ${name}`) ?? {};
    const more = state === "starved" ? count : 0;
    const sums = { reports: reports + count, starved: starved + more };
    byPlace.set(`${host} ${name}`, { host, network, ...sums });
  }
  return [...byPlace.values()];
}

function toReports(region: string, rows: readonly TallyRow[]): readonly Report[] {
  const byOrigin = new Map<string, Counts>();
  for (const row of rows) {
    if (row.family === "egress") addEgress(open(byOrigin, row.labels[0] ?? ""), row);
    if (row.family !== "faults") continue;
    const [origin = "", failure = ""] = row.labels;
    const counts = open(byOrigin, origin);
    counts.failures[failure] = (counts.failures[failure] ?? 0) + row.count;
  }
  return [...byOrigin].map(([origin, { tries, failures, latencyLog2, bytes }]) => ({
    contract: CONTRACT_VERSION,
    origin,
    region,
    tries,
    failures,
    latencyLog2: Array.from(latencyLog2, (count) => count ?? 0),
    bytes,
  }));
}

function open(byOrigin: Map<string, Counts>, origin: string): Counts {
  const known = byOrigin.get(origin);
  if (known !== undefined) return known;
  const made: Counts = { tries: 0, failures: {}, latencyLog2: [], bytes: 0 };
  byOrigin.set(origin, made);
  return made;
}

function addEgress(counts: Counts, { labels, count, bytes, log2 }: TallyRow): void {
  const [, cause = "", outcome = ""] = labels;
  const failure = toFailure(outcome);
  // Names that strangers made up: that there is no such file is the right answer.
  if (failure === "" || (failure === "absent" && cause === "names")) return;
  counts.bytes += bytes;
  if (failure !== LATE_OUTCOME) counts.tries += count;
  if (failure === null) addLog2(counts.latencyLog2, log2);
  else counts.failures[failure] = (counts.failures[failure] ?? 0) + count;
}

function toTraffic(rows: readonly TallyRow[]): RegionTraffic {
  const sum = (family: string, of: (row: TallyRow) => number = ({ count }) => count) =>
    rows.reduce((total, row) => total + (row.family === family ? of(row) : 0), 0);
  const playlists: Record<string, number> = {};
  for (const { family, labels, count } of rows) {
    const [channel = "", , kind] = labels;
    if (family !== "requests" || kind !== "playlist") continue;
    playlists[channel] = (playlists[channel] ?? 0) + count;
  }
  return {
    requests: sum("requests"),
    serverErrors: sum("requests", ({ labels, count }) =>
      labels[3]?.startsWith("http-5") === true ? count : 0,
    ),
    sessions: sum("sessions"),
    shed: sum("sessions", ({ labels, count }) => (labels[1] === "shed" ? count : 0)),
    extraAsks: sum("rescues"),
    asks: sum("egress"),
    egressBytes: sum("egress", ({ bytes }) => bytes),
    relayRequests: toBusiestRelay(rows),
    tookLog2: toTookLog2(rows),
    playlists,
  };
}

function toBusiestRelay(rows: readonly TallyRow[]): number {
  return rows.reduce((most, { family, count }) => {
    return family === "relays" ? Math.max(most, count) : most;
  }, 0);
}

function toTookLog2(rows: readonly TallyRow[]): readonly number[] {
  const counts: number[] = [];
  for (const { family, log2 } of rows) if (family === "requests") addLog2(counts, log2);
  return Array.from(counts, (count) => count ?? 0);
}
