// The live bench: `npm run bench -- live [--json]`. How fresh live playlists are and what they cost
// the origin, with 300 polling players, 2 s segments published with ±20 % jitter and 40 ms to the
// origin: ours on one edge and on three, behind an origin that must be polled and behind one that
// can block, next to nginx and Varnish as they come and as they are tuned, in the same run. Then
// fifteen playlists at once, and CPU per request against a bare worker (live-cpu.ts).
//
//   --players=N --seconds=N   another crowd, another length
//   --rhythm=mixed|hls.js     how the players ask (test/kit/players/player.ts)
//   --evictions=SHARE         how often the shim throws idle objects out of memory, 0 to 1
//   --noisy                   never repeats a run, for development
//   --detail                  which versions were late, and when the origin was asked for them
//   --only=A,B                of: polling, blocking, edges, distance, fifteen, cpu
//
// Takes about seven minutes. A run during which the machine stood still is repeated, and if it does
// not become quiet its rows say so: such figures are nobody's.

import { parseArgs } from "node:util";
import { LOCAL_REGIONS } from "../../infra/local/worker-options.ts";
import { startLagMeter } from "../kit/live/lag-meter.ts";
import { startLiveOrigins } from "../kit/live/origins.ts";
import type { StationOptions } from "../kit/live/station.ts";
import { toFigures } from "../kit/players/figures.ts";
import type { Rhythm } from "../kit/players/player.ts";
import { startPlayers } from "../kit/players/players.ts";
import { runQuietContest, toPolledStation } from "./live-contest.ts";
import { measureCpu } from "./live-cpu.ts";
import { printDetail } from "./live-detail.ts";
import { startPeers } from "./live-peers.ts";
import { BLOCKING_GOALS, POLLING_GOALS, toFreshnessRows, toGoalsWithWay } from "./live-rows.ts";
import type { Contestant, Outcome, Rig } from "./live-run.ts";
import { NO_DISTANCE, printLiveCatalog, REAL_DISTANCE, WAYS_MS } from "./live-stack.ts";
import { type BenchRow, printRows } from "./rows.ts";

const PARTS = ["polling", "blocking", "edges", "distance", "fifteen", "cpu"] as const;
type Part = (typeof PARTS)[number];

const { values } = parseArgs({
  options: {
    json: { type: "boolean", default: false },
    players: { type: "string", default: "300" },
    seconds: { type: "string", default: "44" },
    warm: { type: "string", default: "14" },
    evictions: { type: "string", default: "" },
    noisy: { type: "boolean", default: false },
    detail: { type: "boolean", default: false },
    rhythm: { type: "string", default: "mixed" },
    only: { type: "string", default: PARTS.join(",") },
  },
});
const playerCount = Number(values.players);
const length = { warmMs: Number(values.warm) * 1000, measuredMs: Number(values.seconds) * 1000 };
const rhythm = values.rhythm as Rhythm;
const parts = values.only.split(",") as Part[];

const evictions = values.evictions === "" ? {} : { evictionChance: Number(values.evictions) };

const EDGES = 3;
const PLAYLISTS = 15;

/** The origin that must be polled, the one that can block, and one with fifteen renditions. */
const STATION = toPolledStation(20, 48_000);
const BLOCKING: StationOptions = { ...STATION, name: "blocking", blocking: true };
const FIFTEEN: StationOptions = {
  ...BLOCKING,
  name: "fifteen",
  renditions: Array.from({ length: PLAYLISTS }, (_, at) => `v${at}`),
};

/**
 * Fifteen versions at one moment are work, one after the other; whoever had to wait for a free
 * connection would wait for a publication, 2 s. The slowest playlist has a fifteenth of the crowd.
 */
const TOGETHER_GOALS = { outdatedPercent: 5, lateMsP99: 100, requestsPerVersion: 1 };

const ON_EDGES = [
  { station: STATION, name: "polling", goals: POLLING_GOALS },
  { station: BLOCKING, name: "blocking", goals: BLOCKING_GOALS },
] as const;

const urls = new Map<StationOptions, string>();
const rows: BenchRow[] = [];
const rig: Rig = { origins: startLiveOrigins(), players: startPlayers(), lag: startLagMeter() };
process.exitCode = 1;
try {
  for (const station of [STATION, BLOCKING, FIFTEEN]) {
    urls.set(station, await rig.origins.listen(station));
  }
  if (parts.includes("polling")) await runPolling();
  if (parts.includes("blocking")) await runBlocking();
  if (parts.includes("edges")) await runEdges();
  if (parts.includes("distance")) await runDistance();
  if (parts.includes("fifteen")) await runFifteen();
  if (parts.includes("cpu")) rows.push(...(await measureCpu(rig, STATION)));
  process.stdout.write(printRows(rows, values.json));
  process.exitCode = 0;
} catch (error) {
  console.error(error);
} finally {
  await Promise.all([rig.origins.stop(), rig.players.stop()]);
}

