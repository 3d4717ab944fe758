// The low-latency bench: `npm run bench -- ll [--json]`. What blocking reload and delta updates at
// the edge are worth, with three edges on the same objects:
//
//   blocking   300 blocking viewers on one playlist, behind an origin that can block: from the
//              publication at the origin to the last byte at the viewer
//   polling    the same behind an origin that must be polled, and beside them players that poll
//              every 100 ms, for the requests that blocking spares
//   shim       both again on objects as strict as production's (test/kit/production/shim.ts)
//   bytes      a playlist of four hours: what one reload costs a viewer who asks for deltas
//
//   --players=N --seconds=N   another crowd, another length
//   --noisy                   never repeats a run, for development
//   --only=A,B                of the above
//
// Takes about four minutes. A run during which the machine stood still is repeated; if it does not
// become quiet its rows say so: such figures are nobody's.

import { parseArgs } from "node:util";
import { startLagMeter } from "../kit/live/lag-meter.ts";
import { startLiveOrigins } from "../kit/live/origins.ts";
import { BUSY } from "../kit/live/quiet-tries.ts";
import type { StationOptions } from "../kit/live/station.ts";
import type { Rhythm } from "../kit/players/player.ts";
import { startPlayers } from "../kit/players/players.ts";
import { runQuietContest, toPolledStation } from "./live-contest.ts";
import { toCostRow } from "./live-rows.ts";
import type { Contestant, Outcome, Rig } from "./live-run.ts";
import { NO_DISTANCE, printLiveCatalog, startLiveStack } from "./live-stack.ts";
import { type ReloadBytes, readReloads } from "./reload-bytes.ts";
import { type BenchRow, printRows } from "./rows.ts";

const PARTS = ["blocking", "polling", "shim", "bytes"] as const;
type Part = (typeof PARTS)[number];

const { values } = parseArgs({
  options: {
    json: { type: "boolean", default: false },
    players: { type: "string", default: "300" },
    seconds: { type: "string", default: "30" },
    warm: { type: "string", default: "14" },
    noisy: { type: "boolean", default: false },
    only: { type: "string", default: PARTS.join(",") },
  },
});
const playerCount = Number(values.players);
const length = { warmMs: Number(values.warm) * 1000, measuredMs: Number(values.seconds) * 1000 };
const parts = values.only.split(",") as Part[];

const EDGES = 3;
const DVR_MS = 4 * 3_600_000;
/** One way to the origin: a held answer travels it once, a poll there and back. */
const WAY_MS = 20;
/** The origin's latency as everybody measures it: what an answer takes that is not held. */
const ORIGIN_MS = 2 * WAY_MS;
/** Longest pause between two looks at an origin that must be polled (core/origin/cadence.ts). */
const POLL_MS = 100;
const BLOCKING_MS_MAX = ORIGIN_MS + 40;
const POLLING_MS_MAX = POLL_MS + 60;
const RELOAD_BYTES_MAX = 2_000;
const REQUEST_SHARE_MAX = 0.1;
/** As many as a busy machine can play; each sends twenty requests per version. */
const EAGER_COUNT = 20;

const POLLED: StationOptions = {
  ...toPolledStation(6, 9_000),
  latencyMs: { there: WAY_MS, back: WAY_MS },
};
const HELD: StationOptions = { ...POLLED, name: "blocking", blocking: true };
const DVR: StationOptions = {
  ...HELD,
  name: "dvr",
  schedule: { ...HELD.schedule, startMs: HELD.schedule.startMs - DVR_MS },
  epochMs: HELD.epochMs - DVR_MS,
  windowCount: DVR_MS / HELD.schedule.segmentMs,
};

const urls = new Map<StationOptions, string>();
const rows: BenchRow[] = [];
const rig: Rig = { origins: startLiveOrigins(), players: startPlayers(), lag: startLagMeter() };
process.exitCode = 1;
try {
  for (const station of [POLLED, HELD, DVR]) {
    urls.set(station, await rig.origins.listen(station));
  }
  if (parts.includes("blocking")) await runCrowd(HELD, "", null);
  if (parts.includes("polling")) await runCrowd(POLLED, "", null);
  if (parts.includes("shim")) {
    await runCrowd(HELD, ", shim", NO_DISTANCE);
    await runCrowd(POLLED, ", shim", NO_DISTANCE);
  }
  if (parts.includes("bytes")) await runBytes();
  process.stdout.write(printRows(rows, values.json));
  process.exitCode = 0;
} catch (error) {
  console.error(error);
} finally {
  await Promise.all([rig.origins.stop(), rig.players.stop()]);
}

/** A crowd of blocking viewers, and a few that poll where that is the question. */
async function runCrowd(station: StationOptions, suffix: string, shim: object | null) {
  const title = `${station.name} origin${suffix}`;
  const isPolled = station === POLLED;
  const crowd = toContestant("weir", station, "blocking", playerCount);
  const eager = toContestant("weir, polled every 100 ms", station, "eager", EAGER_COUNT);
  const [ours, polling] = await contest(title, isPolled ? [crowd, eager] : [crowd], shim);
  if (ours === undefined) return;
  const toRow = toRowMaker(title, ours);
  const goalMs = isPolled ? POLLING_MS_MAX : BLOCKING_MS_MAX;
  const peers = isPolled ? [] : await runDirect(station);
  rows.push(toRow("publication to last byte, p99", "ms", goalMs, ours.arrivalMsP99, peers));
  if (!isPolled) rows.push(toRow("origin", "requests/version", 1, ours.requestsPerVersionMax));
  if (polling !== undefined) {
    const toAsked = ({ count }: Outcome, players: number) => count / players / versionCount(ours);
    const asked = toAsked(polling, EAGER_COUNT);
    const share = REQUEST_SHARE_MAX * asked;
    const peers = [{ name: `polling, p99 ${Math.round(polling.arrivalMsP99)} ms`, value: asked }];
    const row = "reloads of a viewer";
    rows.push(toRow(row, "requests/version", share, toAsked(ours, playerCount), peers));
  }
  rows.push(toRow("sequence went back", "answers", 0, ours.regressionCount));
  rows.push(toRow("failed", "answers", 0, ours.failureCount));
}

/** The same crowd with no edge in between: what this machine and the way take by themselves. */
async function runDirect(station: StationOptions): Promise<Peers> {
  const name = `${playerCount} at the origin itself`;
  const crowd = {
    ...toContestant(name, station, "blocking", playerCount),
    reader: "direct",
    playlists: ["/direct/v0/index.m3u8"],
    edgeUrls: [urls.get(station) ?? ""],
  };
  const outcomes = await contest(name, [crowd], null);
  return outcomes.map(({ arrivalMsP99 }) => ({ name, value: arrivalMsP99 }));
}

/** Versions of the run, by what the whole crowd saw of them as new. */
function versionCount(outcome: Outcome): number {
  const seen = outcome.verdicts.filter(({ fromPublicationMs }) => fromPublicationMs !== null);
  return seen.length / playerCount;
}

async function runBytes(): Promise<void> {
  const stack = await startLiveStack({ edges: 1, catalog: printCatalog(DVR), shim: null });
  const url = `${stack.edgeUrls[0] ?? ""}`;
  const reloads = await readReloads(url, "/weir/v0/index.m3u8", 12).finally(() => stack.stop());
  const whole: ReloadBytes = reloads.whole;
  const longest = Math.max(...reloads.deltas.map(({ bytes }) => bytes));
  console.error(
    `\nbytes: ${whole.segmentCount} segments whole ${whole.bytes} bytes; deltas ` +
      reloads.deltas.map(({ bytes, segmentCount }) => `${bytes} (${segmentCount})`).join(", "),
  );
  rows.push(
    toLowLatencyRow({
      row: "4 hours of playlist: a delta reload with its headers",
      ours: longest,
      goal: RELOAD_BYTES_MAX,
      unit: "bytes",
      peers: [{ name: "whole, gzip", value: whole.bytes }],
    }),
  );
}

async function contest(
  title: string,
  contestants: readonly Contestant[],
  shim: object | null,
): Promise<readonly Outcome[]> {
  const station = contestants[0]?.station ?? HELD;
  const stack = { edges: EDGES, catalog: printCatalog(station), shim };
  const isNoisy = values.noisy;
  return await runQuietContest(rig, { title, stack, contestants, length, isNoisy, note });

  function note(outcomes: readonly Outcome[]): void {
    for (const { name, arrivalMsP99, failures } of outcomes) {
      console.error(`${name}: arrival p99 ${Math.round(arrivalMsP99)} ms`, failures);
    }
  }
}

function printCatalog(station: StationOptions): string {
  const origins = [{ id: "origin", url: urls.get(station) ?? "" }];
  return printLiveCatalog([{ id: "weir", origins }]);
}

function toContestant(
  name: string,
  station: StationOptions,
  rhythm: Rhythm,
  count: number,
): Contestant {
  const playlists = ["/weir/v0/index.m3u8"];
  return {
    name,
    reader: "weir",
    station,
    playlists,
    edgeUrls: [],
    playerCount: count,
    rhythm,
  };
}

type Peers = Parameters<typeof toCostRow>[0]["peers"];

function toRowMaker(title: string, { busy }: Outcome) {
  return (measure: string, unit: string, goal: number, ours: number, peers: Peers = []) =>
    toLowLatencyRow({
      row: `${title}: ${measure}${busy ? BUSY : ""}`,
      ours,
      goal,
      unit,
      peers,
    });
}

function toLowLatencyRow(cost: Parameters<typeof toCostRow>[0]): BenchRow {
  return { ...toCostRow(cost), bench: "ll" };
}