async function runPolling(): Promise<void> {
  const url = urls.get(STATION) ?? "";
  const peers = await startPeers(url);
  try {
    const contestants = peers.map((peer, index): Contestant => {
      const reader = `peer-${index + 1}`;
      return { ...toContestant(peer.name, reader, STATION), edgeUrls: [peer.url] };
    });
    const direct = { ...toContestant("no cache", "direct", STATION), edgeUrls: [url] };
    const [ours, , ...others] = await contest("polling", 1, NO_DISTANCE, [
      toContestant("weir", "weir", STATION),
      direct,
      ...contestants,
    ]);
    if (ours !== undefined) {
      rows.push(...toFreshnessRows("polling origin", ours, POLLING_GOALS, others));
    }
  } finally {
    await Promise.all(peers.map((peer) => peer.stop()));
  }
}

async function runBlocking(): Promise<void> {
  const contestants = [toContestant("weir, blocking", "weir", BLOCKING)];
  const [ours] = await contest("blocking", 1, NO_DISTANCE, contestants);
  if (ours !== undefined)
    rows.push(...toFreshnessRows("blocking origin", ours, BLOCKING_GOALS, []));
}

async function runEdges(): Promise<void> {
  for (const { station, name, goals } of ON_EDGES) {
    const contestant = toContestant(`weir, ${name}, ${EDGES} edges`, "weir", station);
    const [ours] = await contest("edges", EDGES, NO_DISTANCE, [contestant]);
    if (ours === undefined) continue;
    rows.push(...toFreshnessRows(`${name} origin, ${EDGES} edges`, ours, goals, []));
  }
}

/** Each edge is judged for itself: a version has another way to each of them. */
async function runDistance(): Promise<void> {
  for (const { station, name, goals } of ON_EDGES) {
    const contestant = toContestant(`weir, ${name}, ${EDGES} edges apart`, "weir", station);
    const [all] = await contest("distance", EDGES, REAL_DISTANCE, [contestant]);
    if (all === undefined) continue;
    for (const [edge, wayMs] of WAYS_MS.entries()) {
      const verdicts = all.verdicts.filter((verdict) => verdict.edge === edge);
      const ours: Outcome = { ...all, ...toFigures(verdicts), verdicts };
      const ahead = toGoalsWithWay(goals, wayMs, station.schedule.segmentMs);
      const title = `${name} origin, edge in ${LOCAL_REGIONS[edge]}, ${wayMs} ms apart`;
      rows.push(...toFreshnessRows(title, ours, ahead, []));
    }
  }
}

/** More playlists than an object may have waiting connections: none may wait for another. */
async function runFifteen(): Promise<void> {
  const playlists = FIFTEEN.renditions.map((rendition) => `/weir/${rendition}/index.m3u8`);
  const contestant = { ...toContestant("weir, fifteen playlists", "weir", FIFTEEN), playlists };
  const [ours] = await contest("fifteen", 1, NO_DISTANCE, [contestant]);
  if (ours === undefined) return;
  const each = playlists.map((playlist) =>
    toFigures(ours.verdicts.filter((verdict) => verdict.playlist === playlist)),
  );
  const name = `${PLAYLISTS} playlists, slowest`;
  const worst: Outcome = {
    ...ours,
    outdatedPercent: Math.max(...each.map(({ outdatedPercent }) => outdatedPercent)),
    lateMsP99: Math.max(...each.map(({ lateMsP99 }) => lateMsP99)),
  };
  rows.push(...toFreshnessRows(name, worst, TOGETHER_GOALS, []));
}

async function contest(
  title: string,
  edges: number,
  shim: object,
  contestants: readonly Contestant[],
): Promise<readonly Outcome[]> {
  const station = contestants[0]?.station ?? STATION;
  const origins = [{ id: "origin", url: urls.get(station) ?? "" }];
  const catalog = printLiveCatalog([{ id: "weir", origins }]);
  const stack = { edges, catalog, shim: { ...shim, ...evictions } };
  const isNoisy = values.noisy;
  return await runQuietContest(rig, { title, stack, contestants, length, isNoisy, note });

  function note(outcomes: readonly Outcome[]): void {
    const ours = outcomes.filter(({ name }) => values.detail && name.startsWith("weir"));
    for (const { name, verdicts, reads } of ours) {
      console.error(`${name}\n${printDetail(station, verdicts, reads)}`);
    }
  }
}

function toContestant(name: string, reader: string, station: StationOptions): Contestant {
  const playlists = [`/${reader}/v0/index.m3u8`];
  return { name, reader, station, playlists, edgeUrls: [], playerCount, rhythm };
}
